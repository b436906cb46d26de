"""Ties between people who serve the fund and proposals: declared, recused, cleared only by another (FIELD A4, B1).

Whoever declares a tie, of themselves or with a reason of another, recuses that person at once: the tie holds until a
third person without one clears it. Reviews that the person had are given back; whether an admission rested on them
shows on the review page. Those who act for the business are recused when it applies, without being asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.businesses.models import BusinessAgent
from fund.db import Transaction, outbox
from fund.errors import Forbidden, Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.members.models import Person
from fund.permissions import OVERSIGHT, Actor, require
from fund.proposals import access
from fund.proposals.models import Conflict, Proposal, Review
from fund.stewards.models import StewardTerm

RELATION_LIMIT = 300


def declare(proposal_id: int, *, relation: str, person_id: int | None = None, by: Actor) -> Conflict:
    """Declare a tie: one's own, or (as one who serves the fund) another's, saying what it is.

    Raises Invalid without words, Forbidden when a person without an office speaks of another.
    """
    require(by, "conflict.declare")
    assert by.person_id is not None
    whose = person_id or by.person_id
    if not relation.strip() or len(relation) > RELATION_LIMIT:
        raise Invalid(_l("Say in a few words what the tie is."), field="relation")
    with db.writing() as tx:
        proposal = tx.lock(Proposal, proposal_id)
        if not by.has(*OVERSIGHT) and not access.asked(tx.session, by, proposal):
            raise Forbidden(_l("Ties are declared by those who review or serve the fund."))
        if whose != by.person_id and not by.has(*OVERSIGHT):
            raise Forbidden(_l("Only those who serve the fund declare the tie of another."))
        tx.get(Person, whose)
        row = _recuse(tx, proposal, whose, relation.strip(), declared_by=by.person_id)
        _give_back_reviews(tx, proposal, whose)
        audit.record(tx, "conflict.declare", by=by.person_id, on=("proposal", proposal.id), person=whose)
        if whose != by.person_id:
            outbox.post(tx, "conflict_declared", person_id=whose, title=proposal.title, relation=relation.strip(),
                        proposal_id=proposal.id)  # fmt: skip
    return row


def clear(conflict_id: int, *, reason: str, by: Actor) -> Conflict:
    """Clear another's tie, with a reason. Raises Forbidden for one's own, and for whoever has a tie there too.

    The tie of who applied or acts for the business cannot be cleared while that is so.
    """
    require(by, "conflict.clear")
    if not reason.strip():
        raise Invalid(_l("Say why the tie does not matter."), field="reason")
    with db.writing() as tx:
        proposal = tx.lock(Proposal, tx.get(Conflict, conflict_id).proposal_id)
        row = tx.lock(Conflict, conflict_id)
        if row.person_id == by.person_id:
            raise Forbidden(_l("Nobody clears a tie of their own."))
        require(by, "conflict.clear", proposal)
        access.refuse_tied(tx, by, proposal)
        if row.state == "cleared_by_other":
            raise WrongState(_l("This tie is cleared already."))
        if row.person_id in _insiders(tx, proposal):
            raise WrongState(_l("Who applies or acts for the business keeps the tie."))
        row.state, row.cleared_by, row.cleared_reason = "cleared_by_other", by.person_id, reason.strip()
        audit.record(tx, "conflict.clear", by=by.person_id, on=("proposal", proposal.id), person=row.person_id)
    return row


def recuse_insiders(tx: Transaction, proposal: Proposal) -> None:
    """Recuse whoever serves the fund and applies, or acts for the business that does."""
    today = foundation.today_in(tx)
    serving = set(tx.session.scalars(select(StewardTerm.person_id).where(StewardTerm.runs_on(today))))
    for person_id in sorted(_insiders(tx, proposal) & serving):
        _recuse(tx, proposal, person_id, str(_l("Acts for the business that applies")), declared_by=person_id)
        audit.record(tx, "conflict.declare", by=None, on=("proposal", proposal.id), person=person_id)


def of(proposal_id: int) -> Sequence[tuple[Conflict, str]]:
    """Every tie to a proposal with the person's name, cleared ones too."""
    rows = db.session.execute(
        select(Conflict, Person.display_name)
        .join(Person, Person.id == Conflict.person_id)
        .where(Conflict.proposal_id == proposal_id)
        .order_by(Conflict.id)
    ).all()
    return [(row, name) for row, name in rows]


def for_clearing(conflict_id: int, *, by: Actor) -> tuple[Proposal, Conflict, str]:
    """A tie with its proposal and the person's name, for somebody who may clear it. Raises NotFound or Forbidden."""
    row = db.session.get(Conflict, conflict_id)
    if row is None:
        raise NotFound(_l("There is no such tie."))
    proposal = db.session.get_one(Proposal, row.proposal_id)
    require(by, "conflict.clear", proposal)
    if row.person_id == by.person_id:
        raise Forbidden(_l("Nobody clears a tie of their own."))
    return proposal, row, db.session.get_one(Person, row.person_id).display_name


def _recuse(tx: Transaction, proposal: Proposal, person_id: int, relation: str, *, declared_by: int) -> Conflict:
    row = tx.session.scalars(
        select(Conflict).where(Conflict.proposal_id == proposal.id, Conflict.person_id == person_id)
    ).one_or_none()
    if row is None:
        return tx.add(
            Conflict(
                person_id=person_id, proposal_id=proposal.id, relation=relation, state="recused", declared_at=tx.now(),
                declared_by=declared_by,
            )
        )  # fmt: skip
    if row.state == "cleared_by_other":
        row.state, row.relation, row.declared_by, row.declared_at = "recused", relation, declared_by, tx.now()
        row.cleared_by = row.cleared_reason = None
    return row


def _give_back_reviews(tx: Transaction, proposal: Proposal, person_id: int) -> None:
    for review in tx.lock_all(
        select(Review).where(
            Review.proposal_id == proposal.id, Review.reviewer_id == person_id, Review.state == "assigned"
        )
    ):  # fmt: skip
        review.state = "conflicted"


def _insiders(tx: Transaction, proposal: Proposal) -> set[int]:
    people = {proposal.applicant_id} if proposal.applicant_id is not None else set()
    if proposal.business_id is not None:
        people |= set(
            tx.session.scalars(
                select(BusinessAgent.person_id).where(
                    BusinessAgent.business_id == proposal.business_id, BusinessAgent.until.is_(None)
                )
            )
        )
    return people
