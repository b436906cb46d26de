"""Fifty people spend at the same moment from a small pool: each dollar goes out once, and nothing falls below zero.

Once costs from the free money, once instalments of awards that five people each approve and record as paid. Each
control runs the same race without locks, and sees an account that paid out more than it ever held.
"""

from __future__ import annotations

import http.client
import time
import uuid
from pathlib import Path

import pytest
from sqlalchemy import func, select

from fund import db
from fund.awards import payments
from fund.db import guards
from fund.foundation import service as foundation
from fund.identity import actor_for
from fund.ledger.models import Account, Balance, Disbursement, Entry, Posting
from fund.members.models import Person
from tests import factories
from tests.awards import winners
from tests.ledger import money
from tests.races.serving import Arena, Reply, at_once, in_turns, inside

pytestmark = pytest.mark.served
SPENDERS = 50
EACH_PAYMENT = 5
"""How many people approve one payment, and then record it as paid, at once."""
AWARD_MINOR = 10_000


def rule_and_pool(arena: Arena) -> tuple[str, int]:
    """A pool of 1,000, a rule that allows costs, a treasurer."""
    factories.found()
    factories.adopt("millrace")
    hand = factories.officer("Imani", "treasurer")
    money.gift(100_000, by=actor_for(hand.id))
    rule = money.rule_for_costs()
    return arena.cookies([hand])[0], rule.id


def costs_at_once(arena: Arena, *, unlocked: bool) -> tuple[list[Reply], str]:
    """Fifty costs of 100 asked for at once."""
    cookie, decision = inside(arena, lambda: rule_and_pool(arena))
    with arena.serving(unlocked=unlocked) as log:

        def spend(n: int) -> Reply:
            connection = arena.connect()
            fields = {"kind": "cost", "payee": f"Shop {n}", "amount": "100", "purpose": f"Stamps {n}"}
            reply = arena.post(connection, "/payments/new", cookie, decision=str(decision), **fields)
            connection.close()
            return reply

        replies = at_once(SPENDERS, spend)
    return replies, log.read_text()


def awards_and_hands(arena: Arena, n: int) -> tuple[list[tuple[int, str]], list[Person], Person]:
    """As many signed awards as the pool can just pay, each with its only instalment asked for; who approves; who pays."""
    factories.found()
    factories.adopt()
    stewards = [factories.officer(f"Steward {number}") for number in range(EACH_PAYMENT)]
    treasurer, wren = factories.officer("Ruth", "treasurer"), factories.actor(factories.officer("Wren"))
    slugs = [f"shop-{number}" for number in range(n)]
    whole = n * AWARD_MINOR
    ended = winners.final_round([(slug, AWARD_MINOR, "grant") for slug in slugs], budget_minor=whole, pool_minor=whole)
    asked = []
    for slug, award in zip(slugs, winners.offered(ended, *slugs), strict=True):
        winners.signed(ended, slug, award, wren)
        payment = winners.payment_of(winners.tranches(award.id)[0])
        asked.append((payment.id, payment.payload_hash.hex()))
    return asked, stewards, treasurer


