"""From a certified result to money paid: who may do what, what is refused, where the money is at each step."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from fund import db
from fund.awards import payments
from fund.awards import service as awards
from fund.awards.evidence import Evidence, clean
from fund.awards.models import Award
from fund.db import guards
from fund.db.outbox import OutboxMessage
from fund.decisions.models import Decision
from fund.errors import Forbidden, Invalid, WrongState
from fund.foundation import service as foundation
from fund.ledger.accounts import balance_of
from fund.ledger.models import Approval, Disbursement, Entry
from fund.permissions import Actor
from fund.proposals.models import Conflict, Substitute
from fund.results.models import ReserveEntry
from tests import factories
from tests.awards import winners
from tests.ledger import money

BREAD = ("alder-bread", 900_000, "revenue_share")
CARE = ("quilt-street", 400_000, "grant")
BIKES = ("wheelhouse", 600_000, "zero_interest")


@pytest.fixture
def hands(app: Flask) -> tuple[Actor, Actor, Actor]:
    """Two stewards and the treasurer."""
    factories.adopt()
    return (
        factories.actor(factories.officer("Wren")),
        factories.actor(factories.officer("Dana")),
        money.treasurer("Imani T."),
    )


def test_an_award_is_offered_with_its_money_its_agreement_and_exact_instalments(
    app: Flask, hands: tuple[Actor, ...]
) -> None:
    ended = winners.final_round([("alder-bread", 900_001, "revenue_share"), CARE], budget_minor=2_400_000)
    bread, care = winners.offered(ended, "alder-bread", "quilt-street")
    assert [t.amount_minor for t in winners.tranches(bread.id)] == [450_001, 270_000, 180_000]
    assert [t.condition for t in winners.tranches(bread.id)] == ["signature", "evidence", "evidence"]
    assert [t.amount_minor for t in winners.tranches(care.id)] == [400_000]
    assert bread.terms["percent"] == 4
    assert "9,000.01 USD" in (bread.agreement_bytes or b"").decode()
    assert money.held(f"cash:award-{bread.id}") == 900_001
    assert money.held(f"cash:round-{ended.round.id}") == 0, "nobody waits on a list, so the rest went home"
    assert money.held("cash:free") == 5_000_000 - 1_300_001
    assert awards.offer_awards(ended.round.id, [(ended.proposals["alder-bread"].id, 900_001)]) == []
    told = db.session.scalars(select(OutboxMessage.kind)).all()
    assert told.count("award_offered") == 2


def test_more_than_the_round_holds_is_never_awarded(app: Flask, hands: tuple[Actor, ...]) -> None:
    ended = winners.final_round([BREAD, BIKES], budget_minor=1_000_000)
    with pytest.raises(Invalid, match="not enough money"):
        winners.offered(ended, "alder-bread", "wheelhouse")
    assert db.session.scalar(select(func.count()).select_from(Award)) == 0


def test_the_whole_way_from_offer_to_the_last_instalment(app: Flask, hands: tuple[Actor, ...]) -> None:
    wren, dana, imani = hands
    ended = winners.final_round([BREAD])
    (award,) = winners.offered(ended, "alder-bread")
    with pytest.raises(Forbidden, match="business itself"):
        awards.accept(award.id, by=wren)
    assert winners.signed(ended, "alder-bread", award, wren).state == "agreement_signed"
    first, second, third = winners.tranches(award.id)
    assert (first.state, second.state) == ("requested", "planned"), "signing asked for what is due at signature"
    row = balance_of(f"cash:award-{award.id}")
    assert row is not None
    assert row.reserved_minor == 450_000
    payment = winners.paid(first, wren, dana, treasurer=imani)
    assert (payment.state, payment.bank_reference) == ("paid", "B-17")
    entry = db.session.get_one(Entry, payment.entry_id)
    assert entry.decision_id == award.decision_id
    assert json.loads(entry.entry_bytes)["lines"] == [
        [f"receivable:award-{award.id}", 450_000], [f"cash:award-{award.id}", -450_000],
    ]  # fmt: skip
    with pytest.raises(WrongState, match="comes first"):
        payments.request_tranche(third.id, note="The receipt", by=ended.agent("alder-bread"))
    with pytest.raises(Invalid, match="show"):
        payments.request_tranche(second.id, by=ended.agent("alder-bread"))
    payments.request_tranche(second.id, note="Invoice 12", by=ended.agent("alder-bread"))
    winners.paid(second, wren, dana, treasurer=imani)
    payments.request_tranche(third.id, note="Receipt", by=ended.agent("alder-bread"))
    winners.paid(third, imani, dana, treasurer=imani)
    assert awards.get(award.id).state == "active"
    assert money.held(f"cash:award-{award.id}") == 0
    assert money.held(f"receivable:award-{award.id}") == 900_000


def test_nobody_approves_alone_or_for_themselves(app: Flask, hands: tuple[Actor, ...]) -> None:
    wren, dana, imani = hands
    ended = winners.final_round([CARE, BREAD])
    care, bread = winners.offered(ended, "quilt-street", "alder-bread")
    winners.signed(ended, "quilt-street", care, wren)
    payment = winners.payment_of(winners.tranches(care.id)[0])
    seen = payment.payload_hash
    rosa = factories.actor(factories.member("Rosa"))
    for nobody, why in ((rosa, "stewards, the treasurer"), (ended.agent("quilt-street"), "stewards, the treasurer")):
        with pytest.raises(Forbidden, match=why):
            payments.approve_payment(payment.id, seen_hash=seen, by=nobody)
    payments.approve_payment(payment.id, seen_hash=seen, by=wren)
    with pytest.raises(Forbidden, match="already"):
        payments.approve_payment(payment.id, seen_hash=seen, by=wren)
    with pytest.raises(WrongState, match="not approved"):
        payments.record_paid(payment.id, paid_on=foundation.today(), entry_id=uuid.uuid4(), by=imani)
    winners.signed(ended, "alder-bread", bread, wren)
    first, second, _third = winners.tranches(bread.id)
    winners.paid(first, wren, dana, treasurer=imani)
    asked = payments.request_tranche(second.id, note="They rang and told me", by=dana)
    with pytest.raises(Forbidden, match="You asked"):
        payments.approve_payment(asked.id, seen_hash=asked.payload_hash, by=dana)
    assert (
        db.session.scalar(select(func.count()).select_from(Approval).where(Approval.disbursement_id == asked.id)) == 0
    )


def test_a_tie_recuses_from_every_step_the_moment_it_is_declared(app: Flask, hands: tuple[Actor, ...]) -> None:
    wren, dana, imani = hands
    ended = winners.final_round([CARE])
    (award,) = winners.offered(ended, "quilt-street")
    _tie(dana, ended.proposals["quilt-street"].id)
    awards.accept(award.id, by=ended.agent("quilt-street"))
    with pytest.raises(Forbidden, match="tie"):
        awards.countersign(award.id, typed_name="Dana", seen_hash=award.agreement_hash or b"", by=dana)
    agent = ended.agent("quilt-street")
    awards.sign(award.id, typed_name="Lee", seen_hash=award.agreement_hash or b"", by=agent)
    awards.countersign(award.id, typed_name="Wren", seen_hash=award.agreement_hash or b"", by=wren)
    payment = winners.payment_of(winners.tranches(award.id)[0])
    with pytest.raises(Forbidden, match="tie"):
        payments.approve_payment(payment.id, seen_hash=payment.payload_hash, by=dana)
    _tie(imani, ended.proposals["quilt-street"].id)
    with pytest.raises(Forbidden, match="tie"):
        payments.record_paid(payment.id, paid_on=foundation.today(), entry_id=uuid.uuid4(), by=imani)


def test_a_steward_who_acts_for_the_business_cannot_approve(app: Flask, hands: tuple[Actor, ...]) -> None:
    from fund.businesses.models import BusinessAgent

    wren, dana, _imani = hands
    ended = winners.final_round([CARE])
    (award,) = winners.offered(ended, "quilt-street")
    winners.signed(ended, "quilt-street", award, wren)
    with db.writing() as tx:
        business_id = ended.proposals["quilt-street"].business_id
        tx.add(BusinessAgent(business_id=business_id, person_id=dana.person_id, since=tx.now()))
    payment = winners.payment_of(winners.tranches(award.id)[0])
    with pytest.raises(Forbidden, match="tie"):
        payments.approve_payment(payment.id, seen_hash=payment.payload_hash, by=dana)


def test_a_substitute_steps_in_where_too_few_remain(app: Flask, hands: tuple[Actor, ...]) -> None:
    wren, dana, imani = hands
    ended = winners.final_round([CARE])
    (award,) = winners.offered(ended, "quilt-street")
    winners.signed(ended, "quilt-street", award, wren)
    payment = winners.payment_of(winners.tranches(award.id)[0])
    bea = factories.actor(factories.member("Bea"))
    with pytest.raises(Forbidden):
        payments.approve_payment(payment.id, seen_hash=payment.payload_hash, by=bea)
    with db.writing() as tx:
        tx.add(
            Substitute(
                round_id=ended.round.id, person_id=bea.person_id, task="pay", found_how="by lot", named_by=dana.person_id,
                named_at=tx.now(),
            )
        )  # fmt: skip
    winners.paid(winners.tranches(award.id)[0], wren, bea, treasurer=imani)


def test_an_approval_is_for_exactly_what_was_read(app: Flask, hands: tuple[Actor, ...]) -> None:
    wren, dana, imani = hands
    ended = winners.final_round([CARE])
    (award,) = winners.offered(ended, "quilt-street")
    winners.signed(ended, "quilt-street", award, wren)
    payment = winners.payment_of(winners.tranches(award.id)[0])
    with pytest.raises(WrongState, match="not the one you looked at"):
        payments.approve_payment(payment.id, seen_hash=b"another", by=wren)
    payments.approve_payment(payment.id, seen_hash=payment.payload_hash, by=wren)
    changes = ({"amount_minor": 999}, {"payload_bytes": b"{}"}, {"payload_hash": b"x"}, {"payee_name": "Somebody else"})
    for change in (*changes, {"source_account_id": 1}, {"approvals_needed": 1}):
        with pytest.raises(DBAPIError), db.writing() as tx:
            tx.session.query(Disbursement).update(change)
    with db.writing() as tx:
        guards.remove(tx.session.connection())
        tx.session.query(Disbursement).update({"payee_name": "Somebody else"})
    with pytest.raises(WrongState, match="was changed"):
        payments.approve_payment(payment.id, seen_hash=payment.payload_hash, by=dana)
    with db.writing() as tx:
        tx.session.query(Disbursement).update({"state": "approved"})
    with pytest.raises(WrongState, match="was changed"):
        payments.record_paid(payment.id, paid_on=foundation.today(), entry_id=uuid.uuid4(), by=imani)


def test_an_approval_given_to_one_request_does_not_serve_the_next(app: Flask, hands: tuple[Actor, ...]) -> None:
    wren, dana, imani = hands
    ended = winners.final_round([CARE])
    (award,) = winners.offered(ended, "quilt-street")
    winners.signed(ended, "quilt-street", award, wren)
    (tranche,) = winners.tranches(award.id)
    first = winners.payment_of(tranche)
    payments.approve_payment(first.id, seen_hash=first.payload_hash, by=wren)
    payments.end_payment(first.id, reason="Wrong name of the bank", by=dana)
    row = balance_of(f"cash:award-{award.id}")
    assert row is not None
    assert (row.posted_minor, row.reserved_minor) == (400_000, 0)
    again = payments.request_tranche(tranche.id, by=ended.agent("quilt-street"))
    payments.approve_payment(again.id, seen_hash=again.payload_hash, by=dana)
    with pytest.raises(WrongState, match="not approved"):
        payments.record_paid(again.id, paid_on=foundation.today(), entry_id=uuid.uuid4(), by=imani)
    with pytest.raises(WrongState):
        payments.approve_payment(first.id, seen_hash=first.payload_hash, by=dana)


def test_an_instalment_is_paid_once(app: Flask, hands: tuple[Actor, ...]) -> None:
    wren, dana, imani = hands
    ended = winners.final_round([CARE])
    (award,) = winners.offered(ended, "quilt-street")
    winners.signed(ended, "quilt-street", award, wren)
    (tranche,) = winners.tranches(award.id)
    with pytest.raises(WrongState, match="on its way"):
        payments.request_tranche(tranche.id, by=ended.agent("quilt-street"))
    payment = winners.paid(tranche, wren, dana, treasurer=imani)
    same = payments.record_paid(payment.id, paid_on=foundation.today(), entry_id=payment.entry_id, by=imani)
    assert same.entry_id == payment.entry_id
    with pytest.raises(WrongState):
        payments.record_paid(payment.id, paid_on=foundation.today(), entry_id=uuid.uuid4(), by=imani)
    with pytest.raises(WrongState):
        payments.end_payment(payment.id, reason="Too late", by=dana)
    with pytest.raises(WrongState):
        payments.request_tranche(tranche.id, by=ended.agent("quilt-street"))
    assert len(money.entries("payment")) == 1


def test_a_payment_the_bank_sent_back_is_the_awards_again(app: Flask, hands: tuple[Actor, ...]) -> None:
    wren, dana, imani = hands
    ended = winners.final_round([CARE])
    (award,) = winners.offered(ended, "quilt-street")
    winners.signed(ended, "quilt-street", award, wren)
    (tranche,) = winners.tranches(award.id)
    payment = winners.paid(tranche, wren, dana, treasurer=imani)
    payments.record_bounced(payment.id, reason="Account closed", new_id=uuid.uuid4(), by=imani)
    assert money.held(f"cash:award-{award.id}") == 400_000
    assert winners.tranches(award.id)[0].state == "planned"
    payments.request_tranche(tranche.id, by=ended.agent("quilt-street"))
    winners.paid(tranche, wren, dana, treasurer=imani)
    assert money.held("expense:grants") == 400_000


def test_an_offer_nobody_took_goes_to_the_next_in_line_and_then_home(app: Flask, hands: tuple[Actor, ...]) -> None:
    asks = [BREAD, BIKES, ("tool-library", 700_000, "grant"), ("gym", 500_000, "grant"), ("late", 950_000, "grant")]
    ended = winners.final_round(asks, budget_minor=1_500_000, reserve=("late", "tool-library", "gym"))
    bread, bikes = winners.offered(ended, "alder-bread", "wheelhouse")
    factories.later(days=29)
    awards.decline(bread.id, reason="We found a gift", by=ended.agent("alder-bread"))
    tools = next(a for a in awards.of_round(ended.round.id) if a.proposal_id == ended.proposals["tool-library"].id)
    assert (tools.state, tools.amount_minor) == ("offered", 700_000)
    assert money.held(f"cash:round-{ended.round.id}") == 200_000
    factories.later(days=2)
    assert awards.expire_due() == 1
    assert awards.expire_due() == 0
    assert awards.get(bikes.id).state == "expired"
    assert {a.proposal_id for a in awards.of_round(ended.round.id) if a.state == "offered"} == {
        ended.proposals["tool-library"].id, ended.proposals["gym"].id,
    }  # fmt: skip
    with pytest.raises(WrongState):
        awards.accept(bikes.id, by=ended.agent("wheelhouse"))
    factories.later(days=160)
    awards.expire_due()
    assert {e.state for e in db.session.query(ReserveEntry)} == {"offered", "lapsed"}
    assert money.held(f"cash:round-{ended.round.id}") == 0
    assert money.held("cash:free") == 5_000_000


def test_a_signature_is_under_the_text_that_was_read(app: Flask, hands: tuple[Actor, ...]) -> None:
    wren, dana, _imani = hands
    ended = winners.final_round([CARE])
    (award,) = winners.offered(ended, "quilt-street")
    agent, seen = ended.agent("quilt-street"), award.agreement_hash or b""
    with pytest.raises(WrongState, match="present state"):
        awards.sign(award.id, typed_name="Lee", seen_hash=seen, by=agent)
    awards.accept(award.id, by=agent)
    with pytest.raises(Invalid, match="Type your name"):
        awards.sign(award.id, typed_name="  ", seen_hash=seen, by=agent)
    with pytest.raises(WrongState, match="not the text"):
        awards.sign(award.id, typed_name="Lee", seen_hash=b"other", by=agent)
    awards.sign(award.id, typed_name="Lee", seen_hash=seen, by=agent)
    with pytest.raises(WrongState, match="signed already"):
        awards.sign(award.id, typed_name="Lee", seen_hash=seen, by=agent)
    awards.countersign(award.id, typed_name="Wren", seen_hash=seen, by=wren)
    with pytest.raises(DBAPIError), db.writing() as tx:
        tx.session.query(Award).update({"agreement_hash": b"x"})
    with pytest.raises(WrongState):
        awards.decline(award.id, reason="Changed our minds", by=agent)
    with pytest.raises(WrongState):
        awards.countersign(award.id, typed_name="Dana", seen_hash=seen, by=dana)


def test_evidence_is_told_by_its_bytes_and_drawn_anew(app: Flask, hands: tuple[Actor, ...]) -> None:
    import io

    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (30, 20), "teal").save(out, "JPEG", exif=b"Exif\x00\x00secret place")
    kind, data = clean(out.getvalue())
    assert kind == "image/jpeg"
    assert b"secret place" not in data
    for bad in (b"<html>", b"MZ\x90\x00", out.getvalue()[:40], b""):
        with pytest.raises(Invalid):
            clean(bad)
    wren, dana, imani = hands
    ended = winners.final_round([BREAD])
    (award,) = winners.offered(ended, "alder-bread")
    winners.signed(ended, "alder-bread", award, wren)
    first, second, _third = winners.tranches(award.id)
    winners.paid(first, wren, dana, treasurer=imani)
    payments.request_tranche(
        second.id, evidence=Evidence("../../my oven<b>.jpg", out.getvalue()), by=ended.agent("alder-bread")
    )
    assert winners.tranches(award.id)[1].evidence_name == "my-oven-b.jpg"


def test_a_day_to_come_is_no_day_of_payment(app: Flask, hands: tuple[Actor, ...]) -> None:
    wren, dana, imani = hands
    ended = winners.final_round([CARE])
    (award,) = winners.offered(ended, "quilt-street")
    winners.signed(ended, "quilt-street", award, wren)
    with pytest.raises(Invalid, match="not come"):
        winners.paid(
            winners.tranches(award.id)[0], wren, dana, treasurer=imani, on=foundation.today() + dt.timedelta(days=1)
        )
    assert db.session.query(Decision).count() == 1


def _tie(actor: Actor, proposal_id: int) -> None:
    with db.writing() as tx:
        tx.add(
            Conflict(
                person_id=actor.person_id, proposal_id=proposal_id, relation="neighbour", declared_at=tx.now(),
                declared_by=actor.person_id,
            )
        )  # fmt: skip
