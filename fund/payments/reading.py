"""What pages tell about payments: one payment with its story and who did what, what is open, what is to be reviewed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from fund import db
from fund.decisions.models import Decision
from fund.ledger.models import OPEN_DISBURSEMENTS, Approval, Disbursement, Entry
from fund.members.models import Person
from fund.members.service import names
from fund.payments import cautions, kinds, standing
from fund.payments.kinds import Caution, Story
from fund.payments.models import Payee, PayeeAccount, StandIn
from fund.payments.standing import Standing
from fund.permissions import Actor

REVIEW_WITHIN = dt.timedelta(days=7)


@dataclass(frozen=True)
class PaymentPage:
    """One payment as those who handle it see it."""

    payment: Disbursement
    words: Any
    who: Standing
    story: Story
    cautions: Sequence[Caution]
    decision: Decision
    asked_by: str
    approved_by: list[tuple[str, dt.datetime, int]]
    stand_ins: list[tuple[str, str]]
    last_digits: str | None
    paid_on: dt.date | None
    reviewed_by: str


def page(payment_id: int, *, reader: int | None = None) -> PaymentPage:
    """One payment with the names of who asked and who approved; who is paid is not told who is close to them."""
    session = db.session()
    found = session.get_one(Disbursement, payment_id)
    approved = session.execute(
        select(Person.display_name, Approval.approved_at, Approval.warnings_read)
        .join(Approval, Approval.approver_id == Person.id)
        .where(Approval.disbursement_id == found.id)
        .order_by(Approval.id)
    )
    stand_ins = session.execute(
        select(Person.display_name, StandIn.found_how)
        .join(StandIn, StandIn.person_id == Person.id)
        .where(StandIn.disbursement_id == found.id)
        .order_by(StandIn.id)
    )
    asked = session.get(Person, found.requested_by)
    who = standing.of_payment(session, found)
    return PaymentPage(
        payment=found, words=kinds.WORDS[found.kind], who=who,
        story=kinds.way_of(found).story(session, found),
        cautions=cautions.of_one(session, found, named=reader not in who.party),
        decision=session.get_one(Decision, found.decision_id),
        asked_by=asked.display_name if asked is not None else "",
        approved_by=[(name, at, len(read)) for name, at, read in approved], stand_ins=[(name, how) for name, how in stand_ins],
        last_digits=_digits(found), paid_on=_paid_on(found),
        reviewed_by=names([found.reviewed_by]).get(found.reviewed_by, "") if found.reviewed_by else "",
    )  # fmt: skip


@dataclass(frozen=True)
class Open:
    """One payment in a list of payments."""

    payment: Disbursement
    words: Any
    approvals: int
    cautions: Sequence[Caution] = ()


def open_payments(*, states: Sequence[str] = OPEN_DISBURSEMENTS, most: int = 200) -> list[Open]:
    """Payments on their way, oldest first."""
    rows = db.session.scalars(
        select(Disbursement)
        .where(Disbursement.state.in_(states))
        .options(selectinload(Disbursement.approvals))
        .order_by(Disbursement.id)
        .limit(most)
    ).all()
    twice = cautions.of(db.session(), rows)
    return [Open(one, kinds.WORDS[one.kind], len(one.approvals), twice[one.id]) for one in rows]


@dataclass(frozen=True)
class ToReview:
    """One payment of the small lane: who asked for it and who approved it alone."""

    payment: Disbursement
    words: Any
    asked_by: str
    approved_by: str
    late: bool


def to_review(*, most: int = 100) -> list[ToReview]:
    """Payments of the small lane that nobody looked at a second time, oldest first."""
    rows = db.session.scalars(
        select(Disbursement)
        .where(Disbursement.small_lane.is_(True), Disbursement.reviewed_at.is_(None), Disbursement.state == "paid")
        .options(selectinload(Disbursement.approvals))
        .order_by(Disbursement.id)
        .limit(most)
    ).all()
    people = names({one.requested_by for one in rows} | {a.approver_id for one in rows for a in one.approvals})
    late = db.now() - REVIEW_WITHIN
    return [
        ToReview(
            one, kinds.WORDS[one.kind], people.get(one.requested_by, ""),
            ", ".join(people.get(a.approver_id, "") for a in one.approvals),
            one.settled_at is not None and one.settled_at < late,
        )
        for one in rows
    ]  # fmt: skip


def reviews_waiting() -> tuple[int, dt.datetime | None]:
    """How many payments wait for a review, and since when the oldest was paid."""
    number, since = db.session.execute(
        select(func.count(), func.min(Disbursement.settled_at)).where(
            Disbursement.small_lane.is_(True), Disbursement.reviewed_at.is_(None), Disbursement.state == "paid"
        )
    ).one()
    return int(number), since


@dataclass(frozen=True)
class PayeePage:
    """A payee as treasurer and stewards see it: never the number itself, only its last digits."""

    counts: PayeeAccount | None
    coming: PayeeAccount | None
    declared: bool
    payments: Sequence[Disbursement]


def payee_page(payee: Payee, actor: Actor) -> PayeePage:
    """The account that counts, a change that waits, whether the reader declared a tie, and the last payments."""
    now = db.now()
    rows = db.session.scalars(
        select(PayeeAccount)
        .where(PayeeAccount.payee_id == payee.id, PayeeAccount.ended_at.is_(None), PayeeAccount.sealed.is_not(None))
        .order_by(PayeeAccount.usable_from.desc())
    ).all()
    return PayeePage(
        counts=next((one for one in rows if one.usable_from <= now), None),
        coming=next((one for one in rows if one.usable_from > now), None),
        declared=actor.person_id in standing.near(db.session(), payee.id),
        payments=db.session.scalars(
            select(Disbursement).where(Disbursement.payee_id == payee.id).order_by(Disbursement.id.desc()).limit(50)
        ).all(),
    )


def all_payees(*, most: int = 200) -> list[tuple[Payee, str | None]]:
    """Everybody who is or was paid, with the last digits of the account that counts."""
    rows = db.session.execute(
        select(Payee, PayeeAccount.last_digits)
        .outerjoin(
            PayeeAccount,
            (PayeeAccount.payee_id == Payee.id) & PayeeAccount.ended_at.is_(None) & PayeeAccount.sealed.is_not(None)
            & (PayeeAccount.usable_from <= db.now()),
        )
        .order_by(func.lower(Payee.name), Payee.id, PayeeAccount.usable_from)
        .limit(most)
    )  # fmt: skip
    found = {payee.id: (payee, digits) for payee, digits in rows}
    return list(found.values())


def _digits(payment: Disbursement) -> str | None:
    if payment.payee_fingerprint is None:
        return None
    return db.session.scalars(
        select(PayeeAccount.last_digits)
        .where(PayeeAccount.payee_id == payment.payee_id, PayeeAccount.fingerprint == payment.payee_fingerprint)
        .limit(1)
    ).first()


def _paid_on(payment: Disbursement) -> dt.date | None:
    return db.session.scalar(select(Entry.occurred_on).where(Entry.id == payment.entry_id))
