"""One run of the Method of Equal Shares, exact: voters buy options together, each with an equal share of the money.

Every voter holds the same budget. An option is bought when its supporters can pay for it; its price *per unit of
utility* (rho) is the least number with which sum of min(what a voter has left, rho x utility) reaches the cost. The
option with the least rho is bought, its supporters pay, and so on until nothing is affordable.

All money stands as whole numbers over one common denominator, which grows when a price is not whole, so no figure is
ever rounded. What a voter has left only falls, so an option's rho never falls: a lower bound from an earlier step stays
one, and options whose bound is above the best price found need not be looked at.

Bounds are floats, and can only make us look at an option too often. An *estimate* is an interval that is proved to hold
the price; where the intervals of two options meet, their exact prices are compared. This till's intervals come from the
exact price itself: a quotient of whole numbers is rounded correctly by Python (relative error at most 2**-53), and the
margin of 1e-12 on both sides covers that a thousand times over. `buying_many.py` holds the till for many ballots.

Source: Peters, Pierczynski and Skowron 2021; equalshares.net.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm

MARGIN = 1e-12
FEW = 1_000  # groups of ballots from which on arrays are quicker than plain lists
MOST_VOTERS = 2**52  # so that numbers of voters are exact as floats
Price = tuple[int, int]  # per unit of utility: numerator over the till's denominator, and divisor


@dataclass(frozen=True, slots=True)
class Market:
    """Who supports what. `weights[g]` voters are in group g; `supporters[p]` lists (group, utility) of option p, and
    `utility[p]` is that of all its supporters; `divisor[p]` divides its price when options are compared (its cost under
    cost utility, else 1).
    """

    voters: int
    weights: Sequence[int]
    costs: Sequence[int]
    supporters: Sequence[list[tuple[int, int]]]
    utility: list[int]
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
        self._priced: dict[int, Price | None] = {}  # exact prices known since the last sale

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

    def held_minor(self, place: int) -> int:
        """The same in whole minor units, cut."""
        return int(self.held(place))

    def paying(self, place: int, each: int) -> tuple[int, int]:
        """The most one supporter pays at the price `each`, over the denominator, and how many support."""
        purses = self.purses(place)
        return max(min(amount, each * value) for amount, value in purses), sum(purses.values())

    def scale(self, factor: int) -> None:
        """Make the common denominator finer."""
        self.denominator *= factor
        self._left = [amount * factor for amount in self._left]

    def pay(self, place: int, price: int) -> None:
        """Take price x utility from every supporter, or all a supporter has left where that is less."""
        left = self._left
        for group, value in self.market.supporters[place]:
            left[group] = max(0, left[group] - price * value)

    def estimate(self, place: int) -> tuple[float, float] | None:
        """An interval that holds the price per unit of utility in minor units; None if the option is not affordable."""
        price = self.price(place)
        if price is None:
            return None
        value = price[0] / (price[1] * self.denominator)
        return value * (1 - MARGIN), value * (1 + MARGIN)

    def price(self, place: int) -> Price | None:
        """The least price per unit of utility, exact; None if the option is not affordable."""
        if place not in self._priced:
            self._priced[place] = self._find_price(place)
        return self._priced[place]

    def _find_price(self, place: int) -> Price | None:
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

    def look_again(self) -> None:
        """Forget known prices: supporters or what they have left have changed."""
        self._priced.clear()

    def sell(self, place: int, price: Price) -> Purchase:
        """Let the supporters pay for an option at its price."""
        numerator, divisor = price
        common = gcd(numerator, divisor)
        if divisor > common:
            self.scale(divisor // common)
        each = numerator // common
        most, supporters = self.paying(place, each)
        self.pay(place, each)
        self.look_again()
        return Purchase(place, Fraction(each, self.denominator), Fraction(most, self.denominator), supporters)


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
    till.look_again()
    bound = {place: _first_bound(market, place) for place in candidates if market.utility[place]}
    while bound:
        near: list[int] = []
        limit = float("inf")
        for place in sorted(bound, key=lambda p: (bound[p], p)):
            if bound[place] > limit:
                break
            interval = till.estimate(place)
            if interval is None or not may_buy(place):
                del bound[place]
                continue
            divisor = market.divisor[place]
            bound[place] = interval[0] / divisor * (1 - MARGIN)
            limit = min(limit, interval[1] / divisor * (1 + MARGIN))
            near.append(place)
        level = cheapest(till, [place for place in near if bound[place] <= limit])
        if not level:
            return
        chosen = prefer(level) if len(level) > 1 else level[0]
        price = till.price(chosen)
        del bound[chosen]
        if price is not None:
            yield till.sell(chosen, price)


def cheapest(till: Till, places: Sequence[int]) -> list[int]:
    """Those of the affordable options whose exact price is least, in order."""
    if len(places) <= 1:
        return list(places)
    level: list[int] = []
    least, least_divisor = 0, 1
    for place in places:
        price = till.price(place)
        if price is None:
            continue
        divisor = price[1] * till.market.divisor[place]
        difference = price[0] * least_divisor - least * divisor
        if not level or difference < 0:
            level, least, least_divisor = [place], price[0], divisor
        elif difference == 0:
            level.append(place)
    return sorted(level)


def _first_bound(market: Market, place: int) -> float:
    """The price if every supporter could pay in full, less the margin: nothing can be cheaper."""
    return market.costs[place] / (market.utility[place] * market.divisor[place]) * (1 - MARGIN)


def are_many(groups: int, voters: int) -> bool:
    """Whether so many ballots are better kept in arrays."""
    return groups >= FEW and voters <= MOST_VOTERS


def tills_for(market: Market) -> Callable[[Fraction], Till]:
    """Opens tills for a share of each voter, of the kind that suits the number of ballots; all give the same outcome."""
    if not are_many(len(market.weights), market.voters):
        return lambda share: Till(market, share)
    from fund.counting.rules.buying_many import Fans, ManyTill

    fans = market.supporters if isinstance(market.supporters, Fans) else Fans(market)
    return lambda share: ManyTill(fans, share, market)
