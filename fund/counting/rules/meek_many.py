"""Meek's rounds over very many ballots: exact as `meek.Round`, rank by rank over arrays (marks.py).

What is left of a ballot and what an option keeps are at most 10**9 steps each, so their product is below 2**60 and every
figure fits 64 bits; sums over ballots are made by `marks.summed`, which is exact.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fund.counting.marks import MOST, Marks, summed
from fund.counting.rules.meek import ONE, Round


class ManyRound(Round):
    """The state of a count whose ballots are arrays."""

    def __init__(self, marks: Marks, standing: Sequence[int], seats: int, options: int) -> None:
        super().__init__((), standing, seats)
        self._marks, self._options = marks, options

    def distribute(self) -> None:
        """Hand out every ballot by the keep factors, and find the quota of what was handed out."""
        keep = np.zeros(self._options, dtype=np.int64)
        for place, factor in self.keep.items():
            keep[place] = factor
        totals = [0] * self._options
        for piece in self._marks.pieces():
            for place, votes in enumerate(self._handed_out(piece, keep)):
                totals[place] += votes
        self.votes = {place: totals[place] for place in self.votes}
        self.quota = sum(self.votes.values()) // (self.seats + 1) + 1

    def _handed_out(self, piece: Marks, keep: np.ndarray) -> list[int]:
        at, ends = piece.starts[:-1], piece.starts[1:]
        left, weights = np.full(len(piece), ONE, dtype=np.int64), piece.weights
        totals = [0] * self._options
        while True:
            going = (at < ends) & (left > 0)
            if not going.all():
                at, ends, left, weights = at[going], ends[going], left[going], weights[going]
            if not len(at):
                return totals
            places = piece.places[at]
            kept = -(-left * keep[places] // ONE)
            heavy = int(weights.max()) * ONE >= MOST
            votes = kept.astype(object) * weights.astype(object) if heavy else kept * weights
            for place, found in enumerate(summed(places, votes, self._options)):
                totals[place] += found
            left, at = left - kept, at + 1
