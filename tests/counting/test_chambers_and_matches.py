"""Settings that chambers take over, ballots of no chamber, and matches that come out as the whole numbers they are."""

from __future__ import annotations

import pytest

from fund.counting.contest import Ballot, Contest, Option, Rule
from fund.counting.count import Count, count
from fund.counting.errors import BadContest, UnbrokenTie
from fund.counting.formats import ballot_file
from fund.counting.rules.matching import bounded_matches, plain_matches

NEITHER = b"""{"format": "ballot-file/1", "budget": 100, "options": [{"id": "a", "cost": 100}],
"rule": {"method": "majority", "chambers": {"coops": {}, "members": {}}},
"ballots": [{"count": 3, "chamber": "coops", "marks": {"a": "yes"}}, {"count": 2, "marks": {"a": "no"}},
{"count": 1, "chamber": "members", "marks": {"a": "yes"}}]}"""


def two_chambers(**settings: object) -> Count:
    ballots = (
        Ballot.marks({"a": "yes"}, 6, "coops"),
        Ballot.marks({"a": "no"}, 4, "coops"),
        Ballot.marks({"a": "yes"}, 3, "members"),
    )
    rule = Rule.of("majority", chambers={"coops": {}, "members": {"threshold": "majority"}}, **settings)
    roll = {"coops": 20, "members": 4}
    return count(Contest((Option("a", "A", 100),), rule, ballots, budget=100, roll=roll))


def test_a_chamber_without_a_threshold_of_its_own_has_the_rules():
    assert two_chambers().elected == ("a",)
    assert two_chambers(threshold="2/3").elected == ()


def test_a_chamber_without_a_quorum_of_its_own_has_the_rules():
    assert two_chambers(quorum="50%").outcome == "decided"
    assert two_chambers(quorum="75%").outcome == "no_decision"


def test_a_ballot_of_no_chamber_is_named_and_not_counted_nowhere():
    with pytest.raises(BadContest, match=r"ballots\[1\].chamber: expected one of coops, members"):
        count(ballot_file.loads(NEITHER))
    lenient = count(ballot_file.loads(NEITHER, lenient=True))
    assert (lenient.valid, lenient.void, lenient.elected) == (4, 2, ("a",))


def funded(gifts: dict[str, list[int]], budget: int, **settings: object) -> dict[str, int]:
    ballots = tuple(Ballot("contributions", ((id_, amount),)) for id_, given in gifts.items() for amount in given)
    options = tuple(Option(id_, id_, 10**9) for id_ in gifts)
    return dict(count(Contest(options, Rule.of("quadratic_funding", **settings), ballots, budget=budget)).awards)


def test_equal_gifts_are_matched_to_the_last_unit():
    """(root 500 + root 500) squared is 2,000: less the gifts, 1,000, though the roots are irrational."""
    assert funded({"a": [500, 500]}, 10**6) == {"a": 1000}
    assert funded({"a": [3, 12], "b": [7, 7, 7]}, 10**6) == {"a": 12, "b": 42}


def test_equal_matches_of_different_gifts_are_a_tie():
    assert plain_matches({(0, 2): 1, (0, 3): 1}, 1) == plain_matches({(0, 1): 1, (0, 6): 1}, 1)
    assert funded({"b": [1, 4], "a": [2, 2]}, 3, ties=["listed"]) == {"b": 2, "a": 1}
    with pytest.raises(UnbrokenTie, match="a, b"):
        funded({"a": [2, 2], "b": [1, 4]}, 3)


def test_a_pairwise_match_is_rounded_once():
    """Two givers of 2 each and a bound of 2: 2 * 2 * 2 / (2 + 2) = 2, a whole number."""
    assert bounded_matches([(((0, 2),), 2)], 1, 2) == [2 * 10**30]


def test_givers_who_gave_alike_draw_what_they_draw_one_by_one():
    alike = [(((0, 2), (1, 7)), 3), (((0, 5),), 2), (((1, 7),), 1)]
    one_by_one = [(given, 1) for given, givers in alike for _ in range(givers)]
    assert bounded_matches(alike, 2, 50) == bounded_matches(one_by_one, 2, 50)


def test_only_givers_who_did_not_give_alike_are_limited_in_number():
    ballots = tuple(Ballot("contributions", (("a", 1 + number % 3), ("b", 5))) for number in range(2_500))
    contest = Contest((Option("a"), Option("b")), Rule.of("quadratic_funding", pairwise=True), ballots, budget=900)
    assert count(contest).spent == 900
    different = tuple(Ballot("contributions", (("a", number),)) for number in range(1, 2_002))
    with pytest.raises(BadContest, match="at most 2000 different givers"):
        count(contest.replace(ballots=different))
