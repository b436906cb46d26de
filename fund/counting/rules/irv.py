"""Instant runoff (`irv`), and a list of winners made by repeating it (`sequential_irv`).

Each ballot counts for the first option on it that is still standing. Whoever has more than half of the ballots that
still count is elected; otherwise the lowest goes out (or, with `eliminate: batch`, every option of the largest group
whose votes together are fewer than those of the next one up), and its ballots move on. `until: two` goes on to the
last two after somebody is elected. Source: the semantics of RCTab (Ranked Choice Voting Resource Center), among them:
the quota is a majority of the ballots that count at that stage, and an option with the id `undeclared-write-ins`,
which is not one candidate, goes out first and alone if it has votes, before anybody is elected. One winner is one
place, so options that cannot go together need no more than that; one that breaks a cap cannot stand (barring.py).

`sequential_irv` elects the best option, takes it off every ballot, and begins again with the rest, down the money.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fund.counting.errors import BadContest
from fund.counting.reasons import Reason, reason
from fund.counting.rules import barring
from fund.counting.rules.funding import need_pot_or_seats, offer_and_pay
from fund.counting.rules.piles import piles_for
from fund.counting.rules.registry import COMMON, MONEY, RANKED, RuleSpec

if TYPE_CHECKING:
    from fund.counting.sitting import Sitting

UNDECLARED = "undeclared-write-ins"


@dataclass(frozen=True, slots=True)
class Runoff:
    """How an instant runoff ended: the winner (None where no ballot counts), its votes, the ballots that counted, and
    the stage and tie step at which it won.
    """

    winner: int | None
    votes: int
    active: int
    quota: int
    stage: int
    step: str | None
    reasons: Mapping[int, Reason]


def runoff(sitting: Sitting, standing: Sequence[int], *, to_two: bool = False) -> Runoff:
    """One instant runoff among `standing`; its stages and ties go to the sitting's log, elections do not."""
    piles = piles_for(sitting.profile, standing)
    sitting.chain.history = []
    won: Runoff | None = None
    lost: dict[int, Reason] = {}
    while True:
        tally = dict(sorted(piles.votes.items()))
        active = sum(tally.values())
        exhausted = sitting.profile.valid - active
        sitting.exhausted = exhausted
        quota = active // 2 + 1 if won is None else won.quota
        undeclared = [p for p, votes in tally.items() if votes and sitting.options[p].id == UNDECLARED]
        if won is None and not undeclared:
            won = _winner(sitting, tally, quota, active, lost)
            if won is not None:
                elected = () if won.winner is None else (won.winner,)
                sitting.stage(tally, quota=quota, elected=elected, exhausted=exhausted)
                if not elected or not to_two or len(tally) <= 2:
                    return won
                sitting.chain.history.append(tally)
                continue
        elif won is not None and len(tally) <= 2:
            sitting.stage(tally, quota=quota, exhausted=exhausted)
            return won
        out = undeclared or _eliminated(sitting, tally, keep=2 if to_two else 1)
        kept = {place: votes for place, votes in tally.items() if place not in out}
        for place in out:
            if won is None or place != won.winner:
                lost[place] = why_out(sitting, str(tally[place]), tally[place], kept)
        sitting.stage(tally, quota=quota, eliminated=out, exhausted=exhausted)
        sitting.chain.history.append(tally)
        piles.remove(out)


def _winner(
    sitting: Sitting, tally: Mapping[int, int], quota: int, active: int, lost: dict[int, Reason]
) -> Runoff | None:
    """The option with a majority; the last one; the one preferred of two that are level; None to go on."""
    stage = sitting.stage_number
    if active == 0:
        return Runoff(None, 0, 0, quota, stage, None, lost)
    best = max(tally, key=lambda place: tally[place])
    if tally[best] >= quota:
        return Runoff(best, tally[best], active, quota, stage, None, lost)
    if len(tally) == 2:
        chosen = sitting.prefer(sorted(tally), "elect")
        return Runoff(chosen, tally[chosen], active, quota, stage, sitting.ties[-1].step, lost)
    return None


def _eliminated(sitting: Sitting, tally: Mapping[int, int], *, keep: int) -> list[int]:
    if sitting.rule["eliminate"] == "batch":
        batch = _batch(tally, keep)
        if len(batch) > 1:
            return batch
    fewest = min(tally.values())
    lowest = sorted(place for place, votes in tally.items() if votes == fewest)
    above = [votes for votes in tally.values() if votes > fewest]
    all_go = bool(above) and fewest * len(lowest) < min(above) and len(tally) - len(lowest) >= keep
    return [sitting.last(lowest, "eliminate", harmless=all_go)]


