"""Stewardship: founding stewards, terms, handover, recall; roles on a day (FIELD B1, B2 `stewards`)."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from fund import audit, db
from fund.db import Transaction, outbox
from fund.errors import Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.members.models import Membership, Person
from fund.permissions import Actor, Role, require
from fund.stewards.models import ROLES, SELECTED_BY, StewardTerm

LEAST_STEWARDS = 2
SOON_DAYS = 30


def roles_of(person_id: int, *, on: dt.date) -> set[Role]:
    """Roles from terms that run on a day."""
    rows = db.session.scalars(
        select(StewardTerm.role).where(
            StewardTerm.person_id == person_id,
            StewardTerm.runs_on(on),
        )
    )
    return {Role(role) for role in rows}


def serving(role: str = "steward", *, on: dt.date | None = None) -> Sequence[StewardTerm]:
    """Terms in a role that run on a day (today), earliest end first."""
    day = on or foundation.today()
    return db.session.scalars(
        select(StewardTerm)
        .where(
            StewardTerm.role == role,
            StewardTerm.runs_on(day),
        )
        .order_by(StewardTerm.ends_on, StewardTerm.id)
    ).all()


def all_serving() -> Sequence[StewardTerm]:
    """Every term that runs today or has been recorded for later, by role and end, with its person."""
    return db.session.scalars(
        select(StewardTerm)
        .where(StewardTerm.not_over_on(foundation.today()))
        .options(joinedload(StewardTerm.person))
        .order_by(StewardTerm.role, StewardTerm.ends_on, StewardTerm.id)
    ).all()


def earlier(*, most: int = 50) -> Sequence[StewardTerm]:
    """Terms that are over, the latest first, with their people: as planned, early, or recalled."""
    return db.session.scalars(
        select(StewardTerm)
        .where(
            StewardTerm.state != "nominated",
            or_(StewardTerm.state != "serving", StewardTerm.ends_on <= foundation.today()),
        )
        .options(joinedload(StewardTerm.person))
        .order_by(StewardTerm.ends_on.desc(), StewardTerm.id.desc())
        .limit(most)
    ).all()


def handed_to(person_id: int) -> Sequence[StewardTerm]:
    """Terms that ended in the last days and were handed over to a person, with what they must know."""
    since = db.now() - dt.timedelta(days=SOON_DAYS)
    return db.session.scalars(
        select(StewardTerm)
        .where(StewardTerm.handed_to_id == person_id, StewardTerm.ended_at > since)
        .options(joinedload(StewardTerm.person))
        .order_by(StewardTerm.id)
    ).all()


def soon(today: dt.date) -> dt.date:
    """Terms that end before this day end soon: time to choose who follows."""
    return today + dt.timedelta(days=SOON_DAYS)


def term(term_id: int) -> StewardTerm:
    """One term. Raises NotFound."""
    found = db.session.get(StewardTerm, term_id)
    if found is None:
        raise NotFound(_l("There is no such term."))
    return found


def people_to_choose() -> list[tuple[int, str]]:
    """Active members, by name, who may be chosen for a role."""
    rows = db.session.execute(
        select(Person.id, Person.display_name)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.state == "active", Person.erased_at.is_(None))
    )
    return sorted(((number, name) for number, name in rows), key=lambda row: row[1].casefold())


def begin_term(
    person_id: int,
    *,
    role: str,
    selected_by: str,
    selected_how: str,
    starts_on: dt.date,
    months: int | None = None,
    by: Actor,
) -> StewardTerm:
    """Record that a person was chosen for a role, how, and for how long (the charter's term if `months` is not given).

    The term waits until somebody else confirms it (fund.stewards.confirming), unless nobody else is left who could.
    Raises Invalid on an unknown role or way, when the person already serves in it, or has served as often in a row as
    the charter allows.
    """
    require(by, "term.begin")
    if role not in ROLES or selected_by not in SELECTED_BY:
        raise Invalid(_l("Choose a role and how the person was chosen."), field="role")
    with db.writing() as tx:
        tx.get(Person, person_id)
        _refuse_second_term(tx, person_id, role, starts_on)
        length = months or _term_months()
        term = _new_term(tx, person_id, role, selected_by, selected_how, starts_on, length)
        audit.record(tx, "term.begin", by=by.person_id, on=("steward_term", term.id), person=person_id, role=role)
        if _another_serves(tx, (person_id, by.person_id)):
            term.state = "nominated"
            tx.session.flush()
        else:
            tell_begun(tx, term)
    return term


def appoint_where_nobody_serves(person_id: int, *, how: str, months: int, by: Actor) -> StewardTerm:
    """Make somebody a steward from today where no steward serves any more, so that a fund never locks itself out.

    Raises WrongState while a steward serves, Invalid for who is not an active member or without a record of it.
    """
    require(by, "term.begin")
    if not how.strip():
        raise Invalid(_l("Say when and where it was decided."), field="how")
    with db.writing() as tx:
        today = foundation.today_in(tx)
        if serving_count(tx, today):
            raise WrongState(_l("A steward serves: offices are given on the pages, at /stewards."))
        tx.lock(Person, person_id)
        member = select(Membership.id).where(Membership.person_id == person_id, Membership.state == "active")
        if tx.session.scalars(member).first() is None:
            raise Invalid(_l("Only active members can be chosen."), field="person")
        term = _new_term(tx, person_id, "steward", "appointment", how, today, months)
        audit.record(tx, "term.begin", by=by.person_id, on=("steward_term", term.id), person=person_id, role="steward")
        tell_begun(tx, term)
    return term


def tell_begun(tx: Transaction, term: StewardTerm) -> None:
    """Tell somebody that they serve, in which role and until when."""
    outbox.post(
        tx, "term_began", person_id=term.person_id, role=term.role, starts_on=term.starts_on.isoformat(),
        ends_on=term.ends_on.isoformat(),
    )  # fmt: skip


def found_stewards(names: Sequence[str]) -> list[tuple[Person, str]]:
    """Make the first stewards of an empty fund, each with a link of their own; gives (person, link secret).

    Raises WrongState when the fund already has a steward. The links are shown once, to whoever started the program.
    Their terms begin the day before: the fund's zone is not known yet, and today may not have come there.
    """
    from fund.members import credentials

    with db.writing() as tx:
        if tx.session.scalar(select(func.count()).select_from(StewardTerm)):
            raise WrongState(_l("This fund already has stewards."))
        starts_on = foundation.today_in(tx) - dt.timedelta(days=1)
        made = []
        for name in names:
            person = tx.add(Person(display_name=name, registered_at=tx.now()))
            for role in ("steward", "administrator"):
                _new_term(tx, person.id, role, "founding", "founding steward", starts_on, 12)
            made.append((person, credentials.make(tx, "founding", person_id=person.id)))
            audit.record(tx, "term.found", by=None, on=("person", person.id))
    return made


def _new_term(
    tx: Transaction, person_id: int, role: str, selected_by: str, how: str, starts_on: dt.date, months: int
) -> StewardTerm:
    return tx.add(
        StewardTerm(
            person_id=person_id,
            role=role,
            selected_by=selected_by,
            selected_how=how.strip(),
            starts_on=starts_on,
            ends_on=_months_later(starts_on, months),
        )
    )


def _refuse_second_term(tx: Transaction, person_id: int, role: str, starts_on: dt.date) -> None:
    rows = tx.session.scalars(
        select(StewardTerm).where(StewardTerm.person_id == person_id, StewardTerm.role == role)
    ).all()
    if any(term.state in ("nominated", "serving") and term.starts_on <= starts_on < term.ends_on for term in rows):
        raise Invalid(_l("This person already serves in this role, or the term waits to be confirmed."), field="person")
    version = foundation.current_version()
    most = foundation.parsed(version.text_bytes).stewards.max_terms if version is not None else None
    if role == "steward" and most is not None and len(rows) >= most:
        raise Invalid(_l("The charter allows %(n)s terms, and this person has had them.", n=most), field="person")


def _another_serves(tx: Transaction, but: Sequence[int | None]) -> bool:
    """Whether a steward or administrator serves today beside these people."""
    today = foundation.today_in(tx)
    found = tx.session.scalars(
        select(StewardTerm.id).where(
            StewardTerm.role.in_(("steward", "administrator")), StewardTerm.runs_on(today),
            StewardTerm.person_id.not_in([number for number in but if number is not None]),
        )
    ).first()  # fmt: skip
    return found is not None


def serving_count(tx: Transaction, today: dt.date) -> int:
    """How many people serve as stewards on a day."""
    return int(
        tx.session.scalar(
            select(func.count(StewardTerm.person_id.distinct())).where(
                StewardTerm.role == "steward",
                StewardTerm.runs_on(today),
            )
        )
        or 0
    )


def _months_later(day: dt.date, months: int) -> dt.date:
    """The same day of the month so many months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _term_months() -> int:
    version = foundation.current_version()
    return foundation.parsed(version.text_bytes).stewards.term_months if version is not None else 12
