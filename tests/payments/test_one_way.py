"""Every kind of payment goes one way: reserved, approved, on a list, sent, settled or come back; each end gives back."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from fund import db
from fund.errors import Forbidden, Invalid, WrongState
from fund.foundation import service as foundation
from fund.ledger import accounts as chart
from fund.ledger.disbursements import ENTRY_OF
from fund.ledger.invariants import INVARIANTS
from fund.ledger.models import OUTFLOW_KINDS, Disbursement, Entry
from fund.payments import asking, lists, payees, service
from fund.payments.service import Request
from tests import factories
from tests.ledger import money
from tests.payments import bills


def faults() -> list[str]:
    """What `fund check` finds in the books."""
    db.session.rollback()
    return [line for _name, check in INVARIANTS for line in check()]


def reserved() -> int:
    """What is reserved of the free money."""
    db.session.rollback()
    row = chart.balance_of(chart.FREE)
    return row.reserved_minor if row is not None else 0


@pytest.mark.parametrize("kind", sorted(set(ENTRY_OF) - {"award"}))
def test_each_kind_posts_the_entry_that_belongs_to_it(app: Flask, kind: str) -> None:
    who = bills.hands()
    with db.writing() as tx:
        new = Request(
            kind=kind, source=chart.free(tx), target=chart.named(tx, "expense:test"), amount_minor=5_000,
            payee=payees.by_name(tx, "Somebody"), decision_id=who.rule.id, purpose="As decided", about=f"{kind}:1",
        )  # fmt: skip
        payment = service.ask(tx, new, by=who.imani.person_id or 0)
    assert reserved() == 5_000
    with pytest.raises(WrongState, match="on its way"), db.writing() as tx:
        service.ask(tx, new, by=who.imani.person_id or 0)
    bills.approved(who, payment)
    done = bills.paid(who, payment)
    entry = db.session.get_one(Entry, done.entry_id)
    assert (entry.kind, entry.memo, entry.decision_id) == (kind, "As decided", who.rule.id)
    assert reserved() == 0
    assert faults() == []
    assert set(ENTRY_OF.values()) == set(OUTFLOW_KINDS)


def test_from_asking_to_the_line_on_the_statement(app: Flask) -> None:
    who = bills.hands()
    payment = bills.bill(who)
    with pytest.raises(WrongState, match="Only an approved"):
        lists.make([payment.id], way="printed", by=who.imani)
    bills.approved(who, payment)
    made = lists.make([payment.id], way="sponsor", by=who.imani)
    assert [line.payment.id for line in lists.lines(made.id)] == [payment.id]
    lists.send(made.id, by=who.imani)
    with pytest.raises(WrongState, match="sent already"):
        lists.send(made.id, by=who.imani)
    with pytest.raises(WrongState, match="given to the bank"):
        service.end(payment.id, reason="Too late", by=who.wren)
    assert [one.id for one in service.waiting_for_the_bank()] == [payment.id]
    entry_id = uuid.uuid4()
    for _ in range(2):
        service.settle(payment.id, paid_on=foundation.today(), entry_id=entry_id, by=who.imani)
    with pytest.raises(WrongState, match="paid already"):
        bills.paid(who, payment)
    assert money.held(chart.FREE) == 1_000_000 - 12_000
    assert faults() == []


def test_each_end_gives_back_what_was_kept(app: Flask) -> None:
    who = bills.hands()
    refused, withdrawn, taken_off, lost, back = (bills.bill(who, payee=f"Shop {n}") for n in range(5))
    assert reserved() == 60_000
    assert service.end(refused.id, reason="Not ours", by=who.wren).state == "refused"
    assert service.end(withdrawn.id, reason="Typed wrongly", by=who.imani).state == "voided"
    for one in (taken_off, lost, back):
        bills.approved(who, one)
    made = lists.make([taken_off.id, lost.id], way="printed", by=who.imani)
    lists.take_off(taken_off.id, by=who.imani)
    lists.send(made.id, by=who.imani)
    assert service.bounce(lost.id, reason="Wrong number", new_id=uuid.uuid4(), by=who.imani).state == "bounced"
    bills.paid(who, back)
    service.bounce(back.id, reason="Came back", new_id=uuid.uuid4(), by=who.imani)
    assert money.held(chart.FREE) == 1_000_000, "what came back is where it came from"
    assert reserved() == 12_000, "only the one that was taken off the list is still approved"
    factories.later(days=91)
    assert service.expire_due() == 1
    assert service.expire_due() == 0
    assert reserved() == 0
    assert faults() == []


def test_refused_in_words_and_nothing_written(app: Flask) -> None:
    who = bills.hands(pool_minor=20_000)
    for amount in (0, -1, 10**15 + 1, 20_001):
        with pytest.raises(Invalid, match=r"amount|enough"):
            bills.bill(who, amount)
    for kind, purpose, why in (("award", "x", "Choose"), ("cost", " ", "what it is for")):
        with pytest.raises(Invalid, match=why):
            asking.ask_expense(asking.Expense(kind, "Shop", 100, purpose, who.rule.id), by=who.imani)
    with pytest.raises(Forbidden):
        bills.bill(who, by=factories.actor(factories.member("Rosa")))
    payment = bills.bill(who)
    with pytest.raises(WrongState, match="not the one"):
        service.approve(payment.id, seen_hash=b"x" * 32, by=who.wren)
    with pytest.raises(Forbidden, match="You asked"):
        service.approve(payment.id, seen_hash=payment.payload_hash, by=who.imani)
    bills.approved(who, payment, who.wren)
    with pytest.raises(WrongState, match="not approved"):
        bills.paid(who, payment)
    assert db.session.query(Disbursement).count() == 1
    assert db.session.query(Entry).filter_by(kind="cost").count() == 0
    assert faults() == []


@pytest.mark.parametrize("column", ["amount_minor = 99", "payee_name = 'Thief'", "purpose = 'x'", "about = 'x'"])
def test_nothing_of_a_payment_changes_behind_its_approvals(app: Flask, column: str) -> None:
    who = bills.hands()
    payment = bills.bill(who)
    with pytest.raises(DBAPIError, match="keeps what was approved"), db.writing() as tx:
        tx.session.connection().exec_driver_sql(f"UPDATE disbursement SET {column} WHERE id = {payment.id}")
