"""Set-asides, caps, exclusions, partial funding: where money may go and what happens when it does not suffice."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from fund.counting.contest import Ballot, Contest, Form, Option, Rule, SetAside
from fund.counting.count import count
from fund.counting.errors import BadContest, UnbrokenTie
from fund.counting.rules.registry import MODULES, rule_named

YOUNG = "co-ops younger than two years"
SHOPS = (
    Option("laundry", cost=1_150_000),
    Option("mending", cost=320_000),
    Option("fernbank", cost=650_000, groups=(YOUNG,)),
    Option("kestrel", cost=1_200_000),
    Option("press", cost=780_000),
)
RANKED = (
    Ballot.ranking("laundry", "kestrel", "press", count=9),
    Ballot.ranking("kestrel", "laundry", "mending", count=6),
    Ballot.ranking("fernbank", "mending", count=4),
)


def millrace(**changes: object) -> Contest:
    rule = Rule.of("sequential_irv", fit="skip", ties=["more_first_choices", "lower_cost", "lot"])
    kept = SetAside(YOUNG, share="1/5", overflow="open_pool")
    return Contest(SHOPS, rule, RANKED, budget=3_000_000, set_asides=(kept,)).replace(**changes)


def test_an_option_dearer_than_its_set_aside_takes_the_missing_part_from_the_open_pool():
    result = count(millrace())
    assert result.elected[0] == "fernbank"
    assert result.awards["fernbank"] == 650_000
    assert result.facts[f"set_aside:{YOUNG}:left_minor"] == 0
    others = sum(amount for id_, amount in result.awards.items() if id_ != "fernbank")
    assert others <= 3_000_000 - 650_000
    assert result.elected == ("fernbank", "laundry", "kestrel")


def test_or_it_competes_in_the_open_pool_where_the_charter_refuses_the_overflow():
    result = count(millrace(set_asides=(SetAside(YOUNG, share="1/5"),)))
    assert result.facts[f"set_aside:{YOUNG}:left_minor"] == 600_000
    assert "fernbank" not in result.elected
    assert result.spent <= 2_400_000


def test_money_left_in_a_set_aside_joins_the_open_pool_only_where_the_charter_says_so():
    kept = (SetAside("nobody", amount=2_000_000),)
    assert count(millrace(set_asides=kept)).elected == ("mending", "fernbank")
    released = (SetAside("nobody", amount=2_000_000, release="at_count"),)
    assert count(millrace(set_asides=released)).elected == ("laundry", "kestrel", "mending")


def test_an_option_that_would_break_its_groups_cap_is_passed_over_under_every_rule():
    options = (
        Option("a", cost=300, groups=("north",)),
        Option("b", cost=300, groups=("north",)),
        Option("c", cost=300),
    )
    ballots = (Ballot.approve("a", "b", count=6), Ballot.approve("c", count=3))
    for rule in ("greedy", "equal_shares", "phragmen"):
        made = Rule.of(rule, ties=["listed"], fit="skip")
        result = count(Contest(options, made, ballots, budget=900, caps={"north": 500}))
        assert result.elected == ("a", "c"), rule
        assert result.reasons["b"].code == "group_cap"


def test_the_better_placed_of_two_incompatible_options_excludes_the_other():
    options = (Option("a", cost=100), Option("b", cost=100))
    ballots = (Ballot.approve("b", count=2), Ballot.approve("a", "b"))
    contest = Contest(options, Rule.of("greedy"), ballots, budget=900, incompatible=(("a", "b"),))
    result = count(contest)
    assert result.elected == ("b",)
    assert result.reasons["a"].params == {"winner_option": "b"}


@pytest.mark.parametrize(
    ("fit", "awards"),
    [("skip", {"a": 600, "c": 200}), ("stop", {"a": 600}), ("partial", {"a": 600, "b": 400})],
)
def test_fit_says_what_happens_when_the_next_option_does_not_fit(fit, awards):
    options = (Option("a", cost=600), Option("b", cost=700, minimum=300), Option("c", cost=200))
    ballots = (Ballot.approve("a", count=3), Ballot.approve("b", count=2), Ballot.approve("c"))
    assert dict(count(Contest(options, Rule.of("greedy", fit=fit), ballots, budget=1000)).awards) == awards


def test_a_part_below_the_least_useful_amount_is_not_paid():
    options = (Option("a", cost=600), Option("b", cost=700, minimum=500))
    ballots = (Ballot.approve("a", count=3), Ballot.approve("b", count=2))
    result = count(Contest(options, Rule.of("greedy", fit="partial"), ballots, budget=1000))
    assert dict(result.awards) == {"a": 600}
    assert result.reasons["b"].params == {"left_minor": 400, "minimum_minor": 500}


@pytest.mark.parametrize("rule", [name for name in MODULES if not rule_named(name).pots])
def test_a_rule_that_divides_no_budget_refuses_set_asides_it_would_forget(rule):
    form = Form(rule_named(rule).forms[0])
    contest = Contest(SHOPS, Rule.of(rule, ties=["listed"]), (), budget=100, form=form)
    assert count(contest).spent <= 100
    with pytest.raises(BadContest) as refused:
        count(contest.replace(set_asides=(SetAside(YOUNG, amount=10),)))
    assert refused.value.path == "$.set_asides"
    assert "does not divide a budget" in str(refused.value)


def test_a_rule_shown_beside_it_has_to_keep_the_set_asides_too():
    with pytest.raises(BadContest, match="none, for irv does not divide a budget"):
        count(millrace(compare_with=Rule.of("irv")))
    assert count(millrace(set_asides=(), compare_with=Rule.of("irv"))).compare is not None


FOUR = (
    Option("a", cost=900, groups=("north",)),
    Option("b", cost=900, groups=("north",)),
    Option("c", cost=250),
    Option("d", cost=900),
)
POINTS = (Ballot.points({"a": 40, "b": 20, "c": 30, "d": 10}),)


def split(**changes: object) -> Contest:
    changed = {"ties": ["listed"], **{name: changes.pop(name) for name in ("min_award",) if name in changes}}
    made = Contest(FOUR, Rule.of("proportional_capped", **changed), POINTS, budget=1000, exponent=0)
    return made.replace(**changes)


def test_of_one_pot_what_is_over_a_groups_cap_goes_to_the_others_by_the_same_shares():
    assert dict(count(split()).awards) == {"a": 429, "c": 250, "b": 214, "d": 107}
    result = count(split(caps={"north": 300}))
    assert dict(result.awards) == {"d": 450, "c": 250, "a": 200, "b": 100}
    assert result.reasons["a"].code == "share_in_group"
    assert dict(result.reasons["a"].params) == {
        "award_minor": 200, "votes": 40, "total": 100, "group": "north", "cap_minor": 300,
    }  # fmt: skip
    assert result.reasons["c"].code == "share_capped"


def test_a_group_whose_cap_is_nothing_gets_nothing_and_is_told_so():
    result = count(split(caps={"north": 0}))
    assert dict(result.awards) == {"d": 750, "c": 250}
    assert dict(result.reasons["b"].params) == {"group": "north", "cap_minor": 0, "left_minor": 0}


def test_a_share_of_a_groups_cap_below_the_least_award_drops_out_too():
    result = count(split(caps={"north": 300}, min_award=120))
    assert result.reasons["b"].code == "share_too_small"
    assert dict(result.reasons["d"].params) == {"share_minor": 100, "minimum_minor": 120}
    assert dict(result.awards) == {"a": 300, "c": 250}  # both at what they may have; the rest stays in the pot


def test_rounding_breaks_no_cap_of_a_group():
    """In hundreds: a has 193 of 290 and b 97; b gets the first hundred left over, a may not have the second, d may."""
    result = count(split(caps={"north": 290}, exponent=2, budget=1200))
    assert dict(result.awards) == {"d": 700, "c": 250, "a": 100, "b": 100}


def test_of_one_pot_the_rival_with_more_votes_stays_before_anything_is_shared():
    result = count(split(incompatible=(("a", "c"),)))
    assert (result.rounds[0].eliminated, dict(result.reasons["c"].params)) == (("c",), {"winner_option": "a"})
    assert dict(result.awards) == {"a": 571, "b": 286, "d": 143}
    level = split(incompatible=(("a", "b"), ("c", "d"))).replace(ballots=(Ballot.points(dict.fromkeys("abcd", 5)),))
    assert [tie.options for tie in count(level).ties] == [("a", "b", "c", "d"), ("c", "d")]
    assert set(count(level).elected) == {"a", "c"}


YOUNG_FOUR = tuple(replace(option, groups=("young",) if option.id in "cd" else ()) for option in FOUR)


def young(**aside: object) -> dict[str, object]:
    return {"options": YOUNG_FOUR, "set_asides": (SetAside("young", **aside),)}


def test_of_one_pot_a_set_aside_is_shared_first_and_what_lacks_comes_from_the_open_pool():
    result = count(split(**young(amount=200, overflow="open_pool")))
    assert [dict(stage.facts or {}) for stage in result.rounds] == [
        {"set_aside": "young", "part_minor:c": 150, "part_minor:d": 50},
        {"part_minor:a": 400, "part_minor:b": 200, "part_minor:c": 100, "part_minor:d": 100},
    ]
    assert dict(result.awards) == {"c": 250, "d": 150, "a": 400, "b": 200}
    assert result.reasons["c"].code == "share_and_more"
    assert dict(result.reasons["c"].params) == {
        "award_minor": 250, "aside_minor": 150, "open_minor": 100, "group": "young", "votes": 30, "total": 100,
    }  # fmt: skip
    refused = count(split(**young(amount=200)))
    assert dict(refused.awards) == {"c": 150, "d": 50, "a": 533, "b": 267}
    assert dict(refused.reasons["d"].params)["pot_minor"] == 200


def test_of_one_pot_the_least_award_is_of_both_parts_together_and_small_ones_move_on():
    kept = count(split(**young(amount=200, overflow="open_pool"), min_award=120))
    assert kept.rounds[0].eliminated == ("d",)  # 50 of the 200
    assert dict(kept.awards) == {"c": 250, "a": 500, "b": 250}
    assert kept.reasons["d"].code == "share_too_small"
    released = count(split(**young(amount=600, release="at_count"), min_award=60))
    assert dict(released.awards) == {"d": 350, "c": 250, "a": 267, "b": 133}


def test_of_one_pot_both_parts_together_keep_the_caps_of_groups_and_shut_out_rivals():
    more = young(amount=200, overflow="open_pool")
    capped = count(split(**more, caps={"young": 220})).awards
    assert capped["c"] + capped["d"] == 220
    rivals = count(split(**more, incompatible=(("a", "d"),)))
    assert "a" not in rivals.awards
    assert dict(rivals.reasons["a"].params) == {"winner_option": "d"}


def test_a_draw_is_asked_for_where_dropping_one_of_two_small_shares_leaves_the_pot_to_the_other():
    level = split(min_award=600).replace(options=FOUR[:2], ballots=(Ballot.points({"a": 5, "b": 5}),))
    with pytest.raises(UnbrokenTie):
        count(level.replace(rule=Rule.of("proportional_capped", min_award=600)))
    none_stays = level.replace(rule=Rule.of("proportional_capped", min_award=1001))
    assert not count(none_stays).awards
    assert count(none_stays).ties[0].step == "no_difference"


def test_a_matching_pool_matches_a_set_aside_first_and_then_what_is_missing():
    gifts = [{"a": 400}, {"a": 100}, {"a": 100}, {"c": 1600}, {"c": 100}]
    ballots = tuple(Ballot("contributions", tuple(each.items())) for each in gifts)  # matches of 1000 and 800
    contest = Contest(YOUNG_FOUR, Rule.of("quadratic_funding", ties=["listed"]), ballots, budget=1500)
    more = count(contest.replace(set_asides=(SetAside("young", amount=300, overflow="open_pool"),)))
    assert dict(more.awards) == {"c": 700, "a": 800}
    assert dict(more.reasons["c"].params) == {
        "award_minor": 700, "given_minor": 1700, "aside_minor": 300, "open_minor": 400, "group": "young",
    }  # fmt: skip
    assert dict(count(contest.replace(set_asides=(SetAside("young", amount=300),))).awards) == {"c": 300, "a": 1000}
    full = count(contest.replace(set_asides=(SetAside("young", amount=900, release="at_count"),)))
    assert dict(full.awards) == {"c": 800, "a": 700}


def test_a_matching_pool_keeps_caps_of_groups_and_the_rival_with_the_larger_match():
    gifts = [{"a": 400}, {"a": 100}, {"a": 100}, {"b": 1600}, {"b": 100}, {"c": 100}, {"c": 100}]
    ballots = tuple(Ballot("contributions", tuple(each.items())) for each in gifts)  # matches of 1000, 800 and 200
    contest = Contest(FOUR, Rule.of("quadratic_funding", ties=["listed"]), ballots, budget=1000)
    assert dict(count(contest).awards) == {"a": 500, "b": 400, "c": 100}
    capped = count(contest.replace(caps={"north": 900}, budget=1500))
    assert dict(capped.awards) == {"a": 500, "b": 400, "c": 200}
    assert dict(capped.reasons["a"].params) == {
        "award_minor": 500, "given_minor": 600, "group": "north", "cap_minor": 900,
    }  # fmt: skip
    assert count(contest.replace(caps={"north": 0})).reasons["a"].code == "group_cap"
    rivals = count(contest.replace(incompatible=(("a", "b"),)))
    assert dict(rivals.awards) == {"a": 833, "c": 167}
    assert dict(rivals.reasons["b"].params) == {"winner_option": "a"}


def test_set_aside_money_never_pays_outside_its_group_and_no_more_than_the_budget_is_spent():
    for number in range(300):
        dice = random.Random(f"pots {number}")
        options = tuple(
            Option(id_, cost=dice.randint(1, 500), groups=("g",) if dice.random() < 0.5 else ()) for id_ in "abcdef"
        )
        ballots = tuple(Ballot.approve(*dice.sample("abcdef", dice.randint(1, 4)), count=2) for _ in range(8))
        budget, kept = dice.randint(500, 1500), dice.randint(0, 400)
        overflow = dice.choice(("refuse", "open_pool"))
        rule = Rule.of(dice.choice(("greedy", "equal_shares", "phragmen")), ties=["listed"], fit="skip")
        result = count(
            Contest(options, rule, ballots, budget=budget, set_asides=(SetAside("g", amount=kept, overflow=overflow),))
        )
        outside = sum(
            result.awards[option.id] for option in options if option.id in result.awards and not option.groups
        )
        assert result.spent <= budget
        assert outside <= budget - kept


def test_equal_shares_share_out_what_the_set_asides_left_of_the_open_pool():
    options = (Option("a", cost=500, groups=("g",)), Option("b", cost=300), Option("c", cost=300))
    ballots = (Ballot.approve("a"), Ballot.approve("b", "c", count=9))
    kept = SetAside("g", amount=100, overflow="open_pool")
    drawn = Contest(
        options, Rule.of("equal_shares", completion="utilitarian"), ballots, budget=1000, set_asides=(kept,)
    )
    assert dict(count(drawn).awards) == {"a": 500, "b": 300}
    released = drawn.replace(set_asides=(SetAside("nobody", amount=500, release="at_count"),))
    assert count(released).facts["share_minor"] == "100"


def test_a_proposal_adopted_from_a_set_aside_keeps_its_yes_votes():
    options = (Option("a", cost=100, groups=("g",)), Option("b", cost=100))
    ballots = (Ballot.marks({"a": "yes", "b": "yes"}, count=3), Ballot.marks({"a": "no"}))
    contest = Contest(options, Rule.of("majority"), ballots, budget=200, set_asides=(SetAside("g", amount=100),))
    assert dict(count(contest).scores) == {"a": "3", "b": "3"}
