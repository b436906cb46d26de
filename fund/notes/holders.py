"""Who holds a note: a person of the fund, or somebody it only writes to. Private to the holder and the treasurer."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund.db import Transaction
from fund.errors import Invalid
from fund.members.models import Membership, Person
from fund.notes.layers import NoteClass
from fund.notes.models import NoteHolder


@dataclass(frozen=True)
class NewHolder:
    """Who holds a note: a person of the fund by number, or a name and a way to reach them. Private."""

    name: str
    contact: str = ""
    person_id: int | None = None


def may_hold(tx: Transaction, found: NoteClass, person_id: int | None) -> None:
    """Raise Invalid unless this person may hold a note of this class."""
    member = tx.session.scalars(
        select(Membership.id).where(
            Membership.person_id == person_id, Membership.class_code == found.only_for, Membership.state == "active"
        )
    ).first()
    if person_id is None or member is None:
        raise Invalid(_l("The charter keeps this class for members of “%(who)s”.", who=found.only_for), field="member")


def holder(tx: Transaction, new: NewHolder) -> NoteHolder:
    """The holder's row: the one of this person, or a new one."""
    if new.person_id is not None:
        person = tx.get(Person, new.person_id)
        known = tx.session.scalars(select(NoteHolder).where(NoteHolder.person_id == person.id)).first()
        if known is not None:
            return known
        return tx.add(NoteHolder(person_id=person.id, name=person.display_name, recorded_at=tx.now()))
    if not new.name.strip():
        raise Invalid(_l("Who holds this note?"), field="name")
    return tx.add(NoteHolder(name=new.name.strip()[:160], contact=new.contact.strip()[:254], recorded_at=tx.now()))
