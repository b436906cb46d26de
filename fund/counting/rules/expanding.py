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

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from fund.counting.errors import BadContest
from fund.counting.rules.buying import Market, Till, are_many, buy
from fund.counting.rules.equal_shares import fund_bought, refuse_rest
from fund.counting.rules.registry import MONEY, RANKED, RuleSpec

if TYPE_CHECKING:
    from fund.counting.profile import Profile
    from fund.counting.rules.expanding_many import ManyRankings
    from fund.counting.sitting import Sitting


class Rankings:
    """A till that nobody supports anything at yet, and the rankings that are read into it rank by rank."""

    def __init__(self, profile: Profile, costs: Sequence[int], share: Fraction) -> None:
        self._orders = [order for order, _ in profile.ranked]
        self.ranks = max(map(len, self._orders), default=0)
        weights = [weight for _, weight in profile.ranked]
        nobody: list[list[tuple[int, int]]] = [[] for _ in costs]
        divisor = [cost or 1 for cost in costs]
        self.market = Market(
            voters=profile.voters,
            weights=weights,
            costs=costs,
            supporters=nobody,
            utility=[0] * len(costs),
            divisor=divisor,
        )
        self.till = Till(self.market, share)

    def widen(self, rank: int) -> None:
        """Let every ballot support the option at this rank, from 0, too."""
        market = self.market
        for group, order in enumerate(self._orders):
            if rank < len(order):
                market.supporters[order[rank]].append((group, 1))
                market.utility[order[rank]] += market.weights[group]


def _rankings(profile: Profile, costs: Sequence[int], budget: int) -> Rankings | ManyRankings:
    """The till at the start, of the kind that suits the number of ballots; both give the same outcome."""
    share = Fraction(budget, profile.voters) if profile.voters else Fraction(0)
    if not profile.is_ranked or not are_many(profile.groups, profile.voters):
        return Rankings(profile, costs, share)
    from fund.counting.rules.expanding_many import ManyRankings

    return ManyRankings(profile.marks, profile.voters, costs, share)


def count_expanding(sitting: Sitting) -> None:
    """Buy with ever longer parts of the rankings."""
    budget = sitting.purse.budget
    if budget is None:
        raise BadContest("$.budget", "a budget in minor units")
    sitting.votes[:] = sitting.profile.supporters()
    costs = [option.cost for option in sitting.options]
    rankings = _rankings(sitting.profile, costs, budget)
    till, market = rankings.till, rankings.market
    standing = [place for place in sitting.candidates if costs[place] <= budget]
    for rank in range(rankings.ranks):
        rankings.widen(rank)
        purchases = buy(
            till,
            [place for place in standing if market.utility[place]],
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
