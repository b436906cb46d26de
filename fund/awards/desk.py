"""What waits: payments to approve and to record, agreements to sign; and what a business has to do next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import or_, select
from sqlalchemy.orm import selectinload

from fund import db
from fund.awards.models import Award, Signature, Tranche
from fund.awards.reports import next_due
from fund.awards.standing import PAYING
from fund.businesses.models import Business
from fund.desk import Item
from fund.foundation import service as foundation
from fund.ledger.models import Disbursement
from fund.payments import cautions
from fund.permissions import MONEY_HANDS, Actor, Role
from fund.presentation import date, money
from fund.proposals.models import Proposal, Substitute

Waiting = tuple[Disbursement, Tranche, Award, Proposal, str | None]


def waiting(actor: Actor) -> list[Item]:
    """Payments and agreements that wait for this person's hands."""
    hand = bool(actor.roles & MONEY_HANDS)
    stands_in = _stands_in(actor)
    if not hand and not stands_in:
        return []
    items = []
    rows = _open_payments()
    twice = cautions.of(db.session(), [row[0] for row in rows])
    for payment, tranche, award, proposal, business in rows:
        in_place = not stands_in.isdisjoint({(proposal.round_id, proposal.id), (proposal.round_id, None)})
        if _tied(actor, proposal) or not (hand or in_place):
            continue
        what = {"sum": money(payment.amount_minor), "name": business or proposal.title}
        found = twice[payment.id]
        within = award.terms.get("pay_within_days")
        due = payment.requested_at + dt.timedelta(days=within) if within else None
        late = due is not None and due < db.now()
        if payment.state == "requested" and _can_approve(actor, payment):
            items.append(Item(_("Approve %(sum)s for %(name)s", **what), f"/payments/{payment.id}", who=_still(payment),
                              note=cautions.note(found, _("instalment %(n)s", n=tranche.number)), due_at=due,
                              late=late))  # fmt: skip
        elif payment.state == "approved" and hand:
            items.append(Item(_("Pay %(sum)s to %(name)s, then record it", **what), f"/payments/{payment.id}",
                              who=_("treasurer"), note=cautions.note(found, _("approved")), due_at=due, late=late))  # fmt: skip
    return items + (_to_sign(actor) if actor.has(Role.STEWARD) else []) + (_late_reports(actor) if hand else [])


def mine(actor: Actor) -> list[Item]:
    """What a person's businesses have to do about their awards."""
    if actor.person_id is None:
        return []
    rows = db.session.execute(
        select(Award, Proposal, Business.name)
        .join(Proposal, Proposal.id == Award.proposal_id)
        .outerjoin(Business, Business.id == Proposal.business_id)
        .where(
            or_(Proposal.business_id.in_(actor.businesses), Proposal.applicant_id == actor.person_id),
            Award.state.in_(("offered", "accepted", "agreement_signed", "active")),
        )
        .options(selectinload(Award.tranches), selectinload(Award.signatures))
        .order_by(Award.id)
    )
    return [_own(award, business or proposal.title) for award, proposal, business in rows]


def _own(award: Award, name: str) -> Item:
    url = f"/awards/{award.id}"
    if award.state == "offered":
        return Item(_("Accept the award for %(name)s", name=name), url, due_at=award.expires_at)
    if award.state == "accepted" and all(one.party != "business" for one in award.signatures):
        return Item(_("Sign the agreement for %(name)s", name=name), url, due_at=award.expires_at)
    if (
        award.state != "accepted"
        and any(t.state == "planned" for t in award.tranches)
        and not any(t.state in ("requested", "approved") for t in award.tranches)
    ):
        return Item(_("Ask for the next instalment for %(name)s", name=name), url)
    return Item(_("See where the money for %(name)s is", name=name), url)


def _open_payments() -> Sequence[Waiting]:
    rows = db.session.execute(
        select(Disbursement, Tranche, Award, Proposal, Business.name)
        .join(Tranche, Tranche.id == Disbursement.tranche_id)
        .join(Award, Award.id == Tranche.award_id)
        .join(Proposal, Proposal.id == Award.proposal_id)
        .outerjoin(Business, Business.id == Proposal.business_id)
        .where(Disbursement.state.in_(("requested", "approved")))
        .options(selectinload(Disbursement.approvals))
        .order_by(Disbursement.id)
        .limit(200)
    )
    return [(payment, tranche, award, proposal, name) for payment, tranche, award, proposal, name in rows]


def _to_sign(actor: Actor) -> list[Item]:
    signed = select(Signature.award_id).where(Signature.party == "fund")
    rows = db.session.execute(
        select(Award, Proposal, Business.name)
        .join(Proposal, Proposal.id == Award.proposal_id)
        .outerjoin(Business, Business.id == Proposal.business_id)
        .where(Award.state == "accepted", Award.id.not_in(signed))
        .order_by(Award.id)
        .limit(100)
    )
    return [
        Item(_("Sign the agreement with %(name)s", name=name or proposal.title), f"/awards/{award.id}",
             who=_("a steward"), due_at=award.expires_at)
        for award, proposal, name in rows
        if not _tied(actor, proposal)
    ]  # fmt: skip


def _late_reports(actor: Actor) -> list[Item]:
    """Awards whose report was due on a day that has passed."""
    rows = db.session.execute(
        select(Award, Proposal, Business.name)
        .join(Proposal, Proposal.id == Award.proposal_id)
        .outerjoin(Business, Business.id == Proposal.business_id)
        .where(Award.state == "active", Award.reported_on.is_(None))
        .options(selectinload(Award.tranches), selectinload(Award.reports))
        .order_by(Award.id)
        .limit(200)
    )
    due = [(next_due(award), award, name or proposal.title) for award, proposal, name in rows
           if not _tied(actor, proposal)]  # fmt: skip
    return [
        Item(_("Ask %(name)s for the report", name=name), f"/awards/{award.id}", who=_("a steward"), late=True,
             note=_("it was due on %(day)s", day=date(day)))
        for day, award, name in due
        if day is not None and day < foundation.today()
    ]  # fmt: skip


def _still(payment: Disbursement) -> str:
    """How many people have still to approve a payment, in words."""
    missing = payment.approvals_needed - len(payment.approvals)
    if payment.approvals:
        return ngettext("one more person", "%(num)s more people", missing)
    return ngettext("one person", "%(num)s people", missing)


def _tied(actor: Actor, proposal: Proposal) -> bool:
    own = proposal.business_id is not None and proposal.business_id in actor.businesses
    return own or proposal.id in actor.conflicts or proposal.applicant_id == actor.person_id


def _can_approve(actor: Actor, payment: Disbursement) -> bool:
    return payment.requested_by != actor.person_id and all(
        one.approver_id != actor.person_id for one in payment.approvals
    )


def _stands_in(actor: Actor) -> set[tuple[int, int | None]]:
    """Rounds and proposals for whose payments this person stands in."""
    if actor.person_id is None:
        return set()
    rows = db.session.execute(
        select(Substitute.round_id, Substitute.proposal_id).where(
            Substitute.person_id == actor.person_id, Substitute.task == PAYING
        )
    )
    return {(round_id, proposal_id) for round_id, proposal_id in rows}
