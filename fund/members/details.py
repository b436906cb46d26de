"""One's own details: name, language, phone, address, what help one needs.

A new address counts once its owner has typed the code that was sent there; the old one is told. Whoever is not verified
yet can also mend where they live: a postal code of the area then counts as if it had been given on joining, and once it
has counted it stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from fund import audit, db
from fund.db import Transaction, outbox
from fund.errors import Invalid
from fund.foundation import service as foundation
from fund.members import credentials, joining, verification
from fund.members.models import AccessNeed, Membership, Person
from fund.permissions import Actor, require


@dataclass(frozen=True)
class Details:
    """What a person may change of themselves."""

    display_name: str
    email: str | None
    phone: str | None
    language: str
    access_need: str
    postal_code: str = ""
    neighbourhood: str = ""


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
    place = applied(db.session(), person.id)
    return Details(
        person.display_name, person.email, person.phone, person.language, need or "",
        (place.postal_code or "") if place else "", (place.neighbourhood or "") if place else "",
    )  # fmt: skip


def applied(session: Session, person_id: int | None) -> Membership | None:
    """The membership of somebody who is not verified yet."""
    return session.scalars(
        select(Membership).where(Membership.person_id == person_id, Membership.state == "applied")
    ).one_or_none()


def may_mend_postal_code(membership: Membership) -> bool:
    """Whether a way of the class asks for a postal code and none of the area has counted yet."""
    member_class = verification.class_of(foundation.current_charter(), membership.class_code)
    asked = member_class is not None and any("postal_code" in ways for ways in member_class.verification)
    return asked and all(row.handler != "postal_code" for row in membership.verifications)


def where_asked(by: Actor) -> dict[str, Any]:
    """What a newcomer who is not verified yet may still say of where they live, as the form offers it."""
    membership = applied(db.session(), by.person_id)
    if membership is None:
        return {}
    return {
        "neighbourhoods": foundation.current_charter().fund.neighbourhoods,
        "asks_postal_code": may_mend_postal_code(membership),
    }


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
        _mend_place(tx, person.id, wanted)
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


def _mend_place(tx: Transaction, person_id: int, wanted: Details) -> None:
    """Take over where a newcomer lives, and verify them if that was all that was missing."""
    found = applied(tx.session, person_id)
    if found is None:
        return
    charter, membership = foundation.current_charter(), tx.lock(Membership, found.id)
    if wanted.neighbourhood and wanted.neighbourhood not in (*charter.fund.neighbourhoods, membership.neighbourhood):
        raise Invalid(_l("Choose a neighbourhood from the list."), field="neighbourhood")
    membership.neighbourhood = wanted.neighbourhood or None
    if may_mend_postal_code(membership):
        membership.postal_code = wanted.postal_code.strip() or None
        if verification.HANDLERS["postal_code"].check(charter, membership.postal_code):
            verification.note(tx, membership, "postal_code")
    verification.advance(tx, charter, membership)
