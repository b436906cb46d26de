"""The result of a count, and the one function that counts.

A `Count` holds who is funded or elected and with how much, every stage, every tie and what broke it, a reason for
every option, turnout and quorum, and the outcome. `Count.bytes()` is canonical: the same contest gives the same bytes
on every machine; figures are integers or exact numbers as text, never floating point.

Outcomes: `decided` (the rule was applied, even if it funds nobody) and `no_decision` (the quorum was missed; nothing is
elected, and nobody was denied).
"""

from __future__ import annotations

import builtins
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fund.counting.contest import Contest, Option
from fund.counting.reasons import Reason, money_text

if TYPE_CHECKING:
    from fund.counting.profile import Profile


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a count. Figures in `tally`, `quota` and `exhausted` are exact numbers as text.

    `facts` holds what else the rule's own table shows at this step (text and whole numbers; `*_minor` is money).
    """

    tally: Mapping[str, str]
    quota: str | None = None
    elected: tuple[str, ...] = ()
    eliminated: tuple[str, ...] = ()
    exhausted: str = "0"
    facts: Mapping[str, str | int] | None = None

    def as_json(self) -> dict[str, Any]:
        """The stage as COUNTING.md writes it, plus `facts` where there are any."""
        shown: dict[str, Any] = {
            "tally": dict(self.tally),
            "elected": list(self.elected),
            "eliminated": list(self.eliminated),
            "exhausted": self.exhausted,
        }
        if self.quota is not None:
            shown["quota"] = self.quota
        if self.facts:
            shown["facts"] = dict(self.facts)
        return shown


@dataclass(frozen=True, slots=True)
class Tie:
    """Options that were level, at which stage (counted from 1), what for, which step decided and whom it chose.

    `step` is a step of the chain, or `no_difference` where the order could not matter and none was drawn.
    `changes_outcome`: whether another choice would have elected others; None where that was not explored to the end.
    """

    stage: int
    options: tuple[str, ...]
    purpose: str
    step: str
    chosen: str
    changes_outcome: bool | None = None

    def as_json(self) -> dict[str, Any]:
        """The tie as published."""
        return {
            "stage": self.stage,
            "options": list(self.options),
            "purpose": self.purpose,
            "decided_by": self.step,
            "chosen": self.chosen,
            "changes_outcome": self.changes_outcome,
        }


@dataclass(frozen=True, slots=True)
class Quorum:
    """Ballots needed and cast, in the whole round (`chamber` is None) or in one chamber."""

    chamber: str | None
    needed: int
    cast: int

    @property
    def met(self) -> bool:
        """Whether enough ballots were cast; abstentions and blank ballots count, void ones do not."""
        return self.cast >= self.needed

    def as_json(self) -> dict[str, Any]:
        """The quorum as published."""
        return {"chamber": self.chamber, "needed": self.needed, "cast": self.cast, "met": self.met}


@dataclass(frozen=True, slots=True)
class Count:
    """The result. `elected` in the order of election; `order` names every option from first to last for the reserve
    list; `awards` in minor units; `scores` the votes of every option as the rule sees them (exact text).
    """

    rule: Mapping[str, Any]
    options: tuple[Option, ...]
    elected: tuple[str, ...]
    order: tuple[str, ...]
    awards: Mapping[str, int]
    scores: Mapping[str, str]
    ballots: int
    blank: int
    valid: int
    void: int
    voids: tuple[tuple[str, str], ...]
    exhausted: str
    rounds: tuple[Stage, ...]
    ties: tuple[Tie, ...]
    reasons: Mapping[str, Reason]
    quorum: tuple[Quorum, ...]
    outcome: str
    budget: int | None
    currency: str
    currency_exponent: int
    roll: int | Mapping[str, int] | None
    facts: Mapping[str, str | int]
    compare: Count | None = None

    @property
    def spent(self) -> int:
        """The sum of all awards, minor units."""
        return sum(self.awards.values())

    def reason_text(self, option_id: str) -> str:
        """The English sentence that says why this option was or was not funded."""
        names = {option.id: option.name or option.id for option in self.options}
        return self.reasons[option_id].text(
            money=lambda minor: money_text(minor, self.currency, self.currency_exponent),
            option=lambda id_: names.get(id_, id_),
        )

    def as_json(self) -> dict[str, Any]:
        """The published object of COUNTING.md, with awards, quorum and outcome, as plain JSON values."""
        shown: dict[str, Any] = {
            "rule": dict(self.rule),
            "outcome": self.outcome,
            "elected": list(self.elected),
            "order": list(self.order),
            "awards": dict(self.awards),
            "spent": self.spent,
            "budget": self.budget,
            "scores": dict(self.scores),
            "ballots": self.ballots,
            "blank": self.blank,
            "valid": self.valid,
            "void": self.void,
            "exhausted": self.exhausted,
            "roll": dict(self.roll) if isinstance(self.roll, Mapping) else self.roll,
            "quorum": [each.as_json() for each in self.quorum],
            "rounds": [stage.as_json() for stage in self.rounds],
            "ties": [tie.as_json() for tie in self.ties],
            "reasons": {option.id: self.reason_text(option.id) for option in self.options},
            "reason_codes": {id_: {"code": why.code, "params": dict(why.params)} for id_, why in self.reasons.items()},
            "facts": dict(self.facts),
        }
        if self.voids:
            shown["voids"] = [{"path": path, "reason": why} for path, why in self.voids]
        if self.compare is not None:
            shown["compare"] = self.compare.as_json()
        return shown

    def bytes(self) -> builtins.bytes:
        """Canonical UTF-8 JSON of `as_json()`: keys sorted, no spaces. What is hashed, stored and compared."""
        text = json.dumps(self.as_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
        return text.encode()


def count(contest: Contest, profile: Profile | None = None) -> Count:
    """Count a contest by its rule. `profile`: the ballots of this contest, checked and read by `profile_of` under the
    same rule, where they are to be counted more than once.

    Raises BadContest where the contest is not sound, UnbrokenTie (DrawNeeded) where the chain does not decide and the
    outcome depends on it. With `compare_with`, the second rule is counted too and stands in `Count.compare`.
    """
    from fund.counting.branches import explore, sit
    from fund.counting.profile import profile_of
    from fund.counting.sitting import beside, hold, published

    if profile is None:
        contest.check()
        profile = profile_of(contest)
    sitting, settled = sit(contest, profile)
    second = beside(contest) if all(each.met for each in sitting.quorum) else None
    result = published(sitting, None if second is None else published(hold(second)))
    return explore(contest, result, sitting.work, profile, settled) if result.ties else result
