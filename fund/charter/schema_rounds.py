"""The schema of `[[round_types]]`: what a round decides, its phases, quorum, chambers and secrecy.

The ballot and the count lie in schema_counts.py.

Sources: FIELD.md B2 and B3 for settings and defaults, COUNTING.md for forms, rules and ties, TRUST.md 3.2 to 3.4 for
assurance, publication and dispute hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fund.charter import form_rules
from fund.charter.fields import Choice, Code, Many, Money, Table, Tables, Text, Threshold, Whole, YesNo
from fund.charter.messages import N_
from fund.charter.model_rounds import Ballot, Chamber, Phases, Quorum, RoundType
from fund.charter.schema_counts import BallotSchema, CountSchema, compared_fits, counted, decides_other, rule_fits
from fund.charter.section import Complaint, ProtectedSection, Section


class PhasesSchema(Section):
    model = Phases
    submit_days = Whole(0, 365, default=21, help="Days in which proposals can be handed in.")
    review_days = Whole(0, 365, default=14, help="Days in which stewards review them.")
    appeal_days = Whole(0, 90, default=7, help="Days in which a refused applicant can appeal.")
    questions_days = Whole(0, 90, default=7, help="Days of public questions and answers before voting.")
    vote_days = Whole(1, 180, default=14, help="Days in which people vote.")


class QuorumSchema(Section):
    model = Quorum
    type = Choice(
        "none",
        "majority_of_roll",
        "percent",
        "count",
        default="majority_of_roll",
        help="The least turnout: none; more than half of the roll; a percent of it; a number of ballots.",
    )
    value = Whole(1, 1_000_000, default=None, help="The percent, or the number of ballots.")
    on_miss = Choice(
        "extend_then_lapse",
        "lapse",
        default="extend_then_lapse",
        help="Without a quorum: extend the vote once, then no decision; or no decision at once.",
    )
    extend_days = Whole(1, 60, default=7, help="Days of that extension.")

    def check(self, data: dict[str, Any]) -> Iterator[Complaint]:
        needs_value = data["type"] in ("percent", "count")
        if needs_value and data["value"] is None:
            yield ("value",), N_("A quorum of the type %(type)s needs a value.", type=data["type"])
        if not needs_value and data["value"] is not None:
            yield ("value",), N_("A quorum of the type %(type)s takes no value.", type=data["type"])
        if data["type"] == "percent" and (data["value"] or 0) > 100:
            yield ("value",), N_("A percent cannot be above 100.")


class ChamberSchema(Section):
    model = Chamber
    member_class = Code(key="class", help="The class that forms this chamber.")
    name = Text(40, default="", help="The chamber's name for people (that of the class, if absent).")
    quorum = Table(QuorumSchema, help="The chamber's own quorum.")
    threshold = Threshold(default="majority", help="The share of yes in this chamber.")
    assurance = Choice("open", "secret", "sealed", default="open", help="Open or secret voting in this chamber.")


class RoundTypeSchema(ProtectedSection):
    model = RoundType
    code = Code(help="The type's code.")
    name = Text(80, help="Its name for people.")
    decides = Choice(
        "money",
        "resolution",
        "people",
        default="money",
        help="What it decides: money; yes or no on a text; who holds an office, or which of a list are chosen.",
    )
    voters = Many(Code(), most=20, default=(), help="Codes of the classes that vote (all voting classes, if absent).")
    budget_minor = Money(key="budget", default=None, help="Budget of each round; without it each round states its own.")
    percent_of_available = Whole(
        1, 100, default=None, help="Or: percent of what is available when the round is frozen."
    )
    available = Choice(
        "free_money",
        "dues_received",
        default="free_money",
        help="What that is a percent of: the free money; or all dues received, less what earlier rounds of this type took.",
    )
    reserve_percent = Whole(0, 100, default=0, help="Percent of the free money kept back before that.")
    min_to_open_minor = Money(key="min_to_open", default=None, help="No round opens with less.")
    how_often = Choice("as_needed", "weekly", "monthly", "quarterly", "yearly", default="as_needed", help="How often.")
    phases = Table(PhasesSchema, help="Length of each phase.")
    max_on_ballot = Whole(1, 200, default=10, help="Most proposals on one ballot.")
    preview_public = YesNo(default=True, help="Whether anyone can see the ballot before and during the vote.")
    itemised_budget = YesNo(
        default=False, help="Whether applicants must say line by line what the money is for; otherwise they may."
    )
    ballot = Table(BallotSchema, help="What a voter fills in.")
    count = Table(CountSchema, help="How it is counted.")
    quorum = Table(QuorumSchema, help="The least turnout.")
    threshold = Threshold(default=None, help="The share of yes among yes and no (approve_deny; majority if absent).")
    chambers = Tables(ChamberSchema, most=5, help="Groups that must each agree.")
    roll = Choice(
        "fixed",
        "walk_up",
        default="fixed",
        help="Who can vote: those on the roll at freezing, or also people verified while voting runs.",
    )
    assurance = Choice(
        "open",
        "secret",
        "sealed",
        default="secret",
        help="open: votes with names, always so below 20 electors; secret; sealed also from the operator.",
    )
    publication = Choice(
        "full", "aggregate", default="aggregate", help="What comes out: every ballot without a name, or totals."
    )
    participation_visible_to = Choice(
        "nobody",
        "outreach_stewards",
        "members",
        default="outreach_stewards",
        help="Who sees who has not voted yet (never what anyone chose).",
    )
    dispute_hours = Whole(0, 720, default=72, help="Hours in which a certified result can be disputed.")
    certified_by = Choice(
        "stewards", "stewards_and_auditor", default="stewards", help="Whose two signatures a result needs."
    )
    paper = YesNo(default=False, help="Whether paper ballots are taken.")
    paper_until_days = Whole(0, 2, default=0, help="Days after online closing in which paper still arrives.")

    def check(self, data: dict[str, Any]) -> Iterator[Complaint]:
        ballot, count = data["ballot"], data["count"]
        rule = count.rule or form_rules.USUAL_RULE[ballot.form]
        yield from rule_fits(ballot, count, rule)
        yield from compared_fits(ballot, count, rule, data["decides"])
        yield from _about(data, ballot, rule)
        if data["threshold"] is not None and rule != "majority":
            yield (
                ("threshold",),
                N_("A threshold belongs to the rule majority; this round is counted by %(rule)s.", rule=rule),
            )
        if data["chambers"]:
            yield from _chambers_fit(data, rule)
        if data["paper_until_days"] and not data["paper"]:
            yield ("paper_until_days",), N_("Without paper ballots there is no paper to wait for.")
        if ballot.max is not None and ballot.max > data["max_on_ballot"]:
            yield ("ballot", "max"), N_("One cannot tick more proposals than there are on the ballot.")

    def complete(self, data: dict[str, Any]) -> dict[str, Any]:
        count = counted(data["ballot"], data["count"], data["decides"])
        own = not data["chambers"] and count.rule == "majority"
        return {**data, "count": count, "threshold": data["threshold"] or ("majority" if own else None)}


def _about(data: dict[str, Any], ballot: Ballot, rule: str) -> Iterator[Complaint]:
    """What a round decides, and what it may then state."""
    decides = data["decides"]
    if data["budget_minor"] is not None and data["percent_of_available"] is not None:
        yield ("percent_of_available",), N_("A budget is an amount or a percent, not both.")
    if data["available"] != "free_money" and data["percent_of_available"] is None:
        yield ("available",), N_("What is available belongs to a budget by percent.")
    if data["reserve_percent"] and data["percent_of_available"] is None:
        yield ("reserve_percent",), N_("A reserve belongs to a budget by percent.")
    if decides != "money" and data["count"].floor == "share_of_cost":
        yield ("count", "floor"), N_("share_of_cost is a share of a budget, and this round decides no money.")
    if decides != "money":
        for setting in ("budget", "percent_of_available", "min_to_open"):
            if data.get(f"{setting}_minor", data.get(setting)) is not None:
                yield (setting,), N_("Only a round that decides money has a budget.")
        if ballot.form == "knapsack":
            yield ("ballot", "form"), N_("A knapsack holds what a budget can pay; this round has no budget.")
    if decides == "resolution" and ballot.form not in ("approve_deny", "consent"):
        yield ("ballot", "form"), N_("A resolution is decided by approve_deny or consent.")
    elif form_rules.check_form_rule(ballot.form, rule) and rule not in form_rules.RULES_OF[decides]:
        yield ("count", "rule"), decides_other(rule, decides)


def _chambers_fit(data: dict[str, Any], rule: str) -> Iterator[Complaint]:
    """Chambers say yes or no, each by its own quorum and threshold, with a roll that is fixed."""
    if rule != "majority":
        yield ("chambers",), N_("Chambers agree by yes or no; this round is counted by %(rule)s.", rule=rule)
    if data["threshold"] is not None:
        yield ("threshold",), N_("Each chamber has a threshold of its own; the round then has none.")
    if data["voters"]:
        yield ("voters",), N_("The chambers say who votes.")
    if data["roll"] == "walk_up":
        yield ("roll",), N_("The roll of chambers is fixed when the round is frozen.")
    seen: set[str] = set()
    for place, chamber in enumerate(data["chambers"]):
        if chamber.member_class in seen:
            yield (
                ("chambers", place, "class"),
                N_("The class %(code)s forms one chamber only.", code=chamber.member_class),
            )
        seen.add(chamber.member_class)
