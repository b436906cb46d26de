"""Caps, exclusions and floors where options are elected (`irv`, the three `stv`): who cannot stand, who goes out when."""

from __future__ import annotations

import pytest

from fund.counting.contest import Ballot, Contest, Option, Rule
from fund.counting.count import Count, count
from fund.counting.errors import BadContest, DrawNeeded

ALL_STV = ("stv", "stv_scottish", "stv_meek")
FOUR = (
    Option("a", cost=200, groups=("north",)),
    Option("b", cost=200, groups=("north",)),
    Option("c", cost=100),
    Option("d", cost=100),
)
BALLOTS = (
    Ballot.ranking("a", "b", "c", count=10),
    Ballot.ranking("b", "d", count=5),
    Ballot.ranking("c", count=4),
    Ballot.ranking("d", "b", count=2),
)


def contest(
    method: str = "stv", seats: int = 2, ties: tuple[str, ...] = ("earlier_stage", "listed"), **more
) -> Contest:
    settings = {} if method == "irv" else {"seats": seats}
    return Contest(FOUR, Rule.of(method, ties=list(ties), **settings), BALLOTS, **more)


def why(result: Count, id_: str) -> tuple[str, dict]:
    return result.reasons[id_].code, dict(result.reasons[id_].params)


@pytest.mark.parametrize("method", ALL_STV)
def test_who_would_break_a_cap_after_an_election_is_excluded_before_any_surplus_moves(method):
    free, capped = count(contest(method)), count(contest(method, caps={"north": 300}))
    assert set(free.elected) == {"a", "b"}
    assert set(capped.elected) == {"a", "d"}
    assert (capped.rounds[0].elected, capped.rounds[0].eliminated) == (("a",), ("b",))
    assert (capped.rounds[0].facts or {})["group_cap:b"] == "north"
    assert why(capped, "b") == (
        "barred_by_cap", {"stage": 1, "votes": "5", "group": "north", "cap_minor": 300, "left_minor": 100},
    )  # fmt: skip
    assert capped.rounds[1].tally["d"] == "7"  # the five of b, and nothing yet of the surplus, which would go to c
    assert "b" not in capped.rounds[1].tally


@pytest.mark.parametrize("method", ALL_STV)
def test_who_cannot_go_together_with_the_elected_is_excluded_and_the_log_names_both(method):
    result = count(contest(method, incompatible=(("b", "a"), ("c", "d"))))
    assert set(result.elected) == {"a", "d"}
    assert why(result, "b") == ("barred_by", {"stage": 1, "votes": "5", "winner_option": "a"})
    assert (result.rounds[0].facts or {})["excluded_by:b"] == "a"
    assert "cannot go together with a, now elected" in result.reason_text("b")


@pytest.mark.parametrize("method", ["irv", *ALL_STV])
def test_who_breaks_a_cap_alone_cannot_stand_and_its_papers_go_on(method):
    result = count(contest(method, caps={"north": 150}))
    assert set(result.rounds[0].tally) == {"c", "d"}
    assert result.rounds[0].tally["c"] == "14"
    assert why(result, "a") == ("group_cap", {"group": "north", "cap_minor": 150, "left_minor": 150})
    assert result.order[:2] in (("c", "d"), ("c", "a"))
    assert set(result.order[2:]) <= {"a", "b"} or method == "irv"


@pytest.mark.parametrize("method", ["irv", *ALL_STV])
def test_a_floor_passes_over_what_too_few_ballots_rank(method):
    rule = contest(method).rule.with_settings(floor="votes >= 8")
    result = count(contest(method).replace(rule=rule))
    assert set(result.rounds[0].tally) == {"a", "b", "c"}
    assert why(result, "d") == ("floor_votes", {"votes": 7, "needed": 8})
    share = contest(method, budget=200).replace(rule=rule.with_settings(floor="votes/voters >= cost/(3*budget)"))
    assert why(count(share), "d")[0] != "floor_share"
    assert why(count(share.replace(budget=60)), "b")[0] == "floor_share"


@pytest.mark.parametrize("method", ALL_STV)
def test_of_two_rivals_who_reach_the_quota_together_one_is_elected_and_level_ones_need_a_draw(method):
    ballots = (Ballot.ranking("a", count=6), Ballot.ranking("b", count=5), Ballot.ranking("c"))
    rivals = contest(method, incompatible=(("a", "b"),)).replace(ballots=ballots)
    result = count(rivals)
    assert set(result.elected) == {"a", "c"}
    level = rivals.replace(ballots=(Ballot.ranking("a", count=5), *ballots[1:]))
    assert count(level).ties[0].options == ("a", "b")
    with pytest.raises(DrawNeeded):
        count(level.replace(rule=Rule.of(method, ties=["earlier_stage", "lot"], seats=2)))
    assert not count(level.replace(incompatible=())).ties


@pytest.mark.parametrize("method", ALL_STV)
def test_places_that_nobody_may_take_stay_empty(method):
    result = count(contest(method, seats=4, incompatible=(("a", "b", "c", "d"),)))
    assert result.elected == ("a",)
    assert {why(result, id_)[0] for id_ in "bcd"} == {"barred_by"}


@pytest.mark.parametrize("method", ALL_STV)
def test_nobody_is_excluded_once_the_last_place_is_filled(method):
    result = count(contest(method, seats=1, incompatible=(("a", "b", "c"),)))
    assert len(result.elected) == 1
    assert {why(result, id_)[0] for id_ in "abcd"} <= {"won", "won_last", "eliminated", "not_reached"}


@pytest.mark.parametrize("method", ["irv", *ALL_STV])
def test_fit_has_no_meaning_where_nothing_is_paid_in_turn(method):
    with pytest.raises(BadContest, match=f"no fit, for {method} pays down no list"):
        Rule.of(method, fit="skip")


@pytest.mark.parametrize("method", ["irv", "stv"])
def test_write_ins_alone_on_the_ballot_elect_nobody(method):
    only = Contest(
        (Option("undeclared-write-ins"),), Rule.of(method, ties=["listed"]), (Ballot.ranking("undeclared-write-ins"),)
    )
    result = count(only)
    assert result.elected == ()
    assert why(result, "undeclared-write-ins") == ("write_ins", {"stage": 1, "votes": "1"})
