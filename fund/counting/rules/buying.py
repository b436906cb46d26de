"""One run of the Method of Equal Shares, exact: voters buy options together, each with an equal share of the money.

Every voter holds the same budget. An option is bought when its supporters can pay for it; its price *per unit of
utility* (rho) is the least number with which sum of min(what a voter has left, rho x utility) reaches the cost. The
option with the least rho is bought, its supporters pay, and so on until nothing is affordable.

All money stands as whole numbers over one common denominator, which grows when a price is not whole, so no figure is
ever rounded. What a voter has left only falls, so an option's rho never falls: a bound from an earlier step stays a
lower bound, and options whose bound is above the best rho found need not be looked at. The bounds are floats of
correctly rounded quotients (relative error at most 2**-53) compared with a margin of 1e-12, so they can only make us
look at an option too often. Source: Peters, Pierczynski and Skowron 2021; equalshares.net.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

MARGIN = 1 + 1e-12


@dataclass(frozen=True, slots=True)
class Market:
    """Who supports what. `weights[g]` voters are in group g; `supporters[p]` lists (group, utility) of option p;
    `divisor[p]` divides its price when options are compared (its cost under cost utility, else 1).
    """

    voters: int
    weights: Sequence[int]
    costs: Sequence[int]
    supporters: Sequence[list[tuple[int, int]]]
    divisor: Sequence[int]


@dataclass(frozen=True, slots=True)
class Purchase:
    """One option bought: its price per unit of utility, the most one voter paid, and how many paid."""

    place: int
    price: Fraction
    most_paid: Fraction
    supporters: int


class Till:
    """What every group of voters has left, as whole numbers over `denominator`."""

    def __init__(self, market: Market, share: Fraction) -> None:
        self.market = market
        self.denominator = share.denominator
        self._left = [share.numerator] * len(market.weights)

    def purses(self, place: int) -> dict[tuple[int, int], int]:
        """Supporters of an option by (what each has left, utility), with their number."""
        left, weights = self._left, self.market.weights
        found: dict[tuple[int, int], int] = {}
        for group, value in self.market.supporters[place]:
            key = (left[group], value)
            found[key] = found.get(key, 0) + weights[group]
        return found

    def held(self, place: int) -> Fraction:
        """What the supporters of an option have left together, in minor units."""
        total = sum(amount * weight for (amount, _), weight in self.purses(place).items())
        return Fraction(total, self.denominator)

    def scale(self, factor: int) -> None:
        """Make the common denominator finer."""
        self.denominator *= factor
        self._left = [amount * factor for amount in self._left]

    def pay(self, place: int, price: int) -> None:
        """Take price x utility from every supporter, or all a supporter has left where that is less."""
        left = self._left
        for group, value in self.market.supporters[place]:
            left[group] = max(0, left[group] - price * value)

    def price(self, place: int) -> tuple[int, int] | None:
        """The least price per unit of utility as (numerator over `denominator`, divisor); None if not affordable."""
        cost = self.market.costs[place] * self.denominator
        purses = self.purses(place)
        if sum(amount * weight for (amount, _), weight in purses.items()) < cost:
            return None
        multiple = lcm(*{value for _, value in purses})
        utility = sum(value * weight for (_, value), weight in purses.items())
        for amount, value in sorted(purses, key=lambda purse: purse[0] * (multiple // purse[1])):
            if amount * utility >= cost * value:
                return cost, utility
            weight = purses[amount, value]
            cost -= amount * weight
            utility -= value * weight
        return None

    def sell(self, place: int, numerator: int, divisor: int) -> Purchase:
        """Let the supporters pay for an option at its price."""
        common = gcd(numerator, divisor)
        if divisor > common:
            self.scale(divisor // common)
        price = numerator // common
        purses = self.purses(place)
        most = max(min(amount, price * value) for amount, value in purses)
        self.pay(place, price)
        return Purchase(
            place, Fraction(price, self.denominator), Fraction(most, self.denominator), sum(purses.values())
        )


def buy(
    till: Till,
    candidates: Sequence[int],
    prefer: Callable[[Sequence[int]], int],
    may_buy: Callable[[int], bool] = lambda place: True,
) -> Iterator[Purchase]:
    """Options bought one after the other until nothing is affordable; each is paid for before it is handed over.

    `prefer` breaks ties between options of equal price; `may_buy` says whether an option may be bought now (caps,
    exclusions), and is asked at its turn.
    """
    market = till.market
    bound = {place: _first_bound(market, place) for place in candidates if market.supporters[place]}
    while bound:
        best: list[tuple[int, int, int]] = []  # option, price: numerator over the till's denominator, divisor
        least, least_divisor, limit = 0, 1, float("inf")
        for place in sorted(bound, key=lambda p: (bound[p], p)):
            if bound[place] > limit * MARGIN:
                break
            priced = till.price(place)
            if priced is None or not may_buy(place):
                del bound[place]
                continue
            divisor = priced[1] * market.divisor[place]
            bound[place] = priced[0] / (divisor * till.denominator)
            difference = priced[0] * least_divisor - least * divisor
            if not best or difference < 0:
                best, least, least_divisor, limit = [(place, *priced)], priced[0], divisor, bound[place]
            elif difference == 0:
                best.append((place, *priced))
        if not best:
            return
        chosen = prefer(sorted(place for place, _, _ in best)) if len(best) > 1 else best[0][0]
        price = next((numerator, divisor) for place, numerator, divisor in best if place == chosen)
        del bound[chosen]
        yield till.sell(chosen, *price)


def _first_bound(market: Market, place: int) -> float:
    """The price if every supporter could pay in full: nothing can be cheaper."""
    utility = sum(market.weights[group] * value for group, value in market.supporters[place])
    return market.costs[place] / (utility * market.divisor[place])
