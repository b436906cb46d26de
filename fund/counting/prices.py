"""What an option would have cost each of its supporters at every stage of equal shares, for `fund count --explain`.

The purchases of a count are made once more, in the order in which its stages show them, and before each the option is
asked for its price. Exact as the count itself (buying.py); nothing here decides anything.
"""

from __future__ import annotations

from fractions import Fraction

from fund.counting.contest import Contest
from fund.counting.count import Count
from fund.counting.profile import profile_of
from fund.counting.reasons import money_text
from fund.counting.rules.buying import Till, tills_for
from fund.counting.rules.equal_shares import market_of
from fund.counting.rules.registry import rule_named
from fund.counting.sitting import Sitting


def prices(contest: Contest, result: Count, option_id: str) -> dict[int, str]:
    """By number of the stage, in words: what each supporter would pay at most, or how much they lack. Nothing where the
    rule is another one, no decision was made, or set-asides give every pot shares of its own.
    """
    if contest.rule.method != "equal_shares" or contest.set_asides or "share_minor" not in result.facts:
        return {}
    sitting = Sitting(contest, rule_named("equal_shares"), profile_of(contest), {})
    position = {option.id: place for place, option in enumerate(contest.options)}
    till = tills_for(market_of(sitting))(Fraction(result.facts["share_minor"]))
    found: dict[int, str] = {}
    for number, stage in enumerate(result.rounds, 1):
        if not stage.facts or "most_paid_minor" not in stage.facts:
            break
        till.look_again()
        if option_id in stage.tally:
            found[number] = _price(till, position[option_id], result)
        bought = position[stage.elected[0]]
        price = till.price(bought)
        if price is not None:
            till.sell(bought, price)
    return found


def _price(till: Till, place: int, result: Count) -> str:
    def money(minor: int) -> str:
        return money_text(minor, result.currency, result.currency_exponent)

    cost, held, price = till.market.costs[place], till.held_minor(place), till.price(place)
    supporters = sum(till.purses(place).values())
    if price is None:
        return f"its supporters ({supporters}) hold {money(held)}, {money(max(0, cost - held))} short of its cost"
    each = Fraction(price[0], price[1] * till.denominator)
    most = max(min(Fraction(left, till.denominator), each * value) for left, value in till.purses(place))
    return f"price: at most {money(-(-most.numerator // most.denominator))} for each supporter ({supporters})"
