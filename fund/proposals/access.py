"""Who stands how to a proposal: whose it is, who has a tie to it, who reviews it, who may read what is private.

An applicant without an account holds a return code; what the browser keeps of it (`key`) opens that one application
and nothing else. A person has a tie who declared one (or of whom one was declared), who applied, or who acts for the
business; a steward with a tie sees what everybody sees. Ties are read anew inside each transaction, so that one that
is declared at this moment counts.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from fund import db
from fund.businesses.models import BusinessAgent
from fund.db import Transaction
from fund.errors import Forbidden, NotFound
from fund.permissions import Actor, Role, no_conflict
from fund.proposals.models import Conflict, Proposal, Review, Substitute
from fund.rounds.models import Round

ADMITTED_STATES = ("admitted", "on_ballot", "winner", "reserve", "not_funded")
"""States of a proposal that was admitted and not withdrawn."""
TYPED_STATES = ("draft", "submitted", "in_review", "refused")
"""States in which the steward who typed an application works on it for its author."""
REVIEWING = "review"
"""The task of a substitute who reviews and decides on admission."""

Keys = Mapping[int, str]
"""What a browser holds of return codes: the keyed hash by number of the application."""


def is_theirs(actor: Actor, proposal: Proposal, keys: Keys) -> bool:
    """Whether the actor applied, acts for the business, or holds this application's return code.

    A steward who typed it for somebody who has no account works on it until it is decided on, unless there is a tie.
    """
    if actor.person_id is not None and proposal.applicant_id == actor.person_id:
        return True
    if proposal.business_id is not None and proposal.business_id in actor.businesses:
        return True
    if _types_for_another(actor, proposal):
        return True
    held = keys.get(proposal.id)
    return held is not None and proposal.return_hash is not None and hmac.compare_digest(held, proposal.return_hash)


def _types_for_another(actor: Actor, proposal: Proposal) -> bool:
    return (
        actor.has(Role.STEWARD)
        and proposal.typed_by == actor.person_id
        and proposal.applicant_id is None
        and proposal.state in TYPED_STATES
        and proposal.id not in actor.conflicts
    )


def require_theirs(actor: Actor, proposal: Proposal, keys: Keys) -> None:
    """Raise NotFound unless the application is the actor's: nobody else learns that it exists."""
    if not is_theirs(actor, proposal, keys):
        raise NotFound(_l("There is no such application here. Open it with your return code, or sign in."))


def locked(tx: Transaction, proposal_id: int, *, by: Actor, keys: Keys) -> tuple[Round, Proposal]:
    """Hold one's own application, and keep its round from changing. Raises NotFound when it is not one's own."""
    round_ = tx.lock_shared(Round, tx.get(Proposal, proposal_id).round_id)
    proposal = tx.lock(Proposal, proposal_id)
    require_theirs(by, proposal, keys)
    return round_, proposal


def no_tie(actor: Actor, proposal: Any) -> Any:
    """Condition: the actor has no tie to this proposal."""
    if actor.person_id is not None and proposal.applicant_id == actor.person_id:
        return _l("This is your own application, so others take this on.")
    if proposal.business_id is not None and proposal.business_id in actor.businesses:
        return _l("You act for the business that applies, so others take this on.")
    return no_conflict(actor, proposal)


def tied(session: Session, proposal: Proposal) -> set[int]:
    """Numbers of everybody with a standing tie to a proposal."""
    people = set(
        session.scalars(
            select(Conflict.person_id).where(Conflict.proposal_id == proposal.id, Conflict.state != "cleared_by_other")
        )
    )
    if proposal.business_id is not None:
        people |= set(
            session.scalars(
                select(BusinessAgent.person_id).where(
                    BusinessAgent.business_id == proposal.business_id, BusinessAgent.until.is_(None)
                )
            )
        )
    return people if proposal.applicant_id is None else people | {proposal.applicant_id}


def refuse_tied(tx: Transaction, actor: Actor, proposal: Proposal) -> None:
    """Raise Forbidden when the actor has a tie, as the database knows it at this moment."""
    if actor.person_id in tied(tx.session, proposal):
        raise Forbidden(_l("You have a tie to this proposal, so others take this on."))


def stands_in(session: Session, person_id: int | None, proposal: Proposal, task: str) -> bool:
    """Whether a person is a substitute for a task on this proposal, or in its whole round."""
    if person_id is None:
        return False
    row = session.scalars(
        select(Substitute.id).where(
            Substitute.round_id == proposal.round_id, Substitute.person_id == person_id, Substitute.task == task,
            (Substitute.proposal_id == proposal.id) | Substitute.proposal_id.is_(None),
        )
    ).first()  # fmt: skip
    return row is not None


def reviews(actor: Actor, proposal: Any) -> Any:
    """Condition: a steward without a tie, or somebody who was given a review of it or stands in."""
    if not actor.has(Role.STEWARD) and not asked(db.session(), actor, proposal):
        return _l("This is for those who review this proposal.")
    return no_tie(actor, proposal)


def decides(actor: Actor, proposal: Any) -> Any:
    """Condition: a steward without a tie, or a substitute for the review of it."""
    if not actor.has(Role.STEWARD) and not stands_in(db.session(), actor.person_id, proposal, REVIEWING):
        return _l("This is for stewards, or for those who stand in for them.")
    return no_tie(actor, proposal)


def writes_review(actor: Actor, review: Any) -> Any:
    """Condition: the review was given to the actor, who has no tie."""
    if review.reviewer_id != actor.person_id:
        return _l("This review was given to somebody else.")
    return no_conflict(actor, review)


def asked(session: Session, actor: Actor, proposal: Proposal) -> bool:
    """Whether the actor was given a review of this proposal or stands in for it."""
    given = session.scalars(
        select(Review.id).where(
            Review.proposal_id == proposal.id, Review.reviewer_id == actor.person_id,
            Review.state.in_(("assigned", "done")),
        )
    ).first()  # fmt: skip
    return given is not None or stands_in(session, actor.person_id, proposal, REVIEWING)
