"""What people give: parts, purposes, sponsors, receipts, refunds, dues that come again with one reminder."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask

from fund import db, jobs
from fund.db.outbox import OutboxMessage
from fund.errors import Invalid, WrongState
from fund.foundation import service as foundation
from fund.giving import recurring, refunds
from fund.ledger import contributions, reading
from fund.ledger.contributions import NewContribution
from fund.ledger.models import Contribution
from fund.operations import check
from fund.payments import service as payments
from fund.permissions import Actor
from tests import factories
from tests.ledger import money
from tests.notes import terms
from tests.papers import text_of


@pytest.fixture
def by(app: Flask) -> Actor:
    """A treasurer of the demo's charter."""
    factories.adopt()
    return terms.treasurer(class_code="member")


def unbroken() -> list[str]:
    return [fault for _sentence, faults in check.examined(check.invariants()) for fault in faults]


def test_dues_come_in_parts(by: Actor) -> None:
    rosa = factories.member("Rosa")
    with db.writing() as tx:
        pledge = contributions.pledge_dues(tx, rosa.id, "tier-2", 2_500).id
    contributions.receive(
        pledge, on=foundation.today(), entry_id=uuid.uuid4(), amount_minor=1_000, rest_comes=True, by=by
    )
    rest = db.session.query(Contribution).filter_by(state="pledged").one()
    assert (rest.amount_minor, rest.rest_of_id) == (1_500, pledge)
    contributions.receive(rest.id, on=foundation.today(), entry_id=uuid.uuid4(), by=by)
    assert money.held("income:dues") == -2_500
    assert unbroken() == []


def test_a_gift_with_a_purpose_is_kept_for_it_and_is_not_granted(by: Actor) -> None:
    day = foundation.today()
    contributions.record_contribution(NewContribution("gift", day, 5_000, purpose="A new roof"), by=by)
    contributions.record_contribution(NewContribution("gift", day, 700, through_sponsor=True), by=by)
    pool = reading.money()
    assert [(one.label, one.amount_minor) for one in pool.held] == [("A new roof", 5_000)]
    assert (pool.free_minor, pool.own.for_purposes_minor, pool.own.grantable_minor) == (700, 5_000, 700)
    assert money.held("income:sponsor") == -700
    with pytest.raises(Invalid):
        contributions.record_contribution(NewContribution("dues", day, 1, purpose="x"), by=by)
    with pytest.raises(Invalid):
        contributions.record_contribution(NewContribution("gift", day, 1, purpose="x" * 81), by=by)
    assert unbroken() == []


def test_a_promised_gift_is_not_money_yet(by: Actor) -> None:
    new = NewContribution("gift", foundation.today(), 5_000)
    pledge = contributions.record_contribution(new, pledged=True, by=by).id
    assert money.held("cash:free") == 0
    contributions.receive(pledge, on=foundation.today(), entry_id=uuid.uuid4(), by=by)
    assert money.held("cash:free") == 5_000


def test_a_refund_is_an_outflow_under_its_decision(by: Actor) -> None:
    second = factories.actor(factories.officer("Dana"))
    third = factories.actor(factories.officer("Ruth"))
    given = money.gift(5_000, by=by).id
    decision = terms.decided("refund", by=by, second=second).id
    rule = terms.decided("standing_rule", by=by, second=second).id
    for amount, on in ((5_001, decision), (0, decision), (-1, decision), (100, rule)):
        with pytest.raises(Invalid):
            refunds.request(given, amount_minor=amount, payee="Ada", decision_id=on, by=by)
    payment = refunds.request(given, amount_minor=5_000, payee="Ada", decision_id=decision, by=by)
    number, seen = payment.id, payment.payload_hash
    for person in (second, third):
        if payments.get(number).state == "requested":
            payments.approve(number, seen_hash=seen, by=person)
    payments.settle(number, paid_on=foundation.today(), entry_id=uuid.uuid4(), by=by)
    assert contributions.get(given).state == "refunded"
    assert (money.held("cash:free"), money.held("income:gift")) == (0, 0)
    assert reading.money().adds_up
    with pytest.raises(WrongState):
        refunds.request(given, amount_minor=1, payee="Ada", decision_id=decision, by=by)
    assert unbroken() == []


