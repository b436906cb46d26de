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
from fund.payments import kinds, standing
from fund.payments.kinds import Story
from fund.payments.models import PayeeAccount, StandIn
from fund.payments.standing import Standing

REVIEW_WITHIN = dt.timedelta(days=7)


@dataclass(frozen=True)
class PaymentPage:
    """One payment as those who handle it see it."""

    payment: Disbursement
    words: Any
    who: Standing
    story: Story
    decision: Decision
    asked_by: str
    approved_by: list[tuple[str, dt.datetime]]
    stand_ins: list[tuple[str, str]]
    last_digits: str | None
    paid_on: dt.date | None


def page(payment_id: int) -> PaymentPage:
    """One payment with the names of who asked and who approved."""
    session = db.session()
    found = session.get_one(Disbursement, payment_id)
    approved = session.execute(
        select(Person.display_name, Approval.approved_at)
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
    return PaymentPage(
        payment=found, words=kinds.WORDS[found.kind], who=standing.of_payment(session, found),
        story=kinds.way_of(found).story(session, found), decision=session.get_one(Decision, found.decision_id),
        asked_by=asked.display_name if asked is not None else "",
        approved_by=[(name, at) for name, at in approved], stand_ins=[(name, how) for name, how in stand_ins],
        last_digits=_digits(found), paid_on=_paid_on(found),
    )  # fmt: skip


@dataclass(frozen=True)
class Open:
    """One payment in a list of payments."""

    payment: Disbursement
    words: Any
    approvals: int


def open_payments(*, states: Sequence[str] = OPEN_DISBURSEMENTS, most: int = 200) -> list[Open]:
    """Payments on their way, oldest first."""
    rows = db.session.scalars(
        select(Disbursement)
        .where(Disbursement.state.in_(states))
        .options(selectinload(Disbursement.approvals))
        .order_by(Disbursement.id)
        .limit(most)
    )
    return [Open(one, kinds.WORDS[one.kind], len(one.approvals)) for one in rows]


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
