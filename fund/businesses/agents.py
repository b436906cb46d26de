"""Who may act for a business, and how that passes on: by a code that one hands to the next.

A code makes one signed-in person an agent, once. The first code comes from a steward; after that from whoever acts for
the business. The last agent cannot leave without handing over, so that a business with an award always has somebody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.businesses import codes
from fund.businesses.models import Business, BusinessAgent, BusinessCode, Nomination
from fund.db import Transaction, outbox
from fund.errors import Invalid, NotFound, WrongState
from fund.members.models import Person
from fund.permissions import Actor, require

CODE_DAYS = 30
PURPOSE = "business"


def listed(business_id: int) -> Sequence[tuple[BusinessAgent, str]]:
    """Who acts or acted for a business, with names, newest first."""
    rows = db.session.execute(
        select(BusinessAgent, Person.display_name)
        .join(Person, Person.id == BusinessAgent.person_id)
        .where(BusinessAgent.business_id == business_id)
        .order_by(BusinessAgent.until.is_not(None), BusinessAgent.id.desc())
    ).all()
    return [(agent, name) for agent, name in rows]


def make_code(
    tx: Transaction, business: Business, *, nomination_id: int | None = None, hands_over: bool = False, by: Actor
) -> str:
    """Make a code that lets one more person act for the business; gives it as it is read and typed."""
    code = codes.fresh()
    now = tx.now()
    assert by.person_id is not None
    row = tx.add(
        BusinessCode(
            business_id=business.id, nomination_id=nomination_id, secret_hash=codes.digest(PURPOSE, code),
            hands_over=hands_over, made_by=by.person_id, made_at=now, expires_at=now + dt.timedelta(days=CODE_DAYS),
        )
    )  # fmt: skip
    audit.record(tx, "business.code", by=by.person_id, on=("business", business.id), code=row.id)
    return code


def let_in(business_id: int, *, hands_over: bool, by: Actor) -> str:
    """Make a code for another person who shall act for one's business; with `hands_over` in one's own place."""
    require(by, "business.edit")
    with db.writing() as tx:
        business = tx.lock(Business, business_id)
        require(by, "business.edit", business)
        return make_code(tx, business, hands_over=hands_over, by=by)


def claim(code: str, *, by: Actor) -> Business:
    """Use a code: from now on the signed-in person acts for the business.

    Raises Invalid when the code is unknown, used or too old. Two uses at the same moment let in one person.
    """
    require(by, "business.claim")
    assert by.person_id is not None
    with db.writing() as tx:
        rows = tx.lock_all(select(BusinessCode).where(BusinessCode.secret_hash == codes.digest(PURPOSE, code)))
        if not rows or rows[0].used_at is not None or rows[0].expires_at <= tx.now():
            raise Invalid(_l("This code is not valid any more. Ask for a new one."), field="code")
        row = rows[0]
        business = tx.lock(Business, row.business_id)
        add(tx, business, by.person_id, let_in_by=row.made_by)
        row.used_at, row.used_by = tx.now(), by.person_id
        if row.hands_over and row.made_by != by.person_id:
            _end(tx, business.id, row.made_by)
        if row.nomination_id is not None:
            tx.lock(Nomination, row.nomination_id).state = "claimed"
        audit.record(tx, "business.claim", by=by.person_id, on=("business", business.id), code=row.id)
        outbox.post(
            tx, "business_agent_added", person_id=row.made_by, business=business.name, slug=business.slug,
            who=by.display_name,
        )  # fmt: skip
    return business


def add(tx: Transaction, business: Business, person_id: int, *, let_in_by: int | None) -> BusinessAgent:
    """Let a person act for a business from now on; who does so already stays as they are."""
    known = tx.session.scalars(
        select(BusinessAgent).where(
            BusinessAgent.business_id == business.id, BusinessAgent.person_id == person_id,
            BusinessAgent.until.is_(None),
        )
    ).first()  # fmt: skip
    if known is not None:
        return known
    if business.claimed_at is None:
        business.claimed_at = tx.now()
    return tx.add(BusinessAgent(business_id=business.id, person_id=person_id, since=tx.now(), let_in_by=let_in_by))


def end(agent_id: int, *, by: Actor) -> Business:
    """End that somebody (oneself or another) acts for the business. Raises WrongState for the last one."""
    require(by, "business.edit")
    with db.writing() as tx:
        business = tx.lock(Business, tx.get(BusinessAgent, agent_id).business_id)
        if business.id not in by.businesses:
            raise NotFound(_l("There is no such person at this business."))
        require(by, "business.edit", business)
        agent = tx.lock(BusinessAgent, agent_id)
        others = tx.lock_all(
            select(BusinessAgent).where(
                BusinessAgent.business_id == business.id, BusinessAgent.until.is_(None), BusinessAgent.id != agent.id
            )
        )
        if agent.until is not None:
            raise WrongState(_l("This person does not act for the business any more."))
        if not others:
            raise WrongState(_l("Nobody else acts for this business yet. Let somebody in first, or hand over."))
        agent.until = tx.now()
        audit.record(tx, "business.agent_end", by=by.person_id, on=("business", business.id), person=agent.person_id)
    return business


def _end(tx: Transaction, business_id: int, person_id: int) -> None:
    for agent in tx.lock_all(
        select(BusinessAgent).where(
            BusinessAgent.business_id == business_id, BusinessAgent.person_id == person_id,
            BusinessAgent.until.is_(None),
        )
    ):  # fmt: skip
        agent.until = tx.now()
