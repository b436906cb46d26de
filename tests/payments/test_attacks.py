"""Attacks on payments (TRUST 5, row 34), and each again with its protection taken away.

Each attack goes as far as it can; then this file counts for itself what was paid wrongly, from what it remembers of what
people read and meant, and not by the rules that it tries. With the protections in place the count is nothing.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError

from fund import db
from fund.db import guards
from fund.errors import FundError
from fund.foundation import service as foundation
from fund.ledger import disbursements
from fund.ledger.models import Approval, Disbursement, Entry
from fund.payments import accounts, lists, payees, service
from fund.payments.accounts import Number
from fund.permissions import Actor
from tests import factories
from tests.payments import bills
from tests.payments.test_limits import DE, GB, charter


def tried(*acts: Callable[[], Any]) -> None:
    """Try each act; a refusal, in words or by the database, does not end the attack."""
    for act in acts:
        with contextlib.suppress(FundError, IntegrityError):
            act()
        db.session.rollback()


def yes(payment: Disbursement, by: Actor, *, seen: bytes | None = None) -> Callable[[], Any]:
    """One approval, of what somebody has before their eyes."""
    return lambda: service.approve(
        payment.id, seen_hash=seen or fresh(payment).payload_hash, warnings_read=bills.warned(payment), by=by
    )


def pay(payment: Disbursement, by: Actor) -> Callable[[], Any]:
    """Record it as paid."""
    return lambda: service.settle(payment.id, paid_on=foundation.today(), entry_id=uuid.uuid4(), by=by)


def fresh(payment: Disbursement) -> Disbursement:
    """The payment as the database has it now."""
    db.session.rollback()
    return db.session.get_one(Disbursement, payment.id)


def paid() -> list[tuple[Disbursement, set[int]]]:
    """Payments that stand in the books, in their order, each with who said yes to it."""
    db.session.rollback()
    rows = db.session.query(Disbursement).filter_by(state="paid").order_by(Disbursement.id).all()
    booked = {one.id for one in db.session.query(Entry).filter_by(kind="cost")}
    return [(one, {yes.approver_id for yes in one.approvals}) for one in rows if one.entry_id in booked]


def drop_guards(table: str) -> None:
    """Take the guards of a table away, as somebody can who owns the database."""
    with db.writing() as tx:
        connection = tx.session.connection()
        on = f" ON {table}" if connection.dialect.name == "postgresql" else ""
        for guard in guards.registered():
            if guard.table == table:
                connection.exec_driver_sql(f"DROP TRIGGER {guard.name}{on}")


def everybody(tx: Any, payment: Disbursement) -> set[int]:
    """A careless count of approvals: whoever asked, and whatever they read."""
    rows = tx.session.query(Approval.approver_id).filter_by(disbursement_id=payment.id)
    return {number for (number,) in rows}


def careless(tx: Any, payment: Disbursement, *, seen_hash: bytes, warnings_read: Any, by: int) -> None:
    """An approval that asks nobody whether they asked for the payment themselves."""
    tx.add(Approval(disbursement_id=payment.id, approver_id=by, payload_hash=seen_hash, approved_at=tx.now(),
                    warnings_read=list(warnings_read)))  # fmt: skip
    if len(disbursements.approvers(tx, payment)) >= payment.approvals_needed:
        payment.state = "approved"
    tx.session.flush()


def own_yes() -> int:
    """A steward asks for money, approves it, and finds one friend: minor units paid with fewer than two others' yes."""
    who = bills.hands()
    payment = bills.bill(who, by=who.wren)
    tried(yes(payment, who.wren), yes(payment, who.wren), yes(payment, who.dana), pay(payment, who.imani))
    return sum(one.amount_minor for one, said in paid() if len(said - {one.requested_by}) < 2)


def test_nobody_pays_with_a_yes_to_what_they_asked_for(app: Flask) -> None:
    assert own_yes() == 0


def test_control_where_nobody_asks_who_asked_it_is_paid(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "require", lambda *_a: None)
    monkeypatch.setattr(disbursements, "approve", careless)
    monkeypatch.setattr(disbursements, "approvers", everybody)
    assert own_yes() == 12_000


