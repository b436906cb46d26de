"""Reading a list of members from CSV: every bad line is named with its column and what is expected; then all or nothing.

The first line names the columns. `name` is needed, and `class` where the charter has several; `old_enough` must say yes
where the class has a least age, because whoever imports attests it. Lines of people who are already known, or who stand
in the file twice, are mistakes: a file read twice by accident makes nobody a member twice.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.charter.model import Charter, MemberClass
from fund.db import Transaction
from fund.errors import Invalid
from fund.foundation import service as foundation
from fund.foundation.models import Fund
from fund.members import joining, verification
from fund.members.models import Membership, Person, Verification
from fund.members.service import LIVE
from fund.permissions import Actor, require

COLUMNS = ("name", "class", "email", "phone", "neighbourhood", "basis", "language", "member_since", "old_enough")
MOST_LINES = 10_000
MOST_BYTES = 1_500_000
MOST_FAULTS = 500
YES = ("yes", "y", "true", "1", "x")


@dataclass(frozen=True)
class Fault:
    """One mistake: the line of the file (the first is 1), its column, what is expected there."""

    line: int
    column: str
    expected: Any


@dataclass(frozen=True)
class Row:
    """One person of the file, checked."""

    line: int
    name: str
    member_class: MemberClass
    basis: str
    email: str | None
    phone: str | None
    neighbourhood: str | None
    language: str
    member_since: dt.date


@dataclass(frozen=True)
class Reading:
    """What a file holds: people who can be taken over, and every mistake."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]


