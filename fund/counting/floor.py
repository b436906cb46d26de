"""The floor: the least support an option must have to be counted at all, under every rule that hands out money.

`votes >= n`; `votes/voters >= cost/(3*budget)` (Swiecie 2024: a project must be supported by a share of the voters that
is a third of its share of the budget); `net > 0` (more votes for than against). Options below it are out before the
count begins. Source: COUNTING.md, "Settings common to all"; equalshares.net on Swiecie.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fund.counting.errors import BadContest
from fund.counting.reasons import Reason, reason
from fund.counting.settings import FLOOR_OF_COST, FLOOR_OF_NET

if TYPE_CHECKING:
    from fund.counting.sitting import Sitting


def apply(sitting: Sitting) -> None:
    """Take the options below the floor out of `candidates`, each with what it had and what it needed."""
    if sitting.rule["floor"] == "none":
        return
    supporters, totals = sitting.profile.supporters(), sitting.profile.totals()
    floor_of_yes = sitting.spec.name == "majority"  # its votes are those for yes
    admitted = []
    for place in sitting.candidates:
        votes = supporters[place] if floor_of_yes and sitting.rule["floor"] != FLOOR_OF_NET else totals[place]
        why = _below(sitting, place, supporters[place], votes)
        if why is None:
            admitted.append(place)
        else:
            sitting.refuse(place, why)
    sitting.candidates = admitted


def votes_needed(cost: int, voters: int, budget: int) -> int:
    """Least whole number of votes with votes/voters >= cost/(3*budget)."""
    return -(-cost * voters // (3 * budget)) if budget else voters + 1


def _below(sitting: Sitting, place: int, supporters: int, total: int) -> Reason | None:
    floor, option = sitting.rule["floor"], sitting.options[place]
    if floor == FLOOR_OF_NET:
        if total > 0:
            return None
        return reason("floor_net", votes=total) if supporters else reason("no_votes")
    if floor == FLOOR_OF_COST:
        if sitting.contest.budget is None:
            raise BadContest("$.budget", "a budget, which the floor is a share of")
        voters = sitting.profile.voters
        needed = votes_needed(option.cost, voters, sitting.contest.budget)
        if supporters >= needed:
            return None
        return reason("floor_share", votes=supporters, voters=voters, cost_minor=option.cost, needed=needed)
    needed = int(floor.removeprefix("votes >= "))
    return None if total >= needed else reason("floor_votes", votes=total, needed=needed)
