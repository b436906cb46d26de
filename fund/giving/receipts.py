"""Receipts and the year of a giver. A receipt says what came and when; it promises nothing about taxes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, select

from fund import db
from fund.currency import written
from fund.errors import NotFound
from fund.foundation import service as foundation
from fund.ledger import contributions
from fund.ledger.giving_models import DuesReminder
from fund.ledger.models import Contribution
from fund.members.models import Person

HEAD = ("receipt", "day", "giver", "kind", "amount", "hours", "purpose", "state")


@dataclass(frozen=True)
class Year:
    """What a person gave in one calendar year, given back taken off."""

    year: int
    amount_minor: int
    hours: int


def receipt(number: int) -> Contribution:
    """One contribution that came. Raises NotFound for a pledge or one that was taken back."""
    found = contributions.get(number)
    if found.state not in ("received", "refunded"):
        raise NotFound(_l("There is no receipt for this: it has not come, or was taken back."))
    return found


def giver(contribution: Contribution) -> str:
    """The giver's name, empty where none is recorded."""
    person = db.session.get(Person, contribution.person_id) if contribution.person_id else None
    return person.display_name if person is not None else ""


def years(given: Sequence[Contribution]) -> list[Year]:
    """Sums by calendar year, newest first."""
    found: dict[int, list[int]] = {}
    for one in given:
        if one.state == "received":
            sums = found.setdefault(one.given_on.year, [0, 0])
            sums[0] += one.amount_minor
            sums[1] += one.hours
    return [Year(year, amount, hours) for year, (amount, hours) in sorted(found.items(), reverse=True)]


def of_year(person_id: int, year: int) -> Sequence[Contribution]:
    """What a person gave in a year, in the order of days. Raises NotFound for a year in which nothing came."""
    found = db.session.scalars(
        select(Contribution)
        .where(Contribution.person_id == person_id, *_came_in(year))
        .order_by(Contribution.given_on, Contribution.id)
    ).all()
    if not found:
        raise NotFound(_l("Nothing came in this year."))
    return found


def _came_in(year: int) -> tuple[ColumnElement[bool], ...]:
    """What came in a year: dues of nothing are a choice, not something that came."""
    return (
        Contribution.state.in_(("received", "refunded")),
        Contribution.given_on.between(dt.date(year, 1, 1), dt.date(year, 12, 31)),
        (Contribution.kind != "dues") | (Contribution.amount_minor > 0),
    )


def rows(year: int) -> Iterator[list[Any]]:
    """Everything that came in a year, as rows of a file under `HEAD`; amounts in plain figures."""
    currency = foundation.fund().currency
    statement = (
        select(Contribution, Person.display_name)
        .outerjoin(Person, Person.id == Contribution.person_id)
        .where(*_came_in(year))
        .order_by(Person.display_name, Contribution.given_on, Contribution.id)
    )
    for one, name in db.session.execute(statement):
        yield [one.id, one.given_on.isoformat(), name or "", one.kind, written(one.amount_minor, currency), one.hours,
               one.purpose or "", one.state]  # fmt: skip


def wants_reminders(person_id: int) -> bool:
    """Whether a person is reminded of dues; everybody is until they say otherwise."""
    found = db.session.get(DuesReminder, person_id)
    return found is None or found.wanted
