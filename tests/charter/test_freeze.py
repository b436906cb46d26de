"""The rules of a round as plain values, and the count that follows from them (figures of FIELD.md C)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from fund.charter import ballots_needed, counting_rule, form_rules, load, preset, rules_for_round
from fund.charter.in_force import BUILT, standing
from fund.counting.contest import Ballot, Contest, Form, Option, Rule, SetAside
from fund.counting.count import count
from fund.counting.rules.registry import all_rules, rule_named
from fund.counting.settings import TIE_STEPS
from fund.errors import Invalid
from tests.charter.mistakes import HEAD, RESOLUTION


def contest(top: dict[str, Any], options: dict[str, int], ballots: list[Ballot], roll: int | None = None) -> Contest:
    return Contest(
        options=tuple(Option(id=name, name=name, cost=cost) for name, cost in options.items()),
        rule=Rule.read(top["rule"], "$.rule"),
        form=Form(**top["form"]),
        ballots=tuple(ballots),
        budget=top.get("budget"),
        currency=top["currency"],
        roll=roll,
    )


def plain(value: Any) -> bool:
    if isinstance(value, dict):
        return all(isinstance(key, str) and plain(part) for key, part in value.items())
    if isinstance(value, list):
        return all(plain(part) for part in value)
    return value is None or type(value) in (str, int, bool)


def test_rules_hold_only_what_canonical_json_can_carry() -> None:
    charter = load(preset("millrace").text)
    for type_ in charter.round_types:
        rules = rules_for_round(charter, type_.code, electors=48)
        assert plain(rules)
        assert json.loads(json.dumps(rules)) == rules
        assert rules["charter"] == charter.sha256


def test_the_demo_round_in_the_words_of_the_ballot_file() -> None:
    rules = rules_for_round(load(preset("millrace").text), "ranked", electors=48)
    assert counting_rule(rules) == {
        "form": {"form": "ranked", "k": 5},
        "rule": {
            "method": "sequential_irv", "ties": ["more_first_choices", "lower_cost", "lot"],
            "quorum": {"type": "majority_of_roll"}, "fit": "skip", "eliminate": "lowest", "overvotes": "exhaust",
            "repeats": "skip",
        },
        "currency": "USD",
        "budget": 3_000_000,
        "set_asides": [
            {"group": "young-co-ops", "share": "20%", "overflow": "open_pool", "release": "at_count"},
        ],
    }  # fmt: skip
    assert (rules["assurance"], rules["assurance_reason"], rules["publication"]) == ("secret", None, "full")
    assert ballots_needed(rules, 48) == 25


def test_below_twenty_electors_a_secret_round_is_open_and_says_why() -> None:
    charter = load(preset("millrace").text)
    few, enough = (rules_for_round(charter, "ranked", electors=n) for n in (19, 20))
    assert (few["assurance"], few["assurance_reason"]) == ("open", "too_few_electors")
    assert (enough["assurance"], enough["assurance_reason"]) == ("secret", None)


def test_what_a_round_may_state_itself() -> None:
    charter = load(HEAD)
    rules = rules_for_round(charter, "money", budget_minor=500, max_on_ballot=3, publication="full", draw_source="Dice")
    assert (rules["budget_minor"], rules["max_on_ballot"], rules["publication"], rules["draw_source"]) == (
        500,
        3,
        "full",
        "Dice",
    )
    for stated in (
        {},
        {"budget_minor": -1},
        {"budget_minor": 5, "max_on_ballot": 11},
        {"budget_minor": 5, "publication": "x"},
    ):
        with pytest.raises(Invalid):
            rules_for_round(charter, "money", **stated)
    with pytest.raises(Invalid):
        rules_for_round(charter, "resolution", budget_minor=5)
    with pytest.raises(Invalid):
        rules_for_round(load(preset("c8-main-street").text), "pot", budget_minor=5)
    with pytest.raises(KeyError):
        rules_for_round(charter, "nothing")


def test_a_vote_on_the_charter_itself_needs_the_share_for_changes() -> None:
    charter = load(HEAD)
    assert rules_for_round(charter, "resolution")["rule"]["threshold"] == "majority"
    assert rules_for_round(charter, "resolution", amendment=True)["rule"]["threshold"] == "2/3"


def test_without_a_quorum_none_is_needed() -> None:
    rules = rules_for_round(load(preset("c8-main-street").text), "pot")
    assert "quorum" not in rules["rule"]
    assert ballots_needed(rules, 1000) == 0


@pytest.mark.parametrize(
    ("floor", "text"),
    [
        ("floor = 'none'", None),
        ("floor = 'votes', floor_votes = 7", "votes >= 7"),
        ("floor = 'share_of_cost'", "votes/voters >= cost/(3*budget)"),
        ("floor = 'net_positive'", "net > 0"),
    ],
)
def test_a_floor_in_the_words_of_the_count(floor: str, text: str | None) -> None:
    toml = f"[[round_types]]\ncode = 'a'\nname = 'A'\nballot = {{ form = 'quadratic' }}\ncount = {{ {floor} }}\n"
    charter = load(HEAD + toml + "[amend]\nmethod = 'consent'\n")
    rule = rules_for_round(charter, "a", budget_minor=1)["rule"]
    assert rule.get("floor") == text
    assert Rule.read(rule, "$.rule")["floor"] == (text or "none")


def test_c1_vote_19_to_3_is_approved_and_20_ballots_are_no_decision() -> None:
    top = counting_rule(rules_for_round(load(preset("c1-commons-fund").text), "investment", budget_minor=2_500_000))
    marks = [
        Ballot.marks({"bakery": "yes"}, 19),
        Ballot.marks({"bakery": "no"}, 3),
        Ballot.marks({"bakery": "abstain"}, 1),
    ]
    assert count(contest(top, {"bakery": 2_500_000}, marks, roll=40)).elected == ("bakery",)
    short = [Ballot.marks({"bakery": "yes"}, 17), Ballot.marks({"bakery": "no"}, 3)]
    assert count(contest(top, {"bakery": 2_500_000}, short, roll=40)).elected == ()


def test_c8_splits_the_pot_as_the_field_guide_does() -> None:
    top = counting_rule(rules_for_round(load(preset("c8-main-street").text), "pot"))
    asks = {"bakery": 900_000, "barber": 1_200_000, "books": 1_200_000, "bikes": 300_000, "candles": 200_000}
    votes = {"bakery": 120, "barber": 90, "books": 60, "bikes": 30, "candles": 4}
    ballots = [Ballot.votes({name: 1}, n) for name, n in votes.items()]
    result = count(contest(top, asks, ballots))
    assert dict(result.awards) == {"bakery": 900_000, "barber": 1_080_000, "books": 720_000, "bikes": 300_000}


def test_c2_pays_the_cheaper_of_two_equals() -> None:
    top = counting_rule(rules_for_round(load(preset("c2-worker-surplus").text), "solidarity", budget_minor=960_000))
    asks = {"p1": 400_000, "p2": 320_000, "p3": 240_000, "p4": 300_000}
    people = [
        {"p1": 4, "p2": 3},
        {"p2": 3, "p3": 4},
        {"p4": 5},
        {"p1": 2, "p2": 2, "p3": 2, "p4": 3},
        {"p1": 3, "p3": 4},
    ]
    result = count(contest(top, asks, [Ballot.votes(votes) for votes in people], roll=5))
    assert result.elected == ("p3", "p1", "p4")
    assert result.spent == 940_000


@pytest.mark.parametrize(("pot", "funded", "left"), [(300_000, {"a", "b", "d"}, 0), (370_000, {"a", "b", "c"}, 0)])
def test_c3_funds_as_the_field_guide_does_with_both_pots(pot: int, funded: set[str], left: int) -> None:
    text = preset("c3-bookshop-sustainers").text.replace("value = 20", "value = 10")
    top = counting_rule(rules_for_round(load(text), "quarterly", budget_minor=pot, electors=12))
    asks = {"a": 150_000, "b": 100_000, "c": 120_000, "d": 50_000}
    orders = {("a", "b", "d"): 4, ("b", "a", "c"): 3, ("c", "d"): 3, ("d", "c", "b"): 2}
    ballots = [Ballot.ranking(*order, count=n) for order, n in orders.items()]
    result = count(contest(top, asks, ballots, roll=12))
    assert set(result.elected) == funded
    assert pot - result.spent == left


def test_every_rule_that_is_not_refused_can_be_counted() -> None:
    for rule, forms in form_rules.ACCEPTS.items():
        if standing("round_types.count.rule", rule)[0] == BUILT:
            spec = rule_named(rule)
            offered = {form for form in forms if standing("round_types.ballot.form", form)[0] == BUILT}
            assert offered <= set(spec.forms)


@pytest.mark.parametrize(("form", "rule"), [("points", "proportional_capped"), ("ranked", "irv")])
def test_a_cap_of_the_charter_is_kept_by_rules_that_do_not_pay_in_turn(form: str, rule: str) -> None:
    text = HEAD + RESOLUTION + (
        '[[caps]]\ngroup = "North"\npercent = 40\n[[round_types]]\ncode = "money"\nname = "M"\nbudget = 1000\n'
        f"ballot = {{ form = '{form}' }}\ncount = {{ rule = '{rule}' }}\nquorum = {{ type = 'none' }}\n"
    )  # fmt: skip
    top = counting_rule(rules_for_round(load(text), "money", electors=9))
    assert top["caps"] == {"North": "40%"}
    points = [Ballot.points({"a": 6, "b": 4}), Ballot.points({"a": 5})]
    ballots = points if rule != "irv" else [Ballot.ranking("a", "b"), Ballot.ranking("a"), Ballot.ranking("b")]
    asked = contest(top, {"a": 60_000, "b": 60_000}, ballots)
    north = tuple(Option(one.id, cost=one.cost, groups=("North",) if one.id == "a" else ()) for one in asked.options)
    kept = count(asked.replace(options=north, caps=top["caps"]))
    assert dict(kept.awards) == ({"b": 60_000} if rule == "irv" else {"a": 40_000, "b": 60_000})


def test_the_rules_that_keep_pots_and_floors_are_those_of_the_count() -> None:
    specs = {rule.name: rule for rule in all_rules()}
    assert set(form_rules.RULES_WITH_POTS) == {
        name
        for name, spec in specs.items()
        if spec.pots and name != "quadratic_funding"  # no charter offers it
    }
    assert all("floor" in specs[name].settings for name in form_rules.RULES_WITH_FLOOR)
    assert set(form_rules.RULES_OF["money"]) - set(form_rules.RULES_WITH_CAPS) == {"objections"}


def test_ballot_forms_and_ties_have_the_words_of_the_count() -> None:
    assert form_rules.TIE_BREAKERS == TIE_STEPS
    for rule in all_rules():
        if rule.name in form_rules.ACCEPTS:
            assert set(rule.forms) == set(form_rules.ACCEPTS[rule.name]), rule.name


def test_money_set_aside_by_the_charter_is_shared_first_where_one_pot_is_split() -> None:
    text = HEAD + RESOLUTION + (
        '[[setasides]]\ncode = "young"\nname = "Young co-ops"\npercent = 20\n[[round_types]]\ncode = "money"\nname = "M"\n'
        "budget = 1000\nballot = { form = 'points' }\ncount = { rule = 'proportional_capped' }\nquorum = { type = 'none' }\n"
    )  # fmt: skip
    top = counting_rule(rules_for_round(load(text), "money", electors=9))
    asides = tuple(SetAside(**one) for one in top["set_asides"])
    asked = contest(top, {"a": 60_000, "b": 90_000}, [Ballot.points({"a": 3, "b": 7}, 2)])
    young = tuple(Option(one.id, cost=one.cost, groups=("young",) if one.id == "a" else ()) for one in asked.options)
    kept = count(asked.replace(options=young, set_asides=asides))
    assert dict(kept.awards) == {"a": 44_000, "b": 56_000}  # 20,000 first, and 6 of 20 parts of the 80,000 left
