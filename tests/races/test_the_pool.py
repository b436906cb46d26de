"""Fifty people spend at the same moment from a pool that holds ten payments: ten are written, nothing falls below zero."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from fund import db
from fund.foundation import service as foundation
from fund.identity import actor_for
from fund.ledger.accounts import balance_of
from fund.ledger.models import Balance, Entry
from tests import factories
from tests.ledger import money
from tests.races.serving import Arena, Reply, at_once, inside

pytestmark = pytest.mark.served
SPENDERS = 50


def prepared(arena: Arena) -> tuple[str, int, str]:
    """A pool of 1,000, a rule that allows costs, a treasurer."""
    factories.found()
    factories.adopt("millrace")
    hand = factories.officer("Imani", "treasurer")
    money.gift(100_000, by=actor_for(hand.id))
    rule = money.rule_for_costs()
    return arena.cookies([hand])[0], rule.id, foundation.today().isoformat()


def raced(arena: Arena, *, unlocked: bool) -> tuple[list[Reply], str]:
    """Fifty costs of 100 at once."""
    cookie, decision, today = inside(arena, lambda: prepared(arena))
    with arena.serving(unlocked=unlocked) as log:

        def spend(n: int) -> Reply:
            connection = arena.connect()
            fields = {"amount": "100", "memo": f"Stamps {n}", "paid_on": today, "decision": str(decision)}
            reply = arena.post(connection, "/treasury/costs/new", cookie, request_id=str(uuid.uuid4()), **fields)
            connection.close()
            return reply

        replies = at_once(SPENDERS, spend)
    return replies, log.read_text()


def problems(replies: list[Reply], log: str) -> list[str]:
    """Everything that is not as it must be after the race."""
    wrong = [line for line in log.splitlines() if "Traceback" in line or "fault in" in line]
    wrong += [str(reply.status) for reply in replies if reply.status not in (303, 422)]
    paid, written = (
        sum(reply.status == 303 for reply in replies),
        db.session.query(Entry).filter_by(kind="cost").count(),
    )
    wrong += [] if paid == written == 10 else [f"{paid} acknowledged, {written} written"]
    free = balance_of("cash:free")
    wrong += [] if free is not None and free.posted_minor == 0 else [f"{free and free.posted_minor} left"]
    wrong += ["below zero" for row in db.session.query(Balance) if row.posted_minor < 0 and row.floor_minor is not None]
    return wrong


def test_fifty_payments_at_once_never_take_the_pool_below_zero(database_url: str, tmp_path: Path) -> None:
    arena = Arena(database_url, tmp_path)
    replies, log = raced(arena, unlocked=False)
    assert inside(arena, lambda: problems(replies, log)) == []
    inside(arena, factories.dispose)


def test_without_locks_the_books_are_wrong_or_break(database_url: str, tmp_path: Path) -> None:
    arena = Arena(database_url, tmp_path)
    replies, log = raced(arena, unlocked=True)
    assert inside(arena, lambda: problems(replies, log))
    inside(arena, factories.dispose)
