"""The schema of `[[round_types]]`: what a round decides, its phases, ballot, count, quorum, secrecy.

Sources: FIELD.md B2 and B3 for settings and defaults, COUNTING.md for forms, rules and ties, TRUST.md 3.2 to 3.4 for
assurance, publication and dispute hours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from fund.charter import form_rules
from fund.charter.fields import Choice, Code, Many, Money, Table, Tables, Text, Threshold, Whole, YesNo
from fund.charter.messages import N_
from fund.charter.model_rounds import Ballot, Chamber, CountRule, Phases, Quorum, RoundType
from fund.charter.section import Complaint, ProtectedSection, Section


class PhasesSchema(Section):
    model = Phases
    submit_days = Whole(0, 365, default=21, help="Days in which proposals can be handed in.")
    review_days = Whole(0, 365, default=14, help="Days in which stewards review them.")
    appeal_days = Whole(0, 90, default=7, help="Days in which a refused applicant can appeal.")
    questions_days = Whole(0, 90, default=7, help="Days of public questions and answers before voting.")
    vote_days = Whole(1, 180, default=14, help="Days in which people vote.")


class BallotSchema(Section):
    model = Ballot
    form = Choice(*form_rules.FORMS, default="approve_deny", help="What a voter fills in.")
    min = Whole(0, 100, default=None, help="Least number of marks (approval, points).")
    max = Whole(1, 100, default=None, help="Most proposals one may tick (approval).")
    ranks = Whole(1, 20, default=None, help="How many proposals one may rank (ranked; 5 if absent).")
    credits = Whole(
        1, 1000, default=None, help="Credits of each voter; n votes cost n times n (quadratic; 25 if absent)."
    )
    total = Whole(1, 1000, default=None, help="Points of each voter (points; 10 if absent).")
    max_each = Whole(1, 1000, default=None, help="Most points for one proposal (points).")
    allow_negative = YesNo(default=False, help="Whether one may vote against a proposal (quadratic).")
    organise_first = YesNo(
        default=False, help="Whether the page first lets people sort proposals into like, neutral, no."
    )
    pledge_questions = Many(
        Text(120), most=10, default=(), help="How else will you support it? Asked beside the ballot, never counted."
    )
    comment = Choice(
        "optional", "none", default="optional", help="Whether a voter may write why, shown without a name."
    )

    def check(self, data: dict[str, Any]) -> Iterator[Complaint]:
        form = data["form"]
        for limit, forms in form_rules.FORM_LIMITS.items():
            if data[limit] not in (None, False) and form not in forms:
                yield (
                    (limit,),
                    N_(
                        "%(setting)s belongs to %(forms)s; this ballot is %(form)s.",
                        setting=limit,
                        forms=", ".join(forms),
                        form=form,
                    ),
                )
        if data["min"] is not None and data["max"] is not None and data["min"] > data["max"]:
            yield ("min",), N_("The least number of marks is above the most.")

    def complete(self, data: dict[str, Any]) -> dict[str, Any]:
        usual = {"ranked": ("ranks", 5), "quadratic": ("credits", 25), "points": ("total", 10), "approval": ("min", 1)}
        setting, value = usual.get(data["form"], ("min", None))
        return {**data, setting: value if data[setting] is None else data[setting]}


class CountSchema(Section):
    model = CountRule
    rule = Choice(*form_rules.RULES, default=None, help="How winners follow from the ballots (by the form, if absent).")
    fit = Choice(
        "skip",
        "stop",
        "partial",
        default=None,
        help="What happens when the next winner costs more than is left (skip if absent).",
    )
    floor = Choice(
        "none",
        "votes",
        "share_of_cost",
        "net_positive",
        default="none",
        help="The least support: none; a number of votes; votes/voters at least cost/(3 x budget); "
        "more votes for than against.",
    )
    floor_votes = Whole(1, 1_000_000, default=None, help="The number of votes, with floor = votes.")
    ties = Many(
        Choice(*form_rules.TIE_BREAKERS, default=None),
        most=7,
        least=1,
        default=(),
        help="What decides between equals, tried in this order; the last is lot or listed (by the form, if absent).",
    )
    compare_with = Choice(
        *form_rules.RULES, default=None, help="A second rule, counted and published beside the first."
    )
    min_award_minor = Money(
        key="min_award", default=None, help="Smaller shares drop out (proportional_capped; 0 if absent)."
    )
    utility = Choice("cost", "votes", "score", default=None, help="What a voter gains (equal_shares; cost if absent).")
    completion = Choice(
        *form_rules.COMPLETIONS,
        default=None,
        help="How money left over is used (equal_shares; add1+utilitarian if absent).",
    )
    eliminate = Choice("lowest", "batch", default=None, help="Who goes out at each stage (irv; lowest if absent).")
    until = Choice("majority", "two", default=None, help="When the count stops (irv; majority if absent).")
    overvotes = Choice(
        "exhaust", "skip", default=None, help="Two names at one rank on paper (ranked; exhaust if absent)."
    )
    repeats = Choice("skip", "exhaust", default=None, help="One name twice on paper (ranked; skip if absent).")
    max_skipped_ranks = Whole(
        0, 20, default=None, help="More empty ranks in a row end a ballot (ranked; no limit if absent)."
    )
    draw_source = Text(
        200,
        default="Three dice thrown in public by two stewards",
        help="Where the seed of a lot comes from, fixed before voting.",
    )

    def check(self, data: dict[str, Any]) -> Iterator[Complaint]:
        if (data["floor"] == "votes") != (data["floor_votes"] is not None):
            yield ("floor_votes",), N_("floor_votes and floor = votes belong together.")
        if data["ties"] and data["ties"][-1] not in ("lot", "listed"):
            yield ("ties",), N_("The chain must end with lot or listed, or a tie could stop the count.")
        if not {"lot", "listed"}.isdisjoint(data["ties"][:-1]):
            yield ("ties",), N_("Nothing can come after lot or listed: they always decide.")


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
        help="What it decides: money; yes or no on a text; who holds an office.",
    )
    voters = Many(Code(), most=20, default=(), help="Codes of the classes that vote (all voting classes, if absent).")
    budget_minor = Money(key="budget", default=None, help="Budget of each round; without it each round states its own.")
    percent_of_available = Whole(1, 100, default=None, help="Or: percent of the free money at opening.")
    reserve_percent = Whole(0, 100, default=0, help="Percent of the free money kept back before that.")
    min_to_open_minor = Money(key="min_to_open", default=None, help="No round opens with less.")
    how_often = Choice("as_needed", "weekly", "monthly", "quarterly", "yearly", default="as_needed", help="How often.")
    phases = Table(PhasesSchema, help="Length of each phase.")
    max_on_ballot = Whole(1, 200, default=10, help="Most proposals on one ballot.")
    preview_public = YesNo(default=True, help="Whether anyone can see the ballot before and during the vote.")
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
        yield from _rule_fits(ballot, count, rule)
        if data["budget_minor"] is not None and data["percent_of_available"] is not None:
            yield ("percent_of_available",), N_("A budget is an amount or a percent, not both.")
        if data["decides"] != "money":
            for setting in ("budget", "percent_of_available", "min_to_open"):
                if data.get(f"{setting}_minor", data.get(setting)) is not None:
                    yield (setting,), N_("Only a round that decides money has a budget.")
        if data["decides"] == "resolution" and ballot.form not in ("approve_deny", "consent"):
            yield ("ballot", "form"), N_("A resolution is decided by approve_deny or consent.")
        if data["threshold"] is not None and rule != "majority":
            yield (
                ("threshold",),
                N_("A threshold belongs to the rule majority; this round is counted by %(rule)s.", rule=rule),
            )
        if data["reserve_percent"] and data["percent_of_available"] is None:
            yield ("reserve_percent",), N_("A reserve belongs to a budget by percent.")
        if data["paper_until_days"] and not data["paper"]:
            yield ("paper_until_days",), N_("Without paper ballots there is no paper to wait for.")
        if ballot.max is not None and ballot.max > data["max_on_ballot"]:
            yield ("ballot", "max"), N_("One cannot tick more proposals than there are on the ballot.")

    def complete(self, data: dict[str, Any]) -> dict[str, Any]:
        form, count = data["ballot"].form, data["count"]
        rule = count.rule or form_rules.USUAL_RULE[form]
        filled: dict[str, Any] = {"rule": rule, "ties": count.ties or form_rules.usual_ties(form, rule)}
        for setting, rules in form_rules.RULE_SETTINGS.items():
            name = "min_award_minor" if setting == "min_award" else setting
            if rule in rules and getattr(count, name) is None:
                filled[name] = form_rules.USUAL_SETTINGS[name]
        if form == "ranked":
            filled |= {name: getattr(count, name) or usual for name, usual in form_rules.PAPER_SETTINGS.items()}
        if rule == "majority" and data["decides"] != "money":
            filled |= {"fit": None, "ties": count.ties or ("listed",)}
        threshold = data["threshold"] or ("majority" if rule == "majority" else None)
        return {**data, "count": replace(count, **filled), "threshold": threshold}


def _rule_fits(ballot: Ballot, count: CountRule, rule: str) -> Iterator[Complaint]:
    """What does not go together between the form, the rule and the rule's settings."""
    if not form_rules.check_form_rule(ballot.form, rule):
        yield (
            ("count", "rule"),
            N_(
                "The rule %(rule)s cannot count %(form)s ballots; it accepts %(forms)s.",
                rule=rule,
                form=ballot.form,
                forms=", ".join(form_rules.ACCEPTS[rule]),
            ),
        )
    for setting, rules in form_rules.RULE_SETTINGS.items():
        value = getattr(count, "min_award_minor" if setting == "min_award" else setting)
        if value is not None and rule not in rules:
            yield (
                ("count", setting),
                N_(
                    "%(setting)s belongs to the rules %(rules)s; this round is counted by %(rule)s.",
                    setting=setting,
                    rules=", ".join(rules),
                    rule=rule,
                ),
            )
    for setting in ("overvotes", "repeats", "max_skipped_ranks"):
        if getattr(count, setting) is not None and ballot.form != "ranked":
            yield (
                ("count", setting),
                N_(
                    "%(setting)s belongs to ranked ballots; this ballot is %(form)s.", setting=setting, form=ballot.form
                ),
            )
    if "more_first_choices" in count.ties and ballot.form != "ranked":
        yield ("count", "ties"), N_("Only ranked ballots have first choices.")
    if count.floor != "none" and rule not in form_rules.RULES_WITH_FLOOR:
        yield ("count", "floor"), N_("The rule %(rule)s knows no floor.", rule=rule)
    elif count.floor == "net_positive" and ballot.form not in ("quadratic", "approve_deny"):
        yield ("count", "floor"), N_("net_positive belongs to ballots on which one can vote against.")
    if count.compare_with == rule:
        yield ("count", "compare_with"), N_("The rule would be compared with itself.")
    elif count.compare_with and not form_rules.check_form_rule(ballot.form, count.compare_with):
        yield (
            ("count", "compare_with"),
            N_(
                "The rule %(rule)s cannot count %(form)s ballots; it accepts %(forms)s.",
                rule=count.compare_with,
                form=ballot.form,
                forms=", ".join(form_rules.ACCEPTS[count.compare_with]),
            ),
        )
