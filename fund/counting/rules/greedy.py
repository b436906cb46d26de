"""Most votes first until the money ends (`greedy`; the rule of most cities, Pabulib's `rule;greedy`).

Votes are approvals, points, net quadratic votes, or first choices on ranked ballots. `fit` says what happens when the
next option does not fit. An option without a single vote in favour is never funded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fund.counting.reasons import reason
from fund.counting.rules.funding import by_votes, fund, need_pot_or_seats
from fund.counting.rules.registry import MONEY, RANKED, RuleSpec

if TYPE_CHECKING:
    from fund.counting.sitting import Sitting


def count_greedy(sitting: Sitting) -> None:
    """Fund the candidates from most to fewest votes."""
    need_pot_or_seats(sitting)
    if sitting.profile.ranked:
        sitting.votes[:] = sitting.profile.first_choices()
    standing = {place: sitting.votes[place] for place in sitting.candidates}
    supported = {place: votes for place, votes in standing.items() if votes > 0}
    for place in by_votes(sitting, supported):
        left = sitting.purse.left
        paid = fund(sitting, place, sitting.votes[place])
        if paid is not None:
            facts = {} if left is None else {"award_minor": paid, "left_minor": sitting.purse.left or 0}
            sitting.stage(standing, elected=[place], facts=facts)
            del standing[place]
        else:
            del standing[place]
    for place in standing:
        sitting.refuse(place, reason("no_votes"))
    if not sitting.stages:
        sitting.stage(standing)


RULES = (
    RuleSpec(
        name="greedy",
        forms=("approval", "knapsack", "points", "quadratic", "ranked"),
        settings={**MONEY, **RANKED, "seats": None},
        run=count_greedy,
        pots=True,
    ),
)
