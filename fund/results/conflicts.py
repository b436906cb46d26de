"""Who may certify a round's count: stewards without a tie to any of its proposals, and those named to stand in for them."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fund import db
from fund.businesses.models import BusinessAgent
from fund.permissions import Actor, Role
from fund.proposals.models import Conflict, Proposal, Substitute
from fund.rounds.models import Round

CLEARED = "cleared_by_other"


def conflicted_in_round(actor: Actor, round_: Round) -> bool:
    """Whether the actor has a tie to any proposal of this round, as the database knows it at this moment."""
    return actor.person_id is not None and tied_in_round(db.session(), actor.person_id, round_.id)


def tied_in_round(session: Session, person_id: int, round_id: int) -> bool:
    """Whether a person declared a tie that stands, applied, or acts for a business that did, in this round."""
    declared = select(Conflict.proposal_id).where(Conflict.person_id == person_id, Conflict.state != CLEARED)
    acts_for = select(BusinessAgent.business_id).where(
        BusinessAgent.person_id == person_id, BusinessAgent.until.is_(None)
    )
    found = session.scalars(
        select(Proposal.id)
        .where(Proposal.round_id == round_id, Proposal.state != "draft")
        .where(
            or_(
                Proposal.id.in_(declared),
                Proposal.applicant_id == person_id,
                Proposal.business_id.in_(acts_for),
            )
        )
        .limit(1)
    )
    return found.first() is not None


def stands_in(actor: Actor, round_: Round) -> bool:
    """Whether the actor was named to stand in for the certifying of this round."""
    if actor.person_id is None:
        return False
    found = db.session.scalars(
        select(Substitute.id).where(
            Substitute.round_id == round_.id, Substitute.person_id == actor.person_id, Substitute.task == "certify"
        )
    )
    return found.first() is not None


def may_look(actor: Actor, round_: Round) -> bool:
    """Whether the actor sees a count before it is published: to certify it, or to audit it."""
    serves = actor.has(Role.STEWARD, Role.AUDITOR) or stands_in(actor, round_)
    return serves and not conflicted_in_round(actor, round_)
