"""Ever longer parts of very many rankings as support, from arrays (marks.py): for expanding.py, by its law."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import cast

import numpy as np

from fund.counting.marks import Marks
from fund.counting.rules.buying import Market
from fund.counting.rules.buying_many import Fans, ManyTill, Part


class ManyRankings:
    """A till that nobody supports anything at yet, and the rankings that are read into it rank by rank."""

    def __init__(self, marks: Marks, voters: int, costs: Sequence[int], share: Fraction) -> None:
        self._marks, self._weights = marks, marks.weights.astype(np.float64)
        self.ranks = int(marks.lengths.max(initial=0))
        none: list[list[Part]] = [[] for _ in costs]
        self._fans = Fans(none)
        weights, divisor = cast("Sequence[int]", marks.weights), [cost or 1 for cost in costs]
        self.market = Market(voters, weights, costs, self._fans, [0] * len(costs), divisor)
        self.till = ManyTill(self._fans, share, self.market)

    def widen(self, rank: int) -> None:
        """Let every ballot support the option at this rank, from 0, too."""
        at = self._marks.starts[:-1] + rank
        groups = (at < self._marks.starts[1:]).nonzero()[0]
        places = self._marks.places[at[groups]]
        order = places.argsort(kind="stable")
        groups, places = groups[order], places[order]
        for place in np.unique(places).tolist():
            first, last = np.searchsorted(places, [place, place + 1]).tolist()
            these = np.concatenate([*(old for _, old, _ in self._fans.of[place]), groups[first:last]])
            self._fans.of[place] = [(1, these, self._weights[these])]
            self.market.utility[place] = int(self._weights[these].sum())
