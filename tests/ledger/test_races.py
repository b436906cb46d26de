"""Fifty who spend at once from a small pool: never below nothing, and each dollar once. The control spends without the
lock and the constraint, and overspends: so the test can see what it looks for."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from fund import db
from fund.awards import payments
from fund.errors import FundError
from fund.foundation import service as foundation
from fund.ledger import accounts, books
from fund.ledger.models import Account, Approval, Balance, Entry, Posting
from tests import factories
from tests.awards import winners
from tests.ledger import money

HANDS = 50
COST = 1_000
POOL = 10_000


@pytest.fixture(autouse=True)
def _charter(app: Flask) -> None:
    factories.adopt()


def all_at_once(app: Flask, act: Callable[[int], Any], *, hands: int = HANDS) -> list[Any]:
    """What each of many threads got from `act(number)`: its answer, or the refusal. Other errors fail the test."""
    start, answers = threading.Barrier(hands), [None] * hands

    def run(number: int) -> None:
        with app.app_context():
            start.wait()
            try:
                answers[number] = act(number)
            except Exception as error:
                answers[number] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(hands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return answers


def test_fifty_costs_at_once_spend_a_small_pool_exactly_once(app: Flask) -> None:
    by, rule = money.treasurer(), money.rule_for_costs()
    money.gift(POOL, by=by)
    answers = all_at_once(app, lambda _n: money.cost(COST, rule, by=by))
    refused = [one for one in answers if isinstance(one, Exception)]
    assert all(isinstance(one, FundError) for one in refused), [
        one for one in refused if not isinstance(one, FundError)
    ]
    assert len(answers) - len(refused) == POOL // COST
    assert money.held("cash:free") == posted("cash:free") == 0


def test_without_lock_and_constraint_the_same_overspends(app: Flask) -> None:
    by, rule = money.treasurer(), money.rule_for_costs()
    money.gift(POOL, by=by)
    with db.writing() as tx:
        accounts.named(tx, accounts.COSTS)

    def careless(_number: int) -> None:
        row = accounts.balance_of(accounts.FREE)
        assert row is not None
        seen = row.posted_minor
        db.session.rollback()
        time.sleep(0.02)
        if seen < COST:
            return
        with db.writing() as tx:
            free, costs = accounts.free(tx), accounts.named(tx, accounts.COSTS)
            entry_id = uuid.uuid4()
            lines = [(costs, COST), (free, -COST)]
            for line, (account, amount) in enumerate(lines, start=1):
                tx.add(Posting(entry_id=entry_id, line=line, account_id=account.id, amount_minor=amount))
            draft = books.Draft(entry_id, "cost", "Stamps", lines, foundation.today(), by.person_id, rule.id)
            data = books.entry_bytes(draft, tx.now())
            tx.add(
                Entry(
                    id=entry_id, kind="cost", memo="Stamps", occurred_on=draft.occurred_on, posted_at=tx.now(),
                    decision_id=rule.id, entry_bytes=data, entry_hash=books.entry_hash(data),
                )
            )  # fmt: skip
            tx.session.query(Balance).filter_by(account_id=free.id).update({"posted_minor": seen - COST})

    all_at_once(app, careless, hands=20)
    assert posted("cash:free") < 0


def test_the_database_refuses_an_overdraft_even_when_nobody_looked(app: Flask) -> None:
    money.gift(POOL, by=money.treasurer())
    with pytest.raises(DBAPIError), db.writing() as tx:
        tx.session.query(Balance).filter_by(account_id=accounts.free(tx).id).update({"posted_minor": -1})


def test_fifty_approvals_and_fifty_payments_of_one_instalment_pay_once(app: Flask) -> None:
    imani, wren = money.treasurer("Imani T."), factories.actor(factories.officer("Wren"))
    stewards = [factories.actor(factories.officer(f"Steward {n}")) for n in range(5)]
    ended = winners.final_round([("care", 400_000, "grant")])
    (award,) = winners.offered(ended, "care")
    winners.signed(ended, "care", award, wren)
    payment = winners.payment_of(winners.tranches(award.id)[0])
    agreed = all_at_once(
        app,
        lambda n: payments.approve_payment(payment.id, seen_hash=payment.payload_hash, by=stewards[n % 5]),
        hands=25,
    )
    assert all(not isinstance(one, Exception) or isinstance(one, FundError) for one in agreed)
    assert db.session.scalar(select(func.count()).select_from(Approval)) == 2
    today = foundation.today()
    keys = [uuid.uuid4() for _n in range(HANDS)]
    done = all_at_once(
        app,
        lambda n: payments.record_paid(payment.id, paid_on=today, entry_id=keys[n // 2], by=imani),
    )
    assert all(not isinstance(one, Exception) or isinstance(one, FundError) for one in done)
    assert len(money.entries("payment")) == 1
    assert money.held(f"cash:award-{award.id}") == posted(f"cash:award-{award.id}") == 0


def test_fifty_times_the_same_form_at_once_is_one_gift(app: Flask) -> None:
    by, key, day = money.treasurer(), uuid.uuid4(), foundation.today()
    answers = all_at_once(app, lambda _n: money.gift(POOL, by=by, key=key, on=day), hands=25)
    assert all(not isinstance(one, Exception) or isinstance(one, FundError) for one in answers), answers
    assert money.held("cash:free") == posted("cash:free") == POOL


def posted(code: str) -> int:
    """The sum of an account's postings."""
    return int(
        db.session.scalar(
            select(func.coalesce(func.sum(Posting.amount_minor), 0))
            .join(Account, Account.id == Posting.account_id)
            .where(Account.code == code)
        )
        or 0
    )
