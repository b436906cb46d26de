"""Signing in: a code typed where it was asked for, a link that only a person's click uses up, a code on paper.

Whether an address is known is never told: the same rows are written and the same page comes back for any address, and
the mail alone differs. If several people share the address, who one is is chosen after the code has proved it. What
was proved is a credential of its own, used once.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from fund import audit, db
from fund.audit.models import AuditEvent
from fund.db import Transaction, outbox
from fund.errors import Forbidden, Invalid
from fund.foundation import service as foundation
from fund.members import credentials, joining
from fund.members.models import Credential, Person
from fund.permissions import Actor, require

NO_PAPER = _l(
    "This code signs nobody in any more. Ask for a new one; a return code opens an application at “Go on with my code”."
)
NOT_THE_CODE = _l("This is not the code, or it is too old. Ask for a new one.")
DEMO = "demo"


@dataclass(frozen=True)
class CodeSent:
    """The credential behind the code just sent; `shown_code` only on a demo without mail, where nobody would get it."""

    credential_id: int
    shown_code: str | None


@dataclass(frozen=True)
class Entered:
    """Who is in. `next_code` is a fresh code on paper for somebody who has used theirs up."""

    person_id: int
    next_code: str | None = None


@dataclass(frozen=True)
class Choose:
    """An address was proved that several people share: who is it? `secret` stands for the proof and is used once."""

    secret: str
    people: tuple[tuple[int, str], ...]


def request_code(address: str, *, language: str) -> CodeSent:
    """Send a code and a link to an address; to one that nobody is known under, a word that says so.

    Raises Invalid when the text is no address.
    """
    email = joining.checked_email(address)
    if email is None:
        raise Invalid(_l("Please type your e-mail address."), field="email")
    with db.writing() as tx:
        people = _people_at(tx, email)
        row, code = credentials.make_row(tx, "code", person_id=None, address=email)
        link = credentials.make(tx, "link", person_id=None, address=email)
        outbox.post(
            tx, "sign_in" if people else "sign_in_unknown", address=email,
            language=people[0].language if people else language, secret_code=code, secret_link=link,
            code_expires_at=row.expires_at.isoformat(),
        )  # fmt: skip
    return CodeSent(row.id, code if _shows_codes() and people else None)


def enter_with_code(credential_id: int, code: str) -> Entered | Choose:
    """Sign in with the six digits, in the browser that asked for them. Raises Invalid; five wrong tries end a code."""
    with db.writing() as tx:
        row = credentials.use_code(tx, credential_id, code)
        entry = _entry(tx, row, "code") if row is not None else None
    if entry is None:
        raise Invalid(NOT_THE_CODE, field="code")
    return entry


def enter_with_link(secret: str) -> Entered | Choose:
    """Sign in with the link of a mail, or with a founding steward's link. Raises Invalid when it was used or is old."""
    with db.writing() as tx:
        row = credentials.use(tx, ("link", "founding"), secret)
        entry = _entry(tx, row, row.kind)
        if entry is None:
            raise Invalid(NOT_THE_CODE, field="code")
        return _with_next_code(tx, entry) if isinstance(entry, Entered) else entry


def enter_with_paper(code: str) -> Entered:
    """Sign in with a code on paper; whoever has no e-mail address gets the next one at once. Raises Invalid."""
    with db.writing() as tx:
        row = credentials.use(tx, ("printed",), code, gone=NO_PAPER)
        entry = _entry(tx, row, "printed")
        if not isinstance(entry, Entered):
            raise Invalid(NOT_THE_CODE, field="code")
        return _with_next_code(tx, entry)


def choose(secret: str, person_id: int) -> Entered:
    """Say who one is among those who share the proved address. Raises Invalid, or Forbidden for anybody else."""
    with db.writing() as tx:
        row = credentials.use(tx, ("link",), secret)
        if row.address is None or person_id not in {person.id for person in _people_at(tx, row.address)}:
            raise Forbidden(_l("This person is not known under the address you have proved."))
        return _enter(tx, person_id, "code", proved=True)


def end_everywhere(*, by: Actor) -> None:
    """End every session of a person on every device."""
    require(by, "self.change")
    with db.writing() as tx:
        person = tx.lock(Person, by.person_id)
        person.session_version += 1
        audit.record(tx, "session.end_everywhere", by=by.person_id, on=("person", person.id))


def new_printed_code(person_id: int, *, by: Actor) -> str:
    """A new code on paper, which makes the one before worthless: for oneself, or by a steward for one without e-mail.

    Raises Forbidden when a steward asks for somebody who can be sent a code.
    """
    with db.writing() as tx:
        person = tx.lock(Person, person_id)
        if person_id == by.person_id:
            require(by, "self.change")
        else:
            require(by, "member.new_code", person)
        audit.record(tx, "member.new_code", by=by.person_id, on=("person", person_id))
        return _printed(tx, person_id)


def code_at_the_machine(person_id: int) -> str:
    """A new code on paper for anybody, for `fund member code`: the last way in when mail and paper are lost."""
    with db.writing() as tx:
        person = tx.lock(Person, person_id)
        audit.record(tx, "member.new_code", by=None, on=("person", person.id))
        return _printed(tx, person.id)


def codes_made_by_others(person_id: int) -> list[tuple[dt.datetime, str | None]]:
    """When somebody else made a code on paper in this person's name, and who (None: at the machine), newest first."""
    rows = db.session.execute(
        select(AuditEvent.happened_at, Person.display_name)
        .outerjoin(Person, Person.id == AuditEvent.actor_id)
        .where(
            AuditEvent.act == "member.new_code", AuditEvent.subject_kind == "person",
            AuditEvent.subject_id == str(person_id),
            or_(AuditEvent.actor_id.is_(None), AuditEvent.actor_id != person_id),
        )
        .order_by(AuditEvent.seq.desc())
        .limit(10)
    )  # fmt: skip
    return [(made_at, name) for made_at, name in rows]


def _entry(tx: Transaction, row: Credential, way: str) -> Entered | Choose | None:
    if row.person_id is not None:
        return _enter(tx, row.person_id, way, proved=False)
    people = _people_at(tx, row.address) if row.address else []
    if len(people) == 1:
        return _enter(tx, people[0].id, way, proved=True)
    if not people:
        return None
    secret = credentials.make(tx, "link", person_id=None, address=row.address)
    return Choose(secret, tuple((person.id, person.display_name) for person in people))


def _enter(tx: Transaction, person_id: int, way: str, *, proved: bool) -> Entered:
    if tx.get(Person, person_id).erased_at is not None:
        raise Invalid(NOT_THE_CODE, field="code")
    if proved:
        joining.confirm_address(tx, person_id)
    audit.record(tx, "session.begin", by=person_id, on=("person", person_id), way=way)
    return Entered(person_id)


def _with_next_code(tx: Transaction, entry: Entered) -> Entered:
    if tx.get(Person, entry.person_id).email is not None:
        return entry
    return Entered(entry.person_id, _printed(tx, entry.person_id))


def _people_at(tx: Transaction, address: str) -> list[Person]:
    return list(
        tx.session.scalars(
            select(Person).where(Person.email == address, Person.erased_at.is_(None)).order_by(Person.id)
        )
    )


def _printed(tx: Transaction, person_id: int) -> str:
    credentials.withdraw(tx, "printed", person_id=person_id)
    return credentials.grouped(credentials.make(tx, "printed", person_id=person_id))


def _shows_codes() -> bool:
    return foundation.fund().instance == DEMO and current_app.config["FUND"].smtp_url is None
