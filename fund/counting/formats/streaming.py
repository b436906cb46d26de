"""A table of ballots (`.csv`, also `.csv.gz`) read as a stream: piece by piece, equal ballots grouped on the way.

A short table is given to records.py as it is. Of a longer one each row becomes a few small numbers at once, so that ten
million ballots fit into the memory of a small machine; what has no place in such a row (overvotes, ballots kept as
void) is read as in records.py and stands apart. Faults are named as there: row and column.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fund.counting.contest import FORM_OF_KIND, Ballot, Contest, Form, Option, Rule
from fund.counting.errors import BadContest
from fund.counting.formats.csv_rows import csv_rows
from fund.counting.formats.grouping import WORTH_GROUPING
from fund.counting.formats.pieces import pieces
from fund.counting.formats.records import RULE_OF_KIND, TICKS, Columns, Row, column_at, content_of, from_rows
from fund.counting.forms import MOST_OPTIONS
from fund.counting.settings import whole_number

if TYPE_CHECKING:
    from fund.counting.packed import Cells

SHORT = 20_000  # rows
BLOCK = 1 << 18  # rows grouped together
PACKED_KINDS = {"ranking": "H", "approve": "B", "points": "i", "votes": "i"}  # and the type of their numbers
MOST_WORDS = 100_000  # different cells remembered


def read_csv(path: Path, columns: Columns, lenient: bool = False) -> Contest:
    """The contest a CSV table holds. Raises BadContest naming row and column."""
    rows = csv_rows(pieces(path))
    first = list(islice(rows, SHORT))
    packs = columns.kind in PACKED_KINDS and columns.chamber is None
    if len(first) < SHORT or not packs:
        return from_rows(chain(first, rows), columns, lenient)
    return _Table(first[0], columns, lenient).read(chain(first[1:], rows))


class _Words(dict[str, int]):
    """The number each cell stands for. One that has none sets `odd`: its row is read the long way."""

    def __init__(self, kind: str) -> None:
        super().__init__({"": 0} if kind == "ranking" else {})
        self.kind = kind
        self.ids: list[str] = []  # of ranked options, in the order of their numbers
        self.odd = False

    def __missing__(self, cell: str) -> int:
        number = self._option(cell) if self.kind == "ranking" else self._value(cell.strip().lower())
        if number is None:
            self.odd = True
            return 0
        if len(self) < MOST_WORDS:
            self[cell] = number
        return number

    def _option(self, cell: str) -> int | None:
        id_ = cell.strip()
        if "|" in id_ or not id_:
            return None
        if id_ != cell:
            return self[id_]
        if len(self.ids) == MOST_OPTIONS:
            raise BadContest("$.options", f"at most {MOST_OPTIONS} options")
        self.ids.append(id_)
        return len(self.ids)

    def _value(self, word: str) -> int | None:
        if self.kind == "approve":
            return int(TICKS[word]) if word in TICKS else None
        digits = word.removeprefix("-") if self.kind == "votes" else word
        if word and not (digits.isascii() and digits.isdecimal() and len(digits) <= 9):
            return None
        return int(word or 0)


class _Table:
    """One long table: its columns, and the ballots packed so far."""

    def __init__(self, head: Row, columns: Columns, lenient: bool) -> None:
        # An empty table with these headings answers for all that can be wrong with them.
        self.names = from_rows([head], columns, lenient).options if columns.kind != "ranking" else ()
        titles = [cell.strip() for cell in head]
        self.kind, self.lenient = columns.kind, lenient
        self.first, self.last = column_at(titles, columns.first), column_at(titles, columns.last)
        if self.last < self.first:
            raise BadContest("--columns", "the first column before the last")
        self.count_at = None if columns.count is None else column_at(titles, columns.count)
        self.words = _Words(columns.kind)
        self.blocks: list[tuple[Cells, Cells]] = []
        self.rows = 0
        self.others: dict[tuple[str, Any], int] = {}

    @property
    def width(self) -> int:
        """Cells of a ballot."""
        return self.last + 1 - self.first

    def read(self, rows: Iterator[Row]) -> Contest:
        """The contest of the rows below the headings."""
        cells, counts = array(PACKED_KINDS[self.kind]), array("q")
        number_of, extend, words = self.words.__getitem__, cells.extend, self.words
        first, stop, width, count_at = self.first, self.last + 1, self.width, self.count_at
        for number, row in enumerate(rows, 2):
            marks = row[first:stop]
            if not any(marks) and not any(cell.strip() for cell in row):
                continue
            count = 1
            if count_at is not None:
                given = row[count_at].strip() if count_at < len(row) else ""
                count = whole_number(given, f"row {number} column {count_at + 1}")
            extend(map(number_of, marks))
            if len(marks) < width:
                extend([0] * (width - len(marks)))
            if words.odd:
                words.odd = False
                del cells[-width:]
                self._apart(number, row, count)
                continue
            counts.append(count)
            if len(counts) == BLOCK:
                self._pack(cells, counts)
                del cells[:], counts[:]
        self._pack(cells, counts)
        return self._contest()

    def _apart(self, number: int, row: Row, count: int) -> None:
        """A ballot that does not fit into the array."""
        cells = [cell.strip() for cell in row] + [""] * (self.last + 1 - len(row))
        if not any(cells):
            return
        ids = [option.id for option in self.names]
        try:
            content = content_of(self.kind, ids, cells[self.first : self.last + 1], number, self.first)
            key = (self.kind, content)
        except BadContest as fault:
            if not self.lenient:
                raise
            key = ("void", str(fault))
        self.others[key] = self.others.get(key, 0) + count

    def _pack(self, cells: array[int], counts: array[int]) -> None:
        """Group a block, in the smallest numbers that hold it."""
        import numpy as np

        from fund.counting.packed import grouped

        self.rows += len(counts)
        block = np.array(cells).reshape(len(counts), self.width)
        small = next(kind for kind in (np.int8, np.uint8, np.int16, np.uint16, np.int32) if _holds(kind, block))
        self.blocks.append(grouped(block.astype(small), np.array(counts, dtype=np.int64)))

    def _contest(self) -> Contest:
        import numpy as np

        from fund.counting.packed import PackedBallots, grouped

        weights = np.concatenate([weights for _, weights in self.blocks])
        parts = [cells for cells, _ in self.blocks]
        self.blocks.clear()
        options = self.names
        if self.kind == "ranking":
            ranked = (content for (kind, content) in self.others if kind == "ranking")
            ids = sorted({*self.words.ids, *(id_ for content in ranked for rank in content for id_ in rank)})
            options = tuple(Option(id_, id_) for id_ in ids)
            position = {id_: place for place, id_ in enumerate(ids, 1)}
            numbers = [0, *(position[id_] for id_ in self.words.ids)]
            renumbered = np.array(numbers, dtype=np.uint8 if len(ids) < 2**8 else np.uint16)
            parts = [renumbered[part] for part in parts]
        cells = np.concatenate(parts)
        del parts
        if len(cells) < self.rows * WORTH_GROUPING or len(cells) < BLOCK:
            cells, weights = grouped(cells, weights)
        others = [Ballot(kind, content, count) for (kind, content), count in self.others.items()]
        contest = Contest(
            options=options,
            rule=Rule.of(RULE_OF_KIND[self.kind]),
            ballots=PackedBallots(self.kind, [o.id for o in options], cells, weights, others),
            form=Form(FORM_OF_KIND[self.kind], negative=self.kind == "votes"),
            ballots_checked=True,
        )
        contest.check()
        return contest


def _holds(kind: Any, block: Cells) -> bool:
    import numpy as np

    limits = np.iinfo(kind)
    return bool(limits.min <= block.min(initial=0) and block.max(initial=0) <= limits.max)
