"""A loss that is shared while a note is paid: both hold notes before balances, so neither waits for the other for ever.

The control takes the first step of that order away: on PostgreSQL the two then wait in a circle and one is thrown out;
SQLite has one writer at a time, and knows no circle.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import ORMExecuteState, Session

from fund.db import alchemy
from fund.errors import FundError
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.notes import losses, payouts
from fund.notes.models import Note
from fund.operations import check
from fund.payments import service as payments
from fund.permissions import Actor
from tests import factories
from tests.ledger import money
from tests.ledger.test_races import all_at_once
from tests.notes import terms

MOMENT_SECONDS = 0.15


@contextmanager
def slowly() -> Iterator[None]:
    """Whoever has locked a note or a balance takes a moment to think."""

    def think(state: ORMExecuteState) -> Any:
        if not state.is_select or getattr(state.statement, "_for_update_arg", None) is None:
            return None
        statement: Any = state.statement
        if statement.get_final_froms()[0].name not in ("note", "balance"):
            return None
        found = state.invoke_statement().freeze()
        time.sleep(MOMENT_SECONDS)
        return found()

    event.listen(Session, "do_orm_execute", think)
    try:
        yield
    finally:
        event.remove(Session, "do_orm_execute", think)


def loss_and_payment(app: Flask) -> list[Any]:
    """What came of a loss shared over the layers, and of the payment of a note, both at once."""
    factories.adopt("c1-commons-fund")
    by, second = terms.treasurer(), factories.actor(factories.officer("Dana", class_code="voting"))
    third = factories.actor(factories.officer("Wren", class_code="voting"))
    money.gift(1_000, by=by)
    note = terms.note("anchor", 10_000, by=by)
    consent = terms.decided("consent", by=by, second=second)
    payment = payouts.request(note.id, part="principal", amount_minor=50_000, decision_id=consent.id, by=by)
    for hand in (second, third):
        payments.approve(payment.id, seen_hash=payment.payload_hash, by=hand)
    acts = [lambda: lose(by, consent.id), lambda: pay(payment.id, by)]
    with slowly():
        answers = all_at_once(app, lambda number: acts[number](), hands=2)
    assert check_holds()
    return answers


def lose(by: Actor, decision_id: int) -> str:
    run = losses.record_loss(amount_minor=200_000, memo="Stolen", decision_id=decision_id, entry_id=uuid.uuid4(), by=by)
    assert run is not None
    return "shared"


def pay(payment_id: int, by: Actor) -> str:
    return payments.settle(payment_id, paid_on=foundation.today(), entry_id=uuid.uuid4(), by=by).state


def check_holds() -> bool:
    return not [fault for _sentence, faults in check.examined(check.invariants()) for fault in faults]


def test_a_loss_is_shared_while_a_note_is_paid(app: Flask) -> None:
    assert loss_and_payment(app) == ["shared", "paid"]
    assert money.held(accounts.LOSSES) == 0
    assert alchemy.session.query(Note).one().owed_minor == 1_000_000 - 50_000 - (200_000 - 1_000)


def test_in_another_order_of_locks_the_two_wait_in_a_circle(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(losses, "hold_notes", lambda tx: None)
    answers = loss_and_payment(app)
    thrown_out = [one for one in answers if isinstance(one, DBAPIError) and not isinstance(one, FundError)]
    assert bool(thrown_out) == (alchemy.engines[None].dialect.name == "postgresql"), answers
