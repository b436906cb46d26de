"""Payments' verbs: ask, approve, end, settle, record that one came back; the same for every kind (TRUST 4, FIELD B1).

As many distinct people approve as the charter asks for the sum of what one payee gets within 30 days; never who asked,
nobody with a tie, nobody who is paid. A payment is settled when the bank's statement shows it, or when somebody writes
down that it was made; then, and only then, it stands in the books. The program records payments and never makes them.
Rows are held in one order: what the kind asks for (award, instalment), the payment, the decision, balances.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.charter import Charter
from fund.db import Transaction
from fund.decisions.models import Decision
from fund.errors import Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.ledger import disbursements
from fund.ledger.models import OPEN_DISBURSEMENTS, Account, Disbursement
from fund.payments import accounts, cautions, kinds, payees, standing
from fund.payments.kinds import Step
from fund.payments.models import Payee
from fund.permissions import Actor, require

EXPIRES_AFTER = dt.timedelta(days=90)
"""A request that nobody finished in so long gives back what it reserved."""


@dataclass(frozen=True)
class Request:
    """A payment to ask for. `about` names the one thing it pays (as in `note:7:2027-01`), so that it is never paid
    twice; `purpose` is public and names no person; `charter` says how many approve (that in force, if None). `quote_minor`
    is the price that was quoted, `receipt` the number of the invoice, `receipt_hash` the fingerprint of a file."""

    kind: str
    source: Account
    target: Account
    amount_minor: int
    payee: Payee
    decision_id: int
    purpose: str = ""
    about: str | None = None
    tranche_id: int | None = None
    charter: Charter | None = None
    quote_minor: int | None = None
    receipt: str = ""
    receipt_hash: bytes | None = None


def ask(tx: Transaction, new: Request, *, by: int) -> Disbursement:
    """Ask for a payment inside an open transaction and reserve its amount.

    Raises Invalid (amount, too little money), WrongState when it is on its way already or its decision does not stand.
    """
    if not tx.get(Decision, new.decision_id).stands:
        raise WrongState(_l("This decision waits for a second person to confirm it."))
    payee = tx.lock(Payee, new.payee.id)
    account = accounts.in_force(tx, payee.id)
    fingerprint = account.fingerprint if account is not None else None
    charter = new.charter or foundation.current_charter()
    people = charter.safeguards.approvers_for(new.amount_minor + payees.lately_minor(tx, payee, fingerprint))
    payment = disbursements.request(
        tx,
        disbursements.Ask(
            kind=new.kind, source=new.source, target=new.target, amount_minor=new.amount_minor, payee_name=payee.name,
            decision_id=new.decision_id, approvals_needed=people, tranche_id=new.tranche_id, payee_id=payee.id,
            payee_fingerprint=fingerprint, about=new.about, purpose=new.purpose, small_lane=people == 1,
            quote_minor=new.quote_minor, receipt=new.receipt.strip()[:80] or None,
            receipt_key=cautions.receipt_key(new.receipt), receipt_hash=new.receipt_hash,
        ),
        by=by,
    )  # fmt: skip
    audit.record(tx, "payment.request", by=by, on=("disbursement", payment.id), hash=payment.payload_hash.hex())
    tx.wake()
    return payment


def approve(payment_id: int, *, seen_hash: bytes, warnings_read: Collection[str] = (), by: Actor) -> Disbursement:
    """Say yes to one payment, as it was read, and to having read these warnings (by their tokens).

    Raises Forbidden with the reason for who may not, WrongState when the payment changed or is no longer asked for,
    Invalid when there is a warning that was not read.
    """
    require(by, "payment.approve")
    with db.writing() as tx:
        payment = held(tx, payment_id)
        require(by, "payment.approve", standing.of_payment(tx.session, payment))
        found = cautions.of_one(tx.session, payment)
        tokens = [one.token for one in found]
        disbursements.approve(tx, payment, seen_hash=seen_hash, warnings_read=tokens, by=person(by))
        cautions.refuse_unread(found, warnings_read)
        audit.record(
            tx, "payment.approve", by=by.person_id, on=("disbursement", payment.id), hash=payment.payload_hash.hex(),
            **({"warnings_read": len(tokens)} if tokens else {}),
        )  # fmt: skip
        if payment.state == "approved":
            _moved(tx, payment, Step("approved", by.person_id))
    return payment


def end(payment_id: int, *, reason: str, by: Actor) -> Disbursement:
    """Refuse a payment (or, for who asked for it, withdraw it); what it reserved is given back and it may be asked for
    anew. Raises Invalid without a reason, WrongState when it was sent or made."""
    require(by, "payment.end")
    with db.writing() as tx:
        payment = held(tx, payment_id)
        who = standing.of_payment(tx.session, payment)
        require(by, "payment.end", who)
        own = by.person_id in who.party or by.person_id == payment.requested_by
        disbursements.end(tx, payment, state="voided" if own else "refused", reason=reason)
        audit.record(tx, "payment.end", by=by.person_id, on=("disbursement", payment.id), state=payment.state)
        _moved(tx, payment, Step(payment.state, by.person_id, reason.strip()))
    return payment


def settle(
    payment_id: int, *, paid_on: dt.date, bank_reference: str = "", entry_id: uuid.UUID, by: Actor
) -> Disbursement:
    """Record that an approved payment was made, as the bank's line says or a person saw it: one entry in the books.

    Doing it twice with the same id records it once. Raises WrongState unless enough people approved exactly this.
    """
    require(by, "payment.pay")
    with db.writing() as tx:
        payment = held(tx, payment_id)
        require(by, "payment.pay", standing.of_payment(tx.session, payment))
        again = payment.state == "paid"
        disbursements.settle(
            tx, payment, paid_on=paid_on, bank_reference=bank_reference, memo=payment.purpose or payment.payee_name,
            entry_id=entry_id, by=person(by),
        )  # fmt: skip
        if not again:
            audit.record(tx, "payment.paid", by=by.person_id, on=("disbursement", payment.id))
            _moved(tx, payment, Step("paid", by.person_id, paid_on=paid_on))
    return payment


def bounce(payment_id: int, *, reason: str, new_id: uuid.UUID, by: Actor) -> Disbursement:
    """Record that the bank sent a payment back; its money is where it came from, and it can be asked for anew.

    Raises Invalid without a reason, WrongState unless it was sent or made.
    """
    require(by, "payment.pay")
    with db.writing() as tx:
        payment = held(tx, payment_id)
        require(by, "payment.pay", standing.of_payment(tx.session, payment))
        disbursements.bounce(tx, payment, reason=reason, new_id=new_id, by=person(by))
        audit.record(tx, "payment.bounced", by=by.person_id, on=("disbursement", payment.id))
        _moved(tx, payment, Step("bounced", by.person_id, reason.strip()))
    return payment


def expire_due() -> int:
    """End requests that nobody finished in 90 days. Returns how many; safe to repeat."""
    late = db.session.scalars(
        select(Disbursement.id)
        .where(Disbursement.state.in_(("requested", "approved")), Disbursement.requested_at <= db.now() - EXPIRES_AFTER)
        .order_by(Disbursement.id)
    ).all()
    return sum(_expire(number) for number in late)


def get(payment_id: int) -> Disbursement:
    """One payment. Raises NotFound."""
    found = db.session.get(Disbursement, payment_id)
    if found is None:
        raise NotFound(_l("There is no such payment."))
    return found


def waiting_for_the_bank(*, most: int = 500) -> Sequence[Disbursement]:
    """Payments that a line of the bank's statement may settle: approved, on a pay list or sent; oldest first."""
    return db.session.scalars(
        select(Disbursement).where(Disbursement.state.in_(disbursements.PAYABLE)).order_by(Disbursement.id).limit(most)
    ).all()


