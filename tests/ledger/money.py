"""Ready-made money for tests: hands that may record it, a pool with something in it, decisions to spend under."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import select

from fund import db
from fund.decisions import service as decisions
from fund.decisions.models import Decision
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger import service as ledger
from fund.ledger.contributions import NewContribution
from fund.ledger.models import Contribution, Entry
from fund.permissions import Actor
from tests import factories


def treasurer(name: str = "Imani") -> Actor:
    """A treasurer."""
    return factories.actor(factories.officer(name, "treasurer"))


def gift(amount_minor: int, *, by: Actor, on: dt.date | None = None, key: uuid.UUID | None = None) -> Contribution:
    """A gift to the pool."""
    new = NewContribution("gift", on or foundation.today(), amount_minor, request_id=key or uuid.uuid4())
    return ledger.record_contribution(new, by=by)


def rule_for_costs(limit_minor: int | None = None) -> Decision:
    """A standing rule that two people stand for."""
    one, other = treasurer("Wren"), treasurer("Tomas")
    new = decisions.NewDecision("standing_rule", "Stamps and paper", "As we said.", foundation.today(), limit_minor)
    return decisions.confirm(decisions.record_decision(new, by=one).id, by=other)


def cost(
    amount_minor: int, decision: Decision, *, by: Actor, key: uuid.UUID | None = None, on: dt.date | None = None,
    memo: str = "Stamps",
) -> Entry:  # fmt: skip
    """The entry of a cost that was paid from the pool, as settling a payment writes it."""
    with db.writing() as tx:
        lines = [(accounts.named(tx, accounts.COSTS), amount_minor), (accounts.free(tx), -amount_minor)]
        return ledger.post_entry(
            tx,
            ledger.Draft(key or uuid.uuid4(), "cost", memo, lines, on or foundation.today(), by.person_id, decision.id),
        )


def promised(code: str, amount_minor: int) -> Entry:
    """Free money set aside in an account of its own, as an approved week of micro-grants does."""
    with db.writing() as tx:
        lines = [(accounts.named(tx, code), amount_minor), (accounts.free(tx), -amount_minor)]
        return ledger.post_entry(tx, ledger.Draft(uuid.uuid4(), "reservation", "Promised", lines, foundation.today()))


def held(code: str) -> int:
    """What an account holds."""
    row = accounts.balance_of(code)
    return row.posted_minor if row else 0


def entries(kind: str) -> list[Entry]:
    """Entries of one kind."""
    return list(db.session.scalars(select(Entry).where(Entry.kind == kind)))
