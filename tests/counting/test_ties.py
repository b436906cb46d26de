"""Ties: the chain, the public draw, and the draw that is not asked for where it cannot matter."""

from __future__ import annotations

import hashlib
import random
from dataclasses import replace
from itertools import permutations

import pytest

from fund.counting.branches import outcome_of
from fund.counting.contest import Ballot, Contest, Form, Option, Rule
from fund.counting.count import count
from fund.counting.errors import DrawNeeded, UnbrokenTie

THREE = (Option("a", cost=400), Option("b", cost=400), Option("c", cost=400))
EQUAL = (Ballot.approve("a", "b", "c", count=5),)


def greedy(budget: int, **settings: object) -> Contest:
    return Contest(options=THREE, rule=Rule.of("greedy", **settings), ballots=EQUAL, budget=budget)


def test_a_chain_that_does_not_decide_stops_and_names_the_tied_options():
    with pytest.raises(UnbrokenTie) as stopped:
        count(greedy(800, ties=["most_votes", "lower_cost"]))
    assert stopped.value.options == ("a", "b", "c")
    assert not isinstance(stopped.value, DrawNeeded)


def test_a_lot_without_its_draw_asks_for_it():
    with pytest.raises(DrawNeeded) as needed:
        count(greedy(800, ties=["lot"]))
    assert needed.value.options == ("a", "b", "c")


def test_the_lot_prefers_the_smallest_hash_of_the_draw_and_the_id():
    seed = "lottery of 3 May: 07 19 22 31"
    by_hash = sorted("abc", key=lambda id_: hashlib.sha256(f"{seed}\0{id_}".encode()).digest())
    assert list(count(greedy(1200, ties=["lot"], seed=seed)).elected) == by_hash
    assert list(count(greedy(800, ties=["lot"], seed=seed)).elected) == by_hash[:2]


def test_no_draw_is_asked_for_where_all_tied_options_can_be_paid():
    result = count(greedy(1200, ties=["lot"]))
    assert result.elected == ("a", "b", "c")
    assert {tie.step for tie in result.ties} == {"no_difference"}
    assert {tie.changes_outcome for tie in result.ties} == {False}


def test_no_draw_is_asked_for_where_none_of_them_fits():
    result = count(greedy(300, ties=["lot"]))
    assert result.elected == ()


def test_earlier_stage_looks_at_the_most_recent_stage_at_which_they_differed():
    options = tuple(Option(id_) for id_ in "abcd")
    ballots = (
        Ballot.ranking("a", count=6),
        Ballot.ranking("b", count=4),
        Ballot.ranking("c", count=3),
        Ballot.ranking("d", "c", count=1),
    )
    rule = Rule.of("irv", ties=["earlier_stage", "listed"])
    result = count(Contest(options=options, rule=rule, ballots=ballots))
    assert [(tie.options, tie.step, tie.chosen) for tie in result.ties] == [(("b", "c"), "earlier_stage", "c")]


def test_two_left_and_level_are_decided_by_the_chain():
    options = (Option("x"), Option("y"))
    ballots = (Ballot.ranking("x", count=2), Ballot.ranking("y", count=2))
    result = count(Contest(options=options, rule=Rule.of("irv", ties=["listed"]), ballots=ballots))
    assert result.elected == ("x",)
    assert result.reasons["x"].code == "won_tie"
    with pytest.raises(UnbrokenTie):
        count(Contest(options=options, rule=Rule.of("irv"), ballots=ballots))


def test_a_tie_on_which_nothing_depends_does_not_stop_a_count():
    options = tuple(Option(id_) for id_ in "abcd")
    ballots = (Ballot.ranking("a", count=5), Ballot.ranking("b", count=3), Ballot.ranking("c", count=2),
               Ballot.ranking("d", count=2))  # fmt: skip
    result = count(Contest(options=options, rule=Rule.of("irv", ties=["earlier_stage", "lot"]), ballots=ballots))
    assert result.elected == ("a",)
    assert [(tie.options, tie.step, tie.chosen, tie.changes_outcome) for tie in result.ties] == [
        (("c", "d"), "no_difference", "d", False)
    ]
    closer = (*ballots[1:], Ballot.ranking("a", count=3), Ballot.ranking("c", "b", count=1))
    with pytest.raises(DrawNeeded):
        count(Contest(options=options, rule=Rule.of("irv", ties=["lot"]), ballots=closer))


