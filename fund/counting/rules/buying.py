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

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

MARGIN = 1 + 1e-12


@dataclass(frozen=True, slots=True)
class Market:
    """Who supports what. `supporters[p]` lists (group, its voters, utility) of option p; `divisor[p]` divides its price
    when options are compared (its cost under cost utility, else 1).
    """

    voters: int
    groups: int
    costs: Sequence[int]
    supporters: Sequence[Sequence[tuple[int, int, int]]]
    divisor: Sequence[int]


@dataclass(frozen=True, slots=True)
class Purchase:
    """One option bought: its price per unit of utility, the most one voter paid, how many paid, what is left of all."""

    place: int
    price: Fraction
    most_paid: Fraction
    supporters: int


@dataclass(frozen=True, slots=True)
class Bought:
    """The outcome of one run: purchases in order, and what the supporters of each other option still hold."""

    purchases: tuple[Purchase, ...]
    held: dict[int, Fraction]

    @property
    def places(self) -> list[int]:
        """Options bought, in order."""
        return [purchase.place for purchase in self.purchases]


def buy(
    market: Market,
    share: Fraction,
    candidates: Sequence[int],
    prefer: Callable[[Sequence[int]], int],
    may_buy: Callable[[int], bool] = lambda place: True,
    bought: Callable[[int], None] = lambda place: None,
) -> Bought:
    """Run the method with `share` (minor units, exact) for each voter.

    `prefer` breaks ties between options of equal price; `may_buy` says whether an option may be bought now (caps,
    exclusions), and is asked at its turn; `bought` is told of each purchase.
    """
    denominator = share.denominator
    left = [share.numerator] * market.groups
    bound = {place: _first_bound(market, place) for place in candidates if market.supporters[place]}
    purchases: list[Purchase] = []
    while bound:
        best: list[int] = []
        best_payment, best_utility = 0, 0
        best_float = float("inf")
        for place in sorted(bound, key=lambda p: (bound[p], p)):
            if bound[place] > best_float * MARGIN:
                break
            priced = _price(market, place, left, denominator)
            if priced is None or not may_buy(place):
                del bound[place]
                continue
            payment, utility = priced[0], priced[1] * market.divisor[place]
            bound[place] = payment / (utility * denominator)
            difference = payment * best_utility - best_payment * utility if best else -1
            if difference < 0:
                best, best_payment, best_utility, best_float = [place], payment, utility, bound[place]
            elif difference == 0:
                best.append(place)
        if not best:
            break
        chosen = prefer(sorted(best)) if len(best) > 1 else best[0]
        payment, utility = _price(market, chosen, left, denominator) or (0, 1)
        common = gcd(payment, utility)
        payment, factor = payment // common, utility // common
        if factor > 1:
            left = [amount * factor for amount in left]
            denominator *= factor
        purchases.append(_pay(market, chosen, left, payment, denominator))
        del bound[chosen]
        bought(chosen)
    held = {
        place: Fraction(sum(weight * left[group] for group, weight, _ in market.supporters[place]), denominator)
        for place in candidates
    }
    return Bought(tuple(purchases), held)


def _first_bound(market: Market, place: int) -> float:
    """The price if every supporter could pay in full: nothing can be cheaper."""
    utility = sum(weight * value for _, weight, value in market.supporters[place])
    return market.costs[place] / (utility * market.divisor[place])


def _price(market: Market, place: int, left: Sequence[int], denominator: int) -> tuple[int, int] | None:
    """The least price per unit of utility as (numerator over `denominator`, divisor); None if not affordable."""
    cost = market.costs[place] * denominator
    supporters = market.supporters[place]
    purses: dict[tuple[int, int], int] = {}
    for group, weight, value in supporters:
        key = (left[group], value)
        purses[key] = purses.get(key, 0) + weight
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


def _pay(market: Market, place: int, left: list[int], price: int, denominator: int) -> Purchase:
    """Take the price from every supporter, or all a supporter has left where that is less."""
    most, paying = 0, 0
    for group, weight, value in market.supporters[place]:
        paid = min(left[group], price * value)
        left[group] -= paid
        most = max(most, paid)
        paying += weight
    return Purchase(place, Fraction(price, denominator), Fraction(most, denominator), paying)
