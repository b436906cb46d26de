"""Membership as others ask about it: who may vote, who is who, how the roll stands; and what time alone changes.

A membership is `applied`, then `verified` while its waiting days run, then `active`; the clock makes the last step, and
whoever asks for the electorate does not depend on a worker having run. `refused`, `appealed`, `left`, `suspended` and
`lapsed` have no vote. Names of members are for members; the public sees the roll as counts by class and way (TRUST 2).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import selectinload

from fund import audit, db
from fund.db import Transaction, outbox
from fund.errors import NotFound
from fund.foundation import service as foundation
from fund.members import credentials
from fund.members.models import AccessNeed, Membership, Person

LIVE = ("applied", "verified", "active", "lapsed", "suspended", "appealed")
VERIFIED = ("verified", "active")
PAGE = 50
SMALL_COUNT = 5
NEEDS_HELP = "needs_help"
"""In place of a state: people who ask for help to take part, which no steward has offered yet."""


@dataclass(frozen=True)
class ElectorRow:
    """One person who may vote, as the roll takes them over."""

    person_id: int
    class_code: str
    verified_how: str


@dataclass(frozen=True)
class RollLine:
    """One class of the public roll. `ways` pairs a way of verification with a count; None stands for fewer than five."""

    class_code: str
    class_name: str
    votes: bool
    total: int
    ways: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True)
class People:
    """One page of people."""

    rows: Sequence[Person]
    number: int
    total_pages: int
    total: int


def electorate(tx: Transaction, class_codes: Collection[str], at: dt.datetime) -> list[ElectorRow]:
    """Everybody of these classes who is verified and whose waiting days are over at a moment, by person number."""
    rows = tx.session.execute(
        select(Membership.person_id, Membership.class_code, Membership.verified_how)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.class_code.in_(class_codes), Membership.state.in_(VERIFIED), Membership.voting_from <= at,
            Person.erased_at.is_(None),
        )
        .order_by(Membership.person_id)
    )  # fmt: skip
    return [ElectorRow(person_id, class_code, how or "") for person_id, class_code, how in rows]


def why_not_voting(person_id: int, class_codes: Collection[str], at: dt.datetime) -> Any:
    """Why a person is not among the electors of these classes at a moment, in words; None when they are."""
    membership = newest_membership(person_id)
    if membership is None:
        return _l("You are not a member yet.")
    if membership.state not in VERIFIED:
        return STATE_REASONS[membership.state]
    if membership.class_code not in class_codes:
        return _l("Members of your class support the fund and do not vote in this round.")
    if membership.voting_from is None or membership.voting_from > at:
        return _l("Your waiting days were not over when the roll of this round was fixed.")
    return None


STATE_REASONS: dict[str, Any] = {
    "applied": _l("You are not verified yet."),
    "appealed": _l("Your appeal is not decided yet."),
    "refused": _l("Your membership was refused."),
    "left": _l("You have left the fund."),
    "lapsed": _l("Your membership has lapsed."),
    "suspended": _l("Your membership is suspended."),
}


def names(person_ids: Collection[int]) -> dict[int, str]:
    """Display names by person number; unknown numbers are absent."""
    if not person_ids:
        return {}
    rows = db.session.execute(select(Person.id, Person.display_name).where(Person.id.in_(person_ids)))
    return dict(rows.all())


def display_name(person_id: int) -> str:
    """One person's display name. Raises NotFound."""
    return person(person_id).display_name


def person(person_id: int) -> Person:
    """One person with all memberships and how these were verified. Raises NotFound."""
    found = db.session.scalars(
        select(Person)
        .where(Person.id == person_id)
        .options(selectinload(Person.memberships).selectinload(Membership.verifications))
    ).one_or_none()
    if found is None:
        raise NotFound(_l("There is no such person."))
    return found


def newest_membership(person_id: int) -> Membership | None:
    """A person's live membership, else the one that ended last."""
    rows = db.session.scalars(
        select(Membership).where(Membership.person_id == person_id).order_by(Membership.id.desc())
    ).all()
    return next((row for row in rows if row.state in LIVE), rows[0] if rows else None)


def people(*, search: str = "", state: str = "", page: int = 1) -> People:
    """People by name, for stewards: search in name, address and phone, by state of membership, one page at a time."""
    wanted = _matching(search.strip(), state)
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(1, page), pages)
    rows = db.session.scalars(
        wanted.options(selectinload(Person.memberships))
        .order_by(func.lower(Person.display_name), Person.id)
        .offset((number - 1) * PAGE)
        .limit(PAGE)
    ).all()
    return People(rows, number, pages, total)


def roll() -> list[RollLine]:
    """The roll as the public sees it: active and verified members counted by class and way of verification."""
    rows = db.session.execute(
        select(Membership.class_code, Membership.verified_how, func.count())
        .where(Membership.state.in_(VERIFIED))
        .group_by(Membership.class_code, Membership.verified_how)
    ).all()
    version = foundation.current_version()
    classes = foundation.parsed(version.text_bytes).classes if version is not None else ()
    lines = []
    for one in classes:
        ways = sorted((how or "", n) for code, how, n in rows if code == one.code)
        shown = tuple((how, n if n >= SMALL_COUNT else None) for how, n in ways)
        lines.append(RollLine(one.code, one.name, one.votes, sum(n for _how, n in ways), shown))
    return lines


def activate_due() -> int:
    """Make active whose waiting days are over, and forget old codes. Returns how many became active."""
    with db.writing() as tx:
        credentials.forget_old(tx)
        rows = tx.lock_all(
            select(Membership)
            .where(Membership.state == "verified", Membership.voting_from <= tx.now())
            .order_by(Membership.id)
        )
        for membership in rows:
            membership.state = "active"
            audit.record(tx, "member.activate", by=None, on=("membership", membership.id))
            outbox.post(tx, "member_active", person_id=membership.person_id, dedupe_key=f"active-{membership.id}")
    return len(rows)


def _matching(search: str, state: str) -> Select[Person]:
    wanted = select(Person).where(Person.erased_at.is_(None))
    if search:
        part = "%" + search.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        wanted = wanted.where(
            or_(
                func.lower(Person.display_name).like(part, escape="\\"),
                func.lower(Person.email).like(part, escape="\\"),
                func.lower(Person.phone).like(part, escape="\\"),
            )
        )
    if state == NEEDS_HELP:
        wanted = wanted.where(Person.id.in_(select(AccessNeed.person_id).where(AccessNeed.helper_id.is_(None))))
    elif state:
        wanted = wanted.where(Person.memberships.any(Membership.state == state))
    return wanted
