"""What every change of a note goes through: its movement, and the decision it rests on."""

from __future__ import annotations

import datetime as dt
import uuid

from flask_babel import lazy_gettext as _l

from fund.db import Transaction
from fund.decisions.models import Decision
from fund.errors import Invalid, WrongState
from fund.foundation import service as foundation
from fund.notes.models import OWING, Note, NoteMovement

DECIDED_BY = ("consent", "council", "standing_rule", "note_schedule")
"""Kinds of decisions that a change to a note can rest on."""


def move(
    tx: Transaction, note: Note, kind: str, *, principal: int = 0, interest: int = 0, on: dt.date,
    entry_id: uuid.UUID | None = None, decision_id: int | None = None, said: str = "", before: int | None = None,
    state: str | None = None, by: int | None = None,
) -> NoteMovement:  # fmt: skip
    """Write down what happened to a held note and bring what is owed on it up to date."""
    note.owed_minor += principal
    note.interest_minor += interest
    note.state = state or note.state
    tx.session.flush()
    return tx.add(
        NoteMovement(
            note_id=note.id, kind=kind, principal_minor=principal, interest_minor=interest, happened_on=on,
            entry_id=entry_id, decision_id=decision_id, holder_before_id=before, said=said[:300],
            recorded_by=by, recorded_at=tx.now(),
        )
    )  # fmt: skip


def decided(tx: Transaction, decision_id: int, kinds: tuple[str, ...] = DECIDED_BY) -> Decision:
    """A decision that stands and is of a fitting kind. Raises Invalid or WrongState in words."""
    decision = tx.get(Decision, decision_id)
    if decision.kind not in kinds:
        raise Invalid(_l("This kind of decision does not carry it."), field="decision")
    if not decision.stands:
        raise WrongState(_l("This decision waits for a second person to confirm it."))
    return decision


def owing(note: Note) -> None:
    if note.state not in OWING:
        raise WrongState(_l("Nothing is owed on this note."))


def not_to_come(tx: Transaction, day: dt.date) -> None:
    if day > foundation.today_in(tx):
        raise Invalid(_l("This day has not come yet."), field="on")
