"""Verbs on notes: promise one, record one that was issued, correct a mistake (FIELD B1, Note).

Issuing is one entry: money came in and is owed to a class; who holds the note stands beside the books. Interest,
changes of holder, payments and losses have rooms of their own. The program records notes that exist and offers none.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fund import audit, db
from fund.db import MINOR_LIMIT, Transaction
from fund.errors import Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.books import Draft, post_entry, reverse
from fund.ledger.models import Account, Entry, Posting
from fund.notes import layers
from fund.notes.holders import NewHolder, holder, may_hold
from fund.notes.layers import NoteClass
from fund.notes.models import Note, NoteMovement
from fund.notes.movements import move, not_to_come
from fund.permissions import Actor, require


@dataclass(frozen=True)
class NewNote:
    """A note as it was issued. Without a rate that of its class holds; `request_id` is made by the form."""

    class_code: str
    holder: NewHolder
    principal_minor: int
    issued_on: dt.date
    request_id: uuid.UUID
    matures_on: dt.date | None = None
    rate_bp: int | None = None


def record_note(new: NewNote, *, pledged: bool = False, in_the_books: bool = False, by: Actor) -> Note:
    """Record a note that was issued: its money came in on that day. Sending the form twice records it once.

    `pledged`: it is promised, and its money has not come. `in_the_books`: its money stands in the opening balance of its
    class already. Raises Invalid for what the charter's class does not allow, or for more than the opening balance holds.
    """
    require(by, "note.record")
    with db.writing() as tx:
        known = tx.session.scalars(select(Note).where(Note.request_id == new.request_id)).one_or_none()
        if known is not None:
            return _same(known, new)
        found = _class_of(tx, new)
        matures_on = new.matures_on or (_months_after(new.issued_on, found.term_months) if found.term_months else None)
        note = tx.add(
            Note(
                holder_id=holder(tx, new.holder).id, class_code=found.code, class_name=found.name,
                principal_minor=new.principal_minor, rate_bp=found.rate_bp if new.rate_bp is None else new.rate_bp,
                issued_on=new.issued_on, matures_on=matures_on, accrued_through=new.issued_on, carry_units=0,
                charter_version_id=_version_id(), request_id=new.request_id, recorded_by=by.person_id,
                recorded_at=tx.now(),
            )
        )  # fmt: skip
        audit.record(tx, "note.record", by=by.person_id, on=("note", note.id), amount_minor=note.principal_minor)
        if in_the_books:
            _take_from_opening(tx, note, by=by.person_id)
        elif not pledged:
            _issue(tx, note, on=new.issued_on, entry_id=new.request_id, by=by.person_id)
    return note


def issue(note_id: int, *, on: dt.date, entry_id: uuid.UUID, by: Actor) -> Note:
    """Record that the money of a pledged note has come. Interest runs from this day. Raises WrongState when it is not
    pledged, Invalid for a day to come."""
    require(by, "note.record")
    with db.writing() as tx:
        note = tx.lock(Note, note_id)
        if note.state != "pledged":
            raise WrongState(_l("Only a note that is promised can be issued."))
        not_to_come(tx, on)
        if note.matures_on is not None and note.matures_on < on:
            raise Invalid(_l("This note would mature before it is issued."), field="on")
        note.issued_on = note.accrued_through = on
        _issue(tx, note, on=on, entry_id=entry_id, by=by.person_id)
        audit.record(tx, "note.issue", by=by.person_id, on=("note", note.id))
    return note


def withdraw(note_id: int, *, by: Actor) -> Note:
    """Set a promised note aside whose money will not come."""
    require(by, "note.record")
    with db.writing() as tx:
        note = tx.lock(Note, note_id)
        if note.state != "pledged":
            raise WrongState(_l("Only a note that is promised can be set aside."))
        note.state = "withdrawn"
        tx.session.flush()
        audit.record(tx, "note.withdraw", by=by.person_id, on=("note", note.id))
    return note


def take_back(note_id: int, *, reason: str, new_id: uuid.UUID, by: Actor) -> Note:
    """Correct a note that was recorded by mistake: its entry is mirrored, and nothing is owed on it any more.

    Raises WrongState once anything else has happened to it.
    """
    require(by, "note.record")
    with db.writing() as tx:
        note = tx.lock(Note, note_id)
        first = tx.session.scalars(select(NoteMovement).where(NoteMovement.note_id == note.id)).all()
        if note.state != "issued" or len(first) != 1 or first[0].entry_id is None:
            raise WrongState(_l("More has happened to this note; it can no longer be taken back as a mistake."))
        entry = reverse(tx, first[0].entry_id, new_id=new_id, reason=reason, by=by.person_id)
        move(tx, note, "taken_back", principal=-note.owed_minor, on=foundation.today_in(tx), entry_id=entry.id, said=reason,
             state="withdrawn", by=by.person_id)  # fmt: skip
        audit.record(tx, "note.take_back", by=by.person_id, on=("note", note.id))
    return note


def get(note_id: int) -> Note:
    """One note. Raises NotFound."""
    found = db.session.get(Note, note_id)
    if found is None:
        raise NotFound(_l("There is no such note."))
    return found


def _issue(tx: Transaction, note: Note, *, on: dt.date, entry_id: uuid.UUID, by: int | None) -> None:
    owed = layers.owed_account(tx, note.class_code, note.class_name)
    entry = post_entry(
        tx,
        Draft(
            id=entry_id, kind="contribution", memo=note.class_name, occurred_on=on, by=by,
            lines=[(accounts.free(tx), note.principal_minor), (owed, -note.principal_minor)],
        ),
    )  # fmt: skip
    move(tx, note, "issued", principal=note.principal_minor, on=on, entry_id=entry.id, state="issued", by=by)


def _take_from_opening(tx: Transaction, note: Note, *, by: int | None) -> None:
    """The note's money stands in the opening balance of its class; no entry is written."""
    account = layers.owed_account(tx, note.class_code, note.class_name)
    accounts.lock_balances(tx, [account.id])
    if note.principal_minor > unassigned_minor(tx, account):
        raise Invalid(
            _l("The opening balance of this class does not hold so much that has no note yet."), field="amount"
        )
    move(tx, note, "brought_over", principal=note.principal_minor, on=note.issued_on, state="issued", by=by)
    note.accrued_through = max(note.accrued_through, foundation.today_in(tx))


