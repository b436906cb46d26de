"""The counting figures of the worked charters C1 to C4, C7 and C8 (FIELD.md C), each from its ballot file."""

from __future__ import annotations

from pathlib import Path

import pytest

from fund.counting.contest import Contest
from fund.counting.count import Count, count
from fund.counting.formats import ballot_file

DATA = Path(__file__).parent.parent / "data" / "counting"


def contest(name: str) -> Contest:
    return ballot_file.loads((DATA / name).read_bytes())


def counted(name: str) -> Count:
    return count(contest(name))


def test_c1_a_loan_is_adopted_by_two_thirds_with_the_abstention_counted_for_the_quorum_only():
    result = counted("c1_commons_fund.json")
    assert [(each.needed, each.cast, each.met) for each in result.quorum] == [(21, 23, True)]
    assert result.elected == ("bakery",)
    assert dict(result.reasons["bakery"].params) == {"yes": 19, "no": 3, "abstain": 1, "needed": 15}


def test_c1_twenty_ballots_miss_the_quorum_and_nothing_is_decided():
    result = counted("c1_quorum_missed.json")
    assert (result.outcome, result.elected, result.spent) == ("no_decision", (), 0)
    assert result.reason_text("bakery") == "No decision: ballots cast: 20, the quorum is 21 (1 missing)."


def test_c2_the_tie_goes_to_the_lower_ask():
    result = counted("c2_worker_surplus.json")
    assert dict(result.scores) == {"P1": "9", "P2": "8", "P3": "10", "P4": "8"}
    assert result.elected == ("P3", "P1", "P4")
    assert result.budget is not None
    assert result.budget - result.spent == 20_000
    assert [(tie.options, tie.step, tie.chosen) for tie in result.ties] == [(("P2", "P4"), "lower_cost", "P4")]
    assert result.reasons["P2"].params["missing_minor"] == 300_000


def test_c2_by_higher_ask_the_other_is_funded_and_nothing_is_left():
    result = counted("c2_higher_cost.json")
    assert (result.elected, result.spent) == (("P3", "P1", "P2"), 960_000)


def test_c2_a_ballot_of_26_credits_is_void_with_the_sum_shown():
    result = counted("c2_overspent.json")
    assert (result.valid, result.void) == (4, 1)
    assert result.voids == (("$.ballots[4]", "spends 26 credits, 25 are allowed"),)


def test_c3_order_of_the_ranked_round_stage_by_stage():
    result = counted("c3_pot_3000.json")
    assert [dict(stage.tally) for stage in result.rounds[:4]] == [
        {"A": "4", "B": "3", "C": "3", "D": "2"},
        {"A": "4", "B": "3", "C": "5"},
        {"A": "7", "C": "5"},
        {"B": "7", "C": "3", "D": "2"},
    ]
    assert (result.elected, result.spent) == (("A", "B", "D"), 300_000)
    assert [(tie.options, tie.step, tie.chosen) for tie in result.ties] == [(("C", "D"), "more_first_choices", "C")]


def test_c3_with_3700_the_tie_decides_who_is_funded():
    result = counted("c3_pot_3700.json")
    assert (result.elected, result.spent) == (("A", "B", "C"), 370_000)
    by_ask = contest("c3_pot_3700.json")
    other = count(by_ask.replace(rule=by_ask.rule.with_settings(ties=["lower_cost", "lot"])))
    assert other.elected == ("A", "B", "D")


def test_c4_one_chamber_is_enough_to_refuse_and_both_figures_are_published():
    result = counted("c4_two_chambers.json")
    assert [(each.chamber, each.needed, each.cast) for each in result.quorum] == [("coops", 4, 6), ("assembly", 30, 31)]
    assert result.elected == ()
    assert result.reason_text("loan").startswith("Not adopted: assembly said 14 yes, 17 no")
    assert "coops 5-1; assembly 14-17" in result.reason_text("loan")


@pytest.mark.parametrize(("votes", "code"), [(26, "floor_share"), (27, "supporters_short")])
def test_c7_the_floor_of_a_24000_project_is_27_of_200(votes: int, code: str):
    result = counted(f"c7_floor_{votes}.json")
    assert result.reasons["culvert"].code == code
    if votes == 26:
        assert result.reasons["culvert"].params["needed"] == 27


def test_c7_equal_shares_and_greedy_stand_side_by_side():
    result = counted("c7_floor_27.json")
    assert result.elected == ("lamps", "court", "books", "garden")
    assert result.compare is not None
    assert result.compare.elected == ("lamps", "court", "benches")


def test_c8_one_pot_is_split_with_a_least_award_and_caps():
    result = counted("c8_main_street.json")
    assert dict(result.scores) == {"bakery": "120", "barber": "90", "books": "60", "bikes": "30", "candles": "4"}
    assert dict(result.awards) == {"bakery": 900_000, "barber": 1_080_000, "books": 720_000, "bikes": 300_000}
    assert result.spent == 3_000_000
    assert result.reasons["candles"].params == {"share_minor": 39_474, "minimum_minor": 50_000}
    simple = [result.facts[f"plain_share_minor:{id_}"] for id_ in ("bakery", "barber", "books", "bikes", "candles")]
    assert simple == [1_184_200, 888_200, 592_100, 296_000, 39_500]