def read(data: bytes) -> Reading:
    """Read a file without writing anything. Raises Invalid when it is no CSV in UTF-8 or too large to be looked at."""
    table = _table(data)
    charter = foundation.current_charter()
    columns = [name.strip().lower() for name in table[0]]
    faults = [Fault(1, name, _l("one of these columns: %(names)s", names=", ".join(COLUMNS)))
              for name in columns if name not in COLUMNS]  # fmt: skip
    needed = ("name",) if len(charter.classes) == 1 else ("name", "class")
    faults += [Fault(1, name, _l("this column is needed")) for name in needed if name not in columns]
    faults += [Fault(1, name, _l("each column once")) for name in sorted({n for n in columns if columns.count(n) > 1})]
    if faults:
        return Reading((), tuple(faults))
    rows, known = [], _known_people()
    for number, cells in enumerate(table[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            faults.append(Fault(number, "", _l("%(n)s values, as the first line has columns", n=len(columns))))
            continue
        row, wrong = _row(number, dict(zip(columns, map(_plain, cells), strict=True)), charter)
        if row is not None:
            wrong += _already_known(row, known)
        faults += wrong
        if row is not None and not wrong:
            rows.append(row)
    return Reading(tuple(rows), tuple(faults[:MOST_FAULTS]))


def import_roll(data: bytes, *, by: Actor) -> int:
    """Take every person of a file over as a verified member, or nobody. Returns how many.

    Waiting days count from `member_since`. Raises Invalid, naming the first mistakes, when a line is not right.
    """
    require(by, "member.import")
    with db.writing() as tx:
        tx.lock(Fund, 1)
        reading = read(data)
        if reading.faults:
            first = "; ".join(f"{fault.line} {fault.column}: {fault.expected}" for fault in reading.faults[:3])
            raise Invalid(
                _l("Nothing was imported: %(n)s mistakes. Line %(first)s", n=len(reading.faults), first=first),
                field="file",
            )
        if not reading.rows:
            raise Invalid(_l("There is nobody in this file."), field="file")
        _take_over(tx, reading.rows, by)
        audit.record(tx, "member.import", by=by.person_id, on=("fund", 1), people=len(reading.rows))
    return len(reading.rows)


def _table(data: bytes) -> list[list[str]]:
    if len(data) > MOST_BYTES:
        raise Invalid(_l("This file is too large: at most %(n)s bytes.", n=MOST_BYTES), field="file")
    try:
        text = data.decode("utf-8-sig")
        if "\x00" in text:
            raise ValueError
        sample = text.partition("\n")[0]
        delimiter = max(",;\t", key=sample.count)
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (ValueError, csv.Error):
        raise Invalid(_l("This is not a CSV file in UTF-8."), field="file") from None
    if not table or not any(table[0]):
        raise Invalid(_l("This file is empty."), field="file")
    if len(table) > MOST_LINES + 1:
        raise Invalid(_l("This file has too many lines: at most %(n)s.", n=MOST_LINES), field="file")
    return table


def _plain(cell: str) -> str:
    text = unicodedata.normalize("NFC", cell).strip()
    return text[1:] if len(text) > 1 and text[0] == "'" and text[1] in "=+-@" else text


def _row(number: int, cells: dict[str, str], charter: Charter) -> tuple[Row | None, list[Fault]]:
    faults: list[Fault] = []
    code = cells.get("class") or (charter.classes[0].code if len(charter.classes) == 1 else "")
    member_class = verification.class_of(charter, code)
    name = cells.get("name", "")
    if not name or len(name) > 120 or any(unicodedata.category(sign).startswith("C") for sign in name):
        faults.append(Fault(number, "name", _l("a name of at most 120 characters")))
    if member_class is None:
        codes = ", ".join(one.code for one in charter.classes)
        return None, [*faults, Fault(number, "class", _l("one of %(codes)s", codes=codes))]
    faults += _faults_of_choice(number, cells, charter, member_class)
    email, phone = _contact(number, cells, faults)
    since = _day(number, cells, faults)
    if faults or since is None:
        return None, faults
    row = Row(
        number, name, member_class, cells.get("basis") or member_class.basis[0], email, phone,
        cells.get("neighbourhood") or None, cells.get("language") or charter.fund.languages[0], since,
    )  # fmt: skip
    return row, []


def _faults_of_choice(
    number: int, cells: dict[str, str], charter: Charter, member_class: MemberClass
) -> list[Fault]:  # fmt: skip
    choices = {"basis": member_class.basis, "neighbourhood": charter.fund.neighbourhoods,
               "language": charter.fund.languages}  # fmt: skip
    faults = [
        Fault(number, column, _l("one of %(codes)s", codes=", ".join(allowed)))
        for column, allowed in choices.items()
        if cells.get(column) and cells[column] not in allowed
    ]
    if member_class.min_age and cells.get("old_enough", "").lower() not in YES:
        faults.append(Fault(number, "old_enough", _l("yes: at least %(n)s years old", n=member_class.min_age)))
    return faults


def _contact(number: int, cells: dict[str, str], faults: list[Fault]) -> tuple[str | None, str | None]:
    email = phone = None
    try:
        email = joining.checked_email(cells.get("email"))
    except Invalid:
        faults.append(Fault(number, "email", _l("an e-mail address, or nothing")))
    try:
        phone = joining.checked_phone(cells.get("phone"))
    except Invalid:
        faults.append(Fault(number, "phone", _l("a phone number in digits, or nothing")))
    return email, phone


def _day(number: int, cells: dict[str, str], faults: list[Fault]) -> dt.date | None:
    today, text = foundation.today(), cells.get("member_since", "")
    try:
        day = dt.date.fromisoformat(text) if text else today
    except ValueError:
        day = None
    if day is None or not dt.date(1900, 1, 1) <= day <= today:
        faults.append(Fault(number, "member_since", _l("a day such as 2026-03-31, not after today")))
        return None
    return day


def _known_people() -> dict[tuple[str, str], int]:
    """Members as (name, address or phone) with the line that names them, 0 for those already in the fund."""
    rows = db.session.execute(
        select(Person.display_name, Person.email, Person.phone)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.state.in_(LIVE))
    )
    return {(name.casefold(), email or phone or ""): 0 for name, email, phone in rows}


def _already_known(row: Row, known: dict[tuple[str, str], int]) -> list[Fault]:
    key = (row.name.casefold(), row.email or row.phone or "")
    if key not in known:
        known[key] = row.line
        return []
    if known[key]:
        return [Fault(row.line, "name", _l("each person once: line %(n)s has the same one", n=known[key]))]
    return [Fault(row.line, "name", _l("somebody new: this person is already a member"))]


def _take_over(tx: Transaction, rows: Sequence[Row], by: Actor) -> None:
    now, zone = tx.now(), foundation.zone()
    people = [
        Person(display_name=row.name, email=row.email, phone=row.phone, language=row.language, registered_at=now)
        for row in rows
    ]
    tx.session.add_all(people)
    tx.session.flush()
    memberships = [_membership(row, person.id, now, zone) for row, person in zip(rows, people, strict=True)]
    tx.session.add_all(memberships)
    tx.session.flush()
    tx.session.add_all(
        Verification(membership_id=one.id, handler=verification.IMPORTED, by_id=by.person_id, made_at=now)
        for one in memberships
    )
    tx.session.flush()


def _membership(row: Row, person_id: int, now: dt.datetime, zone: ZoneInfo) -> Membership:
    since = dt.datetime.combine(row.member_since, dt.time(), tzinfo=zone)
    voting_from = since + dt.timedelta(days=row.member_class.waiting_days)
    waits = row.member_class.votes and voting_from > now
    return Membership(
        person_id=person_id, class_code=row.member_class.code, basis=row.basis, neighbourhood=row.neighbourhood,
        applied_at=min(since, now), state="verified" if waits else "active", verified_how=verification.IMPORTED,
        of_age_attested_for=now.astimezone(zone).date() if row.member_class.min_age else None, verified_at=now,
        voting_from=voting_from if row.member_class.votes else None,
    )  # fmt: skip
