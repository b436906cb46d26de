"""What the loader enters as history because no feature carries it yet: ballots that came on paper.

docs/demo.md lists it; everything else goes through the verbs that people use.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from fund import audit, db
from fund.demo.stage import Stage
from fund.voting.models import Participation


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
