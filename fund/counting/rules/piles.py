"""Piles of ranked ballots, for the rules that move ballots from option to option (`irv`, `stv`).

The rankings lie in order, as in a dictionary, so that all that begin alike lie side by side. A *stretch* is such a row of
them: every ballot in it has come the same way and is worth the same. Where a stretch goes on to is found by looking for
the ends of the shorter ones inside it, not at each ballot, and what it holds is the difference of two running sums. A
ranking that lies alone is a *single* from then on: it reads its own marks, each once, to the next option standing.
`value` is a whole number of the smallest step of a vote. For very many ballots piles_many.py does the same with arrays.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fund.counting.profile import Profile
    from fund.counting.rules.piles_many import ManyPiles

Stretch = tuple[int, int, int, int]  # first ranking, the one after the last, marks passed, value of each ballot
Single = tuple[Iterator[int], int, int]  # the marks not read yet, equal ballots, value of each


class Piles:
    """A pile for each option. `votes` is what it is worth; options in `standing` receive ballots. `ranked` is in order."""

    def __init__(self, ranked: Sequence[tuple[tuple[int, ...], int]], standing: Sequence[int], one: int = 1) -> None:
        self._orders: Sequence[tuple[int, ...]]
        self._orders, weights = zip(*ranked, strict=True) if ranked else ((), ())
        self._before = [0, *accumulate(weights)]  # ballots before each ranking
        self.standing = set(standing)
        self.votes = dict.fromkeys(standing, 0)
        self._stretches: dict[int, list[Stretch]] = {place: [] for place in standing}
        self._singles: dict[int, list[Single]] = {place: [] for place in standing}
        self._lay([(0, len(ranked), 0, one)], [])

    def _lay(self, stretches: list[Stretch], singles: list[Single]) -> None:
        """Lay ballots down: each at the option standing that it names next."""
        orders, before, standing, votes = self._orders, self._before, self.standing, self.votes
        while stretches:
            first, last, passed, value = stretches.pop()
            while first < last and len(orders[first]) == passed:  # the shortest come first
                first += 1
            while first < last:
                order, end = orders[first], first + 1
                place = order[passed]
                if end == last or orders[end][passed] != place:
                    singles.append((iter(order[passed:]), before[end] - before[first], value))
                else:
                    end = bisect_left(orders, (*order[:passed], place + 1), end + 1, last)
                    if place in standing:
                        votes[place] += (before[end] - before[first]) * value
                        self._stretches[place].append((first, end, passed + 1, value))
                    else:
                        stretches.append((first, end, passed + 1, value))
                first = end
        piles = self._singles
        for single in singles:
            marks, weight, value = single
            for place in marks:
                if place in standing:
                    votes[place] += weight * value
                    piles[place].append(single)
                    break

    def remove(self, places: Sequence[int]) -> None:
        """Take options out; their ballots go on at the value they have."""
        self.standing.difference_update(places)
        stretches: list[Stretch] = []
        singles: list[Single] = []
        for place in places:
            del self.votes[place]
            stretches += self._stretches.pop(place)
            singles += self._singles.pop(place)
        self._lay(stretches, singles)

    def settle(self, elected: Sequence[int], quota: int) -> None:
        """Take elected options out, each keeping the quota; their ballots go on at value x surplus / total, cut."""
        self.standing.difference_update(elected)
        stretches: list[Stretch] = []
        singles: list[Single] = []
        for place in elected:
            total, surplus = self.votes[place], self.votes[place] - quota
            long, alone = self._stretches.pop(place), self._singles.pop(place)
            if surplus > 0:
                stretches += [(*where, value * surplus // total) for *where, value in long]  # type: ignore[misc]
                singles += [(marks, weight, value * surplus // total) for marks, weight, value in alone]
                self.votes[place] = quota
        self._lay([each for each in stretches if each[3]], [each for each in singles if each[2]])

    def stand_aside(self, elected: Sequence[int]) -> None:
        """Elected options receive no more; their ballots stay where they are."""
        self.standing.difference_update(elected)


def piles_for(profile: Profile, standing: Sequence[int], one: int = 1) -> Piles | ManyPiles:
    """The piles at the start, of the kind that suits the number of ballots; both give the same outcome."""
    if not profile.many or not profile.is_ranked:
        return Piles(profile.ranked, standing, one)
    from fund.counting.rules.piles_many import ManyPiles

    return ManyPiles(profile.marks, standing, len(profile.options), one)
