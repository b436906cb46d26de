"""The schema of a round's ballot and of its count, and whether the two go together.

Sources: COUNTING.md for forms, rules, their settings and ties; FIELD.md B2 and B3 for defaults.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from fund.charter import form_rules
from fund.charter.fields import Choice, Many, Money, Text, Whole, YesNo
from fund.charter.messages import N_, Message
from fund.charter.model_rounds import Ballot, CountRule
from fund.charter.section import Complaint, Section


class BallotSchema(Section):
    model = Ballot
    form = Choice(*form_rules.FORMS, default="approve_deny", help="What a voter fills in.")
    min = Whole(
        0, 100, default=None, help="Least number of proposals marked (every form with marks of its own choice)."
    )
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
    comparison = Choice(
        "none", "satisfaction", "exclusion", default=None,
        help="Whether the outcome is held against that of most votes (equal_shares; none if absent).",
    )  # fmt: skip
    completion = Choice(
        *form_rules.COMPLETIONS,
        default=None,
        help="How money left over is used (equal_shares; add1+utilitarian if absent).",
    )
    eliminate = Choice("lowest", "batch", default=None, help="Who goes out at each stage (irv; lowest if absent).")
    until = Choice("majority", "two", default=None, help="When the count stops (irv; majority if absent).")
    seats = Whole(1, 100, default=None, help="How many are chosen (1 if absent, where a round decides people).")
    quota = Choice("droop", "hare", default=None, help="Votes that win a place (stv; droop if absent).")
    whole_quota = YesNo(default=None, help="Whether the quota is a whole number (stv; true if absent).")
    decimals = Whole(0, 18, default=None, help="Decimals to which votes that move on are cut (stv; 5 if absent).")
    elect_per_round = Choice(
        "all", "one", default=None, help="All who reach the quota at a stage, or one by one (stv; all if absent)."
    )
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
        if data["rule"] == "lot" and data["ties"] not in ((), ("lot",)):
            yield ("ties",), N_("A lot is decided by the public draw alone.")


def rule_fits(ballot: Ballot, count: CountRule, rule: str) -> Iterator[Complaint]:
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


def compared_fits(ballot: Ballot, count: CountRule, rule: str, decides: str) -> Iterator[Complaint]:
    """What is wrong with the second rule that is counted beside the first."""
    other = count.compare_with
    if other is None:
        return
    if other == rule:
        yield ("count", "compare_with"), N_("The rule would be compared with itself.")
    elif not form_rules.check_form_rule(ballot.form, other):
        yield (
            ("count", "compare_with"),
            N_(
                "The rule %(rule)s cannot count %(form)s ballots; it accepts %(forms)s.",
                rule=other,
                form=ballot.form,
                forms=", ".join(form_rules.ACCEPTS[other]),
            ),
        )
    elif other not in form_rules.RULES_OF[decides]:
        yield ("count", "compare_with"), decides_other(other, decides)


def decides_other(rule: str, decides: str) -> Message:
    """Says of a rule that it cannot decide what this round is about."""
    rules = ", ".join(form_rules.RULES_OF[decides])
    if decides == "money":
        return N_(
            "The rule %(rule)s gives places, not amounts of money. Rules for money: %(rules)s.", rule=rule, rules=rules
        )
    return N_("The rule %(rule)s does not fill a number of places. Rules that do: %(rules)s.", rule=rule, rules=rules)


def counted(ballot: Ballot, count: CountRule, decides: str) -> CountRule:
    """The count with what follows from the form, the rule and what is decided filled in."""
    rule = count.rule or form_rules.USUAL_RULE[ballot.form]
    filled: dict[str, Any] = {"rule": rule, "ties": count.ties or form_rules.usual_ties(ballot.form, rule)}
    for setting, rules in form_rules.RULE_SETTINGS.items():
        name = "min_award_minor" if setting == "min_award" else setting
        if rule in rules and getattr(count, name) is None:
            filled[name] = form_rules.usual_setting(name, rule)
    if decides == "people" and rule in form_rules.RULE_SETTINGS["seats"] and count.seats is None:
        filled["seats"] = 1
    if ballot.form == "ranked":
        filled |= {name: getattr(count, name) or usual for name, usual in form_rules.PAPER_SETTINGS.items()}
    if rule == "majority" and decides != "money":
        filled |= {"fit": None, "ties": count.ties or ("listed",)}
    if decides == "people":
        filled["fit"] = None
    return replace(count, **filled)
