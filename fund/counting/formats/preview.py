"""A look at a file before it is counted: its columns, what its first ballots say, and every cell that is wrong.

A table shows its headings with their numbers even without a column map, so that a map can be written; with one, each of
the first rows is shown as it is read. Any other file shows its rule, its form and its first ballots. Faults are listed
one a cell (one a ballot, where a file has no cells) up to `MOST_FAULTS`; all of them are counted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fund.counting.contest import Ballot, Contest
from fund.counting.errors import BadContest
from fund.counting.formats import records
from fund.counting.formats.csv_rows import csv_rows
from fund.counting.formats.opening import TABLES, content_of, read_contest
from fund.counting.forms import void_reason
from fund.counting.settings import whole_number

SHOWN = 10
MOST_FAULTS = 1_000


@dataclass(slots=True)
class Preview:
    """What is in a file. `shown` pairs a place with what is read there; `faults` pairs a place with what is expected."""

    columns: list[str] = field(default_factory=list)
    about: dict[str, Any] = field(default_factory=dict)
    shown: list[tuple[str, str]] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)
    ballots: int = 0
    wrong: int = 0

    def note(self, place: str, said: str) -> None:
        """Show one of the first ballots."""
        if len(self.shown) < SHOWN:
            self.shown.append((place, said))

    def fault(self, place: str, expected: str) -> None:
        """Count a fault, and list it if it is one of the first."""
        self.wrong += 1
        if len(self.faults) < MOST_FAULTS:
            self.faults.append((place, expected))

    def as_json(self) -> dict[str, Any]:
        """The preview as plain values."""
        return {
            "columns": self.columns,
            **self.about,
            "ballots": self.ballots,
            "shown": [{"path": path, "read": said} for path, said in self.shown],
            "errors": self.wrong,
            "error_list": [{"path": path, "expected": expected} for path, expected in self.faults],
        }

    def lines(self) -> Iterator[str]:
        """The preview as plain text."""
        for number, heading in enumerate(self.columns, 1):
            yield f"column {number}: {heading}"
        for name, value in self.about.items():
            yield f"{name}: {value}"
        for place, said in self.shown:
            yield f"{place}: {said}"
        for place, expected in self.faults:
            yield f"{place}: expected {expected}"
        more = "" if len(self.faults) == self.wrong else f", the first {len(self.faults)} listed"
        yield f"ballots: {self.ballots}, errors: {self.wrong}{more}"


def preview(path: Path, columns: records.Columns | None) -> Preview:
    """Look at a file. Raises BadContest where it is no file of its kind, or its map names columns it has not."""
    suffix = Path(path.name.lower().removesuffix(".gz")).suffix
    if suffix not in TABLES:
        return _of_contest(read_contest(path, lenient=True))
    content = content_of(path)
    if suffix == ".csv":
        rows: Iterator[records.Row] = csv_rows(iter((content,)))
    else:
        from fund.counting.formats import xlsx

        rows = xlsx.rows(content)
    return _of_table(rows, columns)


def _of_contest(contest: Contest) -> Preview:
    form, costs = contest.form_in_force, {option.id: option.cost for option in contest.options}
    look = Preview(
        about={
            "title": contest.title,
            "options": len(contest.options),
            "rule": contest.rule.method,
            "form": form.form,
            "budget": contest.budget,
        }
    )
    for number, ballot in enumerate(contest.ballots):
        place = f"$.ballots[{number}]"
        look.ballots += ballot.count
        why = void_reason(ballot, form, costs, contest.budget)
        if why is None:
            look.note(place, f"{ballot.count} x {said(ballot)}")
        else:
            look.fault(place, f"a ballot that is valid: {why}")
    return look


def _of_table(rows: Iterator[records.Row], columns: records.Columns | None) -> Preview:
    head = [cell.strip() for cell in next(rows, [])]
    look = Preview(columns=head)
    if columns is None:
        for number, row in enumerate(rows, 2):
            look.ballots += 1
            look.note(f"row {number}", " | ".join(row))
        return look
    first, last = records.column_at(head, columns.first), records.column_at(head, columns.last)
    count_at = None if columns.count is None else records.column_at(head, columns.count)
    for number, row in enumerate(rows, 2):
        if any(cell.strip() for cell in row):
            _look_at(look, number, [*map(str.strip, row), *[""] * (len(head) - len(row))], head, columns.kind,
                     first, last, count_at)  # fmt: skip
    return look


def _look_at(
    look: Preview,
    number: int,
    cells: list[str],
    head: list[str],
    kind: str,
    first: int,
    last: int,
    count_at: int | None,
) -> None:
    count, faults = 1, look.wrong
    if count_at is not None:
        try:
            count = whole_number(cells[count_at], f"row {number} column {count_at + 1}")
        except BadContest as fault:
            look.fault(f"{fault.path} ({head[count_at]})", f"{fault.expected} (not {cells[count_at][:40]!r})")
    for at in range(first, last + 1):
        try:
            records.content_of(kind, head[at : at + 1], cells[at : at + 1], number, at)
        except BadContest as fault:
            look.fault(f"{fault.path} ({head[at]})", f"{fault.expected} (not {cells[at][:40]!r})")
    look.ballots += count
    if look.wrong == faults:
        content = records.content_of(kind, head[first : last + 1], cells[first : last + 1], number, first)
        look.note(f"row {number}", f"{count} x {said(Ballot(kind, content))}")


def said(ballot: Ballot) -> str:
    """What a ballot says, on one line: `Ann > (skipped) > Bo = Cy`, `Benches, Garden`, `Benches 3, Garden 1`."""
    if ballot.kind == "ranking":
        return " > ".join(" = ".join(rank) or "(skipped)" for rank in ballot.content) or "(blank)"
    if ballot.kind == "approve":
        return ", ".join(ballot.content) or "(blank)"
    return ", ".join(f"{id_} {value}" for id_, value in ballot.content) or "(blank)"
