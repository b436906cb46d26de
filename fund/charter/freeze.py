"""The rules of one round, taken from the charter at freezing: plain values that can be stored as bytes and hashed.

Texts, whole numbers, true and false, lists and objects only, so that canonical JSON gives the same bytes everywhere.
What the count needs of them has the names of ballot-file/1 (COUNTING.md). Money is in minor units. Sources: FIELD.md
B2, TRUST.md 3.3 for the least size of a secret round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fund.charter import form_rules
from fund.charter.messages import N_
from fund.charter.model import SECRET_NEEDS_BALLOTS, SECRET_NEEDS_ELECTORS, Charter
from fund.charter.model_money import SetAside
from fund.charter.model_rounds import Ballot, Chamber, CountRule, Quorum, RoundType
from fund.charter.schema_pots import keeps
from fund.errors import Invalid

RULES_FORMAT = "round-rules/1"

FLOORS = {"none": "none", "share_of_cost": "votes/voters >= cost/(3*budget)", "net_positive": "net > 0"}
"""A floor's name in the charter, and its text in a ballot file."""


def rules_for_round(
    charter: Charter,
    round_type: str,
    *,
    electors: int | None = None,
    electors_by_class: Mapping[str, int] | None = None,
    budget_minor: int | None = None,
    carried: Mapping[str, int] | None = None,
    max_on_ballot: int | None = None,
    publication: str | None = None,
    draw_source: str | None = None,
    amendment: bool = False,
) -> dict[str, Any]:
    """Everything a round of this type is bound by.

    What a round may state itself: its budget where the charter gives none, a shorter ballot, its publication, and the
    source of the draw. `electors` is the size of the roll, `electors_by_class` that of each class: below 20 a secret
    round, or a secret chamber, becomes open and says why. With `amendment` the threshold for changing the charter
    applies. `carried` is what earlier rounds left of each set-aside that is kept, in minor units by its code: it comes
    on top of the budget. Raises Invalid for a money round without a budget or above the charter's, a longer ballot, or
    an unknown publication; KeyError for an unknown type.
    """
    type_ = charter.round_type(round_type)
    threshold = charter.amend.threshold if amendment and type_.threshold is not None else type_.threshold
    chambers = [_chamber(charter, one, electors_by_class) for one in type_.chambers]
    if chambers:
        assurance = "secret" if any(one["assurance"] == "secret" for one in chambers) else "open"
        reason = None
    else:
        assurance, reason = _assurance("open" if type_.ballot.form == "none" else type_.assurance, electors)
    kept = [one for one in charter.setasides if keeps(one, type_)]
    stated = _budget(type_, budget_minor)
    budget, pots = _with_pots(kept, stated, carried or {})
    return {
        "format": RULES_FORMAT,
        "charter": charter.sha256,
        "round_type": type_.code,
        "decides": type_.decides,
        "currency": charter.currency,
        "budget_minor": budget,
        "voters": list(charter.voters(type_.code)),
        "max_on_ballot": _ballot_length(type_, max_on_ballot),
        "form": _form(type_.ballot),
        "rule": _rule(type_, threshold, chambers),
        "compare_with": _compared(type_, threshold, chambers),
        "chambers": chambers,
        "set_asides": [
            _set_aside(one, pots.get(one.code), stated, budget) for one in kept if one.who_decides == "members"
        ],
        "caps": {one.group: _share(one.percent) for one in charter.caps if keeps(one, type_)},
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
        **({"pots": list(pots.values())} if pots else {}),
    }


def counting_rule(rules: dict[str, Any]) -> dict[str, Any]:
    """What a ballot file states at its top of these rules: `form`, `rule`, `currency`, `budget`, `compare_with`, and
    where there are any `set_asides`, `caps`, `incompatible`, and with chambers the `roll` of each.

    The seed of a draw, once there is one, goes into `rule` as `seed`.
    """
    top = {"form": rules["form"], "rule": rules["rule"], "currency": rules["currency"]}
    if rules["budget_minor"] is not None:
        top["budget"] = rules["budget_minor"]
    if rules["compare_with"] is not None:
        top["compare_with"] = rules["compare_with"]
    for name in ("set_asides", "caps", "incompatible"):
        if rules.get(name):
            top[name] = [_counted_aside(one) for one in rules[name]] if name == "set_asides" else rules[name]
    if rules.get("chambers"):
        top["roll"] = {one["name"]: one["electors"] or 0 for one in rules["chambers"]}
    return top


def ballots_needed(rules: dict[str, Any], electors: int) -> int:
    """The quorum of frozen rules in ballots, abstentions included, for a roll of so many; 0 where there is none.

    With chambers it is the sum of what each chamber needs; `chamber_needs` says it of each.
    """
    if rules.get("chambers"):
        return sum(_quorum_of(rules, one["quorum"], one["electors"] or 0) for one in rules["chambers"])
    return _quorum_of(rules, rules["rule"].get("quorum"), electors)


def chamber_needs(rules: Mapping[str, Any]) -> dict[str, int]:
    """Ballots each chamber needs, by the chamber's code: its quorum, and ten where its votes are secret."""
    return {
        one["code"]: max(
            _quorum_of(rules, one["quorum"], one["electors"] or 0),
            SECRET_NEEDS_BALLOTS if one["assurance"] == "secret" else 0,
        )
        for one in rules.get("chambers") or ()
    }


def _quorum_of(rules: Mapping[str, Any], quorum: Mapping[str, Any] | None, electors: int) -> int:
    if quorum is None:
        return 0
    return Quorum(quorum["type"], quorum.get("value"), rules["on_miss"], rules["extend_days"]).ballots_needed(electors)


