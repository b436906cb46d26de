"""A term ends early: by stepping down, at once; by another's word, only once a second person agrees.

Whoever could end the terms of others alone could clear the table of everybody who might object. So what one steward asks
for waits until another steward or administrator, or the one whose term it is, confirms it. While it waits the term runs
on. Two stewards stay in any case. What the next person must know is handed over with it (FIELD B1 StewardTerm).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from fund import audit, db
from fund.db import Transaction, outbox
from fund.errors import Forbidden, Invalid, WrongState
from fund.foundation import service as foundation
from fund.members.models import Person
from fund.permissions import Actor, require
from fund.stewards import service
from fund.stewards.models import StewardTerm


@dataclass(frozen=True)
class Ending:
    """Why a term ends, whether the members recalled the person, and what is handed over to whom."""

    reason: str
    recalled: bool = False
    handed_to: int | None = None
    note: str = ""


def end(term_id: int, ending: Ending, *, by: Actor) -> StewardTerm:
    """End one's own term, or ask that somebody else's ends.

    Raises Invalid without a reason or when it would leave the fund with fewer than two stewards; WrongState when the term
    has ended or its end is asked for already.
    """
    require(by, "term.end")
    if not ending.reason.strip():
        raise Invalid(_l("Say why the term ends."), field="reason")
    with db.writing() as tx:
        term = tx.lock(StewardTerm, term_id)
        require(by, "term.end", term)
        _refuse(tx, term)
        if term.end_asked_by is not None:
            raise WrongState(_l("This was asked for already, and waits for a second person."))
        term.ended_reason, term.end_recalled = ending.reason.strip(), ending.recalled
        term.handed_to_id, term.handover_note = ending.handed_to, ending.note.strip() or None
        if by.person_id == term.person_id:
            _end(tx, term)
            audit.record(tx, "term.end", by=by.person_id, on=("steward_term", term.id), recalled=int(ending.recalled))
        else:
            term.end_asked_by = by.person_id
            audit.record(tx, "term.end_asked", by=by.person_id, on=("steward_term", term.id))
    return term


def confirm(term_id: int, *, by: Actor) -> StewardTerm:
    """Agree as a second person, or as the one whose term it is, that a term ends as it was asked for.

    Raises Forbidden for who asked, WrongState when nothing is asked for (any more), Invalid when too few would stay.
    """
    require(by, "term.confirm_end")
    with db.writing() as tx:
        term = tx.lock(StewardTerm, term_id)
        require(by, "term.confirm_end", term)
        _refuse(tx, term)
        if term.end_asked_by is None:
            raise WrongState(_l("Nobody asks that this term ends."))
        if term.end_asked_by == by.person_id:
            raise Forbidden(_l("You asked for this, so somebody else confirms it."))
        _end(tx, term)
        if by.person_id != term.person_id:
            outbox.post(tx, "term_ended", person_id=term.person_id, role=term.role, reason=term.ended_reason)
        audit.record(tx, "term.end", by=by.person_id, on=("steward_term", term.id), recalled=int(term.end_recalled))
    return term


def keep(term_id: int, *, by: Actor) -> None:
    """Let a term run on whose end was asked for and not confirmed. Raises WrongState when nothing is asked for."""
    require(by, "term.end")
    with db.writing() as tx:
        term = tx.lock(StewardTerm, term_id)
        require(by, "term.end", term)
        if term.state != "serving" or term.end_asked_by is None:
            raise WrongState(_l("Nobody asks that this term ends."))
        term.end_asked_by, term.end_recalled, term.ended_reason = None, False, None
        term.handed_to_id = term.handover_note = None
        tx.session.flush()
        audit.record(tx, "term.keep", by=by.person_id, on=("steward_term", term.id))


def asked_for() -> Sequence[StewardTerm]:
    """Terms whose end one person asked for and nobody confirmed yet, oldest first."""
    return db.session.scalars(
        select(StewardTerm)
        .where(StewardTerm.state == "serving", StewardTerm.end_asked_by.is_not(None))
        .options(joinedload(StewardTerm.person))
        .order_by(StewardTerm.id)
    ).all()


def _refuse(tx: Transaction, term: StewardTerm) -> None:
    if term.state != "serving":
        raise WrongState(_l("This term has already ended."))
    today = foundation.today_in(tx)
    if term.role == "steward" and service.serving_count(tx, today) <= service.LEAST_STEWARDS:
        raise Invalid(_l("A fund keeps at least two stewards: let another term begin first."), field="reason")


def _end(tx: Transaction, term: StewardTerm) -> None:
    """The term is over; its holder is signed out everywhere, for what they may do has changed."""
    term.state = "recalled" if term.end_recalled else "ended"
    term.ended_at = tx.now()
    tx.lock(Person, term.person_id).session_version += 1
    tx.session.flush()
