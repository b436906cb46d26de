"""Joining: one form, one transaction, on one's own phone or told to a steward.

Nothing about the person is needed but a name. Contact is optional: whoever gives an e-mail address confirms it with a
code, whoever gives none gets a code on paper. Two people may share an address or a phone, so a known address changes
nothing in what is answered or how long it takes. No birth date is asked: the newcomer attests the least age for a day.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.charter.model import Charter, MemberClass
from fund.db import Transaction, outbox
from fund.errors import Invalid, WrongState
from fund.foundation import service as foundation
from fund.members import credentials, dues, verification
from fund.members.models import AccessNeed, Credential, Invitation, Membership, Person
from fund.members.service import LIVE
from fund.permissions import Actor, require

PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{4,38}\Z")
LEAST_PHONE_DIGITS = 5


@dataclass(frozen=True)
class Application:
    """What a newcomer says. `of_age` attests the class's least age for today; `dues` is a tier of the class,
    `dues_amount` the sum in minor units of whoever names their own."""

    name: str
    class_code: str
    basis: str
    of_age: bool = False
    neighbourhood: str | None = None
    postal_code: str = ""
    statement: bool = False
    email: str | None = None
    phone: str | None = None
    language: str = "en"
    access_need: str = ""
    dues: str = ""
    dues_amount: int | None = None


@dataclass(frozen=True)
class Help:
    """How a steward came to type an application in: `told` by phone or at a table, with consent, maybe seen in person."""

    told: str
    consent: bool
    seen: bool = False


@dataclass(frozen=True)
class Joined:
    """What the newcomer goes on with: a code on paper, or the number of the credential behind the code in the mail."""

    person_id: int
    membership_id: int
    printed_code: str | None
    credential_id: int | None
    shown_code: str | None


def join(
    application: Application, *, by: Actor, invitation_secret: str | None = None, help_: Help | None = None
) -> Joined:  # fmt: skip
    """Write down somebody's wish to be a member and do at once whatever verifies them by itself.

    A visitor becomes a new person; somebody signed in joins as themselves, unless a steward types it in for another
    (`help_`). Raises Invalid with a sentence per field, WrongState when the person is already a member.
    """
    require(by, "member.help" if help_ else "member.join")
    charter = foundation.current_charter()
    member_class = _checked(charter, application, help_)
    email = checked_email(application.email)
    phone = checked_phone(application.phone)
    with db.writing() as tx:
        invited = _take_invitation(tx, invitation_secret)
        itself = by.person_id if help_ is None else None
        person = _person(tx, application, email, phone, itself)
        membership = _apply(tx, application, member_class, person)
        _note_what_was_said(tx, charter, member_class, membership, application)
        if invited is not None:
            _accept_invitation(tx, invited, person, membership)
        if help_ is not None:
            _note_help(tx, membership, help_, by)
        if application.access_need:
            helper = by.person_id if help_ is not None else None
            state_need(tx, person.id, application.access_need, helper_id=helper)
        dues.pledge(tx, person.id, member_class, application.dues, own_minor=application.dues_amount)
        audit.record(tx, "member.join", by=by.person_id or person.id, on=("membership", membership.id),
                     class_code=member_class.code, helped=int(help_ is not None))  # fmt: skip
        verification.advance(tx, charter, membership)
        return _way_back_in(tx, person, membership)


def confirm_address(tx: Transaction, person_id: int) -> None:
    """Note that a person reads the address they gave, and verify them if that was all that was missing."""
    membership = tx.session.scalars(
        select(Membership).where(Membership.person_id == person_id, Membership.state == "applied")
    ).one_or_none()
    if membership is None:
        return
    tx.lock(Membership, membership.id)
    if not any(row.handler == verification.CONFIRMED for row in membership.verifications):
        verification.note(tx, membership, verification.CONFIRMED)
    verification.advance(tx, foundation.current_charter(), membership)


def confirm(credential_id: int, code: str, *, by: Actor) -> str:
    """Confirm one's address with the code from the mail; gives the address. Raises Invalid when it is not the code."""
    require(by, "self.change")
    with db.writing() as tx:
        row = credentials.use_code(tx, credential_id, code)
        proved = (
            row is not None and row.person_id == by.person_id and tx.get(Person, row.person_id).email == row.address
        )
        if proved and by.person_id is not None:
            confirm_address(tx, by.person_id)
    if not proved or row is None or row.address is None:
        raise Invalid(_l("This is not the code, or it is too old. Ask for a new one."), field="code")
    return row.address


def send_confirmation(tx: Transaction, person: Person, address: str) -> tuple[Credential, str]:
    """Send a code to an address that a person says is theirs."""
    row, code = credentials.make_row(tx, "code", person_id=person.id, address=address)
    outbox.post(tx, "confirm_address", person_id=person.id, address=address, language=person.language, secret_code=code,
                code_expires_at=row.expires_at.isoformat())  # fmt: skip
    return row, code


def state_need(tx: Transaction, person_id: int, need: str, *, helper_id: int | None) -> None:
    """Keep what help a person needs apart from everything else known of them; an empty text removes it."""
    row = tx.session.get(AccessNeed, person_id)
    if row is not None and not need:
        tx.session.delete(row)
    elif row is not None:
        row.need, row.stated_at = need, tx.now()
    elif need:
        tx.add(AccessNeed(person_id=person_id, need=need, helper_id=helper_id, stated_at=tx.now()))
    tx.session.flush()