def swapped(change: Callable[[Disbursement], None]) -> int:
    """Wren reads a payment and says yes, then it is changed in the database, and all goes on: minor units paid of what
    is not what Wren read."""
    who = bills.hands()
    payment = bills.bill(who)
    read = (payment.payee_name, payment.amount_minor)
    seen = payment.payload_hash
    tried(yes(payment, who.wren))
    drop_guards("disbursement")
    with db.writing() as tx:
        change(tx.lock(Disbursement, payment.id))
    tried(yes(payment, who.dana, seen=seen), yes(payment, who.dana), pay(payment, who.imani))
    return sum(one.amount_minor for one, _said in paid() if (one.payee_name, one.amount_minor) != read)


def other_payee(payment: Disbursement) -> None:
    """The payee is another one."""
    payment.payee_name = "Thief"


def other_amount(payment: Disbursement) -> None:
    """The amount is another one."""
    payment.amount_minor = 11_000


def forged_whole(payment: Disbursement) -> None:
    """Payee, bytes and hash are changed together, so that they agree."""
    payment.payee_name = "Thief"
    payment.payload_bytes = payment.payload_bytes.replace(b"Copy Shop", b"Thief")
    payment.payload_hash = disbursements.payload_hash(payment.payload_bytes)


CHANGES = [other_payee, other_amount, forged_whole]


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_changed_after_the_first_yes_is_not_paid(app: Flask, change: Callable[[Disbursement], None]) -> None:
    assert swapped(change) == 0


@pytest.mark.parametrize("change", CHANGES)
def test_control_where_nobody_compares_what_was_read_it_is_paid(
    app: Flask, monkeypatch: pytest.MonkeyPatch, change: Callable[[Disbursement], None]
) -> None:
    monkeypatch.setattr(disbursements, "refuse_changed_payload", lambda *_a: None)
    monkeypatch.setattr(disbursements, "approvers", everybody)
    assert swapped(change) in (11_000, 12_000)


def paid_to_the_new_account() -> int:
    """Somebody notes another account for a known payee and has a payment sent within 72 hours: minor units that go there."""
    who = bills.hands()
    bills.bill(who, 100)
    payee = fresh(bills.bill(who, 200)).payee_id or 0
    accounts.note(payee, Number(GB), contact="shop@example.org", by=who.imani)
    factories.later(days=1)
    accounts.note(payee, Number(DE), contact="thief@example.org", by=who.wren)
    factories.later(hours=71)
    payment = bills.approved(who, bills.bill(who))
    made = lists.make([payment.id], way="bank_file", by=who.imani)
    numbers = {line.payment.id: line.number for line in lists.lines(made.id, in_full=True)}
    lists.send(made.id, by=who.imani)
    bills.paid(who, payment)
    return sum(one.amount_minor for one, _said in paid() if numbers.get(one.id) == Number(DE))


def test_nothing_goes_to_a_new_account_within_72_hours(app: Flask) -> None:
    assert paid_to_the_new_account() == 0


def test_control_where_a_change_counts_at_once_it_goes_there(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "WAIT", dt.timedelta(0))
    assert paid_to_the_new_account() == 12_000


def paid_in_parts() -> int:
    """Twelve bills of just under 500 to one payee, each approved by one person: minor units of those that had too few.

    Below 500 one person approves, from 500 two, from 5,000 three, over what a payee gets within 30 days.
    """
    who = bills.hands(pool_minor=9_000_000, charter=charter())
    for n in range(12):
        payment = bills.bill(who, 49_900, ("Copy Shop", "copy-shop", "COPY SHOP")[n % 3])
        tried(yes(payment, who.wren), pay(payment, who.imani))
    wrong = together = 0
    for one, said in paid():
        together += one.amount_minor
        needed = 1 if together < 50_000 else 2 if together < 500_000 else 3
        wrong += one.amount_minor if len(said) < needed else 0
    assert together >= 49_900, "the first one is small, and one person is enough for it"
    return wrong


def test_a_limit_is_not_passed_in_parts(app: Flask) -> None:
    assert paid_in_parts() == 0


def test_control_where_each_part_counts_alone_the_limit_is_passed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payees, "lately_minor", lambda *_a: 0)
    assert paid_in_parts() == 11 * 49_900
