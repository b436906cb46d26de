"""The till of equal shares for many ballots: exact as `buying.Till`, with arrays instead of lists.

Voters who have the same left over are one *class*. Every group of ballots remembers the number of its class; what a
class has left is one exact whole number, and beside it the nearest float. So the work with long numbers is one step a
class, looking at an option is a few array operations over its supporters, and a sale touches its supporters only.

Why the float interval of `estimate` is right. Let F(x) be the sum over supporters of min(left, x times utility): the
price is the x with F(x) = cost, and F does not fall. Each float amount has a relative error of at most u = 2**-53, and
a sum of n products of numbers that are not negative one of at most (n + 2) u more; so a computed F(x) is within a factor
1 +- E of the true one, with E = (n + 8) 2u. If the computed F(low) (1 + E) < cost then the price is above `low`; if the
computed F(high) (1 - E) >= cost it is at most `high`. Both are checked for every interval returned; where they do not
hold, the exact price is found instead. Affordability is decided in the same way.

Why the exact price of `_find_price` is right. On an interval that holds the price, whoever has less left than `low`
times her utility pays all of it (*poor*), and whoever has at least `high` times her utility pays the price times her
utility (*rich*); so the price is what the poor leave missing, divided by the utility of the rich. Where the floats leave
open which of the two somebody is, the plain way is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from fund.counting.marks import Marks, by_option
from fund.counting.rules.buying import Market, Price, Till

UNIT_ROUNDOFF = 2.0**-53
WIDTH = 1e-9  # relative half width of the intervals tried
MARGIN = 1e-12  # covers the rounding of one product or quotient many times over
MOST_DEAD = 256  # classes nobody is in any more, before they are forgotten

Integers = NDArray[Any]
Floats = NDArray[np.float64]
Part = tuple[int, Integers, Floats]  # a utility, the groups that have it from an option, and the voters in each


class Fans(Sequence[list[tuple[int, int]]]):
    """The supporters of every option as arrays, by utility: groups of ballots, and the voters in each. Made once."""

    def __init__(self, made: Market | list[list[Part]]) -> None:
        self.of = _arrays(made) if isinstance(made, Market) else made

    def __len__(self) -> int:
        return len(self.of)

    def __getitem__(self, place: Any) -> Any:
        return [(group, value) for value, groups, _ in self.of[place] for group in groups.tolist()]


def _arrays(market: Market) -> list[list[Part]]:
    weights: Floats = np.array(market.weights, dtype=np.float64)
    found = []
    for supporters in market.supporters:
        groups = np.array([group for group, _ in supporters], dtype=np.int64)
        values = np.array([value for _, value in supporters], dtype=np.int64)
        found.append(_by_value(groups, values, weights))
    return found


def _by_value(groups: Integers, values: Integers | None, weights: Floats) -> list[Part]:
    if values is None:
        return [(1, groups, weights[groups])] if len(groups) else []
    split = [(int(value), groups[values == value]) for value in np.unique(values)]
    return [(value, those, weights[those]) for value, those in split]


def market_of_marks(marks: Marks, voters: int, costs: Sequence[int], divisor: Sequence[int], *, score: bool) -> Market:
    """The market of a profile of many groups; `score`: a voter's utility is the value she gave, else one vote."""
    weights = marks.weights.astype(np.float64)
    of = [_by_value(groups, given if score else None, weights) for groups, given in by_option(marks, len(costs))]
    utility = [sum(value * int(number.sum()) for value, _, number in fans) for fans in of]
    return Market(voters, cast("Sequence[int]", marks.weights), costs, Fans(of), utility, divisor)


