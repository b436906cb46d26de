"""One's own details: name, language, phone, address, what help one needs.

A new address counts once its owner has typed the code that was sent there; the old one is told.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.db import outbox
from fund.errors import Invalid
from fund.foundation import service as foundation
from fund.members import credentials, joining
from fund.members.models import AccessNeed, Person
from fund.permissions import Actor, require


@dataclass(frozen=True)
class Details:
    """What a person may change of themselves."""

    display_name: str
    email: str | None
    phone: str | None
    language: str
    access_need: str


@dataclass(frozen=True)
class CodeOnItsWay:
    """A code was sent to a new address."""

    credential_id: int
    address: str
    shown_code: str | None


def own(by: Actor) -> Details:
    """The actor's own details."""
    person = db.session.get_one(Person, by.person_id)
    need = db.session.scalar(select(AccessNeed.need).where(AccessNeed.person_id == by.person_id))
    return Details(person.display_name, person.email, person.phone, person.language, need or "")


def change(wanted: Details, *, by: Actor) -> CodeOnItsWay | None:
    """Change one's own details at once, but the address only after the code sent to the new one was typed.

    Taking the address away takes effect at once. Raises Invalid with a sentence per field.
    """
    require(by, "self.change")
    if not wanted.display_name.strip():
        raise Invalid(_l("Please say by which name you want to be called."), field="display_name")
    if wanted.language not in foundation.fund().languages:
        raise Invalid(_l("Choose one of these languages."), field="language")
    email, phone = joining.checked_email(wanted.email), joining.checked_phone(wanted.phone)
    with db.writing() as tx:
        person = tx.lock(Person, by.person_id)
        person.display_name, person.phone, person.language = wanted.display_name.strip(), phone, wanted.language
        joining.state_need(tx, person.id, wanted.access_need.strip(), helper_id=None)
        audit.record(tx, "self.change", by=by.person_id, on=("person", person.id))
        if email is None or email == person.email:
            person.email = email
            return None
        row, code = joining.send_confirmation(tx, person, email)
        return CodeOnItsWay(row.id, email, code if foundation.fund().instance == "demo" else None)


def take_address(credential_id: int, code: str, *, by: Actor) -> str:
    """Take the new address, proved by its code, and tell the old one. Raises Invalid when the code is not the one."""
    require(by, "self.change")
    address = None
    with db.writing() as tx:
        row = credentials.use_code(tx, credential_id, code)
        if row is not None and row.person_id == by.person_id and row.address is not None:
            address = row.address
            person = tx.lock(Person, by.person_id)
            if person.email not in (None, address):
                outbox.post(tx, "address_changed", person_id=person.id, address=person.email, language=person.language)
            person.email = address
            audit.record(tx, "self.change_address", by=by.person_id, on=("person", person.id))
            joining.confirm_address(tx, person.id)
    if address is None:
        raise Invalid(_l("This is not the code, or it is too old. Ask for a new one."), field="code")
    return address
