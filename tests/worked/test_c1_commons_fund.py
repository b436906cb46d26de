"""C1: approve or deny one investment, quorum of more than half, two thirds in favour, supporters without a vote."""

from __future__ import annotations

import pytest
from flask import Flask

from fund.members.models import Person
from fund.proposals.models import Proposal
from fund.rounds import service as rounds
from fund.rounds.models import Round
from tests import factories
from tests.worked import pages


@pytest.fixture
def officers(app: Flask) -> list[Person]:
    """Three stewards of forty voting members, one of them also the treasurer."""
    factories.adopt("c1-commons-fund")
    found = [factories.officer(name, class_code="voting") for name in ("Imani", "Dana")]
    return [*found, factories.officer("Ruth", "steward", "treasurer", class_code="voting")]


def one_loan(officers: list[Person]) -> tuple[Round, list[Person]]:
    """The vote on one loan, with 40 people on the roll."""
    voters = [*officers, *(factories.member(f"Voter {n}", class_code="voting") for n in range(37))]
    round_ = pages.money_round(
        officers, "investment", {"Corner Grocery": 2_500_000}, budget_minor=2_500_000, gift_minor=3_000_000
    )
    return round_, voters


def cast(app: Flask, round_: Round, voters: list[Person], marks: list[str]) -> None:
    for voter, mark in zip(voters, marks, strict=False):
        answer = pages.votes(pages.browser(app, voter), round_, [("mark-corner-grocery", mark)])
        assert "Your vote is cast" in answer.text


def test_nineteen_to_three_with_one_abstention_is_approved(app: Flask, officers: list[Person]) -> None:
    round_, voters = one_loan(officers)
    assert "21 more votes" in pages.browser(app).get(f"/rounds/{round_.slug}").text
    cast(app, round_, voters, ["yes"] * 19 + ["no"] * 3 + ["abstain"])
    pages.passes(days=22)
    text = pages.certified_and_published(app, round_, officers)
    assert "19 yes, 3 no, 1 abstain" in text
    assert "23 of 40 voted" in text
    assert [p.state for p in app_proposals()] == ["winner"]


def test_twenty_ballots_are_extended_once_and_then_there_is_no_decision(app: Flask, officers: list[Person]) -> None:
    round_, voters = one_loan(officers)
    cast(app, round_, voters, ["yes"] * 20)
    pages.passes(days=22)
    assert (rounds.get(round_.id).status, rounds.get(round_.id).extended_times) == ("open", 1)
    pages.passes(days=8)
    assert rounds.get(round_.id).status == "lapsed"
    page = pages.browser(app).get(f"/rounds/{round_.slug}").text
    assert "No decision" in page
    assert "denied" not in page.lower()
    assert [p.state for p in app_proposals()] == ["on_ballot"]


def test_a_solidarity_member_is_refused_with_the_reason(app: Flask, officers: list[Person]) -> None:
    friend = factories.member("Friend", class_code="solidarity")
    round_, _voters = one_loan(officers)
    page = pages.browser(app, friend).get(f"/rounds/{round_.slug}/ballot").text
    assert "Members of your class support the fund and do not vote in this round." in page
    assert "Cast my vote" not in page
    answer = pages.send(pages.browser(app, friend), f"/rounds/{round_.slug}/ballot/cast", f"/rounds/{round_.slug}/ballot",
                        {"mark-corner-grocery": "yes", "request": "a-request-of-a-friend"})  # fmt: skip
    assert answer.status_code == 403
    assert "do not vote in this round" in answer.text
    assert rounds.get(round_.id).ballots_cast == 0


def app_proposals() -> list[Proposal]:
    from fund.db import session

    return session.query(Proposal).all()