def _chamber(charter: Charter, chamber: Chamber, electors_by_class: Mapping[str, int] | None) -> dict[str, Any]:
    """A chamber as it is frozen; its code is that of the class."""
    electors = None if electors_by_class is None else electors_by_class.get(chamber.member_class, 0)
    assurance, reason = _assurance(chamber.assurance, electors)
    return {
        "code": chamber.member_class,
        "name": chamber.name or charter.member_class(chamber.member_class).name,
        "electors": electors,
        "quorum": _quorum(chamber.quorum),
        "threshold": chamber.threshold,
        "assurance": assurance,
        "assurance_reason": reason,
    }


def _with_pots(
    kept: Sequence[SetAside], budget: int | None, carried: Mapping[str, int]
) -> tuple[int | None, dict[str, dict[str, Any]]]:
    """What members decide about, and the pots of the round by code: set-asides that are kept or that others decide about.

    What earlier rounds left of a pot comes on top; what somebody else decides about goes out of the round.
    """
    if budget is None:
        return None, {}
    pots: dict[str, dict[str, Any]] = {
        one.code: {
            "code": one.code, "name": one.name, "decided_by": one.who_decides,
            "fed_minor": budget * one.percent // 100,
            "carried_minor": carried.get(one.code, 0) if one.who_decides == "members" else 0,
            "release_after_days": one.release_after_days,
        }
        for one in kept
        if one.unused == "kept" or one.who_decides != "members"
    }  # fmt: skip
    for pot in pots.values():
        budget += pot["carried_minor"] if pot["decided_by"] == "members" else -pot["fed_minor"]
    return budget, pots


def _set_aside(
    aside: SetAside, pot: Mapping[str, Any] | None, stated: int | None, budget: int | None
) -> dict[str, Any]:
    """A set-aside as it is counted: a percent, or where its part is one of another sum than the budget, that part."""
    share = _share(aside.percent)
    if stated is not None and budget and budget != stated:
        amount = stated * aside.percent // 100 + (pot["carried_minor"] if pot is not None else 0)
        share = f"{amount}/{budget}"
    return {
        "group": aside.code, "name": aside.name, "share": share, "overflow": aside.overflow,
        "release": "at_count" if aside.unused == "open_pool" else "never",
    }  # fmt: skip


def _counted_aside(aside: Mapping[str, Any]) -> dict[str, Any]:
    """A set-aside as a ballot file has it: without the name for people."""
    return {name: value for name, value in aside.items() if name != "name"}


def _share(percent: int) -> str:
    return f"{percent}%"


def _assurance(stated: str, electors: int | None) -> tuple[str, str | None]:
    if stated != "open" and electors is not None and electors < SECRET_NEEDS_ELECTORS:
        return "open", "too_few_electors"
    return stated, None


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
        "knapsack": {"min": ballot.min},
        "points": {"min": ballot.min, "max": ballot.max_each, "total": ballot.total},
        "ranked": {"min": ballot.min, "k": ballot.ranks},
        "quadratic": {"min": ballot.min, "credits": ballot.credits, "negative": ballot.allow_negative or None},
    }.get(ballot.form, {})
    return {"form": ballot.form, **{name: value for name, value in limits.items() if value is not None}}


def _floor(count: CountRule) -> str:
    return f"votes >= {count.floor_votes}" if count.floor == "votes" else FLOORS[count.floor]


def _quorum(quorum: Quorum) -> dict[str, Any] | None:
    if quorum.type == "none":
        return None
    return {"type": quorum.type} if quorum.value is None else {"type": quorum.type, "value": quorum.value}


def _rule(type_: RoundType, threshold: str | None, chambers: list[dict[str, Any]]) -> dict[str, Any]:
    count = type_.count
    terms = {one["name"]: {"quorum": one["quorum"], "threshold": one["threshold"]} for one in chambers}
    settings: dict[str, Any] = {
        "quorum": None if chambers or type_.ballot.form == "none" else _quorum(type_.quorum),
        "threshold": threshold,
        "chambers": terms or None,
        "floor": None if count.floor == "none" else _floor(count),
        "min_award": count.min_award_minor,
        "cap": "ask" if count.rule == "proportional_capped" else None,
        **{name: getattr(count, name) for name in _AS_STATED},
    }
    stated = {name: value for name, value in settings.items() if value is not None}
    return {"method": count.rule, "ties": list(count.ties), **stated}


_AS_STATED = (
    "fit", "utility", "completion", "comparison", "seats", "quota", "whole_quota", "decimals", "elect_per_round",
    "eliminate", "until", "overvotes", "repeats", "max_skipped_ranks",
)  # fmt: skip
"""Settings of the count that have the same name and value in a ballot file."""

SHARED = ("ties", "quorum", "floor", "seats", "overvotes", "repeats", "max_skipped_ranks")
"""Settings that the second rule takes over from the first where it has them; in the rest it has its own usual ones."""


def _compared(type_: RoundType, threshold: str | None, chambers: list[dict[str, Any]]) -> dict[str, Any] | None:
    other = type_.count.compare_with
    if other is None:
        return None
    rule = _rule(type_, threshold, chambers)
    known = {
        "floor": other in form_rules.RULES_WITH_FLOOR,
        "seats": other in form_rules.RULE_SETTINGS["seats"],
    }
    return {"method": other, **{name: rule[name] for name in SHARED if name in rule and known.get(name, True)}}
