"""Who looks like whom: the same address written differently, the same phone, the same name in look-alike letters.

Two people may share an address, a phone and even a name, so likeness refuses nobody. It keeps a newcomer who resembles
somebody from being verified by their own word alone, and shows the steward whom to compare (TRUST 5, row 28).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import db
from fund.db import Transaction
from fund.members.models import Person

_PAIRS = (
    "аa еe оo рp сc уy хx іi јj ѕs ԁd ԛq ԝw һh кk мm нh тt вb гr зe ьb αa βb γy εe ηn ιi κk μu νv οo ρp τt υu χx ωw "
    "ıi łl øo đd 0o 1l"
)
LOOK_ALIKES = {ord(pair[0]): pair[1] for pair in _PAIRS.split()}
DOTS_DO_NOT_COUNT = ("gmail.com", "googlemail.com")
LEAST_PHONE_DIGITS = 7


@dataclass(frozen=True)
class Likeness:
    """Somebody who resembles a newcomer, and in what."""

    person_id: int
    display_name: str
    reasons: tuple[Any, ...]


ADDRESS = _l("the same e-mail address")
PHONE = _l("the same phone")
NAME = _l("the same name")


def address_key(address: str | None) -> str:
    """An e-mail address as its owner could not vary it: no plus part, no dots where they do not count, plain letters."""
    if not address or "@" not in address:
        return ""
    local, _, domain = skeleton(address).rpartition("@")
    local = local.partition("+")[0]
    if domain in DOTS_DO_NOT_COUNT:
        local, domain = local.replace(".", ""), DOTS_DO_NOT_COUNT[0]
    return f"{local}@{domain}"


def phone_key(phone: str | None) -> str:
    """The last nine digits of a phone number, so that a country code makes no difference."""
    digits = re.sub(r"\D", "", phone or "")
    return digits[-9:] if len(digits) >= LEAST_PHONE_DIGITS else ""


def name_key(name: str) -> str:
    """A name without case, accents, signs and the order of its parts."""
    return " ".join(sorted(re.findall(r"\w+", skeleton(name))))


def skeleton(text: str) -> str:
    """Text with accents taken off and letters that look alike made one."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(sign for sign in plain if not unicodedata.combining(sign)).translate(LOOK_ALIKES)


def shares_contact(tx: Transaction, person: Person) -> bool:
    """Whether somebody else has the same address or phone, however it is written."""
    address, phone = address_key(person.email), phone_key(person.phone)
    if not address and not phone:
        return False
    rows = tx.session.execute(
        select(Person.email, Person.phone).where(Person.id != person.id, Person.erased_at.is_(None))
    )
    return any(
        (address and address_key(other_address) == address) or (phone and phone_key(other_phone) == phone)
        for other_address, other_phone in rows
    )


def alike(newcomers: Iterable[Person]) -> dict[int, list[Likeness]]:
    """For each newcomer, the people who resemble them: one pass over everybody, whatever the number of newcomers."""
    found: dict[int, list[Likeness]] = {person.id: [] for person in newcomers}
    if not found:
        return found
    index: dict[tuple[str, str], list[tuple[int, str]]] = {}
    everybody = db.session.execute(
        select(Person.id, Person.display_name, Person.email, Person.phone).where(Person.erased_at.is_(None))
    ).all()
    for person_id, name, email, phone in everybody:
        for key in _keys(name, email, phone):
            index.setdefault(key, []).append((person_id, name))
    for person_id, name, email, phone in everybody:
        if person_id in found:
            found[person_id] = _resembling(person_id, _keys(name, email, phone), index)
    return found


def _keys(name: str, email: str | None, phone: str | None) -> list[tuple[str, str]]:
    keys = [("address", address_key(email)), ("phone", phone_key(phone)), ("name", name_key(name))]
    return [key for key in keys if key[1]]


def _resembling(
    person_id: int, keys: list[tuple[str, str]], index: dict[tuple[str, str], list[tuple[int, str]]]
) -> list[Likeness]:
    words = {"address": ADDRESS, "phone": PHONE, "name": NAME}
    reasons: dict[int, list[Any]] = {}
    shown: dict[int, str] = {}
    for key in keys:
        for other, name in index[key]:
            if other != person_id:
                reasons.setdefault(other, []).append(words[key[0]])
                shown[other] = name
    return [Likeness(other, shown[other], tuple(why)) for other, why in sorted(reasons.items())]
