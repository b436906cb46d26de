"""Millions of ballots in a few bytes each: what the reader of a large table hands to the profile.

A row of `cells` is a ballot as it was cast, `weights` says how many equal ones there are. For `ranking` a cell is a rank
and holds the number of an option in `ids`, counted from 1, or 0 for a skipped rank; for the other kinds a column is an
option and a cell what it was given. Ballots that do not fit this shape (overvotes, void ones) stand apart in `others`.
To everyone else it is a sequence of ballots like any other, made one at a time when asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fund.counting.contest import Ballot
from fund.counting.marks import Marks

Cells = NDArray[Any]
PIECE = 2**20  # rows looked at together


class PackedBallots(Sequence[Ballot]):
    """Ballots of one kind in an array, and after them the others. `short`: a ranking ends with its last mark, and what
    follows in its row is no skipped rank.
    """

    def __init__(
        self, kind: str, ids: Sequence[str], cells: Cells, weights: Cells, others: Sequence[Ballot], short: bool = False
    ) -> None:
        self.kind, self.ids, self.cells, self.weights = kind, tuple(ids), cells, weights
        self.others, self.short = tuple(others), short

    def __len__(self) -> int:
        return len(self.cells) + len(self.others)

    def __getitem__(self, number: Any) -> Any:
        if isinstance(number, slice):
            return tuple(self[n] for n in range(*number.indices(len(self))))
        if number < 0:
            number += len(self)
        if number >= len(self.cells):
            return self.others[number - len(self.cells)]
        return self._ballot(self.cells[number].tolist(), int(self.weights[number]))

    def __iter__(self) -> Iterator[Ballot]:
        for first in range(0, len(self.cells), PIECE):
            last = first + PIECE
            rows = zip(self.cells[first:last].tolist(), self.weights[first:last].tolist(), strict=True)
            for cells, count in rows:
                yield self._ballot(cells, count)
        yield from self.others

    def _ballot(self, cells: list[int], count: int) -> Ballot:
        content: Any
        if self.kind == "ranking":
            while self.short and cells and not cells[-1]:
                cells.pop()
            content = tuple((self.ids[cell - 1],) if cell else () for cell in cells)
        else:
            given = [(id_, cell) for id_, cell in zip(self.ids, cells, strict=True) if cell]
            content = tuple(id_ for id_, _ in given) if self.kind == "approve" else tuple(given)
        return Ballot(self.kind, content, count)

    @property
    def total(self) -> int:
        """Ballots in all."""
        whole = int(self.weights.sum()) if len(self.weights) * int(self.weights.max(initial=0)) < 2**62 else None
        if whole is None:
            whole = sum(self.weights.tolist())
        return whole + sum(ballot.count for ballot in self.others)

    def marks(self, reading: dict[str, Any]) -> tuple[Marks, int, int]:
        """The marks of the packed ballots under the rule's reading of ranks; the blank ballots; the longest ranking."""
        ranked = self.kind == "ranking"
        lengths: list[Cells] = []
        places: list[Cells] = []
        values: list[Cells] = []
        weights: list[Cells] = []
        valued = self.kind in ("points", "votes")
        blank = longest = 0
        small = np.uint8 if len(self.ids) < 2**8 else np.uint16
        for first in range(0, len(self.cells), PIECE):
            cells, weight = self.cells[first : first + PIECE], self.weights[first : first + PIECE]
            some = cells.any(axis=1)
            blank += int(weight[~some].sum())
            cells = cells[some]
            kept = read_cells(cells, reading) if ranked else cells != 0
            columns = np.broadcast_to(np.arange(cells.shape[1], dtype=small), cells.shape)
            places.append((cells[kept] - 1).astype(small) if ranked else columns[kept])
            if valued:
                values.append(cells[kept].astype(np.int64))
            lengths.append(kept.sum(axis=1, dtype=np.int32))
            weights.append(weight[some])
            longest = max(longest, int(lengths[-1].max(initial=0)))
        starts = np.zeros(sum(map(len, lengths)) + 1, dtype=np.int64)
        np.cumsum(np.concatenate(lengths), out=starts[1:])
        given = np.concatenate(values) if valued else None
        return Marks(ranked, starts, np.concatenate(places), given, np.concatenate(weights)), blank, longest


def read_cells(cells: Cells, reading: dict[str, Any]) -> Cells:
    """Which cells count as ranks: `profile.read_ranks` for many ballots without overvotes."""
    rows, ranks = cells.shape
    most_skips, ending = reading["max_skipped_ranks"], reading["repeats"] == "exhaust"
    kept = np.zeros((rows, ranks), dtype=bool)
    ended = np.zeros(rows, dtype=bool)
    skips = np.zeros(rows, dtype=np.int32)
    for rank in range(ranks):
        cell = cells[:, rank]
        marked = cell != 0
        if most_skips is not None:
            ended |= marked & (skips > most_skips)
            skips = np.where(marked, 0, skips + 1)
        repeated = np.zeros(rows, dtype=bool)
        for before in range(rank):
            repeated |= kept[:, before] & (cells[:, before] == cell)
        if ending:
            ended |= repeated
        kept[:, rank] = marked & ~ended & ~repeated
    return kept


def grouped(cells: Cells, weights: Cells) -> tuple[Cells, Cells]:
    """Equal rows once, with the sum of their weights: rows are sorted as whole numbers of 64 bits, so equal ones meet."""
    rows = len(cells)
    if not rows:
        return cells, weights
    if cells.max(initial=0) <= 1 and cells.min(initial=0) >= 0:
        told = np.packbits(cells.astype(bool, copy=False), axis=1)  # eight cells in one byte tell the rows apart
    else:
        told = cells.view(np.uint8)
    padded = np.zeros((rows, -(-told.shape[1] // 8) * 8), dtype=np.uint8)
    padded[:, : told.shape[1]] = told
    keys = padded.view(np.uint64)
    del told, padded
    order = np.argsort(keys[:, 0]) if keys.shape[1] == 1 else np.lexsort(keys.T[::-1])
    keys = keys[order]
    new = np.ones(rows, dtype=bool)
    new[1:] = (keys[1:] != keys[:-1]).any(axis=1)
    first = new.nonzero()[0]
    return cells[order[first]], np.add.reduceat(weights[order], first)
