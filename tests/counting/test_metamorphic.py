"""What must not matter does not: the order of ballots, how they are grouped, what an option is called."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from fund.counting.contest import Ballot, Contest, Option
from fund.counting.count import Count, count
from tests.counting import test_against_naive as contests


def caught(make: Callable[[random.Random], None], number: int, monkeypatch: pytest.MonkeyPatch) -> Contest:
    """The contest a random case of the comparison counts."""
    found: list[Contest] = []

    class Enough(Exception):
        pass

    def keep(contest: Contest) -> Count:
        found.append(contest)
        raise Enough

    monkeypatch.setattr(contests, "count", keep)
    with pytest.raises(Enough):
        make(random.Random(f"metamorphic {make.__name__} {number}"))
    return found[0]


def renamed(contest: Contest) -> Contest:
    """Every id replaced by another one that sorts differently."""
    other = {option.id: f"{90 - place}-{option.id}" for place, option in enumerate(contest.options)}

    def content(ballot: Ballot) -> Ballot:
        if ballot.kind == "ranking":
            marks: tuple = tuple(tuple(other[id_] for id_ in rank) for rank in ballot.content)
        elif ballot.kind == "approve":
            marks = tuple(other[id_] for id_ in ballot.content)
        else:
            marks = tuple((other[id_], value) for id_, value in ballot.content)
        return Ballot(ballot.kind, marks, ballot.count, ballot.chamber)

    options = tuple(Option(other[o.id], o.name, o.cost, o.groups, o.minimum) for o in contest.options)
    together = tuple(tuple(other[id_] for id_ in group) for group in contest.incompatible)
    return contest.replace(options=options, ballots=tuple(map(content, contest.ballots)), incompatible=together)


SCALE_FREE = ("greedy", "equal_shares", "phragmen", "proportional", "irv", "sequential_irv", "orders", "expanding")


SAME_BYTES = [make for make in contests.RULES if make is not contests.voids]  # these are listed one by one


@pytest.mark.parametrize("make", SAME_BYTES, ids=lambda make: make.__name__)
def test_order_grouping_and_names_do_not_matter(make, monkeypatch):
    for number in range(20):
        contest = caught(make, number, monkeypatch)
        result = count(contest)
        dice = random.Random(number)
        one_a_row = [Ballot(b.kind, b.content, 1, b.chamber) for b in contest.ballots for _ in range(b.count)]
        dice.shuffle(one_a_row)
        assert count(contest.replace(ballots=tuple(one_a_row))).bytes() == result.bytes()
        if contest.rule.method != "lot" and "lot" not in contest.rule["ties"]:  # a draw is one of names
            again = count(renamed(contest))
            assert [id_.split("-")[1] for id_ in again.elected] == list(result.elected)
        floors = contest.rule["floor"] if "floor" in contest.rule.in_force() else "none"
        if make.__name__ in SCALE_FREE and not floors.startswith("votes >="):
            doubled = tuple(Ballot(b.kind, b.content, b.count * 2) for b in contest.ballots)
            twice = count(contest.replace(ballots=doubled))
            if "add1" not in str(contest.rule.in_force().get("completion")):
                assert twice.elected == result.elected
                assert dict(twice.awards) == dict(result.awards)
