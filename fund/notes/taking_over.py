"""Notes of an old fund come into this program: each goes on as a note, with its holder, its rate and its day (FIELD B1, Note).

Its sum stands in the opening position of its class; interest that was owed on that day stands beside it, and runs on from
there. A class that the charter does not name is taken over as it was: nobody bears more than they agreed to (`layers`).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit
from fund.db import Transaction
from fund.foundation import service as foundation
from fund.ledger import takeover
from fund.ledger.takeover import Taken
from fund.ledger.takeover_reading import NOTES, Fault, Row
from fund.notes import layers
from fund.notes.holders import NewHolder, holder
from fund.notes.models import Note, NoteHolder
from fund.notes.movements import move
from fund.permissions import Actor

HIGHEST_RATE_BP = 2_000
_NOTES = uuid.UUID("5f0b2f0a-6c9b-4d61-8f0a-6a6d0f4f5c11")


def refused(rows: Sequence[Row]) -> list[Fault]:
    """What a note must tell so that it can go on here."""
    faults = []
    for row in [one for one in rows if one.what == "note"]:
        if (row.rate_bp or 0) > HIGHEST_RATE_BP:
            faults.append(Fault(row.line, "rate", _l("a rate between 0 and 20 percent a year")))
        if row.due is not None and row.day is not None and row.due < row.day:
            faults.append(Fault(row.line, "due", _l("a day after the note was issued")))
        if row.product:
            faults.append(Fault(row.line, "product", _l("nothing, but for a loan")))
    return faults


def take_notes(tx: Transaction, taken: Sequence[Taken], on: dt.date, by: Actor) -> None:
    """Record each note with its holder; interest is counted from the day of the position."""
    mine = [one for one in taken if one.row.what == "note" and one.entry is not None]
    version = foundation.current_version()
    if not mine or version is None:
        return
    known = {one.code: one for one in layers.classes(foundation.parsed(version.text_bytes))}
    for one in mine:
        row = one.row
        assert one.entry is not None
        assert row.day is not None
        of_class = known.get(row.code.removeprefix(NOTES))
        rate = row.rate_bp if row.rate_bp is not None else of_class.rate_bp if of_class is not None else 0
        note = tx.add(
            Note(
                holder_id=_holder(tx, row.name).id, class_code=row.code.removeprefix(NOTES),
                class_name=of_class.name if of_class is not None else one.account.name[:80], rate_bp=rate,
                principal_minor=-row.amount_minor, issued_on=row.day, matures_on=row.due, accrued_through=max(on, row.day),
                carry_units=0, charter_version_id=version.id, request_id=uuid.uuid5(_NOTES, str(one.entry.id)),
                recorded_by=by.person_id, recorded_at=tx.now(),
            )
        )  # fmt: skip
        move(
            tx, note, "brought_over", principal=note.principal_minor, interest=row.interest_minor, on=on, state="issued",
            said=row.note, by=by.person_id,
        )  # fmt: skip
        audit.record(tx, "note.take_over", by=by.person_id, on=("note", note.id), amount_minor=note.principal_minor)


def _holder(tx: Transaction, name: str) -> NoteHolder:
    """The person of this name, or the holder that the fund only writes to: one for all notes under a name."""
    person_id = takeover.person_called(tx.session, name)
    if person_id is None:
        known = tx.session.scalars(select(NoteHolder).where(NoteHolder.name == name, NoteHolder.person_id.is_(None)))
        found = known.first()
        if found is not None:
            return found
    return holder(tx, NewHolder(name, person_id=person_id))


takeover.CHECKS.append(refused)
takeover.TAKEN.append(take_notes)
