"""Expanding approvals for budgets (`expanding_approvals`): proportional funding from rankings.

Every voter starts with budget/n. First each ballot supports its first choice only; options that their supporters can
pay for are bought as in equal shares (buying.py: the least price per unit of cost first, everyone paying the same or
all that is left to her). When nothing more is affordable, second choices count as support too, then third ones, to
the end of the rankings. So a group of voters large enough for an option gets one it ranks high, whatever the others
want.

Source: Aziz and Lee 2021 (PB-EAR), who leave open which affordable option is bought first and how its cost is shared
among its supporters; both are settled here as in equal shares.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from fund.counting.errors import BadContest
from fund.counting.rules.buying import Market, Till, buy
from fund.counting.rules.equal_shares import fund_bought, refuse_rest
from fund.counting.rules.registry import MONEY, RANKED, RuleSpec

if TYPE_CHECKING:
    from fund.counting.sitting import Sitting


def count_expanding(sitting: Sitting) -> None:
    """Buy with ever longer parts of the rankings."""
    budget = sitting.purse.budget
    if budget is None:
        raise BadContest("$.budget", "a budget in minor units")
    sitting.votes[:] = sitting.profile.supporters()
    orders = [order for order, _ in sitting.profile.ranked]
    weights = [weight for _, weight in sitting.profile.ranked]
    costs = [option.cost for option in sitting.options]
    market = Market(
        voters=sitting.profile.voters,
        weights=weights,
        costs=costs,
        supporters=[[] for _ in costs],
        utility=[0] * len(costs),
        divisor=[cost or 1 for cost in costs],
    )
    till = Till(market, Fraction(budget, market.voters) if market.voters else Fraction(0))
    standing = [place for place in sitting.candidates if costs[place] <= budget]
    for rank in range(max(map(len, orders), default=0)):
        for group, order in enumerate(orders):
            if rank < len(order):
                market.supporters[order[rank]].append((group, 1))
                market.utility[order[rank]] += weights[group]
        purchases = buy(
            till,
            [place for place in standing if market.supporters[place]],
            prefer=lambda tied: sitting.prefer(tied, "fund"),
            may_buy=lambda place: sitting.limits.refusal(sitting.options[place], costs[place]) is None,
        )
        for purchase in purchases:
            fund_bought(sitting, purchase, facts={"rank": rank + 1})
            standing.remove(purchase.place)
    if not sitting.stages:
        sitting.stage({place: sitting.votes[place] for place in sitting.candidates})
    refuse_rest(sitting, till)


RULES = (
    RuleSpec(
        name="expanding_approvals",
        forms=("ranked",),
        settings={**MONEY, **RANKED, "ties": ["most_votes", "lower_cost", "listed"]},
        run=count_expanding,
        pots=True,
    ),
)
