"""C2's five worker-owners with their hours, money in the pool, two hands."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from fund import db
from fund.foundation import service as foundation
from fund.ledger.models import Disbursement
from fund.members.models import Person
from fund.payments import service as payments
from fund.permissions import Actor
from fund.surplus import hours, reading, service
from fund.surplus.models import SurplusRun
from tests import factories
from tests.ledger import money

HOURS = {"Ana": 1800, "Bo": 1500, "Cy": 1200, "Dee": 900, "Eli": 600}
SHARES = {"Ana": 720_000, "Bo": 600_000, "Cy": 480_000, "Dee": 360_000, "Eli": 240_000}
SURPLUS = 4_800_000


def founded(pool: int = 6_000_000) -> tuple[Actor, Actor, dict[str, Person]]:
    """The charter in force, two who handle money, five workers."""
    factories.adopt("c2-worker-surplus")
    wren, dana = money.treasurer("Wren"), factories.actor(factories.officer("Dana", class_code="candidate"))
    if pool:
        money.gift(pool, by=wren)
    return wren, dana, {name: factories.member(name, class_code="worker") for name in HOURS}


def recorded(by: Actor, *, others: int = 0) -> int:
    """A period with everybody's hours; gives its number."""
    day = foundation.today()
    period = hours.begin_period("2026", day - dt.timedelta(days=365), day, by=by)
    for name, worked in HOURS.items():
        hours.record_hours(period.id, name, worked * 100, by=by)
    hours.record_others(period.id, others * 100, by=by)
    return period.id


def shared(wren: Actor, dana: Actor, *, others: int = 0) -> SurplusRun:
    """C2's surplus, put up by one and confirmed by the other."""
    run = service.propose(recorded(wren, others=others), SURPLUS, by=wren)
    service.confirm(run.id, by=dana)
    db.session.rollback()
    return db.session.get_one(SurplusRun, run.id)


def shares(run: SurplusRun) -> dict[str, tuple[int, int]]:
    """Cash and account by name."""
    return {one.name: (one.share.cash_minor, one.share.account_minor) for one in reading.shares_of_run(run.id)}


def pay_all(requester: Actor, others: tuple[Actor, Actor]) -> list[Disbursement]:
    """Every payment that waits is approved by two and recorded as paid."""
    import uuid

    rows = db.session.scalars(
        select(Disbursement).where(Disbursement.state == "requested").order_by(Disbursement.id)
    ).all()
    for one in rows:
        for hand in others:
            payments.approve(one.id, seen_hash=one.payload_hash, by=hand)
        payments.settle(one.id, paid_on=foundation.today(), entry_id=uuid.uuid4(), by=requester)
    db.session.rollback()
    return list(rows)
