"""Which options equal shares buys at many shares at once, as far as floats can prove it; for the completion `add1`.

`add1` counts anew at every share. Here the shares of a block are counted side by side, a row of an array each, and a row
is *certain* only if every decision of its run is proved; the others are left to the exact count. So most shares need no
exact count, and none is judged by a rounded figure.

What is proved, for one row. Every amount left is a float within `off` of the true one, for every voter.

- Lower bound of a price. However the supporters are split into *poor* and *rich*, together they pay at the price x at
  most what the poor have plus x times the utility of the rich, for min(a, b) is at most either. So the price is at least
  (cost - what the poor have) / (utility of the rich), where `off` is added for every poor voter. The split is found by
  Newton's method from below, but any split gives a bound.
- Upper bound. If sum of min(left - off, x utility) reaches the cost, the price is at most x. This is computed.
- Sums of voters, and of voters times utility, are whole numbers below 2**53 and exact. The other sums are of n numbers
  that are not negative (or no further below zero than `off`): their relative error is at most (n + 2) u with u =
  2**-53; E = (n + 8) 2u is taken for cost, products and sums together, and twice that for a difference of two.
- An option nobody of whose supporters runs short costs its cost divided by their utility, which is known exactly
  beforehand; `rank` orders all options by that price and, where it is equal, by the chain. So ties at the start of a run
  are broken exactly. Any other two options whose intervals meet make the row uncertain.
- After a sale, left = max(0, left - price x utility) is off by at most what it was, the half width of the price times the
  utility, and one rounding.

Prices never fall in a run (buying.py), so a lower bound stays one until the option is sold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fund.counting.rules.buying import Market
from fund.counting.rules.buying_many import UNIT_ROUNDOFF, Fans

Array = NDArray[Any]
NEWTON_STEPS = 12
ROOM = 2**21  # amounts held at once
MOST_ROWS = 256


class Raise:
    """The options to buy from, in the order of `places`; made once for all shares. `rank` by position in `places`.

    `groups`, `utility`, `voters` and their product `weight` list the supporters of one option after the other, from
    `starts[n]` on. `price` is what a voter pays per unit of utility if nobody runs short.
    """

    def __init__(self, market: Market, places: Sequence[int], rank: Sequence[int]) -> None:
        fans = market.supporters if isinstance(market.supporters, Fans) else Fans(market)
        parts = [part for place in places for part in fans.of[place]]
        self.places = list(places)
        self.width = len(market.weights)
        self.groups = np.concatenate([groups for _, groups, _ in parts]).astype(np.int64)
        self.utility = np.concatenate([np.full(len(groups), float(value)) for value, groups, _ in parts])
        self.voters = np.concatenate([voters for _, _, voters in parts])
        self.weight = self.utility * self.voters
        self.plain = bool((self.utility == 1).all())
        self.lengths = np.array([sum(len(groups) for _, groups, _ in fans.of[place]) for place in places])
        self.starts = np.cumsum(self.lengths) - self.lengths
        self.total = np.add.reduceat(self.weight, self.starts)
        self.everyone = np.add.reduceat(self.voters, self.starts)
        self.most_utility = np.maximum.reduceat(self.utility, self.starts)
        self.cost = np.array([float(market.costs[place]) for place in places])
        self.divisor = np.array([float(market.divisor[place]) for place in places])
        self.price = self.cost / self.total
        self.error = (self.lengths + 8) * 2 * UNIT_ROUNDOFF
        self.rank = np.array(rank, dtype=np.int64)

    @property
    def rows_at_once(self) -> int:
        """How many shares fit into one block."""
        return max(8, min(MOST_ROWS, ROOM // max(self.width, 1)))

    def outcomes(self, shares: Sequence[Fraction]) -> list[list[int] | None]:
        """What is bought at each share; None where that is not proved."""
        block = _Block(self, np.array([float(share) for share in shares]))
        block.run()
        bought = [[self.places[n] for n in row.nonzero()[0].tolist()] for row in block.bought]
        return [row if sure else None for row, sure in zip(bought, block.certain.tolist(), strict=True)]


@dataclass(frozen=True, slots=True)
class _Pairs:
    """Some options, each in a row of its own choice, with the supporters of all of them one after the other."""

    rows: Array
    options: Array
    begin: Array  # where the supporters of each pair begin
    lengths: Array  # how many supporters each pair has
    fans: Array  # position of each supporter in the lists of `Raise`
    spot: Array  # position of what each supporter has left

    def each(self, of_pair: Array) -> Array:
        """A figure of each pair, for every supporter."""
        return np.repeat(of_pair, self.lengths)

    def add(self, of_supporter: Array) -> Array:
        """The sum over the supporters of each pair."""
        return np.add.reduceat(of_supporter, self.begin)

    def least(self, of_supporter: Array) -> Array:
        """The least figure among the supporters of each pair."""
        return np.minimum.reduceat(of_supporter, self.begin)


class _Block:
    """Some shares side by side: a row each. `low` and `high` hold the price of every option, by its divisor."""

    def __init__(self, given: Raise, shares: Array) -> None:
        rows, options = len(shares), len(given.places)
        self.given = given
        self.left = np.repeat(shares, given.width)  # what each group has left, row after row
        self.off = shares * 2 * UNIT_ROUNDOFF
        self.least = shares.copy()  # no group has less left than this
        self.rounding = shares * 4 * UNIT_ROUNDOFF
        self.low = np.tile(given.price / given.divisor * (1 - 1e-12), (rows, 1))  # infinite: sold, or beyond reach
        self.high = np.full((rows, options), np.inf)  # infinite: not looked at since the last sale
        self.price = np.zeros((rows, options))
        self.half = np.zeros((rows, options))  # the price is within this of `price`
        self.full = np.zeros((rows, options), dtype=bool)  # nobody runs short
        self.bought = np.zeros((rows, options), dtype=bool)
        self.looks = np.ones(rows, dtype=np.int64)  # how many options to look at together
        self.certain = np.ones(rows, dtype=bool)
        self.active = np.ones(rows, dtype=bool)

    def run(self) -> None:
        """Count every row to its end, or to the first decision that is not proved."""
        while self.active.any():
            rows = self.active.nonzero()[0]
            low, high = self.low[rows], self.high[rows]
            limit = high.min(axis=1)
            unknown = np.where(np.isinf(high) & (low <= limit[:, None]), low, np.inf)
            looking = np.isfinite(unknown).any(axis=1)
            if looking.any():
                self._look(*self._nearest(rows[looking], unknown[looking]))
            self.active[rows[~looking & np.isinf(limit)]] = False
            choosing = ~looking & np.isfinite(limit)
            if choosing.any():
                self._choose(rows[choosing], limit[choosing])

    def _nearest(self, rows: Array, unknown: Array) -> tuple[Array, Array]:
        """The options to look at next: the one with the lowest bound, and twice as many after each that was too dear."""
        order = unknown.argsort(axis=1)
        wanted = np.arange(order.shape[1]) < self.looks[rows][:, None]
        wanted &= np.isfinite(np.take_along_axis(unknown, order, axis=1))
        return np.repeat(rows, wanted.sum(axis=1)), order[wanted]

    def _choose(self, rows: Array, limit: Array) -> None:
        """Sell the cheapest option of each row, where it is proved which one that is."""
        near = np.isfinite(self.high[rows]) & (self.low[rows] <= limit[:, None])
        ranks = np.where(near, self.given.rank, np.iinfo(np.int64).max)
        level = (ranks == ranks.min(axis=1)[:, None]).sum(axis=1) > 1
        doubtful = (near.sum(axis=1) != 1) & (level | (near & ~self.full[rows]).any(axis=1))
        self._doubt(rows[doubtful])
        if not doubtful.all():
            self._sell(rows[~doubtful], ranks.argmin(axis=1)[~doubtful])

    def _doubt(self, rows: Array) -> None:
        self.certain[rows] = False
        self.active[rows] = False

    def _pairs(self, rows: Array, options: Array) -> _Pairs:
        lengths = self.given.lengths[options]
        ends = np.cumsum(lengths)
        begin = ends - lengths
        fans = np.arange(ends[-1]) + np.repeat(self.given.starts[options] - begin, lengths)
        spot = np.repeat(rows * self.given.width, lengths) + self.given.groups[fans]
        return _Pairs(rows, options, begin, lengths, fans, spot)

    def _look(self, rows: Array, options: Array) -> None:
        """Find the prices of some options: bounds that are proved, or that the supporters cannot pay."""
        given = self.given
        price = given.price[options]
        rich = self.least[rows] > price * given.most_utility[options] * (1 + 1e-9) + 3 * self.off[rows]
        if rich.any():  # nobody at all has so little that she could run short
            self.full[rows[rich], options[rich]] = True
            self._note(rows[rich], options[rich], price[rich], (price * 4 * given.error[options])[rich])
        if not rich.all():
            self._look_closely(rows[~rich], options[~rich])

    def _look_closely(self, rows: Array, options: Array) -> None:
        """The same where somebody may run short."""
        given, pairs = self.given, self._pairs(rows, options)
        left = self.left[pairs.spot]
        held = left * given.voters[pairs.fans]
        utility = None if given.plain else given.utility[pairs.fans]
        cost, error, off, price = given.cost[options], given.error[options], self.off[rows], given.price[options]
        half = price * 4 * error
        short = pairs.add(held) * (1 + error) + given.everyone[options] * off < cost * (1 - error)
        full = pairs.least(left if utility is None else left / utility) > price + half + 3 * off
        if not (short | full).all():
            found, width = self._newton(pairs, left, held, utility, settled=short | full)
            price, half = np.where(full, price, found), np.where(full, half, width)
        known = np.isfinite(half) & ~short
        self.low[rows[short], options[short]] = np.inf
        self.looks[rows[short]] *= 2
        self.full[rows, options] = full
        self._doubt(rows[~known & ~short])
        self._note(rows[known], options[known], price[known], half[known])

    def _newton(
        self, pairs: _Pairs, left: Array, held: Array, utility: Array | None, settled: Array
    ) -> tuple[Array, Array]:
        """Prices and the half widths of the intervals proved to hold them; an infinite width where none is proved."""
        given, off = self.given, self.off[pairs.rows]
        cost, total = given.cost[pairs.options], given.total[pairs.options]
        slack = 4 * given.error[pairs.options] * (cost + given.everyone[pairs.options] * off)
        voters = given.voters[pairs.fans]
        lowered = left - pairs.each(off)
        price = np.maximum(self.low[pairs.rows, pairs.options] * given.divisor[pairs.options], 0)
        for _ in range(NEWTON_STEPS):
            poor = left < (pairs.each(price) if utility is None else pairs.each(price) * utility)
            poor_voters = pairs.add(voters * poor)
            rich = total - (poor_voters if utility is None else pairs.add(voters * utility * poor))
            rich = np.where(rich > 0, rich, np.nan)
            price = np.fmax((cost - pairs.add(held * poor)) / rich, price)
            half = 2 * (poor_voters * off + slack) / rich
            most = pairs.each(price + half)
            paid = pairs.add(np.minimum(lowered, most if utility is None else most * utility) * voters)
            proved = paid >= cost + slack
            if (proved | settled).all():
                break
        return price, np.where(proved, half, np.inf)

    def _note(self, rows: Array, options: Array, price: Array, half: Array) -> None:
        """Remember that the price is within `half` of `price`."""
        divisor = self.given.divisor[options]
        self.price[rows, options], self.half[rows, options] = price, half
        self.low[rows, options] = (price - half) / divisor * (1 - 1e-15)
        self.high[rows, options] = (price + half) / divisor * (1 + 1e-15)

    def _sell(self, rows: Array, options: Array) -> None:
        """Let the supporters pay."""
        pairs = self._pairs(rows, options)
        paid = pairs.each(self.price[rows, options])
        if not self.given.plain:
            paid *= self.given.utility[pairs.fans]
        self.left[pairs.spot] = np.maximum(self.left[pairs.spot] - paid, 0)
        half = self.half[rows, options] * self.given.most_utility[options]
        self.least[rows] -= self.price[rows, options] * self.given.most_utility[options] + half + self.rounding[rows]
        self.off[rows] = (self.off[rows] + half) * (1 + 1e-15) + self.rounding[rows]
        self.bought[rows, options] = True
        self.low[rows, options] = np.inf
        self.high[rows] = np.inf
        self.looks[rows] = 1
