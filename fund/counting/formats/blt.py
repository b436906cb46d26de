"""BLT files (`.blt`): ranked ballots as OpenSTV and many councils write them.

The first line gives the number of candidates and seats; then a line a group of equal ballots (its number, positions in
order of preference, 0 at the end), a line with 0 alone, the names in quotation marks, and the title. Positions with `=`
between them share a rank; `-` is an empty rank. A line of negative positions withdraws candidates: their marks are read
as empty ranks would be, passed over. Options have their position as id (`"1"`). Counted with `stv_scottish` unless
another rule is asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from fund.counting.contest import Ballot, Contest, Form, Option, Rule
from fund.counting.errors import BadContest
from fund.counting.settings import whole_number

MOST_CANDIDATES = 1_000


@dataclass(slots=True)
class _Lines:
    """The lines of the file that hold something, with their numbers."""

    rows: list[tuple[int, str]]
    at: int = 0

    def next(self, expected: str) -> tuple[int, str]:
        if self.at >= len(self.rows):
            _wrong(self.rows[-1][0] if self.rows else 1, expected)
        self.at += 1
        return self.rows[self.at - 1]


def _wrong(line: int, expected: str) -> NoReturn:
    raise BadContest(f"line {line}", expected)


def loads(data: bytes, lenient: bool = False) -> Contest:
    """The contest a BLT file holds. Raises BadContest naming the line."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    if "\x00" in text:
        raise BadContest(f"line {text[: text.index(chr(0))].count(chr(10)) + 1}", "text without NUL")
    lines = _Lines([(number, row.strip()) for number, row in enumerate(text.splitlines(), 1) if row.strip()])
    number, head = lines.next("the number of candidates and of seats")
    match = re.fullmatch(r"(\d{1,5})\s+(\d{1,5})", head.split("#")[0].strip())
    if match is None or not 1 <= int(match[1]) <= MOST_CANDIDATES or int(match[2]) < 1:
        _wrong(number, "the number of candidates and of seats")
    candidates, seats = int(match[1]), int(match[2])
    grouped, withdrawn = _ballots(lines, candidates, lenient)
    names = []
    for _ in range(candidates):
        number, row = lines.next(f"{candidates} names of candidates")
        names.append(_unquoted(row))
    title = _unquoted(lines.next("a title")[1]) if lines.at < len(lines.rows) else ""
    options = tuple(
        Option(str(position), name or str(position))
        for position, name in enumerate(names, 1)
        if position not in withdrawn
    )
    contest = Contest(
        options=options,
        rule=Rule.of("stv_scottish", seats=seats),
        ballots=tuple(Ballot(kind, content, count) for (kind, content), count in grouped.items()),
        title=title,
        form=Form("ranked"),
        ballots_checked=True,
    )
    contest.check()
    return contest


def _ballots(lines: _Lines, candidates: int, lenient: bool) -> tuple[dict[tuple[str, object], int], set[int]]:
    withdrawn: set[int] = set()
    grouped: dict[tuple[str, object], int] = {}
    alone: dict[str, tuple[str, ...]] = {str(position): (str(position),) for position in range(1, candidates + 1)}
    while True:
        number, row = lines.next("a line with 0 after the ballots")
        row = row.split("#")[0].strip()
        if row.startswith("("):  # a name for the ballot
            row = re.sub(r"^\([^)]*\)\s*", "", row)
        if row == "0":
            return grouped, withdrawn
        marks = row.split()
        if row.startswith("-") and all(re.fullmatch(r"-\d{1,5}", mark) for mark in marks):
            if grouped:
                _wrong(number, "withdrawn candidates before the first ballot")
            withdrawn.update(-int(mark) for mark in marks)
            alone = {mark: rank for mark, rank in alone.items() if int(mark) not in withdrawn}
            continue
        if len(marks) < 2 or marks[-1] != "0":
            _wrong(number, "a number of ballots, positions, and 0 at the end")
        count = whole_number(marks[0], f"line {number}")
        try:
            key: tuple[str, object] = ("ranking", _ranking(number, marks[1:-1], candidates, withdrawn, alone))
        except BadContest as fault:
            if not lenient:
                raise
            key = ("void", str(fault))
        grouped[key] = grouped.get(key, 0) + count


def _ranking(
    line: int, marks: list[str], candidates: int, withdrawn: set[int], alone: dict[str, tuple[str, ...]]
) -> tuple[tuple[str, ...], ...]:
    """The ranks a line states; `alone` holds the plain marks, one candidate not withdrawn."""
    ranks = []
    for mark in marks:
        if mark in alone:
            ranks.append(alone[mark])
            continue
        positions = [] if mark == "-" else mark.split("=")
        for position in positions:
            if not re.fullmatch(r"\d{1,5}", position) or not 1 <= int(position) <= candidates:
                _wrong(line, f"positions from 1 to {candidates} (not {mark[:20]!r})")
        if len(set(positions)) != len(positions):
            _wrong(line, "every position at most once in a rank")
        kept = tuple(str(int(position)) for position in positions if int(position) not in withdrawn)
        if kept or not positions:
            ranks.append(kept)
    return tuple(ranks)


def _unquoted(row: str) -> str:
    """A name without its outer quotation marks; doubled ones inside are one."""
    if len(row) >= 2 and row[0] == row[-1] == '"':
        row = row[1:-1]
    return row.replace('""', '"').strip()


def dumps(contest: Contest) -> bytes:
    """The contest as a BLT file: options by their position, which becomes their id when the file is read.

    Skipped ranks are `-`, shared ones have `=`. Raises BadContest where a ballot is no ranking, is void or belongs to a
    chamber: this format cannot say so.
    """
    position = {option.id: str(place) for place, option in enumerate(contest.options, 1)}
    seats = contest.rule["seats"] if "seats" in contest.rule.in_force() else None
    lines = [f"{len(contest.options)} {seats or 1}"]
    for number, ballot in enumerate(contest.ballots):
        if ballot.kind != "ranking" or ballot.chamber is not None:
            raise BadContest(f"$.ballots[{number}]", "a ranking, which is all that a BLT file can hold")
        ranks = ["=".join(position[id_] for id_ in rank) or "-" for rank in ballot.content]
        lines.append(" ".join([str(ballot.count), *ranks, "0"]))
    lines.append("0")
    lines += [_quoted(option.name or option.id) for option in contest.options]
    lines.append(_quoted(contest.title))
    return ("\n".join(lines) + "\n").encode()


def _quoted(name: str) -> str:
    """A name on one line in quotation marks; those inside are doubled."""
    return '"' + " ".join(name.split()).replace('"', '""') + '"'
