"""The time bank's verbs: record what was given or received, take back what is not so, see one's own, see the sum.

A member records for themselves, with another member or with the fund as a whole on the other side; a steward can type
for others. Both sides see a record at once, and either may take it back. Nobody else sees who gave what to whom.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError

from fund import audit, db
from fund.db import Transaction
from fund.errors import Forbidden, Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.ledger import contributions
from fund.ledger.models import Contribution
from fund.members.models import Membership, Person
from fund.members.service import names
from fund.permissions import STEWARDS, Actor, require
from fund.timebank.models import TimebankRecord

MOST_MINUTES = 10_000 * 60


@dataclass(frozen=True)
class NewRecord:
    """What was given: hours (in minutes) or goods. Nobody on one side means the fund as a whole."""

    kind: str
    giver_id: int | None
    receiver_id: int | None
    what: str
    given_on: dt.date
    minutes: int
    request_id: uuid.UUID


@dataclass(frozen=True)
class Line:
    """One record with the other side's name; `given` tells which way it went for the person who looks."""

    record: TimebankRecord
    given: bool
    other: str


@dataclass(frozen=True)
class Sums:
    """Minutes and gifts of goods."""

    minutes: int
    goods: int


def record(new: NewRecord, *, by: Actor) -> TimebankRecord:
    """Record hours or goods. Sending the form twice records it once.

    Raises Invalid for what was typed, Forbidden for members who record what others gave to others.
    """
    require(by, "timebank.record")
    if by.person_id not in (new.giver_id, new.receiver_id) and not by.roles & STEWARDS:
        raise Forbidden(_l("You record what you gave or received yourself; a steward can type for others."))
    with db.writing() as tx:
        known = _known(tx, new.request_id)
        if known is not None:
            return known
        _check(tx, new)
        try:
            with tx.session.begin_nested():
                made = tx.add(
                    TimebankRecord(
                        kind=new.kind, giver_id=new.giver_id, receiver_id=new.receiver_id, what=new.what.strip(),
                        minutes=new.minutes, given_on=new.given_on, recorded_by=by.person_id, recorded_at=tx.now(),
                        request_id=new.request_id,
                    )
                )  # fmt: skip
        except IntegrityError:
            known = _known(tx, new.request_id)
            if known is None:
                raise
            return known
        audit.record(tx, "timebank.record", by=by.person_id, on=("timebank_record", made.id), kind=new.kind)
    return made


def take_back(record_id: int, *, by: Actor) -> TimebankRecord:
    """Say that a record is not so; it counts no more. Either side may, whoever recorded it, and stewards.

    Raises NotFound for others, so that nobody learns that there is such a record.
    """
    require(by, "timebank.record")
    with db.writing() as tx:
        found = tx.lock(TimebankRecord, record_id)
        if by.person_id not in (found.giver_id, found.receiver_id, found.recorded_by) and not by.roles & STEWARDS:
            raise NotFound(_l("There is no such record."))
        if found.taken_back_at is not None:
            raise WrongState(_l("This was taken back already."))
        found.taken_back_at = tx.now()
        tx.session.flush()
        audit.record(tx, "timebank.take_back", by=by.person_id, on=("timebank_record", found.id))
    return found


def member_named(text: str, field: str) -> int | None:
    """The one member with this name or address; None for an empty text, which means the fund as a whole."""
    try:
        return contributions.person_named(text)
    except Invalid as error:
        raise Invalid(error.message, field=field) from None


def of_person(person_id: int, *, most: int = 200) -> list[Line]:
    """What a person gave and received, newest first, what was taken back included."""
    rows = db.session.scalars(
        select(TimebankRecord)
        .where(or_(TimebankRecord.giver_id == person_id, TimebankRecord.receiver_id == person_id))
        .order_by(TimebankRecord.given_on.desc(), TimebankRecord.id.desc())
        .limit(most)
    ).all()
    others = [other for one in rows for other in (one.giver_id, one.receiver_id) if other not in (None, person_id)]
    known = names([number for number in others if number is not None])
    return [
        Line(one, one.giver_id == person_id, known.get(_other(one, person_id) or 0, "")) for one in rows
    ]  # fmt: skip


def sums_of(person_id: int) -> tuple[Sums, Sums]:
    """What a person gave and what they received, all together; hours and goods told to the treasurer count as given."""
    given = _sums(TimebankRecord.giver_id == person_id)
    told = _told(Contribution.person_id == person_id)
    received = _sums(TimebankRecord.receiver_id == person_id)
    return Sums(given.minutes + told.minutes, given.goods + told.goods), received


def public_sums() -> Sums:
    """All hours and goods that were given, to each other and to the fund."""
    among, told = _sums(), _told()
    return Sums(among.minutes + told.minutes, among.goods + told.goods)


def _sums(*where: object) -> Sums:
    rows = db.session.execute(
        select(TimebankRecord.kind, func.count(), func.coalesce(func.sum(TimebankRecord.minutes), 0))
        .where(TimebankRecord.taken_back_at.is_(None), *where)  # type: ignore[arg-type]
        .group_by(TimebankRecord.kind)
    )
    found = {kind: (int(number), int(minutes)) for kind, number, minutes in rows}
    return Sums(found.get("hours", (0, 0))[1], found.get("goods", (0, 0))[0])


def _told(*where: object) -> Sums:
    """Hours and goods that the treasurer recorded as contributions (`fund.ledger.contributions`)."""
    rows = db.session.execute(
        select(Contribution.kind, func.count(), func.coalesce(func.sum(Contribution.hours), 0))
        .where(Contribution.state == "received", Contribution.kind.in_(("hours", "goods")), *where)  # type: ignore[arg-type]
        .group_by(Contribution.kind)
    )
    found = {kind: (int(number), int(hours)) for kind, number, hours in rows}
    return Sums(found.get("hours", (0, 0))[1] * 60, found.get("goods", (0, 0))[0])


def _other(one: TimebankRecord, person_id: int) -> int | None:
    return one.receiver_id if one.giver_id == person_id else one.giver_id


def _known(tx: Transaction, request_id: uuid.UUID) -> TimebankRecord | None:
    return tx.session.scalars(select(TimebankRecord).where(TimebankRecord.request_id == request_id)).one_or_none()


def _check(tx: Transaction, new: NewRecord) -> None:
    if new.kind not in ("hours", "goods"):
        raise Invalid(_l("Choose hours or goods."), field="kind")
    if new.kind == "hours" and not 0 < new.minutes <= MOST_MINUTES:
        raise Invalid(_l("How many hours?"), field="hours")
    if new.kind == "goods" and new.minutes:
        raise Invalid(_l("Goods have no hours: leave them empty."), field="hours")
    if not new.what.strip():
        raise Invalid(_l("Say in a few words what it was."), field="what")
    if new.given_on > foundation.today_in(tx):
        raise Invalid(_l("This day has not come yet."), field="given_on")
    if new.giver_id == new.receiver_id:
        raise Invalid(_l("Somebody gives and somebody else receives."), field="other")
    for number in (new.giver_id, new.receiver_id):
        live = select(Membership.id).where(Membership.person_id == number, Membership.state == "active")
        if number is not None and (tx.get(Person, number) is None or tx.session.scalars(live).first() is None):
            raise Invalid(_l("Both are members; leave it empty for the fund as a whole."), field="other")
