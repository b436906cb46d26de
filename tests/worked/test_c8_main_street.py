"""C8: residents and people who work here split one pot with credits, in proportion, capped at what is asked for."""

from __future__ import annotations

import pytest
from flask import Flask

from fund.awards import payments
from fund.awards import service as winners_awards
from fund.awards.models import Award
from fund.db import session
from fund.errors import Invalid, WrongState
from fund.members.models import Person
from fund.proposals.models import Proposal
from tests import factories
from tests.awards import winners
from tests.ledger import money
from tests.worked import pages

ASKS = {"Bakery": 900_000, "Barber": 1_200_000, "Books": 1_200_000, "Bikes": 300_000, "Candles": 200_000}
TOTALS = {"Bakery": 120, "Barber": 90, "Books": 60, "Bikes": 30, "Candles": 4}


def ballots(n: int) -> list[dict[str, int]]:
    """So many ballots of at most 99 credits whose votes add up to the totals."""
    left = dict(TOTALS)
    made = []
    for voter in range(n):
        share = {name: -(-votes // (n - voter)) for name, votes in left.items()}
        assert sum(v * v for v in share.values()) <= 99
        left = {name: left[name] - share[name] for name in left}
        made.append(share)
    assert not any(left.values())
    return made


def test_a_pot_of_thirty_thousand_is_shared_out_and_paid_in_two_parts(app: Flask) -> None:
    factories.adopt("c8-main-street")
    officers = [factories.officer(name, class_code="resident") for name in ("Imani", "Dana")]
    officers.append(factories.officer("Ruth", "steward", "treasurer", class_code="worker"))
    voters = [factories.member(f"Voter {n}", class_code="resident" if n % 2 else "worker") for n in range(30)]
    round_ = pages.money_round(officers, "pot", ASKS, gift_minor=4_000_000)
    for voter, votes in zip(voters, ballots(30), strict=True):
        answer = pages.votes(
            pages.browser(app, voter), round_, [(f"votes-{name.lower()}", n) for name, n in votes.items()]
        )
        assert "Your vote is cast" in answer.text
    pages.passes(days=11)
    text = pages.certified_and_published(app, round_, officers)
    assert "$394.74" in text
    pages.passes(days=4)
    awards = {award.proposal_id: award for award in session.query(Award)}
    by_name = {pages.session_title(award): award.amount_minor // 100 for award in awards.values()}
    assert by_name == {"Bakery": 9_000, "Bikes": 3_000, "Barber": 10_800, "Books": 7_200}
    assert sum(by_name.values()) == 30_000
    bakery = next(award for award in awards.values() if pages.session_title(award) == "Bakery")
    assert [tranche.amount_minor // 100 for tranche in bakery.tranches] == [6_300, 2_700]
    paid_in_two_parts(bakery, officers)


def paid_in_two_parts(award: Award, officers: list[Person]) -> None:
    """Seventy percent at signature, thirty when a photo or a receipt is shown."""
    shop = factories.actor(session.get_one(Person, session.get_one(Proposal, award.proposal_id).applicant_id))
    imani, dana, ruth = (factories.actor(one) for one in officers)
    winners_awards.accept(award.id, by=shop)
    assert award.agreement_hash is not None
    winners_awards.sign(award.id, typed_name="Tomas", seen_hash=award.agreement_hash, by=shop)
    winners_awards.countersign(award.id, typed_name="Imani", seen_hash=award.agreement_hash, by=imani)
    first, second = winners.tranches(award.id)
    assert (first.state, second.state) == ("requested", "planned")
    with pytest.raises(WrongState):
        payments.request_tranche(second.id, note="A photo", by=shop)
    winners.paid(first, imani, dana, treasurer=ruth)
    assert money.held(f"cash:award-{award.id}") == 270_000
    with pytest.raises(Invalid, match="Say or show what this instalment asks for"):
        payments.request_tranche(second.id, by=shop)
    payments.request_tranche(second.id, note="A photo of the oven", by=shop)
    winners.paid(second, imani, dana, treasurer=ruth)
    assert money.held(f"cash:award-{award.id}") == 0


def test_a_ballot_over_its_credits_is_refused_with_the_sum(app: Flask) -> None:
    factories.adopt("c8-main-street")
    officers = [factories.officer(name, "steward", "treasurer", class_code="resident") for name in ("Imani", "Dana")]
    voters = [factories.member(f"Voter {n}", class_code="resident") for n in range(20)]
    round_ = pages.money_round(officers, "pot", ASKS, gift_minor=4_000_000)
    answer = pages.votes(pages.browser(app, voters[0]), round_, [("votes-bakery", 10)])
    assert answer.status_code == 422
    assert "100" in answer.text
