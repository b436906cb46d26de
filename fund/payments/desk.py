"""What waits about payments that are no award's: to approve, to pay, to take to the bank, to look at a second time."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from fund import db
from fund.desk import Item
from fund.ledger.models import Disbursement
from fund.payments import cautions, lists, reading
from fund.payments.models import Payee, PayeeTie, StandIn
from fund.permissions import MONEY_HANDS, Actor
from fund.presentation import money


def waiting(actor: Actor) -> list[Item]:
    """Payments that wait for this person's hands."""
    hand = bool(actor.roles & MONEY_HANDS)
    stands_in = set(db.session.scalars(select(StandIn.disbursement_id).where(StandIn.person_id == actor.person_id)))
    if actor.person_id is None or not (hand or stands_in):
        return []
    near = _near(actor.person_id)
    items = []
    payments = _open()
    twice = cautions.of(db.session(), payments)
    for payment in payments:
        if payment.payee_id in near or not (hand or payment.id in stands_in):
            continue
        what = {"sum": money(payment.amount_minor), "name": payment.payee_name}
        mine = payment.requested_by == actor.person_id or any(
            one.approver_id == actor.person_id for one in payment.approvals
        )
        if payment.state == "requested" and not mine:
            items.append(
                Item(
                    _("Approve %(sum)s for %(name)s", **what),
                    f"/payments/{payment.id}",
                    note=cautions.note(twice[payment.id], payment.purpose),
                )
            )
        elif payment.state == "approved" and hand:
            items.append(Item(_("Pay %(sum)s to %(name)s, then record it", **what), f"/payments/{payment.id}",
                              who=_("treasurer"), note=cautions.note(twice[payment.id], _("approved"))))  # fmt: skip
    return items + (_lists_and_reviews() if hand else [])


def _lists_and_reviews() -> list[Item]:
    items = [
        Item(_("Take pay list %(n)s to the bank", n=one.id), f"/payments/lists/{one.id}", who=_("treasurer"))
        for one in lists.open_lists(most=10)
    ]
    number, since = reading.reviews_waiting()
    if number and since is not None:
        words = ngettext("Look over %(num)s small payment", "Look over %(num)s small payments", number)
        due = since + reading.REVIEW_WITHIN
        items.append(Item(words, "/payments/review", due_at=due, late=due < db.now(), note=_("one person approved it")))
    return items


def _open() -> list[Disbursement]:
    return list(
        db.session.scalars(
            select(Disbursement)
            .where(Disbursement.tranche_id.is_(None), Disbursement.state.in_(("requested", "approved")))
            .options(selectinload(Disbursement.approvals))
            .order_by(Disbursement.id)
            .limit(200)
        )
    )


def _near(person_id: int) -> set[int]:
    """Payees that are this person, or to whom the person declared a tie."""
    tied = db.session.scalars(select(PayeeTie.payee_id).where(PayeeTie.person_id == person_id))
    own = db.session.scalars(select(Payee.id).where(Payee.person_id == person_id))
    return set(tied) | set(own)