@pytest.mark.parametrize("method", ["greedy", "irv", "stv"])
def test_a_count_goes_on_only_where_no_order_of_the_list_would_change_it(method: str):
    stopped = even = 0
    for number in range(60):
        dice = random.Random(f"{method} {number}")
        options = tuple(Option(id_, cost=dice.choice((100, 100, 200))) for id_ in "abcd")
        cast = (dice.sample("abcd", dice.randint(1, 3)) for _ in range(dice.randint(2, 6)))
        ballots = tuple(Ballot.ranking(*ids) if method != "greedy" else Ballot.approve(*ids) for ids in cast)
        settings = {"seats": 2} if method == "stv" else {}
        contest = Contest(options, Rule.of(method, **settings), ballots, budget=None if settings else 300)
        listed = contest.replace(rule=Rule.of(method, ties=["listed"], **settings))
        outcomes = {outcome_of(count(listed.replace(options=order))) for order in permutations(options)}
        try:
            result = count(contest)
        except UnbrokenTie:
            stopped += 1
            assert method != "greedy" or len(outcomes) > 1
        else:
            even += any(tie.step == "no_difference" for tie in result.ties)
            assert {outcome_of(result)} == outcomes
    assert stopped
    assert even


def test_a_drawn_reason_names_the_place_drawn():
    options = tuple(Option(id_, cost=cost) for id_, cost in (("a", 900), ("b", 100), ("c", 100)))
    order = sorted("abc", key=lambda id_: hashlib.sha256(f"x\0{id_}".encode()).digest())
    dear = tuple(replace(option, cost=900 if option.id == order[0] else 100) for option in options)
    result = count(Contest(dear, Rule.of("lot", seed="x"), (), budget=500, form=Form("none")))
    assert list(result.elected) == order[1:]
    assert [result.reasons[id_].params["place"] for id_ in result.elected] == [2, 3]


def tied_round(costs: dict[str, int], budget: int) -> Contest:
    options = tuple(Option(id_, cost=cost) for id_, cost in costs.items())
    ballots = (Ballot.approve(*costs, count=3),)
    return Contest(options=options, rule=Rule.of("greedy", ties=["listed"]), ballots=ballots, budget=budget)


def test_a_tie_that_changes_who_is_funded_says_so():
    result = count(tied_round({"a": 400, "b": 400, "c": 400}, 800))
    assert [tie.changes_outcome for tie in result.ties] == [True, True]


def test_a_tie_whose_every_branch_ends_alike_says_so():
    result = count(tied_round({"a": 400, "b": 400, "c": 900}, 850))
    assert result.elected == ("a", "b")
    assert [tie.changes_outcome for tie in result.ties] == [False, False]


def test_a_tie_that_only_a_later_tie_makes_matter_is_followed():
    options = tuple(Option(id_) for id_ in "abcd")
    ballots = (
        Ballot.ranking("a", count=5),
        Ballot.ranking("b", count=4),
        Ballot.ranking("c", "b", count=2),
        Ballot.ranking("d", "a", count=2),
    )
    result = count(Contest(options=options, rule=Rule.of("irv", ties=["listed"]), ballots=ballots))
    assert result.elected == ("a",)
    assert {tie.purpose: tie.changes_outcome for tie in result.ties} == {"eliminate": False}


def test_where_the_bound_is_hit_the_answer_stays_open():
    many = {f"o{number:02}": 100 for number in range(40)}
    result = count(tied_round({**many, "dear": 5000}, 4000))
    assert len(result.elected) == 40
    assert result.ties[0].changes_outcome is None
