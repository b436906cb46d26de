"""Pay lists: approved payments that go to the bank together, on paper, as a file, or by the fund's sponsor.

A list is made, looked at, given to the bank and marked as sent; each of its payments is settled by its own line of the
statement. A payment whose payee has another account now than when it was approved does not go on a list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.db import Transaction
from fund.errors import Invalid, NotFound, WrongState
from fund.ledger import disbursements
from fund.ledger.models import Disbursement
from fund.payments import accounts, standing
from fund.payments.accounts import Number
from fund.payments.models import LIST_WAYS, Payee, PayeeAccount, PayList
from fund.payments.service import held, person
from fund.permissions import Actor, require


@dataclass(frozen=True)
class Line:
    """One payment as it stands on a list: the account by its last digits, or in full for whoever takes it to the bank."""

    payment: Disbursement
    last_digits: str | None
    number: Number | None = None


def make(payment_ids: Sequence[int], *, way: str, by: Actor) -> PayList:
    """Put approved payments on a new list. Raises Invalid for none or an unknown way, WrongState for a payment that is
    not approved, or whose payee's account changed since; Forbidden for one the actor has a tie to."""
    require(by, "payment.list")
    if way not in LIST_WAYS:
        raise Invalid(_l("Choose how the payments are made."), field="way")
    if not payment_ids:
        raise Invalid(_l("Choose at least one payment."), field="payments")
    with db.writing() as tx:
        made = tx.add(PayList(way=way, made_by=person(by), made_at=tx.now()))
        for number in sorted(set(payment_ids)):
            payment = held(tx, number)
            require(by, "payment.pay", standing.of_payment(tx.session, payment))
            refuse_other_account(tx, payment, way)
            disbursements.put_on_list(tx, payment, made.id)
        audit.record(tx, "pay_list.make", by=by.person_id, on=("pay_list", made.id), way=way)
    return made


def take_off(payment_id: int, *, by: Actor) -> int:
    """Take a payment off a list that was not sent. Returns the list's number. Raises WrongState."""
    require(by, "payment.list")
    with db.writing() as tx:
        payment = held(tx, payment_id)
        number = payment.pay_list_id
        disbursements.take_off_list(tx, payment)
        audit.record(tx, "pay_list.take_off", by=by.person_id, on=("disbursement", payment.id))
    return number or 0


def send(list_id: int, *, by: Actor) -> PayList:
    """Note that a list was given to the bank. Raises WrongState when it was, or is empty."""
    require(by, "payment.list")
    with db.writing() as tx:
        numbers = tx.session.scalars(
            select(Disbursement.id)
            .where(Disbursement.pay_list_id == list_id, Disbursement.state == "on_pay_list")
            .order_by(Disbursement.id)
        ).all()
        payments = [held(tx, number) for number in numbers]
        found = tx.lock(PayList, list_id)
        if found.sent_at is not None:
            raise WrongState(_l("This list was sent already."))
        if not payments:
            raise WrongState(_l("Nothing is left on this list."))
        for payment in payments:
            require(by, "payment.pay", standing.of_payment(tx.session, payment))
            refuse_other_account(tx, payment, found.way)
            disbursements.mark_sent(tx, payment, by=person(by))
        found.sent_at, found.sent_by = tx.now(), person(by)
        tx.session.flush()
        audit.record(tx, "pay_list.send", by=by.person_id, on=("pay_list", found.id))
    return found


def get(list_id: int) -> PayList:
    """One list. Raises NotFound."""
    found = db.session.get(PayList, list_id)
    if found is None:
        raise NotFound(_l("There is no such pay list."))
    return found


def lines(list_id: int, *, in_full: bool = False) -> list[Line]:
    """The payments of a list, in the order of their numbers; with account numbers in full for whoever pays."""
    rows = db.session.execute(
        select(Disbursement, PayeeAccount)
        .outerjoin(
            PayeeAccount,
            (PayeeAccount.payee_id == Disbursement.payee_id)
            & (PayeeAccount.fingerprint == Disbursement.payee_fingerprint)
            & PayeeAccount.sealed.is_not(None),
        )
        .where(Disbursement.pay_list_id == list_id)
        .order_by(Disbursement.id, PayeeAccount.id)
    ).all()
    found: dict[int, Line] = {}
    for payment, account in rows:
        number = accounts.opened(account) if in_full and account is not None else None
        found[payment.id] = Line(payment, account.last_digits if account is not None else None, number)
    return list(found.values())


def open_lists(*, most: int = 50) -> Sequence[PayList]:
    """Lists that were made and not sent, oldest first."""
    on_it = select(Disbursement.pay_list_id).where(Disbursement.state == "on_pay_list")
    return db.session.scalars(
        select(PayList).where(PayList.sent_at.is_(None), PayList.id.in_(on_it)).order_by(PayList.id).limit(most)
    ).all()


def refuse_other_account(tx: Transaction, payment: Disbursement, way: str) -> None:
    """Raise WrongState when the payee's account is not the one that was approved, or a file would have none."""
    if payment.payee_id is None:
        return
    tx.lock_shared(Payee, payment.payee_id)
    now = accounts.in_force(tx, payment.payee_id)
    if (now.fingerprint if now is not None else None) != payment.payee_fingerprint:
        raise WrongState(
            _l("The account of %(name)s is another one than when this payment was approved. End it and ask anew.",
               name=payment.payee_name)
        )  # fmt: skip
    if way == "bank_file" and now is None:
        raise WrongState(_l("A bank file needs the account of %(name)s. Note it first.", name=payment.payee_name))
