"""Piles of ranked ballots, for the rules that move ballots from option to option (`irv`, `stv`).

The rankings lie in order, as in a dictionary, so that all that begin alike lie side by side. A *parcel* is such a stretch:
every ballot in it has come the same way and is worth the same. Where a parcel goes on to is found by looking for the
ends of the stretches inside it, not at each ballot, and what a stretch holds is the difference of two running sums.
`value` is a whole number of the smallest step of a vote. For very many ballots piles_many.py does the same with arrays.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fund.counting.profile import Profile
    from fund.counting.rules.piles_many import ManyPiles

Parcel = tuple[int, int, int, int]  # first ranking, the one after the last, marks passed, value of each ballot


class Piles:
    """A pile for each option. `votes` is what it is worth; options in `standing` receive ballots."""

    def __init__(self, ranked: Sequence[tuple[tuple[int, ...], int]], standing: Sequence[int], one: int = 1) -> None:
        rows = sorted(ranked)
        self._orders = [order for order, _ in rows]
        self._before = [0, *accumulate(weight for _, weight in rows)]  # ballots before each ranking
        self.standing = set(standing)
        self.votes = dict.fromkeys(standing, 0)
        self._piles: dict[int, list[Parcel]] = {place: [] for place in standing}
        self._lay([(0, len(rows), 0, one)])

    def _lay(self, parcels: list[Parcel]) -> None:
        """Lay parcels down: each stretch at the option standing that its ballots name next."""
        orders, before, standing = self._orders, self._before, self.standing
        while parcels:
            first, last, passed, value = parcels.pop()
            while first < last:
                order = orders[first]
                if len(order) == passed:
                    first += 1
                    continue
                place = order[passed]
                end = bisect_left(orders, (*order[:passed], place + 1), first + 1, last)
                if place in standing:
                    self.votes[place] += (before[end] - before[first]) * value
                    self._piles[place].append((first, end, passed + 1, value))
                else:
                    parcels.append((first, end, passed + 1, value))
                first = end

    def remove(self, places: Sequence[int]) -> None:
        """Take options out; their ballots go on at the value they have."""
        self.standing.difference_update(places)
        for place in places:
            del self.votes[place]
        self._lay([parcel for place in places for parcel in self._piles.pop(place)])

    def settle(self, elected: Sequence[int], quota: int) -> None:
        """Take elected options out, each keeping the quota; their ballots go on at value x surplus / total, cut."""
        self.standing.difference_update(elected)
        moving = []
        for place in elected:
            total, parcels = self.votes[place], self._piles.pop(place)
            if total > quota:
                moving += [(*parcel[:3], parcel[3] * (total - quota) // total) for parcel in parcels]
                self.votes[place] = quota
        self._lay([parcel for parcel in moving if parcel[3]])

    def stand_aside(self, elected: Sequence[int]) -> None:
        """Elected options receive no more; their ballots stay where they are."""
        self.standing.difference_update(elected)


def piles_for(profile: Profile, standing: Sequence[int], one: int = 1) -> Piles | ManyPiles:
    """The piles at the start, of the kind that suits the number of ballots; both give the same outcome."""
    if not profile.many or not profile.is_ranked:
        return Piles(profile.ranked, standing, one)
    from fund.counting.rules.piles_many import ManyPiles

    return ManyPiles(profile.marks, standing, len(profile.options), one)
