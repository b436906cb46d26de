"""A resident names a business; a steward reaches out; the business claims its page or declines (FIELD B1, A1).

The page of a named business is listed at once with what is public anyway (name, neighbourhood). Why it was named is
public without the namer; how to reach it is for stewards.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fund import audit, db
from fund.businesses import agents, service
from fund.businesses.models import Business, Nomination
from fund.db import Transaction
from fund.errors import Invalid, NotFound, TooMany, WrongState
from fund.permissions import Actor, require

MOST_OPEN_PER_PERSON = 10
"""Nominations of one member that still wait; more would be a list nobody can work through."""
OPEN_STATES = ("named", "contacted")


@dataclass(frozen=True)
class Named:
    """What a resident says about a business they name."""

    name: str
    why: str
    how_to_reach: str
    neighbourhood: str | None = None
    round_id: int | None = None


def name_business(named: Named, *, by: Actor) -> Nomination:
    """Name a business that the fund should know; one that is already in the directory is named again, not twice.

    Raises Invalid when name, reason or a way to reach it is missing; TooMany when ten of one's own still wait.
    """
    require(by, "business.name")
    for field, text in (("name", named.name), ("why", named.why), ("how_to_reach", named.how_to_reach)):
        if not text.strip():
            raise Invalid(_l("Please fill this in."), field=field)
    with db.writing() as tx:
        _refuse_flood(tx, by.person_id)
        business = _known(tx, named.name) or service.make(
            tx, service.Described(name=named.name, neighbourhood=named.neighbourhood), agent_id=None
        )
        if business.claimed_at is not None:
            raise Invalid(_l("This business has already claimed its page. You can tell it about the fund yourself."),
                          field="name")  # fmt: skip
        nomination = tx.add(
            Nomination(
                business_id=business.id, round_id=named.round_id, named_by=by.person_id, why=named.why.strip(),
                how_to_reach=named.how_to_reach.strip(), named_at=tx.now(),
            )
        )  # fmt: skip
        audit.record(tx, "business.name", by=by.person_id, on=("business", business.id), nomination=nomination.id)
        tx.wake()
    return nomination


def waiting() -> Sequence[tuple[Nomination, Business]]:
    """Nominations that nobody has finished, oldest first, each with its business."""
    rows = db.session.execute(
        select(Nomination, Business)
        .join(Business, Business.id == Nomination.business_id)
        .where(Nomination.state.in_(OPEN_STATES))
        .order_by(Nomination.named_at)
    ).all()
    return [(nomination, business) for nomination, business in rows]


def get(nomination_id: int, *, by: Actor) -> tuple[Nomination, Business]:
    """One nomination with its business, for the steward who reaches out. Raises NotFound."""
    require(by, "business.reach")
    nomination = db.session.get(Nomination, nomination_id)
    if nomination is None:
        raise NotFound(_l("There is no such nomination."))
    return nomination, service.get(nomination.business_id)


def of_person(person_id: int) -> Sequence[tuple[Nomination, Business]]:
    """What one person has named, newest first."""
    rows = db.session.execute(
        select(Nomination, Business)
        .join(Business, Business.id == Nomination.business_id)
        .where(Nomination.named_by == person_id)
        .order_by(Nomination.id.desc())
    ).all()
    return [(nomination, business) for nomination, business in rows]


def reasons(business_id: int) -> Sequence[str]:
    """Why residents named a business, without who they are."""
    return db.session.scalars(
        select(Nomination.why).where(Nomination.business_id == business_id, Nomination.state != "declined")
        .order_by(Nomination.id)
    ).all()  # fmt: skip


def count_for(round_id: int, since: dt.datetime, until: dt.datetime) -> int:
    """How many different businesses were named for a round, or for none in particular between two moments."""
    at_large = Nomination.round_id.is_(None) & (Nomination.named_at >= since) & (Nomination.named_at < until)
    return int(
        db.session.scalar(
            select(func.count(Nomination.business_id.distinct())).where((Nomination.round_id == round_id) | at_large)
        )
        or 0
    )


def record_contact(nomination_id: int, *, state: str, note: str, by: Actor) -> Nomination:
    """Note that a steward reached out: contacted, declined or unreachable. Raises WrongState once it is claimed.

    A business that declines is taken out of the directory unless somebody else acts for it.
    """
    require(by, "business.reach")
    if state not in ("contacted", "declined", "unreachable"):
        raise Invalid(_l("Choose how it went."), field="state")
    with db.writing() as tx:
        nomination = tx.lock(Nomination, nomination_id)
        if nomination.state == "claimed":
            raise WrongState(_l("The business has claimed its page already."))
        nomination.state, nomination.note = state, note.strip()
        nomination.contacted_by, nomination.contacted_at = by.person_id, tx.now()
        if state == "declined":
            business = tx.lock(Business, nomination.business_id)
            business.state = "withdrawn" if business.claimed_at is None else business.state
        audit.record(tx, "business.reach", by=by.person_id, on=("nomination", nomination.id), state=state)
    return nomination


def make_claim(nomination_id: int, *, by: Actor) -> str:
    """Make the code with which the business claims its page, to hand over in person or send; it is shown once."""
    require(by, "business.reach")
    with db.writing() as tx:
        nomination = tx.lock(Nomination, nomination_id)
        if nomination.state == "claimed":
            raise WrongState(_l("The business has claimed its page already."))
        nomination.state, nomination.contacted_by, nomination.contacted_at = "contacted", by.person_id, tx.now()
        business = tx.lock(Business, nomination.business_id)
        return agents.make_code(tx, business, nomination_id=nomination.id, by=by)


def make_claim_for(business_id: int, *, by: Actor) -> str:
    """Make a claim code for a business that nobody acts for yet, such as one that applied by phone."""
    require(by, "business.reach")
    with db.writing() as tx:
        business = tx.lock(Business, business_id)
        if service.agents_of(business.id):
            raise WrongState(_l("Somebody acts for this business already and can let others in."))
        return agents.make_code(tx, business, by=by)


def _known(tx: Transaction, name: str) -> Business | None:
    return tx.session.scalars(
        select(Business).where(func.lower(Business.name) == name.strip().lower(), Business.state.not_in(service.HIDDEN))
        .order_by(Business.id)
    ).first()  # fmt: skip


def _refuse_flood(tx: Transaction, person_id: int | None) -> None:
    waits = tx.session.scalar(
        select(func.count()).select_from(Nomination)
        .where(Nomination.named_by == person_id, Nomination.state.in_(OPEN_STATES))
    )  # fmt: skip
    if (waits or 0) >= MOST_OPEN_PER_PERSON:
        raise TooMany(_l("%(n)s businesses that you named still wait. Stewards will get to them.", n=waits))
