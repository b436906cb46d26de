"""What always holds between notes, their movements, the layers that bore losses, and the books (TRUST 4)."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select

from fund import db
from fund.ledger.models import Account, Balance, Entry, Posting
from fund.notes.accrual import WHOLE
from fund.notes.models import OWING, LossRun, LossShare, Note, NoteMovement

PRINCIPAL = "liability:notes-"
INTEREST = "liability:interest-"


def notes_are_their_movements() -> list[str]:
    """What is owed on a note, and its interest, are the sums of its movements; a carry is part of one minor unit."""
    sums = {
        note_id: (int(principal), int(interest))
        for note_id, principal, interest in db.session.execute(
            select(
                NoteMovement.note_id, func.sum(NoteMovement.principal_minor), func.sum(NoteMovement.interest_minor)
            ).group_by(NoteMovement.note_id)
        )
    }
    faults = []
    for note in db.session.scalars(select(Note).order_by(Note.id)):
        owed, interest = sums.get(note.id, (0, 0))
        if (note.owed_minor, note.interest_minor) != (owed, interest):
            faults.append(
                f"note {note.id}: {note.owed_minor} and interest of {note.interest_minor} are stored, its movements add up "
                f"to {owed} and {interest}"
            )
        if not 0 <= note.carry_units < WHOLE:
            faults.append(f"note {note.id} carries {note.carry_units}, which is no part of one minor unit")
        if note.state in ("repaid", "converted_to_gift", "withdrawn") and (note.owed_minor or note.interest_minor):
            faults.append(f"note {note.id} is {note.state}, and something is owed on it")
    return faults


def classes_are_in_the_books() -> list[str]:
    """What each class of notes is owed is what its liability accounts hold, but for opening balances without notes."""
    owed = {
        code: (int(principal), int(interest))
        for code, principal, interest in db.session.execute(
            select(Note.class_code, func.sum(Note.owed_minor), func.sum(Note.interest_minor)).group_by(Note.class_code)
        )
    }
    held = _held()
    opened = _opened()
    faults = []
    for code in sorted(set(owed) | {one.split("-", 1)[1] for one in held}):
        principal, interest = owed.get(code, (0, 0))
        booked = held.get(PRINCIPAL + code, 0) - opened.get(code, 0)
        if booked != principal:
            faults.append(f"notes of the class {code}: {principal} are owed, the books say {booked}")
        if held.get(INTEREST + code, 0) != interest:
            faults.append(
                f"notes of the class {code}: interest of {interest} is owed, the books say {held.get(INTEREST + code, 0)}"
            )
        if opened.get(code, 0) < 0:
            faults.append(f"notes of the class {code}: more was taken over than its opening balance held")
    return faults


def losses_are_shared_whole() -> list[str]:
    """The shares of each loss are the whole, its entry moves exactly them, and holders bore what their class bore."""
    shares = {
        run_id: int(total)
        for run_id, total in db.session.execute(
            select(LossShare.loss_run_id, func.sum(LossShare.amount_minor)).group_by(LossShare.loss_run_id)
        )
    }
    faults = [
        f"loss {run.id}: {run.amount_minor} was shared, its layers bore {shares.get(run.id, 0)}"
        for run in db.session.scalars(select(LossRun).order_by(LossRun.id))
        if shares.get(run.id, 0) != run.amount_minor
    ]
    of_holders = {
        (entry_id, code): abs(int(total))
        for entry_id, code, total in db.session.execute(
            select(NoteMovement.entry_id, Note.class_code, func.sum(NoteMovement.principal_minor))
            .join(Note, Note.id == NoteMovement.note_id)
            .where(NoteMovement.kind.in_(("written_down", "written_up")))
            .group_by(NoteMovement.entry_id, Note.class_code)
        )
    }
    rows = db.session.execute(
        select(LossRun.id, LossRun.entry_id, LossShare.class_code, LossShare.amount_minor)
        .join(LossShare, LossShare.loss_run_id == LossRun.id)
        .where(LossShare.layer_kind == "note")
        .order_by(LossShare.id)
    )
    return faults + [
        f"loss {run_id}: the class {code} bore {amount}, its holders {of_holders.get((entry_id, code), 0)}"
        for run_id, entry_id, code, amount in rows
        if of_holders.get((entry_id, code), 0) != amount
    ]


def every_owing_note_has_its_entry() -> list[str]:
    """A note on which something is owed has come in by an entry, or was taken over from an opening balance."""
    began = select(NoteMovement.note_id).where(
        (NoteMovement.kind == "brought_over") | ((NoteMovement.kind == "issued") & NoteMovement.entry_id.is_not(None))
    )
    rows = db.session.scalars(select(Note.id).where(Note.state.in_(OWING), Note.id.not_in(began)).order_by(Note.id))
    return [f"note {note_id} is owed and has no entry" for note_id in rows]


INVARIANTS: tuple[tuple[str, Callable[[], list[str]]], ...] = (
    ("what is owed on every note is the sum of its movements", notes_are_their_movements),
    ("what note-holders are owed is what the books say of their class", classes_are_in_the_books),
    ("every loss was shared whole over the layers, and inside a class over its holders", losses_are_shared_whole),
    ("every note on which something is owed has its entry", every_owing_note_has_its_entry),
)


def _held() -> dict[str, int]:
    """What the accounts of notes hold, as debts."""
    rows = db.session.execute(
        select(Account.code, Balance.posted_minor)
        .join(Balance, Balance.account_id == Account.id)
        .where(Account.code.startswith(PRINCIPAL) | Account.code.startswith(INTEREST))
    )
    return {code: -posted for code, posted in rows}


def _opened() -> dict[str, int]:
    """What older books say that classes are owed for which no note is recorded yet."""
    of_notes = select(NoteMovement.entry_id).where(NoteMovement.entry_id.is_not(None))
    opened = {
        code.removeprefix(PRINCIPAL): -int(total)
        for code, total in db.session.execute(
            select(Account.code, func.sum(Posting.amount_minor))
            .join(Posting, Posting.account_id == Account.id)
            .join(Entry, Entry.id == Posting.entry_id)
            .where(Account.code.startswith(PRINCIPAL), Entry.id.not_in(of_notes))
            .group_by(Account.code)
        )
    }
    taken = db.session.execute(
        select(Note.class_code, func.sum(NoteMovement.principal_minor))
        .join(NoteMovement, NoteMovement.note_id == Note.id)
        .where(NoteMovement.kind == "brought_over")
        .group_by(Note.class_code)
    )
    for code, total in taken:
        opened[code] = opened.get(code, 0) - int(total)
    return opened
