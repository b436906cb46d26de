"""Proposals, pure: what fits a line by amount, day and words, what is sure, and that it is quick."""

from __future__ import annotations

import datetime as dt
import random
import time

import pytest

from fund.bank.matching import Candidate, OpenLine, propose

DAY = dt.date(2026, 3, 10)


def ago(days: int) -> dt.date:
    """A day before."""
    return DAY - dt.timedelta(days=days)


def test_the_same_amount_on_a_near_day_is_sure_when_nothing_else_fits() -> None:
    found = propose(
        [OpenLine(1, DAY, 500)], [Candidate("a", 500, ago(2)), Candidate("b", 501, DAY), Candidate("c", -500, DAY)]
    )
    assert (found[1].key, found[1].sure, found[1].why) == ("a", True, ("amount", "day"))


def test_far_away_days_fit_only_with_common_words_and_are_not_sure() -> None:
    assert propose([OpenLine(1, DAY, 500)], [Candidate("a", 500, ago(20))]) == {}
    found = propose([OpenLine(1, DAY, 500, "Rosa")], [Candidate("a", 500, ago(20), "rosa marín")])
    assert (found[1].key, found[1].sure) == ("a", False)


def test_a_reference_wins_over_days() -> None:
    found = propose(
        [OpenLine(1, DAY, -500, "transfer MC-01-2")],
        [Candidate("near", -500, DAY, "MC-01-1"), Candidate("far", -500, ago(30), "Alder Bread MC-01-2")],
    )
    assert (found[1].key, found[1].sure) == ("far", True)


def test_a_name_wins_over_days_and_two_that_fit_alike_are_not_sure() -> None:
    two = [Candidate("walter", 2500, DAY, "Walter Pike"), Candidate("rosa", 2500, ago(3), "Rosa Marín")]
    assert propose([OpenLine(1, DAY, 2500, "dues Rosa Marin / Rosa")], two)[1].key == "rosa"
    assert propose([OpenLine(1, DAY, 2500, "dues")], two)[1].sure is True, "the other is three days off"
    same_day = [Candidate("walter", 2500, DAY, "Walter Pike"), Candidate("rosa", 2500, DAY, "Rosa Marín")]
    assert propose([OpenLine(1, DAY, 2500, "dues")], same_day)[1].sure is False


def test_things_that_are_alike_are_sure_and_each_is_proposed_once() -> None:
    notes = [Candidate(f"n{i}", 15_000, DAY, "Neighbour notes", "note") for i in range(40)]
    found = propose([OpenLine(i, DAY, 15_000) for i in range(41)], notes)
    assert len(found) == 40
    assert {one.key for one in found.values()} == {one.key for one in notes}
    assert all(one.sure for one in found.values())


def test_what_has_no_day_yet_is_proposed_and_never_sure_without_words() -> None:
    payment = Candidate("payment-1", -180_000, None, "Alder Bread Co-op")
    assert propose([OpenLine(1, DAY, -180_000, "ALDER BREAD")], [payment])[1].sure is True
    assert propose([OpenLine(1, DAY, -180_000, "cheque")], [payment])[1].sure is False


def test_the_order_of_what_is_given_does_not_matter() -> None:
    rng = random.Random(7)
    lines = [
        OpenLine(i, ago(rng.randrange(30)), rng.choice([100, 200, 300]), f"w{rng.randrange(9)}x") for i in range(120)
    ]
    things = [
        Candidate(f"c{i}", rng.choice([100, 200, 300]), ago(rng.randrange(30)), f"w{rng.randrange(9)}x")
        for i in range(120)
    ]
    first = propose(lines, things)
    for _n in range(3):
        rng.shuffle(lines)
        rng.shuffle(things)
        assert propose(lines, things) == first


@pytest.mark.parametrize("amounts", [1, 3, 10_000])
def test_ten_thousand_lines_take_little_time_even_when_all_amounts_are_the_same(amounts: int) -> None:
    rng = random.Random(1)
    lines = [OpenLine(i, ago(rng.randrange(365)), 1 + rng.randrange(amounts), f"name{i}") for i in range(10_000)]
    things = [Candidate(f"c{one.id}", one.rest_minor, one.booked_on, "gift", "gift") for one in lines]
    began = time.perf_counter()
    assert len(propose(lines, things)) > 9_000
    assert time.perf_counter() - began < 5
