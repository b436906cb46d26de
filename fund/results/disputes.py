"""Disputes and corrections: a member objects, two unconflicted people answer, a correction is a new count.

While a dispute is open the result is not final and no award is offered. The old count stays beside the new one; what
was signed before stands (FIELD B3).
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.errors import Invalid, NotFound, WrongState
from fund.permissions import Actor, require
from fund.results import service
from fund.results.models import CountRun, Dispute, Draw
from fund.rounds.models import Round


def raise_dispute(round_id: int, text: str, *, by: Actor) -> Dispute:
    """Object to a published result before it is final. Raises Invalid without a text, WrongState at another moment."""
    require(by, "result.dispute")
    if not text.strip():
        raise Invalid(_l("Say what you think is wrong."), field="text")
    with db.writing() as tx:
        round_ = tx.lock(Round, round_id)
        if round_.published_at is None or round_.status not in ("certified", "disputed"):
            raise WrongState(_l("A result can be disputed between its publication and the day it becomes final."))
        round_.status = "disputed"
        dispute = tx.add(Dispute(round_id=round_id, raised_by=by.person_id, text=text.strip(), raised_at=tx.now()))
        audit.record(tx, "result.dispute", by=by.person_id, on=("dispute", dispute.id))
    return dispute


def answer_dispute(dispute_id: int, answer: str, *, by: Actor) -> Dispute:
    """Answer a dispute that the result stands; a second unconflicted person gives the same answer to close it.

    Raises Invalid without an answer, WrongState when it is answered.
    """
    with db.writing() as tx:
        dispute = tx.lock(Dispute, dispute_id)
        round_ = tx.lock(Round, dispute.round_id)
        require(by, "result.answer", round_)
        if dispute.outcome is not None:
            raise WrongState(_l("This dispute is answered."))
        if by.person_id == dispute.raised_by:
            raise Invalid(_l("Somebody else answers a dispute of yours."), field="answer")
        if dispute.answered_by is None:
            if not answer.strip():
                raise Invalid(_l("Write the answer."), field="answer")
            dispute.answer, dispute.answered_by = answer.strip(), by.person_id
        elif dispute.answered_by == by.person_id:
            raise WrongState(_l("A second person must agree with your answer."))
        else:
            dispute.seconded_by, dispute.outcome, dispute.answered_at = by.person_id, "stands", tx.now()
            tx.session.flush()
            if not tx.session.scalars(
                select(Dispute).where(Dispute.round_id == round_.id, Dispute.outcome.is_(None))
            ).first():
                round_.status = "certified"
            tx.wake()
        audit.record(tx, "result.answer", by=by.person_id, on=("dispute", dispute.id))
    return dispute


def correct(round_id: int, reason: str, *, by: Actor) -> CountRun | None:
    """Count a disputed round again beside the old count, with the reason published. It needs certifying anew.

    Raises WrongState unless a dispute is open, Invalid without a reason.
    """
    if not reason.strip():
        raise Invalid(_l("Say why the count is made again."), field="reason")
    with db.writing() as tx:
        round_ = tx.lock(Round, round_id)
        require(by, "result.correct", round_)
        if round_.status != "disputed":
            raise WrongState(_l("Only a disputed result is counted again."))
        for old in tx.lock_all(select(CountRun).where(CountRun.round_id == round_id, CountRun.state != "superseded")):
            old.state, old.superseded_at = "superseded", tx.now()
        tx.session.flush()
        draw = tx.session.get(Draw, round_id)
        run = service.count_inside(tx, round_, draw.text if draw is not None else None, reason=reason.strip(), by=by)
        for dispute in tx.lock_all(select(Dispute).where(Dispute.round_id == round_id, Dispute.outcome.is_(None))):
            dispute.outcome, dispute.answer, dispute.answered_at = "corrected", reason.strip(), tx.now()
            dispute.answered_by = dispute.answered_by or by.person_id
    return run


def get(round_id: int, dispute_id: int) -> Dispute:
    """A dispute of this round. Raises NotFound."""
    found = db.session.get(Dispute, dispute_id)
    if found is None or found.round_id != round_id:
        raise NotFound(_l("There is no such dispute."))
    return found
