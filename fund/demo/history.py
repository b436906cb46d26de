"""What the loader enters as history because no feature carries it yet: ballots that came on paper, and repayments.

docs/demo.md lists it. Notes and micro-grants, the other two, are entered in `money`.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from fund import audit, db
from fund.demo.people import TREASURER
from fund.demo.stage import Stage, key
from fund.ledger import history
from fund.voting.models import Participation

CENTS = 100


def came_on_paper(stage: Stage, round_id: int, names: Collection[str]) -> None:
    """Mark the ballots of these people as paper ballots that were keyed in, while voting is open."""
    numbers = [stage.number(name) for name in names]
    with db.writing() as tx:
        rows = tx.lock_all(
            select(Participation)
            .where(Participation.round_id == round_id, Participation.member_id.in_(numbers))
            .order_by(Participation.member_id)
        )
        for row in rows:
            row.channel = "paper"
        tx.session.flush()
        audit.record(tx, "history.paper", by=None, on=("round", round_id), ballots=len(rows))


def repayments(stage: Stage, award_id: int, title: str, parts: Collection[tuple[int, int]]) -> None:
    """Enter what a business has paid back: pairs of (days ago, whole dollars)."""
    for days_ago, amount in parts:
        history.past_repayment(
            award_id=award_id, amount_minor=amount * CENTS, paid_on=stage.day(days_ago),
            entry_id=key("repaid", title, days_ago), by=stage.actor(TREASURER),
        )  # fmt: skip
