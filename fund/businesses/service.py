"""Businesses: the public directory, one business's page, what its people may change, certification until a date.

Public are name, neighbourhood, ownership, what it says about itself and certification; tags only where the business
agreed; contact never. Whether certification still holds is read from its date, so that no job has to end it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from fund import audit, db
from fund.businesses.models import OWNERSHIP, Business, BusinessAgent, BusinessTag
from fund.db import Transaction
from fund.errors import Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.members import joining
from fund.permissions import Actor, require
from fund.slugs import slug

RESERVED = frozenset({"name", "named", "claim"})
PER_PAGE = 24
MOST_TAGS = 12
LONGEST_CERTIFICATION_DAYS = 3 * 366
SOON_DAYS = 30
HIDDEN = ("unlisted", "withdrawn")
"""States of pages that only those who act for the business see."""


@dataclass(frozen=True)
class Page:
    """One page of a long list: the rows, which page of how many, how many rows in all."""

    rows: Sequence[Business]
    number: int
    pages: int
    total: int


@dataclass(frozen=True)
class Described:
    """What a business says about itself. `tags` maps each tag to whether anyone may see it."""

    name: str
    neighbourhood: str | None = None
    ownership: str = "other"
    about: str = ""
    contact_name: str | None = None
    contact_email: str | None = None
    contact_phone: str | None = None
    founded_on: dt.date | None = None
    tags: Mapping[str, bool] | None = None


def directory(*, neighbourhood: str | None = None, ownership: str | None = None, number: int = 1) -> Page:
    """The public directory in the order of names, filtered if asked; tags come with it in one query."""
    found = select(Business).where(Business.state.not_in(HIDDEN))
    if neighbourhood:
        found = found.where(Business.neighbourhood == neighbourhood)
    if ownership:
        found = found.where(Business.ownership == ownership)
    total = _count(found)
    pages = max(1, -(-total // PER_PAGE))
    number = min(number, pages)
    rows = db.session.scalars(
        found.options(selectinload(Business.tags)).order_by(func.lower(Business.name), Business.id)
        .limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    ).all()  # fmt: skip
    return Page(rows, number, pages, total)


def neighbourhoods() -> list[str]:
    """Neighbourhoods to filter by: the charter's, or those that businesses named."""
    version = foundation.current_version()
    named = list(foundation.parsed(version.text_bytes).fund.neighbourhoods) if version is not None else []
    return named or sorted(
        name for name in db.session.scalars(select(Business.neighbourhood).distinct()) if name is not None
    )


def by_slug(name: str, *, by: Actor | None = None) -> Business:
    """The business at this address. Raises NotFound; a hidden page is seen only by those who act for it."""
    found = any_by_slug(name)
    if found.state in HIDDEN and (by is None or found.id not in by.businesses):
        raise NotFound(_l("There is no business at this address."))
    return found


def any_by_slug(name: str) -> Business:
    """The business at this address, listed or not, for stewards. Raises NotFound."""
    found = db.session.scalars(
        select(Business).where(Business.slug == name).options(selectinload(Business.tags))
    ).one_or_none()
    if found is None:
        raise NotFound(_l("There is no business at this address."))
    return found


def get(business_id: int) -> Business:
    """The business with this number. Raises NotFound."""
    found = db.session.get(Business, business_id)
    if found is None:
        raise NotFound(_l("There is no such business."))
    return found


def of_person(actor: Actor) -> Sequence[Business]:
    """Businesses the actor acts for, by name."""
    if not actor.businesses:
        return []
    return db.session.scalars(select(Business).where(Business.id.in_(actor.businesses)).order_by(Business.name)).all()


def standing(business: Business) -> str:
    """`certified`, `expired`, `listed`, or the hidden state, as of today in the fund's zone."""
    if business.state in HIDDEN or business.certified_until is None:
        return business.state if business.state in HIDDEN else "listed"
    return "certified" if business.certified_until >= foundation.today() else "expired"


def public_tags(business: Business) -> list[str]:
    """Tags that the business agreed to show."""
    return [row.tag for row in business.tags if row.public]


def agents_of(business_id: int) -> set[int]:
    """Numbers of the people who act for a business today."""
    return set(
        db.session.scalars(
            select(BusinessAgent.person_id).where(
                BusinessAgent.business_id == business_id, BusinessAgent.until.is_(None)
            )
        )
    )


def make(tx: Transaction, said: Described, *, agent_id: int | None, listed: bool = True) -> Business:
    """Make a business's page; `agent_id` is the person who acts for it, if one is known."""
    fields = _checked(said)
    business = tx.add(
        Business(
            slug=slug(said.name, taken=lambda one: _taken(tx, one), reserved=RESERVED, otherwise="business"),
            state="listed" if listed else "unlisted", listed_at=tx.now(),
            claimed_at=tx.now() if agent_id is not None else None, **fields,
        )
    )  # fmt: skip
    if agent_id is not None:
        tx.add(BusinessAgent(business_id=business.id, person_id=agent_id, since=tx.now()))
    _set_tags(tx, business, said.tags)
    audit.record(tx, "business.list", by=agent_id, on=("business", business.id))
    return business


