"""Recorded hours: who worked how long in a period, typed by the treasurer or read from a CSV that is looked at first.

Hours are kept in hundredths. Only members with a vote have hours of their own; what others worked is typed as one sum,
for its share of the surplus goes to the indivisible reserve. Once a surplus of the period is shared, hours stand.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fund import audit, db
from fund.db import Transaction
from fund.errors import Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.members.models import Membership, Person
from fund.permissions import Actor, require
from fund.surplus.models import SurplusPeriod, SurplusRun, WorkHours

COLUMNS = ("member", "hours")
MOST_LINES = 5_000
MOST_BYTES = 500_000
MOST_HUNDREDTHS = 100_000_000
_HOURS = re.compile(r"([0-9]{1,6}|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.([0-9]{1,2}))?\Z")


@dataclass(frozen=True)
class Fault:
    """One mistake of a file: its line (the first is 1), its column, what is expected there."""

    line: int
    column: str
    expected: Any


@dataclass(frozen=True)
class Reading:
    """What a file holds: hours by member that can be taken over, their names, and every mistake."""

    hours: dict[int, int]
    names: dict[int, str]
    faults: tuple[Fault, ...]


def parse_hours(text: str) -> int:
    """Hundredths of an hour of a text such as "1800" or "1,800.25". Raises ValueError with a sentence."""
    match = _HOURS.match(text.strip())
    if match is None:
        raise ValueError(_l("Hours are a number with at most two decimals, such as 1800 or 37.5."))
    return int(match[1].replace(",", "")) * 100 + int((match[2] or "").ljust(2, "0"))


def begin_period(name: str, starts_on: dt.date, ends_on: dt.date, *, by: Actor) -> SurplusPeriod:
    """Name a period whose surplus is to be shared. Raises Invalid for a name that is taken or days that cannot be."""
    require(by, "surplus.record")
    with db.writing() as tx:
        if not name.strip():
            raise Invalid(_l("Give the period a name, such as 2026."), field="name")
        if ends_on < starts_on or ends_on > foundation.today_in(tx):
            raise Invalid(_l("A period ends after it begins, and is over."), field="ends_on")
        if tx.session.scalars(select(SurplusPeriod).where(SurplusPeriod.name == name.strip())).one_or_none():
            raise Invalid(_l("There is a period of this name."), field="name")
        period = tx.add(SurplusPeriod(name=name.strip(), starts_on=starts_on, ends_on=ends_on, nonmember_hundredths=0))
        audit.record(tx, "surplus.period", by=by.person_id, on=("surplus_period", period.id))
    return period


def record_hours(period_id: int, member: str, hundredths: int, *, by: Actor) -> WorkHours | None:
    """Record what one member (by name or address) worked in a period; none takes the line away. Raises Invalid."""
    require(by, "surplus.record")
    with db.writing() as tx:
        period = _open(tx, period_id)
        people = _members(tx)
        found = people.get(_key(member), [])
        if len(found) != 1:
            raise Invalid(_not_one(found), field="member")
        return _put(tx, period, found[0], hundredths, by)


def record_others(period_id: int, hundredths: int, *, by: Actor) -> SurplusPeriod:
    """Record what all who are not members with a vote worked in a period, as one sum."""
    require(by, "surplus.record")
    with db.writing() as tx:
        period = _open(tx, period_id)
        _check(hundredths)
        period.nonmember_hundredths = hundredths
        tx.session.flush()
        audit.record(tx, "surplus.hours", by=by.person_id, on=("surplus_period", period.id))
    return period


def read(data: bytes) -> Reading:
    """Read a file of members and hours without writing anything. Raises Invalid when it cannot be looked at."""
    table = _table(data)
    columns = [name.strip().lower() for name in table[0]]
    if sorted(columns) != sorted(COLUMNS):
        return Reading({}, {}, (Fault(1, "", _l("the columns %(names)s", names=", ".join(COLUMNS))),))
    people, faults, hours, names = _members(db.session), [], dict[int, int](), dict[int, str]()
    for number, cells in enumerate(table[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            faults.append(Fault(number, "", _l("%(n)s values, as the first line has columns", n=len(columns))))
            continue
        cell = dict(zip(columns, cells, strict=True))
        found = people.get(_key(cell["member"]), [])
        try:
            hundredths = parse_hours(cell["hours"])
            _check(hundredths, least=1)
        except (ValueError, Invalid) as error:
            faults.append(Fault(number, "hours", error.args[0]))
            continue
        if len(found) != 1:
            faults.append(Fault(number, "member", _not_one(found)))
        elif found[0] in hours:
            faults.append(Fault(number, "member", _l("each member once")))
        else:
            hours[found[0]], names[found[0]] = hundredths, cell["member"].strip()
    return Reading(hours, names, tuple(faults[:200]))


def import_hours(period_id: int, data: bytes, *, by: Actor) -> int:
    """Take every line of a file over, or none; gives how many. Raises Invalid, naming the first mistake."""
    require(by, "surplus.record")
    with db.writing() as tx:
        period = _open(tx, period_id)
        reading = read(data)
        if reading.faults:
            first = reading.faults[0]
            raise Invalid(
                _l("Nothing was taken over. Line %(line)s: %(what)s", line=first.line, what=first.expected),
                field="file",
            )
        if not reading.hours:
            raise Invalid(_l("There is nobody in this file."), field="file")
        for person_id, hundredths in reading.hours.items():
            _put(tx, period, person_id, hundredths, by)
    return len(reading.hours)


def of_period(period_id: int) -> list[tuple[WorkHours, str]]:
    """Recorded hours with names, by name."""
    rows = db.session.execute(
        select(WorkHours, Person.display_name)
        .join(Person, Person.id == WorkHours.person_id)
        .where(WorkHours.period_id == period_id)
        .order_by(func.lower(Person.display_name), Person.id)
    )
    return [(row, name) for row, name in rows]


def period(period_id: int) -> SurplusPeriod:
    """One period. Raises NotFound."""
    found = db.session.get(SurplusPeriod, period_id)
    if found is None:
        raise NotFound(_l("There is no such period."))
    return found


def _open(tx: Transaction, period_id: int) -> SurplusPeriod:
    """A period of which no surplus is shared or proposed."""
    held = tx.lock(SurplusPeriod, period_id)
    live = select(SurplusRun.id).where(SurplusRun.period_id == period_id, SurplusRun.dropped_at.is_(None))
    if tx.session.scalars(live).first() is not None:
        raise WrongState(_l("The surplus of this period is shared or proposed, so its hours stand."))
    return held


def _put(tx: Transaction, of: SurplusPeriod, person_id: int, hundredths: int, by: Actor) -> WorkHours | None:
    _check(hundredths)
    row = tx.session.get(WorkHours, (of.id, person_id))
    if row is None and hundredths:
        row = tx.add(
            WorkHours(period_id=of.id, person_id=person_id, hundredths=hundredths, recorded_at=tx.now())
        )  # fmt: skip
    elif row is not None and hundredths:
        row.hundredths, row.recorded_at = hundredths, tx.now()
    elif row is not None:
        tx.session.delete(row)
        row = None
    tx.session.flush()
    audit.record(
        tx, "surplus.hours", by=by.person_id, on=("surplus_period", of.id), person=person_id, hundredths=hundredths
    )  # fmt: skip
    return row


def _check(hundredths: int, *, least: int = 0) -> None:
    if not least <= hundredths <= MOST_HUNDREDTHS:
        raise Invalid(_l("Hours are more than none, and not too many."), field="hours")


def _members(session: Any) -> dict[str, list[int]]:
    """Members with a vote by name and by address, in one form."""
    scope = session.session if isinstance(session, Transaction) else session
    voting = [one.code for one in foundation.current_charter().classes if one.votes]
    rows = scope.execute(
        select(Person.id, Person.display_name, Person.email)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.state == "active", Membership.class_code.in_(voting), Person.erased_at.is_(None))
    )
    found: dict[str, list[int]] = {}
    for number, name, email in rows:
        for text in {_key(name), _key(email or "")} - {""}:
            found.setdefault(text, []).append(number)
    return found


def _key(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip().casefold()


def _not_one(found: list[int]) -> Any:
    if found:
        return _l("several members have this name: write the e-mail address")
    return _l("a member with a vote, by name or e-mail address; the hours of others are one sum")


def _table(data: bytes) -> list[list[str]]:
    if len(data) > MOST_BYTES:
        raise Invalid(_l("This file is too large: at most %(n)s bytes.", n=MOST_BYTES), field="file")
    try:
        text = data.decode("utf-8-sig")
        if "\x00" in text:
            raise ValueError
        delimiter = max(",;\t", key=text.partition("\n")[0].count)
        table = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except (ValueError, csv.Error):
        raise Invalid(_l("This is not a CSV file in UTF-8."), field="file") from None
    if not table or not any(table[0]):
        raise Invalid(_l("This file is empty."), field="file")
    if len(table) > MOST_LINES + 1:
        raise Invalid(_l("This file has too many lines: at most %(n)s.", n=MOST_LINES), field="file")
    return table