def payments_at_once(arena: Arena, n: int) -> tuple[list[list[Reply]], str]:
    """Five hands approve each payment, then five record each as paid; all payments at the same moment."""
    asked, stewards, treasurer = inside(arena, lambda: awards_and_hands(arena, n))
    cookies, (ruth,) = arena.cookies(stewards), arena.cookies([treasurer])
    today = inside(arena, lambda: foundation.today().isoformat())
    with arena.serving() as log:

        def act(turn: int, client: int, connection: http.client.HTTPConnection) -> Reply:
            payment, seen = asked[client % n]
            if turn == 0:
                return arena.post(connection, f"/payments/{payment}/approve", cookies[client // n], seen=seen)
            return pay(arena, connection, payment, ruth, today)

        replies = in_turns(n * EACH_PAYMENT, 2, act, arena)
    return replies, log.read_text()


def unprotected_payments(arena: Arena) -> None:
    """The control: four approved payments, each recorded as paid by four hands one after the other, without locks and
    without the guard that lets no payment be paid twice."""

    def prepare() -> tuple[list[int], str]:
        asked, stewards, treasurer = awards_and_hands(arena, 4)
        for payment, seen in asked:
            for steward in stewards[:2]:
                payments.approve_payment(payment, seen_hash=bytes.fromhex(seen), by=actor_for(steward.id))
        return [payment for payment, _seen in asked], arena.cookies([treasurer])[0]

    def drop_guard() -> None:
        (guard,) = (one for one in guards.registered() if one.table == "disbursement" and one.operation == "UPDATE")
        with db.writing() as tx:
            on = " ON disbursement" if tx.session.connection().dialect.name == "postgresql" else ""
            tx.session.connection().exec_driver_sql(f"DROP TRIGGER {guard.name}{on}")

    asked, ruth = inside(arena, prepare)
    today = inside(arena, lambda: foundation.today().isoformat())

    def act(_turn: int, client: int, connection: http.client.HTTPConnection) -> Reply:
        time.sleep(0.06 * (client // 4))
        return pay(arena, connection, asked[client % 4], ruth, today)

    with arena.serving(unlocked=True):
        inside(arena, drop_guard)  # only now: the program does not start without its guards
        in_turns(16, 1, act, arena)


def pay(arena: Arena, connection: http.client.HTTPConnection, payment: int, cookie: str, today: str) -> Reply:
    """Record one payment as paid today, as a form of its own."""
    fields = {"paid_on": today, "request_id": str(uuid.uuid4())}
    return arena.post(connection, f"/payments/{payment}/paid", cookie, **fields)


def broken(replies: list[Reply], log: str) -> list[str]:
    """Faults of the server, and answers that are neither done nor a refusal in words."""
    wrong = [line for line in log.splitlines() if "Traceback" in line or "fault in" in line]
    return wrong + [str(reply.status) for reply in replies if reply.status not in (303, 409, 422)]


def below_zero() -> list[str]:
    """Accounts with a floor that hold less than it, by what is kept and by the sum of what was ever booked."""
    booked = select(Posting.account_id, func.sum(Posting.amount_minor).label("total")).group_by(Posting.account_id)
    sums = booked.subquery()
    rows = db.session.execute(
        select(Account.code, Balance.posted_minor, Balance.floor_minor, sums.c.total)
        .join(Balance, Balance.account_id == Account.id)
        .join(sums, sums.c.account_id == Account.id)
        .where(Balance.floor_minor.is_not(None))
    )
    return [
        f"{code}: {kept} kept, {total} booked"
        for code, kept, floor, total in rows
        if min(kept, int(total)) < floor or kept != total
    ]


def asked_for() -> int:
    """The sum of all payments that are asked for, in minor units."""
    return int(db.session.scalar(select(func.sum(Disbursement.amount_minor))) or 0)


def entries(kind: str) -> int:
    """How many entries of one kind stand in the books."""
    return db.session.query(Entry).filter_by(kind=kind).count()


def test_fifty_costs_at_once_never_take_the_pool_below_zero(database_url: str, tmp_path: Path) -> None:
    arena = Arena(database_url, tmp_path)
    replies, log = costs_at_once(arena, unlocked=False)
    assert broken(replies, log) == []
    assert sum(reply.status == 303 for reply in replies) == 10
    assert inside(arena, asked_for) == inside(arena, lambda: money.held("cash:free")) == 100_000
    assert inside(arena, below_zero) == []
    inside(arena, factories.dispose)


def test_without_locks_costs_overspend_the_pool(database_url: str, tmp_path: Path) -> None:
    arena = Arena(database_url, tmp_path)
    costs_at_once(arena, unlocked=True)
    assert inside(arena, asked_for) > inside(arena, lambda: money.held("cash:free"))
    inside(arena, factories.dispose)


@pytest.mark.parametrize("n", [4, pytest.param(10, marks=pytest.mark.long)])
def test_instalments_approved_and_paid_at_once_go_out_once(database_url: str, tmp_path: Path, n: int) -> None:
    arena = Arena(database_url, tmp_path)
    (approvals, paid), log = payments_at_once(arena, n)
    assert broken([*approvals, *paid], log) == []
    assert sum(reply.status == 303 for reply in approvals) == 2 * n, "two people approve each, the others come too late"
    assert sum(reply.status == 303 for reply in paid) == inside(arena, lambda: entries("payment")) == n
    assert inside(arena, below_zero) == []
    inside(arena, factories.dispose)


def test_without_locks_and_guard_instalments_go_out_twice(database_url: str, tmp_path: Path) -> None:
    arena = Arena(database_url, tmp_path)
    unprotected_payments(arena)
    assert "cash:award-" in " ".join(inside(arena, below_zero))
    assert inside(arena, lambda: entries("payment")) > 4
    inside(arena, factories.dispose)
