"""Every charter that comes with the program can be adopted as it stands, counted, and read."""

from __future__ import annotations

import pytest

from fund.charter import check, counting_rule, load, preset, presets, rules_for_round
from fund.charter.presets import Preset
from fund.counting.contest import check_form_rule

ALL = pytest.mark.parametrize("one", presets(), ids=lambda one: one.code)


def test_there_are_eight_worked_charters_and_the_demo() -> None:
    assert [one.code for one in presets()] == [
        "c1-commons-fund", "c2-worker-surplus", "c3-bookshop-sustainers", "c4-coop-federation", "c5-no-questions-aid",
        "c6-land-return", "c7-ward-pb", "c8-main-street", "millrace",
    ]  # fmt: skip
    with pytest.raises(KeyError):
        preset("c9")


@ALL
def test_a_preset_can_be_adopted(one: Preset) -> None:
    charter = load(one.text)
    assert check(charter).refused == ()
    assert str(one.title)
    assert 80 < len(str(one.about)) < 400


@ALL
def test_a_preset_tells_what_is_not_in_this_release(one: Preset) -> None:
    """Where a preset leaves something out of its model, the file says so."""
    left_out = {"c1-commons-fund", "c4-coop-federation", "c6-land-return", "c8-main-street", "millrace"}
    assert ("Not in this release" in one.text) == (one.code not in left_out)


@ALL
def test_the_count_takes_every_round_of_a_preset(one: Preset) -> None:
    charter = load(one.text)
    for type_ in charter.round_types:
        money = type_.decides == "money" and type_.budget_minor is None
        top = counting_rule(rules_for_round(charter, type_.code, budget_minor=100_000 if money else None))
        check_form_rule(top["form"]["form"], top["rule"])
        if "compare_with" in top:
            check_form_rule(top["form"]["form"], top["compare_with"])


def test_the_demo_is_that_of_the_field_guide() -> None:
    charter = load(preset("millrace").text)
    assert charter.fund.name == "Millrace Commons Fund"
    assert charter.fund.neighbourhoods == ("Tannery Flats", "Quarry Hill", "Lower Locks")
    assert charter.member_class("member").min_age == 14
    assert charter.member_class("solidarity").votes is False
    assert charter.stewards.count == 6
    ranked = charter.round_type("ranked")
    assert (ranked.budget_minor, ranked.ballot.ranks, ranked.count.rule, ranked.count.fit) == (
        3_000_000, 5, "sequential_irv", "skip",
    )  # fmt: skip
    assert ranked.count.ties == ("more_first_choices", "lower_cost", "lot")
    assert ranked.quorum.ballots_needed(48) == 25
    credits = charter.round_type("quadratic")
    assert (credits.budget_minor, credits.ballot.credits, credits.count.rule, credits.count.floor) == (
        2_400_000, 25, "greedy", "net_positive",
    )  # fmt: skip
    assert {product.kind for product in charter.products} == {"zero_interest", "revenue_share", "grant"}


def test_c1_needs_21_of_40_and_two_thirds() -> None:
    type_ = load(preset("c1-commons-fund").text).round_type("investment")
    assert (type_.quorum.ballots_needed(40), type_.threshold, type_.quorum.extend_days) == (21, "2/3", 7)


def test_c7_ward_budget_as_in_the_field_guide() -> None:
    charter = load(preset("c7-ward-pb").text)
    type_ = charter.round_type("ward")
    assert (type_.roll, type_.ballot.min, type_.ballot.max, type_.count.floor) == ("walk_up", 3, 5, "share_of_cost")
    assert (type_.count.completion, type_.count.compare_with) == ("add1+utilitarian", "greedy")
    resident = charter.member_class("resident")
    assert (resident.min_age, resident.waiting_days) == (11, 0)
    assert resident.verification == (("self_attested", "postal_code"), ("seen_in_person",))


def test_c8_splits_one_pot() -> None:
    charter = load(preset("c8-main-street").text)
    type_ = charter.round_type("pot")
    assert (type_.ballot.credits, type_.count.rule, type_.count.min_award_minor) == (99, "proportional_capped", 50_000)
    assert [tranche.percent for tranche in charter.product("grant").tranches] == [70, 30]


def test_c6_is_protected_by_its_council() -> None:
    charter = load(preset("c6-land-return").text)
    assert charter.round_type("open-pool").protected_by == "council"
    assert charter.bodies["council"] == "The council"