def test_dues_come_again_after_a_year_with_one_reminder_that_can_be_turned_off(by: Actor) -> None:
    rosa, pat = factories.member("Rosa", email="rosa@example.org"), factories.member("Pat", email="pat@example.org")
    for person in (rosa, pat):
        with db.writing() as tx:
            pledge = contributions.pledge_dues(tx, person.id, "tier-1", 500).id
        contributions.receive(pledge, on=foundation.today(), entry_id=uuid.uuid4(), by=by)
    assert jobs.tick() == []
    assert db.session.query(Contribution).filter_by(state="pledged").count() == 0
    factories.later(days=366)
    recurring.choose(False, by=factories.actor(pat))
    assert jobs.tick() == []
    assert db.session.query(Contribution).filter_by(state="pledged", amount_minor=500).count() == 2
    assert db.session.query(OutboxMessage).filter_by(kind="dues_reminder").count() == 0
    factories.later(days=15)
    for _again in range(2):
        assert jobs.tick() == []
        assert [m.person_id for m in db.session.query(OutboxMessage).filter_by(kind="dues_reminder")] == [rosa.id]
    assert unbroken() == []


def test_dues_that_came_in_parts_come_again_as_a_whole(by: Actor) -> None:
    rosa = factories.member("Rosa")
    with db.writing() as tx:
        pledge = contributions.pledge_dues(tx, rosa.id, "tier-2", 2_500).id
    contributions.receive(
        pledge, on=foundation.today(), entry_id=uuid.uuid4(), amount_minor=1_000, rest_comes=True, by=by
    )
    for amount, again in ((400, True), (None, False)):
        rest = db.session.query(Contribution).filter_by(state="pledged").one()
        contributions.receive(rest.id, on=foundation.today(), entry_id=uuid.uuid4(), amount_minor=amount, rest_comes=again, by=by)  # fmt: skip
    factories.later(days=366)
    assert jobs.tick() == []
    assert [one.amount_minor for one in db.session.query(Contribution).filter_by(state="pledged")] == [2_500]


def test_a_receipt_is_for_the_giver_and_the_books(app: Flask, by: Actor) -> None:
    rosa, pat = factories.member("Rosa"), factories.member("Pat")
    given = contributions.record_contribution(
        NewContribution("gift", foundation.today(), 4_200, person_id=rosa.id), by=by
    ).id
    client = app.test_client()
    factories.sign_in(client, rosa)
    assert "$42" in client.get(f"/me/gifts/{given}/receipt").text
    assert "is not promised" in client.get(f"/me/gifts/{given}/receipt").text
    assert f"Receipt {given}" in client.get("/me/gifts").text
    other = app.test_client()
    factories.sign_in(other, pat)
    assert other.get(f"/me/gifts/{given}/receipt").status_code == 403
    assert other.get("/treasury/givers.csv").status_code == 403
    assert other.get("/me/gifts/999/receipt").status_code == 404


def test_receipts_and_years_are_kept_as_files(app: Flask, by: Actor) -> None:
    rosa = factories.member("Rosa Ñandú")
    day = foundation.today()
    given = contributions.record_contribution(NewContribution("gift", day, 4_205, person_id=rosa.id), by=by).id
    contributions.record_contribution(NewContribution("gift", day, 100_000, person_id=rosa.id), by=by)
    contributions.record_contribution(NewContribution("hours", day, hours=3, person_id=rosa.id), by=by)
    client = app.test_client()
    factories.sign_in(client, rosa)
    answer = client.get(f"/me/gifts/{given}/receipt.pdf")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="receipt-{given}.pdf"'
    assert (answer.content_type, answer.headers["X-Content-Type-Options"]) == ("application/pdf", "nosniff")
    assert answer.data == client.get(f"/me/gifts/{given}/receipt.pdf").data
    for words in ("Rosa Ñandú", "$42.05", "is not promised"):
        assert words in text_of(answer.data)
    assert f"/me/gifts/year/{day.year}.pdf" in client.get("/me/gifts").text
    year = text_of(client.get(f"/me/gifts/year/{day.year}.pdf").data)
    for words in ("$42.05", "$1,000", "3 hours", "$1,042.05 · 3 hours"):
        assert words in year
    assert client.get(f"/me/gifts/year/{day.year - 1}.pdf").status_code == 404
    assert client.get("/treasury/givers.pdf").status_code == 403
    hands = app.test_client()
    factories.sign_in(hands, factories.officer("Ines", "treasurer"))
    listed = text_of(hands.get(f"/treasury/givers.pdf?year={day.year}").data)
    assert "Rosa Ñandú" in listed
    assert "1,000 USD" in listed
    other = app.test_client()
    factories.sign_in(other, factories.member("Pat"))
    assert other.get(f"/me/gifts/{given}/receipt.pdf").status_code == 403
    assert other.get(f"/me/gifts/year/{day.year}.pdf").status_code == 404
