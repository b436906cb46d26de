"""Losses: what is owed to the fund and will not come back leaves the claim and lies in `expense:losses`.

Who bears a loss (the reserve, then layer after layer of capital) is told above this room: whoever does it adds itself to
`LISTENERS` and is called in the same transaction; what it will hold, it holds before any balance (`HELD_FIRST`), so that
nobody waits in a circle. What is recovered later is an income of its own.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from fund.db import Transaction
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.books import Draft, post_entry
from fund.ledger.models import Account, Entry


@dataclass(frozen=True)
class Loss:
    """A loss that was just booked: on which award, how much, under which decision, by which entry."""

    award_id: int
    amount_minor: int
    decision_id: int
    by: int | None
    entry_id: uuid.UUID


HELD_FIRST: list[Callable[[Transaction], None]] = []
"""Called before a loss is booked, to hold rows that come before balances in the order of locks."""
LISTENERS: list[Callable[[Transaction, Loss], None]] = []
"""Called with each loss, in the order in which they were added."""


def write_off(tx: Transaction, claim: Account, loss: Loss, *, memo: str) -> Entry:
    """Book a loss on a claim under a decision, and tell who listens. Raises Invalid when the claim is smaller."""
    for hold in HELD_FIRST:
        hold(tx)
    entry = post_entry(
        tx,
        Draft(
            id=loss.entry_id, kind="write_off", memo=memo[:300], occurred_on=foundation.today_in(tx), by=loss.by,
            decision_id=loss.decision_id,
            lines=[(accounts.named(tx, accounts.LOSSES), loss.amount_minor), (claim, -loss.amount_minor)],
        ),
    )  # fmt: skip
    for listener in LISTENERS:
        listener(tx, loss)
    return entry
