"""The single transferable vote with weighted inclusive Gregory transfers (`stv`, `stv_scottish`).

Quota: Droop (votes / (seats + 1), plus the smallest step) or Hare (votes / seats, raised to a whole step), of the
ballots that count at the first stage; whole, or to the stated decimals. Whoever reaches the quota is elected and
keeps exactly the quota; every one of its papers goes on to the next option standing at value x surplus / total, cut
to the stated decimals. With nobody elected, the lowest is eliminated and its papers go on at the value they have. As
many options as seats left are elected with no further transfer.

`stv` moves the surpluses of everyone elected at a stage together, at the next stage, and ends with a stage that shows
the elected at their quota (RCTab's presentation). `stv_scottish` follows the Scottish Local Government Elections Order
2011 (SSI 2011/399), rules 45 to 52: whole Droop quota, five decimals, one surplus a stage, the largest first, before
anyone is excluded; ties by the most recent stage at which the candidates differed, else by lot.

Neither source knows caps, options that exclude each other, or a floor; where a contest states them, barring.py has the
law. An exclusion by it is a stage of its own: surpluses that wait then, wait for the next.

Votes are whole numbers of the smallest step (10**-decimals of a vote), so that cutting is whole division.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fund.counting.reasons import reason
from fund.counting.rules import barring
from fund.counting.rules.irv import UNDECLARED, why_out
from fund.counting.rules.piles import piles_for
from fund.counting.rules.registry import COMMON, RANKED, RuleSpec

if TYPE_CHECKING:
    from fund.counting.sitting import Sitting


class Tellers:
    """What both rules share: the seats, the quota, the log, and how options come in and go out."""

    def __init__(self, sitting: Sitting, decimals: int, quota: str, *, whole: bool) -> None:
        self.sitting = sitting
        self.decimals = decimals
        self.one = 10**decimals
        self.seats: int = sitting.rule["seats"]
        sitting.chain.history = []
        self.passed_over = barring.pass_over(sitting)
        self.table = piles_for(sitting.profile, sitting.candidates, self.one)
        self.total = sum(self.table.votes.values())
        self.quota = quota_of(self.total, self.seats, quota, 1 if not whole else self.one)
        self.quota_text = self.text(self.quota)
        self.lost: list[int] = []

    @property
    def seats_left(self) -> int:
        """Seats not filled yet."""
        return self.seats - len(self.sitting.elected)

    def show(
        self, elected: Sequence[int] = (), eliminated: Sequence[int] = (), facts: dict[str, str | int] | None = None
    ) -> None:
        """Write the stage: tallies before this stage's decisions take effect."""
        tally = self.table.votes.copy()
        exhausted = self.text(self.sitting.profile.valid * self.one - sum(tally.values()))
        self.sitting.exhausted = exhausted
        self.sitting.stage(
            {place: self.text(votes) for place, votes in tally.items()},
            quota=self.quota_text,
            elected=elected,
            eliminated=eliminated,
            exhausted=exhausted,
            facts=facts,
        )
        self.sitting.chain.history.append(tally)

    def text(self, votes: int) -> str:
        """Votes as exact decimal text without needless zeros."""
        whole, rest = divmod(votes, self.one)
        return str(whole) if not rest else f"{whole}.{rest:0{self.decimals}d}".rstrip("0")

    def elect(self, places: Sequence[int]) -> None:
        """Elect these, with their reasons, at the stage that is being counted."""
        for place in places:
            votes = self.table.votes[place]
            stage = self.sitting.stage_number
            if votes >= self.quota:
                why = reason("won", stage=stage, votes=self.text(votes), quota=self.quota_text)
            else:
                why = reason("won_last", stage=stage, votes=self.text(votes))
            self.sitting.elect(place, why)
            option = self.sitting.options[place]
            self.sitting.limits.record(option, option.cost)

    def exclude_barred(self, elected: Sequence[int]) -> bool:
        """Write the stage at which these are elected and others go out because of it, and move the papers of those;
        whether there are any.
        """
        standing = self.table.standing if self.seats_left else ()
        barred = barring.bar(self.sitting, standing, lambda place: self.text(self.table.votes[place]))
        if not barred:
            return False
        self.show(elected=elected, eliminated=barred, facts=barring.facts_of(self.sitting, barred))
        self.lost += barred
        self.table.remove(barred)
        return True

    def lowest(self) -> int:
        """The option standing that goes out: the write-ins that were never declared, else the fewest votes."""
        sitting, votes = self.sitting, {place: self.table.votes[place] for place in self.table.standing}
        fewest = min(votes.values())
        level = sorted(place for place, number in votes.items() if number == fewest)
        above = [number for number in votes.values() if number > fewest]
        all_go = bool(above) and fewest * len(level) < min(above) and len(votes) - len(level) >= self.seats_left
        return sitting.last(level, "eliminate", harmless=all_go and fewest == 0)

    def exclude(self, place: int) -> None:
        """Write the stage at which an option goes out, and move its papers."""
        sitting, votes = self.sitting, self.table.votes
        kept = {other: votes[other] for other in self.table.standing if other != place}
        sitting.reasons[place] = why_out(sitting, self.text(votes[place]), votes[place], kept, self.one)
        self.lost.append(place)
        self.show(eliminated=[place])
        self.table.remove([place])

    def finish(self) -> None:
        """Reasons for those still standing without a seat, then for those who went out, the last first."""
        for place in sorted(self.table.standing, key=lambda place: (-self.table.votes[place], place)):
            if place not in self.sitting.elected:
                held = self.table.votes[place]
                votes, quota, missing = self.text(held), self.quota_text, self.text(max(0, self.quota - held))
                self.sitting.refuse(place, reason("not_reached", votes=votes, quota=quota, missing=missing))
        for place in reversed(self.lost):
            self.sitting.refuse(place, self.sitting.reasons[place])
        for place, why in self.passed_over.items():
            self.sitting.refuse(place, why)