def checked_email(address: str | None) -> str | None:
    """An address in one form (lower case), None when empty. Raises Invalid when it cannot be one."""
    if not address or not address.strip():
        return None
    try:
        found = validate_email(address.strip(), check_deliverability=False)
    except EmailNotValidError:
        raise Invalid(_l("This is not an e-mail address."), field="email") from None
    return found.normalized.lower()


def checked_phone(number: str | None) -> str | None:
    """A phone number as typed, None when empty. Raises Invalid when it cannot be one."""
    if not number or not number.strip():
        return None
    phone = number.strip()
    if not PHONE.match(phone) or sum(sign.isdigit() for sign in phone) < LEAST_PHONE_DIGITS:
        raise Invalid(_l("Please write the phone number in digits, such as +1 207 555 0134."), field="phone")
    return phone


def _checked(charter: Charter, application: Application, help_: Help | None) -> MemberClass:
    member_class = verification.class_of(charter, application.class_code)
    if member_class is None:
        raise Invalid(_l("The charter has no such kind of membership."), field="class_code")
    mistakes = {}
    if not application.name.strip():
        mistakes["name"] = _l("Please say by which name you want to be called.")
    if application.basis not in member_class.basis:
        mistakes["basis"] = _l("Choose what makes you a member.")
    if member_class.min_age and not application.of_age:
        mistakes["of_age"] = _l("Please confirm that you are at least %(n)s.", n=member_class.min_age)
    if application.neighbourhood and application.neighbourhood not in charter.fund.neighbourhoods:
        mistakes["neighbourhood"] = _l("Choose a neighbourhood from the list.")
    if help_ is not None and not help_.consent:
        mistakes["consent"] = _l("Write nothing down of a person who has not agreed to it.")
    if mistakes:
        raise Invalid(_l("Please look at these answers again."), fields=mistakes)
    return member_class


def _person(
    tx: Transaction, application: Application, email: str | None, phone: str | None, itself: int | None
) -> Person:  # fmt: skip
    if itself is None:
        return tx.add(
            Person(
                display_name=application.name.strip(), email=email, phone=phone, language=application.language,
                registered_at=tx.now(),
            )
        )  # fmt: skip
    person = tx.lock(Person, itself)
    person.display_name = application.name.strip()
    person.email, person.phone = person.email or email, person.phone or phone
    return person


def _apply(tx: Transaction, application: Application, member_class: MemberClass, person: Person) -> Membership:
    live = select(Membership.id).where(Membership.person_id == person.id, Membership.state.in_(LIVE))
    if tx.session.scalars(live).first() is not None:
        raise WrongState(_l("You are already a member, or have already asked to become one."))
    today = foundation.today_in(tx)
    return tx.add(
        Membership(
            person_id=person.id, class_code=member_class.code, basis=application.basis, applied_at=tx.now(),
            neighbourhood=application.neighbourhood or None, postal_code=application.postal_code.strip() or None,
            of_age_attested_for=today if member_class.min_age else None,
        )
    )  # fmt: skip


def _note_what_was_said(
    tx: Transaction, charter: Charter, member_class: MemberClass, membership: Membership, application: Application
) -> None:  # fmt: skip
    wanted = {code for ways in member_class.verification for code in ways}
    for code in sorted(wanted):
        handler = verification.HANDLERS[code]
        if handler.by == "self" and handler.check(charter, getattr(application, handler.asks)):
            verification.note(tx, membership, code)


def _note_help(tx: Transaction, membership: Membership, help_: Help, by: Actor) -> None:
    way = "seen_in_person" if help_.seen else verification.LOOKED
    verification.note(tx, membership, way, by_id=by.person_id, text=f"told {help_.told}; consent given")


def _take_invitation(tx: Transaction, secret: str | None) -> Invitation | None:
    if secret is None:
        return None
    credential = credentials.use(tx, ("invitation",), secret)
    return tx.lock_all(select(Invitation).where(Invitation.credential_id == credential.id))[0]


def _accept_invitation(tx: Transaction, invited: Invitation, person: Person, membership: Membership) -> None:
    invited.person_id = person.id
    if invited.email is not None and invited.email == person.email:
        verification.note(tx, membership, verification.CONFIRMED)


def _way_back_in(tx: Transaction, person: Person, membership: Membership) -> Joined:
    confirmed = any(row.handler == verification.CONFIRMED for row in membership.verifications)
    if person.email is None:
        credentials.withdraw(tx, "printed", person_id=person.id)
        code = credentials.make(tx, "printed", person_id=person.id)
        return Joined(person.id, membership.id, credentials.grouped(code), None, None)
    if confirmed:
        return Joined(person.id, membership.id, None, None, None)
    row, code = send_confirmation(tx, person, person.email)
    return Joined(person.id, membership.id, None, row.id, code if foundation.fund().instance == "demo" else None)


def attested_for() -> dt.date:
    """The day for which a newcomer attests their age: today, in the fund's zone."""
    return foundation.today()
