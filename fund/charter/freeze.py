"""The rules of one round, taken from the charter at freezing: plain values that can be stored as bytes and hashed.

Texts, whole numbers, true and false, lists and objects only, so that canonical JSON gives the same bytes everywhere.
What the count needs of them has the names of ballot-file/1 (COUNTING.md). Money is in minor units. Sources: FIELD.md
B2, TRUST.md 3.3 for the least size of a secret round.
"""

from __future__ import annotations

from typing import Any

from fund.charter.messages import N_
from fund.charter.model import SECRET_NEEDS_ELECTORS, Charter
from fund.charter.model_rounds import Ballot, CountRule, Quorum, RoundType
from fund.errors import Invalid

RULES_FORMAT = "round-rules/1"

FLOORS = {"none": "none", "share_of_cost": "votes/voters >= cost/(3*budget)", "net_positive": "net > 0"}
"""A floor's name in the charter, and its text in a ballot file."""


def rules_for_round(
    charter: Charter,
    round_type: str,
    *,
    electors: int | None = None,
    budget_minor: int | None = None,
    max_on_ballot: int | None = None,
    publication: str | None = None,
    draw_source: str | None = None,
    amendment: bool = False,
) -> dict[str, Any]:
    """Everything a round of this type is bound by.

    What a round may state itself: its budget where the charter gives none, a shorter ballot, its publication, and the
    source of the draw. `electors` is the size of the roll: below 20 a secret round becomes open and says why. With
    `amendment` the threshold for changing the charter applies. Raises Invalid for a money round without a budget or
    above the charter's, a longer ballot, or an unknown publication; KeyError for an unknown type.
    """
    type_ = charter.round_type(round_type)
    threshold = charter.amend.threshold if amendment and type_.threshold is not None else type_.threshold
    assurance, reason = _assurance(type_, electors)
    return {
        "format": RULES_FORMAT,
        "charter": charter.sha256,
        "round_type": type_.code,
        "decides": type_.decides,
        "currency": charter.currency,
        "budget_minor": _budget(type_, budget_minor),
        "voters": list(charter.voters(type_.code)),
        "max_on_ballot": _ballot_length(type_, max_on_ballot),
        "form": _form(type_.ballot),
        "rule": _rule(type_.count, type_.quorum, threshold),
        "compare_with": _compared(type_.count, type_.quorum, threshold),
        "on_miss": type_.quorum.on_miss,
        "extend_days": type_.quorum.extend_days,
        "assurance": assurance,
        "assurance_reason": reason,
        "publication": _publication(type_, publication),
        "roll": type_.roll,
        "participation_visible_to": type_.participation_visible_to,
        "preview_public": type_.preview_public,
        "dispute_hours": type_.dispute_hours,
        "certified_by": type_.certified_by,
        "draw_source": draw_source or type_.count.draw_source,
        "organise_first": type_.ballot.organise_first,
        "pledge_questions": list(type_.ballot.pledge_questions),
        "comment": type_.ballot.comment,
    }


def counting_rule(rules: dict[str, Any]) -> dict[str, Any]:
    """What a ballot file states at its top of these rules: `form`, `rule`, `currency`, `budget`, `compare_with`.

    The seed of a draw, once there is one, goes into `rule` as `seed`.
    """
    top = {"form": rules["form"], "rule": rules["rule"], "currency": rules["currency"]}
    if rules["budget_minor"] is not None:
        top["budget"] = rules["budget_minor"]
    if rules["compare_with"] is not None:
        top["compare_with"] = rules["compare_with"]
    return top


def ballots_needed(rules: dict[str, Any], electors: int) -> int:
    """The quorum of frozen rules in ballots, abstentions included, for a roll of so many; 0 where there is none."""
    quorum = rules["rule"].get("quorum")
    if quorum is None:
        return 0
    return Quorum(quorum["type"], quorum.get("value"), rules["on_miss"], rules["extend_days"]).ballots_needed(electors)


def _assurance(type_: RoundType, electors: int | None) -> tuple[str, str | None]:
    if type_.assurance != "open" and electors is not None and electors < SECRET_NEEDS_ELECTORS:
        return "open", "too_few_electors"
    return type_.assurance, None


def _budget(type_: RoundType, budget_minor: int | None) -> int | None:
    if type_.decides != "money":
        if budget_minor:
            raise Invalid(N_("Only a round that decides money has a budget."), field="budget")
        return None
    if type_.budget_minor is not None and budget_minor not in (None, type_.budget_minor):
        raise Invalid(N_("The charter states the budget of these rounds."), field="budget")
    budget = type_.budget_minor if budget_minor is None else budget_minor
    if budget is None or budget < 0:
        raise Invalid(N_("Say how much money this round decides."), field="budget")
    return budget


def _ballot_length(type_: RoundType, most: int | None) -> int:
    if most is not None and not 1 <= most <= type_.max_on_ballot:
        raise Invalid(
            N_("The charter allows at most %(most)s proposals on a ballot.", most=type_.max_on_ballot),
            field="max_on_ballot",
        )
    return type_.max_on_ballot if most is None else most


def _publication(type_: RoundType, publication: str | None) -> str:
    if publication not in (None, "full", "aggregate"):
        raise Invalid(N_("Publish every ballot without a name, or totals."), field="publication")
    return type_.publication if publication is None else publication


def _form(ballot: Ballot) -> dict[str, Any]:
    limits: dict[str, Any] = {
        "approval": {"min": ballot.min, "max": ballot.max},
        "points": {"min": ballot.min, "max": ballot.max_each, "total": ballot.total},
        "ranked": {"k": ballot.ranks},
        "quadratic": {"credits": ballot.credits, "negative": ballot.allow_negative or None},
    }.get(ballot.form, {})
    return {"form": ballot.form, **{name: value for name, value in limits.items() if value is not None}}


def _floor(count: CountRule) -> str:
    return f"votes >= {count.floor_votes}" if count.floor == "votes" else FLOORS[count.floor]


def _quorum(quorum: Quorum) -> dict[str, Any] | None:
    if quorum.type == "none":
        return None
    return {"type": quorum.type} if quorum.value is None else {"type": quorum.type, "value": quorum.value}


def _rule(count: CountRule, quorum: Quorum, threshold: str | None) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "quorum": _quorum(quorum),
        "threshold": threshold,
        "fit": count.fit,
        "floor": None if count.floor == "none" else _floor(count),
        "min_award": count.min_award_minor,
        "cap": "ask" if count.rule == "proportional_capped" else None,
        "utility": count.utility,
        "completion": count.completion,
        "eliminate": count.eliminate,
        "until": count.until,
        "overvotes": count.overvotes,
        "repeats": count.repeats,
        "max_skipped_ranks": count.max_skipped_ranks,
    }
    stated = {name: value for name, value in settings.items() if value is not None}
    return {"method": count.rule, "ties": list(count.ties), **stated}


SHARED = ("ties", "quorum", "floor", "overvotes", "repeats", "max_skipped_ranks")
"""Settings that the second rule takes over from the first; in the rest it has its own usual ones."""


def _compared(count: CountRule, quorum: Quorum, threshold: str | None) -> dict[str, Any] | None:
    if count.compare_with is None:
        return None
    rule = _rule(count, quorum, threshold)
    return {"method": count.compare_with, **{name: rule[name] for name in SHARED if name in rule}}
