"""The till of equal shares for many ballots: exact as `buying.Till`, with arrays instead of lists.

Voters who have the same left over are one *class*. Every group of ballots remembers the number of its class; what a
class has left is one exact whole number, and beside it the nearest float. So the work with long numbers is one step a
class, and looking at an option is a few array operations over its supporters.

Why the float interval of `estimate` is right. Let F(x) be the sum over supporters of min(left, x times utility): the
price is the x with F(x) = cost, and F does not fall. Each float amount has a relative error of at most u = 2**-53, and
a sum of n products of numbers that are not negative one of at most (n + 2) u more; so a computed F(x) is within a factor
1 +- E of the true one, with E = (n + 8) 2u. If the computed F(low) (1 + E) < cost then the price is above `low`; if the
computed F(high) (1 - E) >= cost it is at most `high`. Both are checked for every interval returned; where they do not
hold, the exact price is found instead. Affordability is decided in the same way.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from fund.counting.rules.buying import Market, Till

UNIT_ROUNDOFF = 2.0**-53
WIDTH = 1e-9  # relative half width of the intervals tried
MOST_VOTERS = 2**52  # so that numbers of voters are exact as floats

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]


class Fans:
    """The supporters of every option as arrays, by utility: groups of ballots, and the voters in each. Made once."""

    def __init__(self, market: Market) -> None:
        self.market = market
        if sum(market.weights) > MOST_VOTERS:
            raise OverflowError("more voters than a float can count")
        weights: Floats = np.array(market.weights, dtype=np.float64)
        self.of: list[list[tuple[int, Integers, Floats]]] = []
        for supporters in market.supporters:
            groups = np.array([group for group, _ in supporters], dtype=np.int64)
            values = np.array([value for _, value in supporters], dtype=np.int64)
            by_value = []
            for value in sorted({value for _, value in supporters}):
                those: Integers = groups[values == value]
                by_value.append((value, those, weights[those]))
            self.of.append(by_value)


class ManyTill(Till):
    """A till whose voters are in classes."""

    def __init__(self, fans: Fans, share: Fraction) -> None:
        super().__init__(fans.market, share)
        self._left = []
        self._fans = fans.of
        self._class_of: Integers = np.ones(len(fans.market.weights), dtype=np.int64)
        self._amounts: list[int] = [0, share.numerator]  # class 0 has nothing left
        self._floats: Floats = np.array([0.0, share.numerator / share.denominator])

    def _classes(self, place: int) -> list[tuple[int, Integers, Floats]]:
        """For each utility: the classes of its supporters, and how many voters are in each."""
        found = []
        for value, groups, weights in self._fans[place]:
            counted = np.bincount(self._class_of[groups], weights=weights, minlength=len(self._amounts))
            voters: Floats = counted.astype(np.float64)
            present: Integers = np.flatnonzero(voters).astype(np.int64)
            found.append((value, present, voters[present]))
        return found

    def purses(self, place: int) -> dict[tuple[int, int], int]:
        """Supporters of an option by (what each has left, utility), with their number."""
        found: dict[tuple[int, int], int] = {}
        for value, present, voters in self._classes(place):
            for number, weight in zip(present.tolist(), voters.tolist(), strict=True):
                key = (self._amounts[number], value)
                found[key] = found.get(key, 0) + int(weight)
        return found

    def estimate(self, place: int) -> tuple[float, float] | None:
        """An interval proved to hold the price, found with floats; the exact price where they cannot tell."""
        classes = self._classes(place)
        values = np.concatenate([np.full(len(present), float(value)) for value, present, _ in classes])
        left = np.concatenate([self._floats[present] for _, present, _ in classes])
        voters = np.concatenate([number for _, _, number in classes])
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
                return low, high
        return super().estimate(place)

    def scale(self, factor: int) -> None:
        """Make the common denominator finer; the floats stand for minor units and stay."""
        self.denominator *= factor
        self._amounts = [amount * factor for amount in self._amounts]

    def pay(self, place: int, price: int) -> None:
        """Take price x utility from every supporter: her class splits off a class of those who have paid."""
        for value, groups, _ in self._fans[place]:
            classes = self._class_of[groups]
            moving = np.unique(classes)
            target = np.zeros(len(self._amounts), dtype=np.int64)
            fresh: list[int] = []
            for number in moving.tolist():
                rest = self._amounts[number] - price * value
                if rest > 0:
                    target[number] = len(self._amounts) + len(fresh)
                    fresh.append(rest)
            self._class_of[groups] = target[classes]
            self._amounts += fresh
            self._floats = np.append(self._floats, [rest / self.denominator for rest in fresh])
        self._drop_empty()

    def _drop_empty(self) -> None:
        """Forget the classes nobody is in any more."""
        used = np.bincount(self._class_of, minlength=len(self._amounts)) > 0
        used[0] = True
        renumbered = np.cumsum(used) - 1
        self._class_of = renumbered[self._class_of]
        self._floats = self._floats[used]
        self._amounts = [amount for amount, kept in zip(self._amounts, used.tolist(), strict=True) if kept]


def _solve(left: Floats, values: Floats, voters: Floats, cost: float) -> float | None:
    """The price by floats: supporters from the one who runs out first, until the rest can pay what is missing."""
    order = np.argsort(left / values, kind="stable")
    left, values, voters = left[order], values[order], voters[order]
    money, utility = left * voters, values * voters
    missing = cost - (np.cumsum(money) - money)
    rich = np.cumsum(utility[::-1])[::-1]
    price = missing / rich
    enough = np.flatnonzero(left >= price * values)
    return float(price[enough[0]]) if len(enough) and price[enough[0]] > 0 else None
