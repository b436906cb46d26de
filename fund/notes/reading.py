"""What pages show of notes: to anyone by class and time, to the treasurer each note, to a holder their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from fund import db
from fund.decisions.models import Decision
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.models import OPEN_DISBURSEMENTS, Disbursement
from fund.notes import layers, losses
from fund.notes.models import OWING, LossRun, Note, NoteHolder, NotePayout

WITHIN_DAYS = 365


@dataclass(frozen=True)
class Lenders:
    """What anyone may know of notes: what matures within twelve months, when the next does, losses by class."""

    within_12_months_minor: int
    next_on: dt.date | None
    runs: Sequence[LossRun]


@dataclass(frozen=True)
class OfClass:
    """A class of notes for the treasurer."""

    name: str
    number: int
    owed_minor: int
    interest_minor: int
    next_on: dt.date | None


@dataclass(frozen=True)
class Held:
    """What a holder has: their notes, what is owed in all, and when the next one matures."""

    notes: Sequence[Note]
    owed_minor: int
    interest_minor: int
    next_on: dt.date | None
    due_minor: int


def lenders() -> Lenders:
    """What anyone may know of what is owed to lenders."""
    today = foundation.today()
    soon, next_on = db.session.execute(
        select(
            func.coalesce(func.sum(Note.owed_minor).filter(Note.matures_on <= _in_a_year(today)), 0),
            func.min(Note.matures_on),
        ).where(Note.state.in_(OWING), Note.owed_minor > 0)
    ).one()
    return Lenders(int(soon), next_on, losses.runs(most=5))


def by_class() -> list[OfClass]:
    """Every class on which something is owed."""
    rows = db.session.execute(
        select(
            func.max(Note.class_name), func.count(), func.sum(Note.owed_minor), func.sum(Note.interest_minor),
            func.min(Note.matures_on),
        )
        .where(Note.state.in_(OWING))
        .group_by(Note.class_code)
        .order_by(func.min(Note.id))
    )  # fmt: skip
    return [OfClass(name, number, int(owed), int(interest), day) for name, number, owed, interest, day in rows]


def all_notes(*, after: int = 0, most: int = 100) -> Sequence[Note]:
    """Notes with their holders, in the order in which they were recorded."""
    return db.session.scalars(
        select(Note).options(joinedload(Note.holder)).where(Note.id > after).order_by(Note.id).limit(most)
    ).all()


def due(*, most: int = 50) -> Sequence[Note]:
    """Notes that have matured and are not paid, or on which interest is owed, first those that matured first."""
    today = foundation.today()
    return db.session.scalars(
        select(Note)
        .options(joinedload(Note.holder))
        .where(Note.state.in_(OWING), (Note.matures_on <= today) | (Note.interest_minor > 0))
        .order_by(Note.matures_on, Note.id)
        .limit(most)
    ).all()


def of_holder(person_id: int) -> Held:
    """What a person holds, with everything that happened to each note."""
    found = db.session.scalars(
        select(Note)
        .join(NoteHolder, NoteHolder.id == Note.holder_id)
        .options(selectinload(Note.movements))
        .where(NoteHolder.person_id == person_id, Note.state != "withdrawn")
        .order_by(Note.id)
    ).all()
    owing, today = [one for one in found if one.state in OWING], foundation.today()
    return Held(
        notes=found,
        owed_minor=sum(one.owed_minor for one in owing),
        interest_minor=sum(one.interest_minor for one in owing),
        next_on=min((one.matures_on for one in owing if one.matures_on is not None), default=None),
        due_minor=sum(one.owed_minor for one in owing if one.matures_on is not None and one.matures_on <= today),
    )


def holds_notes(person_id: int) -> bool:
    """Whether a person holds a note, or held one."""
    return db.session.scalars(select(NoteHolder.id).where(NoteHolder.person_id == person_id)).first() is not None


def payouts_of(note_id: int) -> Sequence[tuple[NotePayout, Disbursement]]:
    """Payments of a note, newest first."""
    rows = db.session.execute(
        select(NotePayout, Disbursement)
        .join(Disbursement, Disbursement.id == NotePayout.disbursement_id)
        .where(NotePayout.note_id == note_id)
        .order_by(NotePayout.id.desc())
    )
    return [(payout, disbursement) for payout, disbursement in rows]


def open_payouts(*, most: int = 50) -> Sequence[Disbursement]:
    """Payments to note-holders that are on their way, oldest first."""
    return db.session.scalars(
        select(Disbursement)
        .join(NotePayout, NotePayout.disbursement_id == Disbursement.id)
        .where(Disbursement.state.in_(OPEN_DISBURSEMENTS))
        .order_by(Disbursement.id)
        .limit(most)
    ).all()


def deciding(*kinds: str) -> list[tuple[int, str]]:
    """Decisions of these kinds that stand, newest first, to choose from."""
    rows = db.session.execute(
        select(Decision.id, Decision.title)
        .where(Decision.kind.in_(kinds), Decision.confirmed_by.is_not(None))
        .order_by(Decision.id.desc())
        .limit(100)
    )
    return [(number, title) for number, title in rows]


def classes_to_record() -> list[tuple[str, str]]:
    """The classes of notes of the charter in force, to choose from."""
    version = foundation.current_version()
    if version is None:
        return []
    return [(one.code, one.name) for one in layers.classes(foundation.parsed(version.text_bytes))]


def layers_bear() -> bool:
    """Whether the charter in force has layers that bear losses."""
    version = foundation.current_version()
    return version is not None and bool(foundation.parsed(version.text_bytes).capital)


def unshared() -> tuple[int, int]:
    """Losses that nobody has borne yet, and what was recovered and somebody still misses, in minor units."""
    recovered = min(losses.unshared(accounts.RECOVERIES), losses.missing_minor())
    return losses.unshared(accounts.LOSSES), recovered


def _in_a_year(day: dt.date) -> dt.date:
    return day + dt.timedelta(days=WITHIN_DAYS)
