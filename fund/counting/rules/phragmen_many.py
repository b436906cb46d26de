"""The loads of sequential Phragmen for many ballots: exact as `phragmen.Loads`, with arrays instead of lists.

For every option it is kept how many of its supporters carry each of the loads there are (a *level*); funding an option
moves its own supporters to a new level and touches nobody else. The load of an option is then one product of whole
numbers of voters with the levels.

Why the float filter of `near` is right. Levels are quotients of whole numbers, correctly rounded (relative error at most
u = 2**-53), and whole numbers of voters below 2**53 are exact; a sum of n products of numbers that are not negative has a
relative error of at most (n + 2) u, the cost, the sum with it and the quotient add at most 4 u more. So each computed
load is within a factor 1 +- E of the true one, with E = (n + 8) 2u, and an option whose load is lighter by less than
that than another's is never left out. Those that are left are compared exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from fund.counting.marks import by_option
from fund.counting.rules.phragmen import Carried

if TYPE_CHECKING:
    from fund.counting.sitting import Sitting

UNIT_ROUNDOFF = 2.0**-53


class ManyLoads(Carried):
    """What many voters carry."""

    def __init__(self, sitting: Sitting) -> None:
        self.marks = sitting.profile.marks
        options = len(sitting.options)
        self.weights = self.marks.weights.astype(np.float64)
        self.groups_of = [groups for groups, _ in by_option(self.marks, options)]
        voters = [int(self.weights[groups].sum()) for groups in self.groups_of]
        super().__init__([option.cost for option in sitting.options], voters)
        self._costs = np.array([float(cost) for cost in self.costs])
        self._floats = np.zeros(1)
        self._level_of = np.zeros(len(self.marks), dtype=np.int32)
        self._at_level = np.array(self.voters, dtype=np.float64).reshape(options, 1)  # option by level: supporters

    def near(self, standing: Sequence[int]) -> Sequence[int]:
        """Those of the options that can be the lightest, as far as floats can tell."""
        places = np.array(standing)
        error = (len(self.levels) + 8) * 2 * UNIT_ROUNDOFF
        at_level = self._at_level[places]
        after = (self._costs[places] + at_level @ self._floats) / at_level.sum(axis=1)
        return [standing[n] for n in (after * (1 - error) <= after.min() * (1 + error)).nonzero()[0].tolist()]

    def load_of(self, place: int) -> int:
        """What all supporters of the option carry together, over `denominator`."""
        carried = zip(self.levels, self._at_level[place].tolist(), strict=True)
        return sum(level * int(voters) for level, voters in carried if voters)

    def scale(self, factor: int) -> None:
        """Nothing to do: the floats stand for minor units, and voters are whole."""

    def move(self, place: int, load: int) -> None:
        """Put the supporters of the option on the newest level, which is `load`."""
        options, levels = self._at_level.shape
        groups = self.groups_of[place]
        marks, owner = self.marks.of_groups(groups)
        spot = self.marks.places[marks] * np.int64(levels) + self._level_of[groups][owner]
        moved = np.bincount(spot, weights=self.weights[groups][owner], minlength=options * levels)
        moved = moved.reshape(options, levels)
        self._at_level = np.column_stack([self._at_level - moved, moved.sum(axis=1)])
        self._level_of[groups] = levels
        self._floats = np.append(self._floats, load / self.denominator)