def _batch(tally: Mapping[int, int], keep: int) -> list[int]:
    """The largest group of lowest options whose votes together are fewer than the votes of the next one up."""
    batch: list[int] = []
    passed: list[int] = []
    total = 0
    for votes in sorted(set(tally.values())):
        if total < votes and len(tally) - len(passed) >= keep:
            batch = list(passed)
        level = [place for place, number in tally.items() if number == votes]
        passed += level
        total += votes * len(level)
    return sorted(batch)


def why_out(sitting: Sitting, held: str, votes: int, kept: Mapping[int, int], one: int = 1) -> Reason:
    """Why an option goes out that holds so many votes (in steps of 1 / `one`; `held` as text), where `kept` stay."""
    if not kept:
        return reason("write_ins", stage=sitting.stage_number, votes=held)
    ahead = min(kept, key=lambda other: (kept[other], other))
    missing = max(0, kept[ahead] - votes) // one + 1
    next_option = sitting.options[ahead].id
    return reason("eliminated", stage=sitting.stage_number, votes=held, missing=missing, next_option=next_option)


def count_irv(sitting: Sitting) -> None:
    """Elect one option; where there is a budget, one that it can pay."""
    if sitting.rule["seats"] != 1:
        raise BadContest("$.rule.seats", "1: an instant runoff has one winner")
    budget = sitting.contest.budget
    for place in [place for place in sitting.candidates if budget is not None and sitting.options[place].cost > budget]:
        cost = sitting.options[place].cost
        sitting.refuse(place, reason("dearer_than_budget", cost_minor=cost, budget_minor=budget or 0))
        sitting.candidates.remove(place)
    passed_over = barring.pass_over(sitting)
    ended = runoff(sitting, sitting.candidates, to_two=sitting.rule["until"] == "two")
    if ended.winner is not None:
        if ended.step is None:
            why = reason("won", stage=ended.stage, votes=ended.votes, quota=ended.quota)
        else:
            why = reason("won_tie", stage=ended.stage, votes=ended.votes, step=ended.step)
        sitting.elect(ended.winner, why, sitting.options[ended.winner].cost)
    final = sitting.stages[-1].tally
    for place in sitting.candidates:
        if place == ended.winner or place in ended.reasons:
            continue
        votes = final[sitting.options[place].id]
        missing = max(0, ended.quota - int(votes))
        why = reason("not_reached", votes=votes, quota=ended.quota, missing=missing)
        sitting.refuse(place, why if ended.active else reason("no_votes"))
    for place in reversed(tuple(ended.reasons)):
        sitting.refuse(place, ended.reasons[place])
    for place, why in passed_over.items():
        sitting.refuse(place, why)


def count_sequential(sitting: Sitting) -> None:
    """Elect the best option again and again, and pay each in its turn."""
    need_pot_or_seats(sitting)
    standing = list(sitting.candidates)
    while standing:
        if sitting.limits.full:
            break
        ended = runoff(sitting, standing)
        if ended.winner is None:
            break
        standing.remove(ended.winner)
        sitting.votes[ended.winner] = ended.votes
        _fund_best(sitting, ended.winner, ended)
    supporters = sitting.profile.supporters()
    for place in standing:
        if supporters[place] and sitting.limits.full:
            sitting.refuse(place, reason("too_late_in_order", seats=sitting.limits.seats or 0))
        else:
            sitting.refuse(place, reason("no_votes"))


def _fund_best(sitting: Sitting, place: int, ended: Runoff) -> None:
    option = sitting.options[place]
    offered = offer_and_pay(sitting, place)
    facts: dict[str, str | int] = {"best_option": option.id}
    if sitting.purse.left is not None:
        facts["left_minor"] = sitting.purse.left
    if isinstance(offered, Reason):
        sitting.stages[-1] = replace(sitting.stages[-1], elected=(), facts=facts)
        sitting.refuse(place, offered)
        return
    sitting.stages[-1] = replace(sitting.stages[-1], facts=facts)
    number = len(sitting.elected) + 1
    if offered < option.cost:
        why = reason("funded_in_part", award_minor=offered, cost_minor=option.cost)
    else:
        why = reason("funded_as_best", award_minor=offered, place=number, votes=ended.votes, active=ended.active)
    sitting.elect(place, why, offered)


RULES = (
    RuleSpec(
        name="irv",
        forms=("ranked",),
        first_choices=True,
        settings={**COMMON, **RANKED, "floor": "none", "eliminate": "lowest", "until": "majority", "seats": 1},
        run=count_irv,
    ),
    RuleSpec(
        name="sequential_irv",
        forms=("ranked",),
        settings={**MONEY, **RANKED, "eliminate": "lowest", "seats": None},
        run=count_sequential,
        pots=True,
    ),
)