def on_their_way(about: Collection[str]) -> dict[str, Disbursement]:
    """Payments that were asked for and not made yet, by what they are about."""
    if not about:
        return {}
    rows = db.session.scalars(
        select(Disbursement).where(Disbursement.about.in_(about), Disbursement.state.in_(OPEN_DISBURSEMENTS))
    )
    return {one.about: one for one in rows if one.about is not None}


def held(tx: Transaction, payment_id: int) -> Disbursement:
    """Hold a payment, after what its kind holds first. Raises NotFound."""
    found = tx.session.get(Disbursement, payment_id)
    if found is None:
        raise NotFound(_l("There is no such payment."))
    kinds.way_of(found).hold(tx, found)
    return tx.lock(Disbursement, payment_id)


def person(by: Actor) -> int:
    """The number of who acts. Raises NotFound where nobody does."""
    if by.person_id is None:
        raise NotFound(_l("There is no such person."))
    return by.person_id


def _expire(payment_id: int) -> bool:
    with db.writing() as tx:
        payment = held(tx, payment_id)
        too_old = payment.requested_at <= tx.now() - EXPIRES_AFTER
        if payment.state not in ("requested", "approved") or not too_old:
            return False
        words = str(_l("Nobody finished it in 90 days."))
        disbursements.end(tx, payment, state="expired", reason=words)
        audit.record(tx, "payment.expired", by=None, on=("disbursement", payment.id))
        _moved(tx, payment, Step("expired", None, words))
    return True


def _moved(tx: Transaction, payment: Disbursement, step: Step) -> None:
    kinds.way_of(payment).moved(tx, payment, step)


def refuse_zero(amount_minor: int) -> None:
    """Raise Invalid for an amount that is nothing or less."""
    if amount_minor <= 0:
        raise Invalid(_l("An amount must be more than nothing, and not too large."), field="amount")
