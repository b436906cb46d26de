"""Piles of very many ranked ballots: exact as `piles.Piles`, with arrays instead of lists.

A pile holds parcels: groups of ballots (their numbers, in order) that are worth the same. Moving a parcel looks at its
own ballots only: each goes on, mark by mark, to the next option still standing. Nothing is rounded: voters are counted
in whole numbers, and the value of a parcel is a whole number of the smallest step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from fund.counting.marks import Integers, Marks, summed

MOST_EXACT = 2**53  # whole numbers up to here are exact as floats, and so are their sums
PIECE = 2**15  # groups moved together: what is made of them stays near the processor


class ManyPiles:
    """A pile for each option. `votes` is what it is worth; options in `standing` receive ballots."""

    def __init__(self, marks: Marks, standing: Sequence[int], options: int, one: int = 1) -> None:
        self._marks = marks
        # For each group the mark it has come to, the one after its last, and its ballots: side by side, since all three
        # are wanted together and few groups at a time.
        self._state = np.column_stack([marks.starts[:-1], marks.starts[1:], marks.weights])
        self.standing = set(standing)
        self._stands = np.zeros(options, dtype=bool)
        self._stands[list(standing)] = True
        self.votes = dict.fromkeys(standing, 0)
        self._piles: dict[int, list[tuple[Integers, int]]] = {place: [] for place in standing}
        self._exact = len(marks) * int(marks.weights.max(initial=0)) < MOST_EXACT
        small = np.int32 if len(marks) < 2**31 else np.int64
        for first in range(0, len(marks), PIECE):
            self._put(np.arange(first, min(first + PIECE, len(marks)), dtype=small), one)

    def _put(self, groups: Integers, value: int) -> None:
        """Lay groups down at the option standing that each names next."""
        marks, state = self._marks, self._state.take(groups, axis=0)
        at, ends = state[:, 0].copy(), state[:, 1].copy()
        searching = (at < ends).nonzero()[0]
        while len(searching):
            passed = ~self._stands[marks.places[at[searching]]]
            searching = searching[passed]
            at[searching] += 1
            searching = searching[at[searching] < ends[searching]]
        self._state[groups, 0] = at + 1
        found = at < ends
        groups, places, weights = groups[found], marks.places[at[found]], state[found, 2]
        order = places.argsort(kind="stable")
        voters = self._voters(weights, places)
        groups, places = groups[order], places[order]
        bounds = [0, *((places[1:] != places[:-1]).nonzero()[0] + 1).tolist(), len(groups)]
        for first, last in pairwise(bounds) if len(groups) else ():
            place = int(places[first])
            self.votes[place] += value * voters[place]
            self._piles[place].append((groups[first:last], value))

    def _voters(self, weights: Integers, places: Integers) -> list[int]:
        """The ballots that go to each option."""
        if self._exact:
            return np.bincount(places, weights=weights, minlength=len(self._stands)).astype(np.int64).tolist()
        return summed(places, weights, len(self._stands))

    def _move(self, parcels: Iterator[tuple[Integers, int]]) -> None:
        together: dict[int, list[Integers]] = {}
        for groups, value in parcels:
            together.setdefault(value, []).append(groups)
        for value, parts in together.items():
            groups = np.concatenate(parts)
            for first in range(0, len(groups), PIECE):
                self._put(groups[first : first + PIECE], value)

    def remove(self, places: Sequence[int]) -> None:
        """Take options out; their ballots go on at the value they have."""
        self.stand_aside(places)
        for place in places:
            del self.votes[place]
        self._move(parcel for place in places for parcel in self._piles.pop(place))

    def settle(self, elected: Sequence[int], quota: int) -> None:
        """Take elected options out, each keeping the quota; their ballots go on at value x surplus / total, cut."""
        self.stand_aside(elected)
        moving = []
        for place in elected:
            total, parcels = self.votes[place], self._piles.pop(place)
            if total > quota:
                moving += [(groups, value * (total - quota) // total) for groups, value in parcels]
                self.votes[place] = quota
        self._move((groups, value) for groups, value in moving if value)

    def stand_aside(self, elected: Sequence[int]) -> None:
        """Elected options receive no more; their ballots stay where they are."""
        self.standing.difference_update(elected)
        self._stands[list(elected)] = False
