"""A term that one person recorded counts once another has confirmed it, so that nobody gives offices alone.

Whoever could give an office to a friend alone could also certify and pay as two. So a term stands as `nominated` until
another steward or administrator, who is not the one chosen, confirms that it was decided so. Where nobody else is left
who could, it counts at once, and the log of acts says who recorded it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from fund import audit, db
from fund.audit.models import AuditEvent
from fund.errors import Forbidden, WrongState
from fund.permissions import Actor, may, require
from fund.stewards import service
from fund.stewards.models import StewardTerm


@dataclass(frozen=True)
class Unconfirmed:
    """A term that waits for a second person, and who recorded it."""

    term: StewardTerm
    recorded_by: int | None

    def can_confirm(self, actor: Actor) -> bool:
        """Whether this actor is the second person that the term waits for."""
        return actor.person_id != self.recorded_by and may(actor, "term.confirm", self.term)


def waiting() -> Sequence[Unconfirmed]:
    """Terms that wait for a second person, oldest first, in two queries whatever their number."""
    terms = db.session.scalars(
        select(StewardTerm)
        .where(StewardTerm.state == "nominated")
        .options(joinedload(StewardTerm.person))
        .order_by(StewardTerm.id)
    ).all()
    recorders = _recorders(db.session(), [term.id for term in terms])
    return [Unconfirmed(term, recorders.get(term.id)) for term in terms]


def confirm(term_id: int, *, by: Actor) -> StewardTerm:
    """Confirm as a second person that somebody was chosen as recorded; the term counts from its first day.

    Raises Forbidden for whoever recorded it and about oneself, WrongState when it does not wait any more.
    """
    require(by, "term.confirm")
    with db.writing() as tx:
        term = tx.lock(StewardTerm, term_id)
        require(by, "term.confirm", term)
        _require_waiting(term)
        if _recorders(tx.session, [term.id]).get(term.id) == by.person_id:
            raise Forbidden(_l("You recorded this term, so somebody else confirms it."))
        term.state = "serving"
        audit.record(tx, "term.confirm", by=by.person_id, on=("steward_term", term.id), person=term.person_id)
        service.tell_begun(tx, term)
    return term


def drop(term_id: int, *, by: Actor) -> None:
    """Take a term that was never confirmed off the list, by the one who recorded it or another who could confirm it."""
    require(by, "term.begin")
    with db.writing() as tx:
        term = tx.lock(StewardTerm, term_id)
        _require_waiting(term)
        audit.record(tx, "term.drop", by=by.person_id, on=("steward_term", term.id), person=term.person_id)
        tx.session.delete(term)


def _require_waiting(term: StewardTerm) -> None:
    if term.state != "nominated":
        raise WrongState(_l("This term does not wait to be confirmed."))


def _recorders(session: Session, term_ids: Sequence[int]) -> dict[int, int | None]:
    """Who recorded each term, from the log of acts."""
    rows = session.execute(
        select(AuditEvent.subject_id, AuditEvent.actor_id)
        .where(
            AuditEvent.act == "term.begin", AuditEvent.subject_kind == "steward_term",
            AuditEvent.subject_id.in_([str(number) for number in term_ids]),
        )
        .order_by(AuditEvent.seq)
    )  # fmt: skip
    return {int(subject): actor for subject, actor in rows}