def unassigned_minor(tx: Transaction, account: Account) -> int:
    """What a class owes by older books for which no note is recorded yet."""
    of_notes = select(NoteMovement.entry_id).where(NoteMovement.entry_id.is_not(None))
    opened = tx.session.scalar(
        select(func.coalesce(func.sum(Posting.amount_minor), 0))
        .join(Entry, Entry.id == Posting.entry_id)
        .where(Posting.account_id == account.id, Entry.id.not_in(of_notes))
    )
    taken = tx.session.scalar(
        select(func.coalesce(func.sum(NoteMovement.principal_minor), 0))
        .join(Note, Note.id == NoteMovement.note_id)
        .where(NoteMovement.kind == "brought_over", Note.class_code == account.code.removeprefix("liability:notes-"))
    )
    return -int(opened or 0) - int(taken or 0)


def _same(known: Note, new: NewNote) -> Note:
    if (known.class_code, known.principal_minor, known.issued_on) != (
        new.class_code,
        new.principal_minor,
        new.issued_on,
    ):
        raise Invalid(_l("This form was already sent with other content. Please open the page again."))
    return known


def _version_id() -> int:
    version = foundation.current_version()
    if version is None:
        raise WrongState(_l("This fund has not adopted a charter yet."))
    return version.id


def _class_of(tx: Transaction, new: NewNote) -> NoteClass:
    """The class of a new note, if its terms allow it."""
    found = next((one for one in layers.classes(foundation.current_charter()) if one.code == new.class_code), None)
    if found is None:
        raise Invalid(_l("The charter names no such class of notes."), field="class_code")
    if not 0 < new.principal_minor <= MINOR_LIMIT:
        raise Invalid(_l("An amount must be more than nothing, and not too large."), field="amount")
    if new.principal_minor < found.min_minor:
        raise Invalid(_l("This is less than the charter's least sum for this class."), field="amount")
    if new.rate_bp is not None and not 0 <= new.rate_bp <= 2000:
        raise Invalid(_l("A rate lies between 0 and 20 percent a year."), field="rate")
    not_to_come(tx, new.issued_on)
    if new.matures_on is not None and new.matures_on < new.issued_on:
        raise Invalid(_l("This note would mature before it is issued."), field="matures_on")
    if found.only_for is not None:
        may_hold(tx, found, new.holder.person_id)
    return found


def _months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later; the month's last day where it is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return dt.date(day.year + years, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(f"no day {months} months after {day}")
