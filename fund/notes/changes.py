"""A note goes to another holder, or becomes a gift."""

from __future__ import annotations

import datetime as dt
import uuid

from flask_babel import lazy_gettext as _l

from fund import audit, db
from fund.db import Transaction
from fund.errors import Invalid
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.books import Draft, post_entry
from fund.ledger.models import Entry
from fund.notes import layers
from fund.notes.holders import NewHolder, holder, may_hold
from fund.notes.interest import accrue_notes
from fund.notes.models import Note
from fund.notes.movements import decided, move, not_to_come, owing
from fund.permissions import Actor, require


def hand_on(note_id: int, *, to: NewHolder, why: str, on: dt.date, estate: bool = False, by: Actor) -> Note:
    """Record that a note has another holder: a transfer, an estate, an heir. No money moves; its terms stay.

    An estate may hold what its class keeps for members, until it is paid or handed on.
    Raises WrongState when nothing is owed on it, Invalid without a reason or when the class is not for the new holder.
    """
    require(by, "note.record")
    if not why.strip():
        raise Invalid(_l("Say why, in a sentence."), field="why")
    with db.writing() as tx:
        note = tx.lock(Note, note_id)
        owing(note)
        not_to_come(tx, on)
        found = next((one for one in layers.classes(foundation.current_charter()) if one.code == note.class_code), None)
        if found is not None and found.only_for is not None and not estate:
            may_hold(tx, found, to.person_id)
        before = note.holder_id
        note.holder_id = holder(tx, to).id
        move(tx, note, "transferred", on=on, said=why.strip(), before=before, by=by.person_id)
        audit.record(tx, "note.hand_on", by=by.person_id, on=("note", note.id))
    return note


def convert(note_id: int, *, decision_id: int, entry_id: uuid.UUID, said: str, by: Actor) -> Note:
    """Make what is owed on a note a gift, as its holder wishes and a decision accepts: one entry, no cash.

    Raises WrongState when nothing is owed or a payment is on its way, or while the decision waits for its second person.
    """
    require(by, "note.record")
    with db.writing() as tx:
        note = tx.lock(Note, note_id)
        if note.state == "converted_to_gift":
            return note
        owing(note)
        decided(tx, decision_id)
        today = foundation.today_in(tx)
        accrue_notes(tx, [note], through=today, by=by.person_id)
        entry = _post_conversion(tx, note, entry_id=entry_id, decision_id=decision_id, by=by.person_id)
        move(tx, note, "converted", principal=-note.owed_minor, interest=-note.interest_minor, on=today, entry_id=entry.id,
             decision_id=decision_id, said=said, state="converted_to_gift", by=by.person_id)  # fmt: skip
        audit.record(tx, "note.convert", by=by.person_id, on=("note", note.id))
    return note


def _post_conversion(tx: Transaction, note: Note, *, entry_id: uuid.UUID, decision_id: int, by: int | None) -> Entry:
    lines = [(layers.owed_account(tx, note.class_code, note.class_name), note.owed_minor)]
    if note.interest_minor:
        lines.append((layers.interest_account(tx, note.class_code, note.class_name), note.interest_minor))
    whole = note.owed_minor + note.interest_minor
    return post_entry(
        tx,
        Draft(
            id=entry_id, kind="transfer", memo=note.class_name, occurred_on=foundation.today_in(tx), by=by,
            lines=[*lines, (accounts.named(tx, "income:gift"), -whole)], decision_id=decision_id,
        ),
    )  # fmt: skip
