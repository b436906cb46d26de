"""BLT files (`.blt`): ranked ballots as OpenSTV and many councils write them.

The first line gives the number of candidates and seats; then a line a group of equal ballots (its number, positions in
order of preference, 0 at the end), a line with 0 alone, the names in quotation marks, and the title. Positions with `=`
between them share a rank; `-` is an empty rank. A line of negative positions withdraws candidates: their marks are read
as empty ranks would be, passed over. Options have their position as id (`"1"`). Counted with `stv_scottish` unless
another rule is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NoReturn

from fund.counting.contest import Contest, Form, Option, Rule
from fund.counting.errors import BadContest
from fund.counting.formats.grouping import Grouping
from fund.counting.formats.pieces import lines
from fund.counting.settings import whole_number

MOST_CANDIDATES = 1_000
BOM = b"\xef\xbb\xbf"


class _Lines:
    """The lines of the file that hold something, with their numbers, one after the other."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._rows = lines(parts)
        self.at = 0

    def next(self) -> bytes | None:
        """The next line; None at the end. Raises BadContest for NUL."""
        for number, found in self._rows:
            row = found.removeprefix(BOM) if number == 1 else found
            if b"\x00" in row:
                _wrong(number, "text without NUL")
            if row := row.strip():
                self.at = number
                return row
        return None

    def marks(self, expected: str) -> str:
        """The next line as plain text, less what stands after # in it."""
        row = self.next()
        if row is None:
            _wrong(max(self.at, 1), expected)
        return row.split(b"#")[0].decode("latin-1").strip()


def _wrong(line: int, expected: str) -> NoReturn:
    raise BadContest(f"line {line}", expected)


def loads(data: bytes, lenient: bool = False) -> Contest:
    """The contest a BLT file holds. Raises BadContest naming the line."""
    return read((data,), lenient)


def read(parts: Iterable[bytes], lenient: bool = False) -> Contest:
    """The contest of a BLT file that comes in parts. Raises BadContest naming the line."""
    rows = _Lines(parts)
    head = rows.marks("the number of candidates and of seats")
    match = re.fullmatch(r"([0-9]{1,5})\s+([0-9]{1,5})", head)
    if match is None or not 1 <= int(match[1]) <= MOST_CANDIDATES or int(match[2]) < 1:
        _wrong(rows.at, "the number of candidates and of seats")
    candidates, seats = int(match[1]), int(match[2])
    grouping, withdrawn = _ballots(rows, candidates, lenient)
    names, title = _words(rows, candidates)
    options = tuple(
        Option(str(position), name or str(position))
        for position, name in enumerate(names, 1)
        if position not in withdrawn
    )
    contest = Contest(
        options=options,
        rule=Rule.of("stv_scottish", seats=seats),
        ballots=grouping.ballots(),
        title=title,
        form=Form("ranked"),
        ballots_checked=True,
    )
    contest.check()
    return contest


def _words(rows: _Lines, candidates: int) -> tuple[list[str], str]:
    """The names of the candidates and the title: UTF-8, or Latin-1 where they are not."""
    found = []
    for _ in range(candidates):
        row = rows.next()
        if row is None:
            _wrong(max(rows.at, 1), f"{candidates} names of candidates")
        found.append(row)
    found.append(rows.next() or b"")
    text = b"\n".join(found)
    try:
        said = text.decode()
    except UnicodeDecodeError:
        said = text.decode("latin-1")
    *names, title = map(_unquoted, said.split("\n"))
    return names, title


def _ballots(rows: _Lines, candidates: int, lenient: bool) -> tuple[Grouping, set[int]]:
    withdrawn: set[int] = set()
    alone: dict[str, tuple[str, ...]] = {str(position): (str(position),) for position in range(1, candidates + 1)}
    grouping = Grouping("ranking", tuple(alone))
    while True:
        row = rows.marks("a line with 0 after the ballots")
        if row.startswith("("):  # a name for the ballot
            row = re.sub(r"^\([^)]*\)\s*", "", row)
        if row == "0":
            return grouping, withdrawn
        marks = row.split()
        if row.startswith("-") and all(re.fullmatch(r"-[0-9]{1,5}", mark) for mark in marks):
            if not grouping.empty:
                _wrong(rows.at, "withdrawn candidates before the first ballot")
            withdrawn.update(-int(mark) for mark in marks)
            alone = {mark: rank for mark, rank in alone.items() if int(mark) not in withdrawn}
            grouping = Grouping("ranking", tuple(alone))
            continue
        if len(marks) < 2 or marks[-1] != "0":
            _wrong(rows.at, "a number of ballots, positions, and 0 at the end")
        count = whole_number(marks[0], f"line {rows.at}")
        try:
            grouping.add("ranking", _ranking(rows.at, marks[1:-1], candidates, withdrawn, alone), count)
        except BadContest as fault:
            if not lenient:
                raise
            grouping.add("void", str(fault), count)


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
            if not re.fullmatch(r"[0-9]{1,5}", position) or not 1 <= int(position) <= candidates:
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
