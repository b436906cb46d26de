"""The till for many ballots gives exactly what the plain till gives, with float intervals that hold the exact price."""

from __future__ import annotations

import random
from fractions import Fraction

from fund.counting.rules.buying import Market, Till, buy
from fund.counting.rules.buying_many import Fans, ManyTill


def market(dice: random.Random) -> Market:
    options, groups = dice.randint(1, 6), dice.randint(1, 30)
    most = dice.choice((1, 1, 4))
    supporters = [
        [(group, dice.randint(1, most)) for group in range(groups) if dice.random() < 0.5] for _ in range(options)
    ]
    costs = [dice.choice((0, 1, 7, 100, 100, dice.randint(1, 400), 2**62 // 3)) for _ in range(options)]
    weights = [dice.randint(1, 5) for _ in range(groups)]
    by_cost = dice.random() < 0.5
    utility = [sum(weights[group] * value for group, value in fans) for fans in supporters]
    return Market(sum(weights), weights, costs, supporters, utility, [cost or 1 if by_cost else 1 for cost in costs])


def first(level):
    return level[0]


def test_both_tills_sell_the_same_at_the_same_exact_prices():
    for number in range(400):
        dice = random.Random(f"tills {number}")
        sold = market(dice)
        share = Fraction(dice.randint(1, 100), dice.choice((1, 3, 7)))
        everyone = range(len(sold.costs))
        plain = list(buy(Till(sold, share), everyone, first))
        many = list(buy(ManyTill(Fans(sold), share, sold), everyone, first))
        assert plain == many, number


def test_every_interval_holds_the_exact_price():
    checked = 0
    for number in range(200):
        dice = random.Random(f"intervals {number}")
        sold = market(dice)
        till = ManyTill(Fans(sold), Fraction(dice.randint(1, 100), 3), sold)
        for _ in buy(till, range(len(sold.costs)), first):
            for place, supporters in enumerate(sold.supporters):
                interval, price = (till.estimate(place), till.price(place)) if supporters else (None, None)
                assert (interval is None) == (price is None)
                if interval is not None and price is not None:
                    exact = Fraction(price[0], price[1] * till.denominator)
                    assert Fraction(interval[0]) <= exact <= Fraction(interval[1])
                    checked += 1
    assert checked > 100