def quota_of(total: int, seats: int, kind: str, step: int) -> int:
    """Droop: the largest multiple of `step` up to total / (seats + 1), plus one step. Hare: total / seats, raised."""
    if kind == "droop":
        return total // ((seats + 1) * step) * step + step
    return max(-(-total // (seats * step)) * step, step)


def count_stv(sitting: Sitting) -> None:
    """Fill the seats; all surpluses of a stage move together."""
    rule = sitting.rule
    tellers = Tellers(sitting, rule["decimals"], rule["quota"], whole=rule["whole_quota"])
    table = tellers.table
    surpluses: list[int] = []
    while tellers.total and tellers.seats_left and table.standing:
        undeclared = [p for p in table.standing if sitting.options[p].id == UNDECLARED and table.votes[p]]
        winners = [] if undeclared else _winners(tellers, one=rule["elect_per_round"] == "one")
        tellers.elect(winners)
        table.stand_aside(winners)
        surpluses += winners
        if winners and tellers.exclude_barred(winners):
            continue
        if surpluses and not undeclared:
            tellers.show(elected=winners)
            if tellers.seats_left and table.standing:
                table.settle(surpluses, tellers.quota)
            surpluses = []
        else:
            tellers.exclude(undeclared[0] if undeclared else tellers.lowest())
    for place in sitting.elected:
        table.votes[place] = min(table.votes[place], tellers.quota)
    tellers.show()
    tellers.finish()


def _winners(tellers: Tellers, *, one: bool) -> list[int]:
    """Who is elected at this stage, most votes first: everyone with the quota, or everyone left where the seats
    suffice.

    They never are more than the seats left: Droop's quota is above total / (seats + 1), Hare's at least total / seats.
    """
    table = tellers.table
    if len(table.standing) <= tellers.seats_left:
        found = set(table.standing)
    else:
        found = {place for place in table.standing if table.votes[place] >= tellers.quota}
    sitting = tellers.sitting
    if one and len(found) > 1:
        highest = max(table.votes[place] for place in found)
        most = sorted(place for place in found if table.votes[place] == highest)
        harmless = not sitting.limits.any or sitting.limits.allow_all([sitting.options[place] for place in most])
        return [sitting.prefer(most, "elect", harmless=harmless)]
    return barring.in_turn(sitting, table.votes, found)


def count_scottish(sitting: Sitting) -> None:
    """Fill the seats by the Order of 2011."""
    tellers = Tellers(sitting, 5, "droop", whole=True)
    table = tellers.table
    surpluses: list[int] = []
    while tellers.total and tellers.seats_left:
        new = _winners(tellers, one=False)
        if new:
            tellers.elect(new)
            table.stand_aside(new)
            surpluses += [place for place in new if table.votes[place] > tellers.quota]
        if not tellers.seats_left or not table.standing:
            tellers.show(elected=new)
            break
        if new and tellers.exclude_barred(new):
            continue
        if surpluses:
            largest = max(table.votes[place] for place in surpluses)
            level = sorted(place for place in surpluses if table.votes[place] == largest)
            moving = sitting.prefer(level, "surplus")
            surpluses.remove(moving)
            tellers.show(elected=new)
            table.settle([moving], tellers.quota)
        elif new:
            tellers.show(elected=new)
        else:
            tellers.exclude(tellers.lowest())
    tellers.finish()


RULES = (
    RuleSpec(
        name="stv",
        forms=("ranked",),
        first_choices=True,
        settings={
            **COMMON,
            **RANKED,
            "floor": "none",
            "seats": 1,
            "quota": "droop",
            "whole_quota": True,
            "decimals": 5,
            "surplus": "weighted_inclusive_gregory",
            "elect_per_round": "all",
        },
        run=count_stv,
    ),
    RuleSpec(
        name="stv_scottish",
        forms=("ranked",),
        first_choices=True,
        settings={**COMMON, **RANKED, "floor": "none", "ties": ["earlier_stage", "lot"], "seats": 1},
        run=count_scottish,
    ),
)
