"""Counting interest on notes: by the clock at the end of each month, or at request before a payment.

The rule stands in `accrual`. One entry for each class, without a name; one movement for each note. What was counted
through a day is never counted again, whoever asks.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import func, select

from fund import audit, db
from fund.db import Transaction
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.books import Draft, post_entry
from fund.notes import accrual, layers
from fund.notes.models import OWING, Note
from fund.notes.movements import move, not_to_come
from fund.permissions import CLOCK, Actor, require


def accrue(*, through: dt.date | None = None, class_code: str | None = None, by: Actor) -> int:
    """Count interest on all notes (or a class) through a day, today if none is given; gives minor units booked.

    Doing it twice books nothing the second time. Raises Invalid for a day to come.
    """
    require(by, "note.accrue")
    with db.writing() as tx:
        day = through or foundation.today_in(tx)
        not_to_come(tx, day)
        statement = select(Note).where(Note.state.in_(OWING), Note.rate_bp > 0, Note.accrued_through < day)
        if class_code is not None:
            statement = statement.where(Note.class_code == class_code)
        return accrue_notes(tx, list(tx.lock_all(statement.order_by(Note.id))), through=day, by=by.person_id)


def accrue_due() -> int:
    """What the clock owes: interest through the end of the last whole month; gives minor units booked."""
    through = foundation.today().replace(day=1) - dt.timedelta(days=1)
    waits = db.session.scalar(
        select(func.count()).select_from(Note).where(
            Note.state.in_(OWING), Note.rate_bp > 0, Note.accrued_through < through,
        )
    )  # fmt: skip
    return accrue(through=through, by=CLOCK) if waits else 0


def accrue_notes(tx: Transaction, held: list[Note], *, through: dt.date, by: int | None) -> int:
    """Count interest on notes that the caller holds: one entry for each class, one movement for each note."""
    booked = 0
    for code in sorted({note.class_code for note in held}):
        shares = []
        for note in (one for one in held if one.class_code == code):
            days = accrual.days_between(note.accrued_through, through, note.matures_on)
            whole, carry = accrual.accrue(note.owed_minor, note.rate_bp, days, note.carry_units)
            note.accrued_through, note.carry_units = max(note.accrued_through, through), carry
            shares += [(note, whole)] if whole else []
        if shares:
            booked += _book_interest(tx, code, shares, through=through, by=by)
    tx.session.flush()
    return booked


def _book_interest(
    tx: Transaction, code: str, shares: list[tuple[Note, int]], *, through: dt.date, by: int | None
) -> int:
    total, name = sum(whole for _note, whole in shares), shares[0][0].class_name
    owed = layers.interest_account(tx, code, name)
    entry = post_entry(
        tx,
        Draft(
            id=uuid.uuid4(), kind="interest", memo=owed.name, occurred_on=through, by=by,
            lines=[(accounts.named(tx, accounts.NOTE_INTEREST), total), (owed, -total)],
        ),
    )  # fmt: skip
    for note, whole in shares:
        move(tx, note, "interest", interest=whole, on=through, entry_id=entry.id, by=by)
    audit.record(tx, "note.interest", by=by, on=("entry", entry.id), amount_minor=total)
    return total
