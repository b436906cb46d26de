"""Orders made of all rankings at once (`borda`, `condorcet`) and by the public draw alone (`lot`).

`borda`: with m options, a first place is worth m - 1 points, a second m - 2, and so on; an option that a ballot does
not rank gets nothing from it. `condorcet`: the method of Schulze; A is before B if the strongest chain of pairwise
victories from A to B is stronger than the strongest from B to A (a victory counts as many ballots as prefer the
winner of the pair; ranked options are preferred to unranked ones). Both are meant to stand beside the rule in force.

`lot`: no ballots at all; the options in the order of the draw (ties.py). For money that must not be voted on.

Each order fills the seats, or, where there is a budget, is funded from its top. Source: Borda 1781; Schulze 2011.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from fund.counting.errors import BadContest, DrawNeeded
from fund.counting.reasons import reason
from fund.counting.rules.funding import by_votes, fund
from fund.counting.rules.registry import MONEY, RANKED, RuleSpec
from fund.counting.ties import lot_number

if TYPE_CHECKING:
    from fund.counting.profile import Profile
    from fund.counting.sitting import Sitting

MOST_DUELLISTS = 300  # the work grows with the third power of their number


def count_borda(sitting: Sitting) -> None:
    """Most Borda points first."""
    sitting.votes[:] = borda_points(sitting.profile, sitting.candidates)
    scores = {place: sitting.votes[place] for place in sitting.candidates}
    supported = {place: score for place, score in scores.items() if score > 0}
    _fill(sitting, by_votes(sitting, supported, "elect"), scored=True)
    for place in sitting.candidates:
        if place not in supported:
            sitting.refuse(place, reason("no_votes"))
    sitting.stage(scores, elected=sitting.elected)


def borda_points(profile: Profile, candidates: Sequence[int]) -> list[int]:
    """Points of every option, counting only the candidates on each ballot."""
    if profile.many:
        from fund.counting.rules import orders_many

        return orders_many.borda_points(profile.marks, candidates, len(profile.options))
    points = [0] * len(profile.options)
    inside = set(candidates)
    for order, weight in profile.ranked:
        for rank, place in enumerate(place for place in order if place in inside):
            points[place] += weight * (len(inside) - 1 - rank)
    return points


def count_condorcet(sitting: Sitting) -> None:
    """The order of Schulze's method, ties by the chain."""
    if len(sitting.candidates) > MOST_DUELLISTS:
        raise BadContest("$.options", f"at most {MOST_DUELLISTS} options under condorcet")
    prefers = pairwise(sitting.profile, sitting.candidates)
    strength = strongest_paths(prefers, sitting.candidates)
    wins = {
        place: sum(prefers[place][other] > prefers[other][place] for other in sitting.candidates if other != place)
        for place in sitting.candidates
    }
    sitting.votes[:] = [wins.get(place, 0) for place in range(len(sitting.options))]
    if sitting.profile.is_ranked and sitting.profile.groups:
        _fill(sitting, _schulze_order(sitting, strength))
    else:
        for place in sitting.candidates:
            sitting.refuse(place, reason("no_votes"))
    facts: dict[str, str | int] = {
        f"{sitting.options[a].id}>{sitting.options[b].id}": prefers[a][b]
        for a in sitting.candidates
        for b in sitting.candidates
        if a != b
    }
    sitting.stage(wins, elected=sitting.elected, facts=facts)


def pairwise(profile: Profile, candidates: Sequence[int]) -> dict[int, dict[int, int]]:
    """Ballots that prefer each candidate to each other one."""
    if profile.many:
        from fund.counting.rules import orders_many

        return orders_many.pairwise(profile.marks, candidates, len(profile.options))
    counts = {a: dict.fromkeys(candidates, 0) for a in candidates}
    for order, weight in profile.ranked:
        below = set(candidates)
        for place in order:
            if place in below:
                below.discard(place)
                row = counts[place]
                for other in below:
                    row[other] += weight
    return counts


def strongest_paths(prefers: dict[int, dict[int, int]], candidates: Sequence[int]) -> dict[int, dict[int, int]]:
    """The strength of the strongest chain of victories between every two candidates (its weakest link)."""
    paths = {
        a: {b: prefers[a][b] if prefers[a][b] > prefers[b][a] else 0 for b in candidates if b != a} for a in candidates
    }
    for through in candidates:
        for a in candidates:
            if a != through:
                for b in candidates:
                    if b not in (a, through):
                        paths[a][b] = max(paths[a][b], min(paths[a][through], paths[through][b]))
    return paths


def _schulze_order(sitting: Sitting, strength: dict[int, dict[int, int]]) -> Iterator[int]:
    waiting = list(sitting.candidates)
    while waiting:
        unbeaten = [a for a in waiting if all(strength[a][b] >= strength[b][a] for b in waiting if b != a)]
        options = [sitting.options[place] for place in unbeaten]
        purse = sitting.purse
        harmless = len(unbeaten) > 1 and (purse.could_pay_all(options) or purse.could_pay_none(options))
        best = sitting.prefer(unbeaten, "elect", harmless=harmless)
        waiting.remove(best)
        yield best


def count_lot(sitting: Sitting) -> None:
    """The order of the public draw."""
    seed = sitting.rule["seed"]
    if seed is None:
        raise DrawNeeded(sitting.ids(sitting.candidates), "order of the draw")
    drawn = sorted(sitting.candidates, key=lambda place: lot_number(seed, sitting.options[place].id))
    _fill(sitting, iter(drawn))
    facts: dict[str, str | int] = {f"drawn:{sitting.options[p].id}": number for number, p in enumerate(drawn, 1)}
    sitting.stage({}, elected=sitting.elected, facts=facts)


def _fill(sitting: Sitting, order: Iterator[int], *, scored: bool = False) -> None:
    """Give seats or money down the order; one seat where neither is stated. `scored`: the order is one of votes."""
    if sitting.purse.left is None and sitting.limits.seats is None:
        sitting.limits.seats = 1
    for number, place in enumerate(order, 1):
        fund(sitting, place, sitting.votes[place] if scored else None, number)


RULES = (
    RuleSpec("borda", ("ranked",), {**MONEY, **RANKED, "seats": None}, count_borda, pots=True),
    RuleSpec("condorcet", ("ranked",), {**MONEY, **RANKED, "seats": None}, count_condorcet, pots=True),
    RuleSpec("lot", ("none",), {**MONEY, "seats": None}, count_lot, pots=True),
)