class ManyTill(Till):
    """A till whose voters are in classes. Class 0 has nothing left."""

    def __init__(self, fans: Fans, share: Fraction, market: Market) -> None:
        super().__init__(market, share)
        self._left = []
        self._fans = fans.of
        groups = len(market.weights)
        self._class_of: Integers = np.ones(groups, dtype=np.int32)
        self._amounts: list[int] = [0, share.numerator]
        self._floats: Floats = np.array([0.0, share.numerator / share.denominator])
        self._groups_in: Integers = np.array([0, groups], dtype=np.int64)
        self._dead = 0

    def _classes(self, place: int) -> list[Part]:
        """For each utility: the classes of its supporters, and how many voters are in each."""
        found = []
        for value, groups, weights in self._fans[place]:
            counted = np.bincount(self._class_of[groups], weights=weights)
            present: Integers = counted.nonzero()[0]
            found.append((value, present, counted[present].astype(np.float64, copy=False)))
        return found

    def purses(self, place: int) -> dict[tuple[int, int], int]:
        """Supporters of an option by (what each has left, utility), with their number."""
        found: dict[tuple[int, int], int] = {}
        for value, present, voters in self._classes(place):
            for number, weight in zip(present.tolist(), voters.tolist(), strict=True):
                key = (self._amounts[number], value)
                found[key] = found.get(key, 0) + int(weight)
        return found

    def held_minor(self, place: int) -> int:
        """What the supporters of an option have left together, whole minor units."""
        classes = self._classes(place)
        held = sum(float(np.dot(self._floats[present], voters)) for _, present, voters in classes)
        error = held * (sum(len(present) for _, present, _ in classes) + 8) * 4 * UNIT_ROUNDOFF
        if int(held - error) == int(held + error) and held < 2**52:
            return int(held)
        return super().held_minor(place)

    def estimate(self, place: int) -> tuple[float, float] | None:
        """An interval proved to hold the price, found with floats; the exact price where they cannot tell."""
        left, values, voters = self._flat(self._classes(place))
        error = (len(left) + 8) * 2 * UNIT_ROUNDOFF
        cost = float(self.market.costs[place])
        held = float(np.dot(left, voters))
        if held * (1 + error) < cost * (1 - error):
            return None
        price = _solve(left, values, voters, cost)
        if price is not None and held * (1 - error) > cost * (1 + error):
            low, high = price * (1 - WIDTH), price * (1 + WIDTH)
            paid_low = float(np.dot(np.minimum(left, low * values), voters))
            paid_high = float(np.dot(np.minimum(left, high * values), voters))
            if paid_low * (1 + error) < cost * (1 - error) and paid_high * (1 - error) >= cost * (1 + error):
                self._intervals[place] = (low, high)
                return low, high
        return super().estimate(place)

    def _flat(self, classes: list[Part]) -> tuple[Floats, Floats | float, Floats]:
        """What each class of supporters has left, its utility and its voters."""
        if len(classes) == 1:
            value, present, voters = classes[0]
            return self._floats[present], float(value), voters
        left = np.concatenate([self._floats[present] for _, present, _ in classes])
        values = np.concatenate([np.full(len(present), float(value)) for value, present, _ in classes])
        return left, values, np.concatenate([number for _, _, number in classes])

    def _find_price(self, place: int) -> Price | None:
        interval = self._intervals.get(place)
        if interval is None:
            return super()._find_price(place)
        low, high = interval
        missing, utility = self.market.costs[place] * self.denominator, 0
        for value, present, voters in self._classes(place):
            left = self._floats[present]
            poor = left < low * value * (1 - MARGIN)
            rich = left > high * value * (1 + MARGIN)
            if not (poor | rich).all():
                return super()._find_price(place)
            spent = zip(present[poor].tolist(), voters[poor].tolist(), strict=True)
            missing -= sum(self._amounts[number] * int(weight) for number, weight in spent)
            utility += value * int(voters[rich].sum())
        return missing, utility

    def look_again(self) -> None:
        """Forget known prices: supporters or what they have left have changed."""
        super().look_again()
        self._intervals: dict[int, tuple[float, float]] = {}

    def paying(self, place: int, each: int) -> tuple[int, int]:
        """The most one supporter pays at the price `each`, over the denominator, and how many support."""
        classes = self._classes(place)
        supporters = sum(int(voters.sum()) for _, _, voters in classes)
        if len(classes) == 1:
            value, present, _ = classes[0]
            if self._floats[present].max() > each * value / self.denominator * (1 + MARGIN):
                return each * value, supporters
        return super().paying(place, each)[0], supporters

    def scale(self, factor: int) -> None:
        """Make the common denominator finer; the floats stand for minor units and stay."""
        self.denominator *= factor
        self._amounts = [amount * factor for amount in self._amounts]

    def pay(self, place: int, price: int) -> None:
        """Take price x utility from every supporter: her class splits off a class of those who have paid."""
        for value, groups, _ in self._fans[place]:
            classes = self._class_of[groups]
            counted = np.bincount(classes, minlength=len(self._amounts))
            target = np.zeros(len(self._amounts), dtype=np.int32)
            fresh: list[int] = []
            numbers: list[int] = []
            paid = price * value
            for number in counted.nonzero()[0].tolist():
                rest = self._amounts[number] - paid
                if rest > 0:
                    target[number] = len(self._amounts) + len(fresh)
                    fresh.append(rest)
                    numbers.append(number)
            self._class_of[groups] = target[classes]
            self._groups_in -= counted
            self._groups_in[0] += len(groups) - int(counted[numbers].sum())
            self._groups_in = np.append(self._groups_in, counted[numbers])
            self._amounts += fresh
            self._floats = np.append(self._floats, [rest / self.denominator for rest in fresh])
        self._forget_empty()

    def _forget_empty(self) -> None:
        """Forget the classes nobody is in any more, once they are many."""
        used = self._groups_in > 0
        used[0] = True
        if len(used) - int(used.sum()) < MOST_DEAD:
            return
        self._class_of = (np.cumsum(used) - 1).astype(np.int32)[self._class_of]
        self._floats, self._groups_in = self._floats[used], self._groups_in[used]
        self._amounts = [amount for amount, kept in zip(self._amounts, used.tolist(), strict=True) if kept]


def _solve(left: Floats, values: Floats | float, voters: Floats, cost: float) -> float | None:
    """The price by floats: supporters from the one who runs out first, until the rest can pay what is missing."""
    order = np.argsort(left / values)
    left, voters = left[order], voters[order]
    values = values[order] if isinstance(values, np.ndarray) else values
    money, utility = left * voters, values * voters
    missing = cost - (np.cumsum(money) - money)
    rich = np.cumsum(utility[::-1])[::-1]
    price = missing / rich
    enough = (left >= price * values).nonzero()[0]
    return float(price[enough[0]]) if len(enough) and price[enough[0]] > 0 else None
