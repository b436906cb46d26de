"""Cast-vote records in a table (`.csv`, `.xlsx`): a row a ballot, and a map that says what the columns are.

The map is text such as `ranking=3-7,count=1` or `approve=Benches..Garden,chamber=2`: the kind of ballot with its first
and last column, and where there are such columns, how many equal ballots the row stands for and their chamber. A column
is its number (from 1) or its heading; between the first and the last stands `-` (numbers) or `..`. The first row holds
the headings.

`ranking`: a column is a rank; a cell names an option, nothing (a skipped rank), or several with `|` between them (an
overvote); the options are all that are named, in the order of the alphabet. Other kinds: a column is an option, its
heading the id; a cell is a mark (`x`, `1`, `yes` for approve; `yes`, `no`, `abstain` for marks) or a whole number
(`points`, `votes`), and may be empty. Costs and the rule come from the command line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from fund.counting.contest import FORM_OF_KIND, Ballot, Contest, Form, Option, Rule
from fund.counting.errors import BadContest
from fund.counting.formats.csv_rows import csv_rows
from fund.counting.settings import whole_number

RULE_OF_KIND = {"ranking": "irv", "approve": "greedy", "marks": "majority", "points": "greedy", "votes": "greedy"}
TICKS = {"x": True, "1": True, "yes": True, "": False, "0": False, "no": False}
Row = Sequence[str]


@dataclass(frozen=True, slots=True)
class Columns:
    """A column map as it was written: the kind of ballot, its first and last column, count and chamber."""

    kind: str
    first: str
    last: str
    count: str | None = None
    chamber: str | None = None


def read_columns(given: str) -> Columns:
    """A column map from its text. Raises BadContest where it is not one."""
    found: dict[str, str] = {}
    for part in given.split(","):
        name, equals, value = part.partition("=")
        if not equals or not value or name in found or name not in (*RULE_OF_KIND, "count", "chamber"):
            raise BadContest("--columns", "a map such as ranking=3-7,count=1")
        found[name] = value
    kinds = [name for name in found if name in RULE_OF_KIND]
    if len(kinds) != 1:
        raise BadContest("--columns", "exactly one of " + ", ".join(RULE_OF_KIND))
    span = found[kinds[0]]
    match = re.fullmatch(r"(\d+)-(\d+)", span) or re.fullmatch(r"(.+?)\.\.(.+)", span)
    first, last = (match[1], match[2]) if match else (span, span)
    return Columns(kinds[0], first, last, found.get("count"), found.get("chamber"))


def loads_csv(data: bytes, columns: Columns, lenient: bool = False) -> Contest:
    """The contest a CSV table holds."""
    return from_rows(csv_rows(iter((data,))), columns, lenient)


def from_rows(rows: Iterable[Row], columns: Columns, lenient: bool) -> Contest:
    """The contest of a table with headings. Raises BadContest naming row and column."""
    lines = iter(rows)
    head = [cell.strip() for cell in next(lines, [])]
    first, last = column_at(head, columns.first), column_at(head, columns.last)
    if last < first:
        raise BadContest("--columns", "the first column before the last")
    count_at = None if columns.count is None else column_at(head, columns.count)
    chamber_at = None if columns.chamber is None else column_at(head, columns.chamber)
    ids = head[first : last + 1]
    if columns.kind != "ranking":
        for at, id_ in enumerate(ids, first):
            if not id_ or id_ in head[first:at]:
                _wrong(1, at, "a heading of its own, the name of an option")
    grouped: dict[tuple[str, object, str | None], int] = {}
    for number, row in enumerate(lines, 2):
        if not any(cell.strip() for cell in row):
            continue
        cells = [cell.strip() for cell in row] + [""] * (last + 1 - len(row))
        count = 1 if count_at is None else whole_number(_cell(cells, count_at), f"row {number} column {count_at + 1}")
        chamber = None if chamber_at is None else _cell(cells, chamber_at) or None
        try:
            key = (columns.kind, content_of(columns.kind, ids, cells[first : last + 1], number, first), chamber)
        except BadContest as fault:
            if not lenient:
                raise
            key = ("void", str(fault), chamber)
        grouped[key] = grouped.get(key, 0) + count
    if columns.kind == "ranking":
        ids = sorted({id_ for kind, content, _ in grouped if kind == "ranking" for rank in content for id_ in rank})  # type: ignore[attr-defined]
    contest = Contest(
        options=tuple(Option(id_, id_) for id_ in ids),
        rule=Rule.of(RULE_OF_KIND[columns.kind]),
        ballots=tuple(Ballot(kind, content, count, chamber) for (kind, content, chamber), count in grouped.items()),
        form=Form(FORM_OF_KIND[columns.kind], negative=columns.kind == "votes"),
    )
    contest.check()
    return contest


def column_at(head: Row, given: str) -> int:
    """The position of a column that a map names by heading or number."""
    if given in head:
        return head.index(given)
    if given.isdecimal() and 1 <= int(given) <= len(head):
        return int(given) - 1
    raise BadContest("--columns", f"a heading or a number from 1 to {len(head)} (not {given[:40]!r})")


def _cell(cells: Row, at: int) -> str:
    return cells[at] if at < len(cells) else ""


def content_of(kind: str, ids: Row, cells: Row, row: int, first: int) -> object:
    """What the cells of a row say: `first` is the position of the first of them. Raises BadContest naming the cell."""
    if kind == "ranking":
        ranks = tuple(tuple(id_.strip() for id_ in cell.split("|") if id_.strip()) for cell in cells)
        for at, rank in enumerate(ranks):
            if len(set(rank)) != len(rank):
                _wrong(row, first + at, "every option at most once in a rank")
        return ranks
    found: list[tuple[str, int | str]] = []
    for at, (id_, cell) in enumerate(zip(ids, cells, strict=True)):
        word = cell.lower()
        if kind == "approve":
            if word not in TICKS:
                _wrong(row, first + at, "x, 1 or yes, or nothing")
            if TICKS[word]:
                found.append((id_, 1))
        elif word:
            if kind == "marks":
                if word not in ("yes", "no", "abstain"):
                    _wrong(row, first + at, "yes, no or abstain, or nothing")
                found.append((id_, word))
            else:
                if not re.fullmatch(r"-?\d{1,9}" if kind == "votes" else r"\d{1,9}", word):
                    _wrong(row, first + at, "a whole number, or nothing")
                found.append((id_, int(word)))
    return tuple(id_ for id_, _ in found) if kind == "approve" else tuple(found)


def _wrong(row: int, column: int, expected: str) -> NoReturn:
    raise BadContest(f"row {row} column {column + 1}", expected)
