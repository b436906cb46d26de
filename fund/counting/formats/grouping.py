"""Ballots put together with their equals while a file is read, for the readers of lines.

Few different ballots stay as they are. When there are many, they go block by block into arrays (packed.py), a few bytes
each, so that ten million ballots fit into the memory of a small machine; what has no place in an array (overvotes, void
ballots) stands apart. Whichever way they are kept, the contest means the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fund.counting.contest import Ballot

if TYPE_CHECKING:
    from fund.counting.packed import Cells

BLOCK = 1 << 16  # different ballots held as they are before they are packed
WORTH_GROUPING = 0.98  # blocks this full of different ballots are not compared with each other: it would hardly help
MOST_PACKED = 2**31 - 1  # points on one option


class Grouping:
    """Equal ballots with their number. `ids`: the options, in the order of the contest; `kind` is that of all ballots."""

    def __init__(self, kind: str, ids: Sequence[str]) -> None:
        self.kind, self.ids = kind, tuple(ids)
        self._place = {id_: place for place, id_ in enumerate(self.ids)}
        self._held: dict[tuple[str, Any], int] = {}
        self._others: dict[tuple[str, Any], int] = {}
        self._blocks: list[tuple[Cells, Cells]] = []

    @property
    def empty(self) -> bool:
        """Whether no ballot was added yet."""
        return not (self._held or self._others or self._blocks)

    def add(self, kind: str, content: Any, count: int = 1) -> None:
        """Add so many equal ballots; `kind` is that of all ballots, or `void`."""
        key = (kind, content)
        self._held[key] = self._held.get(key, 0) + count
        if len(self._held) >= BLOCK:
            self._pack()

    def ballots(self) -> Sequence[Ballot]:
        """All ballots: as they are where they are few, else packed."""
        if not self._blocks:
            return tuple(Ballot(kind, content, count) for (kind, content), count in self._held.items())
        import numpy as np

        from fund.counting.packed import PackedBallots, grouped

        self._pack()
        width = max(cells.shape[1] for cells, _ in self._blocks)
        rows = sum(len(cells) for cells, _ in self._blocks)
        weights = np.concatenate([weights for _, weights in self._blocks])
        together = np.zeros((rows, width), dtype=np.result_type(*(cells.dtype for cells, _ in self._blocks)))
        at = 0
        while self._blocks:
            cells, _ = self._blocks.pop(0)
            together[at : at + len(cells), : cells.shape[1]] = cells
            at += len(cells)
        together, weights = grouped(together, weights)
        others = [Ballot(kind, content, count) for (kind, content), count in self._others.items()]
        return PackedBallots(self.kind, self.ids, together, weights, others, short=True)

    def _pack(self) -> None:
        """Move what is held into arrays of the smallest numbers that hold it."""
        import numpy as np

        columns: list[int] = []
        cells: list[int] = []
        lengths: list[int] = []
        weights: list[int] = []
        for (kind, content), count in self._held.items():
            row = self._row(content) if kind == self.kind else None
            if row is None:
                self._others[kind, content] = self._others.get((kind, content), 0) + count
                continue
            columns += row[0]
            cells += row[1]
            lengths.append(len(row[0]))
            weights.append(count)
        self._held.clear()
        width = max(lengths, default=0) if self.kind == "ranking" else len(self.ids)
        most = max(cells, default=0)
        small = next(kind for kind in (np.uint8, np.uint16, np.int32) if most <= np.iinfo(kind).max)
        block = np.zeros((len(lengths), width), dtype=small)
        block[np.repeat(np.arange(len(lengths)), lengths), columns] = cells
        self._blocks.append((block, np.array(weights, dtype=np.int64)))

    def _row(self, content: Any) -> tuple[Sequence[int], Sequence[int]] | None:
        """The columns a ballot fills and what stands there; None where it has no place in an array."""
        if self.kind == "ranking":
            if any(len(rank) > 1 for rank in content) or (content and not content[-1]):
                return None  # an overvote, or a skipped rank at the end, which a short ranking is not
            return range(len(content)), [self._place[rank[0]] + 1 if rank else 0 for rank in content]
        if self.kind == "approve":
            return [self._place[id_] for id_ in content], [1] * len(content)
        if any(value > MOST_PACKED for _, value in content):
            return None
        return [self._place[id_] for id_, _ in content], [value for _, value in content]