def describe(business_id: int, said: Described, *, by: Actor) -> Business:
    """Let those who act for a business change its page. The address of the page stays."""
    require(by, "business.edit")
    with db.writing() as tx:
        business = tx.lock(Business, business_id)
        require(by, "business.edit", business)
        for name, value in _checked(said).items():
            setattr(business, name, value)
        _set_tags(tx, business, said.tags)
        audit.record(tx, "business.describe", by=by.person_id, on=("business", business.id))
    return business


def find_unclaimed(tx: Transaction, name: str) -> Business | None:
    """A business of this name in the directory that nobody acts for yet."""
    return tx.session.scalars(
        select(Business)
        .where(func.lower(Business.name) == name.strip().lower(), Business.claimed_at.is_(None))
        .where(Business.state.not_in(HIDDEN))
        .order_by(Business.id)
    ).first()


def list_admitted(tx: Transaction, business_id: int) -> None:
    """Show the page of a business whose proposal was admitted, unless its people took it out of the directory."""
    business = tx.lock(Business, business_id)
    if business.state == "unlisted":
        business.state, business.listed_at = "listed", tx.now()


def withdraw(business_id: int, *, by: Actor) -> Business:
    """Take the page out of the directory, or put it (back) in. What was decided stays on record."""
    require(by, "business.edit")
    with db.writing() as tx:
        business = tx.lock(Business, business_id)
        require(by, "business.edit", business)
        back = business.state in HIDDEN
        business.state = "listed" if back else "withdrawn"
        audit.record(tx, "business.withdraw", by=by.person_id, on=("business", business.id), back=int(back))
    return business


def certify(business_id: int, *, until: dt.date, reason: str, by: Actor) -> Business:
    """Record that a business meets the fund's standards until a day, and on what ground.

    Raises Invalid when the day is past or more than three years off, or no ground is given.
    """
    require(by, "business.certify")
    with db.writing() as tx:
        business = tx.lock(Business, business_id)
        require(by, "business.certify", business)
        today = foundation.today()
        if not today < until <= today + dt.timedelta(days=LONGEST_CERTIFICATION_DAYS):
            raise Invalid(_l("Choose a day after today and at most three years away."), field="until")
        if not reason.strip():
            raise Invalid(_l("Say what the certification rests on; anyone may read it."), field="reason")
        if business.state == "withdrawn":
            raise WrongState(_l("This business has taken its page out of the directory."))
        business.state, business.certified_until = "certified", until
        business.certified_reason, business.certified_by = reason.strip(), by.person_id
        audit.record(tx, "business.certify", by=by.person_id, on=("business", business.id), until=until.isoformat())
    return business


def certified_until_soon(today: dt.date) -> Sequence[Business]:
    """Certified businesses whose certification ends in the next weeks, the first to end first."""
    return db.session.scalars(
        select(Business)
        .where(
            Business.state == "certified", Business.certified_until >= today,
            Business.certified_until <= today + dt.timedelta(days=SOON_DAYS),
        )
        .order_by(Business.certified_until, Business.id)
    ).all()  # fmt: skip


def checked_contact(email: str | None, phone: str | None) -> tuple[str | None, str | None]:
    """Address and number in one form. Raises Invalid beside `contact_email` or `contact_phone`."""
    try:
        return joining.checked_email(email), joining.checked_phone(phone)
    except Invalid as error:
        raise Invalid(error.message, fields={f"contact_{name}": text for name, text in error.fields.items()}) from None


def _checked(said: Described) -> dict[str, object]:
    if not said.name.strip():
        raise Invalid(_l("Give the name."), field="name")
    if said.ownership not in OWNERSHIP:
        raise Invalid(_l("Choose who owns it."), field="ownership")
    contact_email, contact_phone = checked_contact(said.contact_email, said.contact_phone)
    return {
        "name": said.name.strip()[:120], "neighbourhood": said.neighbourhood or None, "ownership": said.ownership,
        "about": said.about.strip(), "contact_name": said.contact_name or None,
        "contact_email": contact_email, "contact_phone": contact_phone,
        "founded_on": said.founded_on,
    }  # fmt: skip


def _set_tags(tx: Transaction, business: Business, tags: Mapping[str, bool] | None) -> None:
    if tags is None:
        return
    if len(tags) > MOST_TAGS:
        raise Invalid(_l("At most %(n)s words, please.", n=MOST_TAGS), field="tags")
    present = {row.tag: row for row in tx.session.scalars(
        select(BusinessTag).where(BusinessTag.business_id == business.id)
    )}  # fmt: skip
    for tag, row in present.items():
        if tag not in tags:
            tx.session.delete(row)
    for tag, public in tags.items():
        if tag in present:
            present[tag].public = public
        else:
            tx.add(BusinessTag(business_id=business.id, tag=tag[:40], public=public))
    tx.session.flush()


def _taken(tx: Transaction, one: str) -> bool:
    return tx.session.scalar(select(Business.id).where(Business.slug == one)) is not None


def _count(found: Select[Any]) -> int:
    return int(db.session.scalar(select(func.count()).select_from(found.subquery())) or 0)
