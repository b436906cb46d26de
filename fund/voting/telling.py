"""What voting tells people, by the outbox, in an order that tells nothing about who did what when (TRUST 3.4).

That somebody took part is told in shuffled batches of at least ten, the rest when voting ends; never what was chosen,
and never a receipt.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from fund.db import Transaction
from fund.db.outbox import OutboxMessage
from fund.foundation import service as foundation
from fund.rounds.models import Round
from fund.voting.models import Elector, Participation

BATCH = 10
TOOK_PART = "took_part"


def electors(tx: Transaction, round_: Round, kind: str, **facts: Any) -> None:
    """Tell everybody on the roll."""
    people = tx.session.scalars(select(Elector.member_id).where(Elector.round_id == round_.id)).all()
    _post(tx, round_, kind, people, **facts)


def took_part(tx: Transaction, round_: Round, *, all_of_them: bool) -> None:
    """Tell those who took part and were not told yet, once they are ten or when voting has ended."""
    told = select(OutboxMessage.person_id).where(
        OutboxMessage.kind == TOOK_PART, OutboxMessage.dedupe_key.like(f"{TOOK_PART}:{round_.id}:%")
    )
    people = tx.session.scalars(
        select(Participation.member_id).where(Participation.round_id == round_.id, Participation.member_id.not_in(told))
    ).all()
    if people and (all_of_them or len(people) >= BATCH):
        _post(tx, round_, TOOK_PART, people, ended=int(all_of_them), dedupe=True)


def _post(
    tx: Transaction, round_: Round, kind: str, people: Collection[int], *, dedupe: bool = False, **facts: Any
) -> None:
    if not people:
        return
    order = sorted(people, key=lambda _person: secrets.randbits(64))
    zone = foundation.zone()
    closes = round_.closes_at.astimezone(zone).isoformat(timespec="minutes") if round_.closes_at else ""
    common = {"round": round_.title, "slug": round_.slug, "closes_at": closes, **facts}
    tx.session.add_all(
        OutboxMessage(
            kind=kind, person_id=person_id, facts=common, due_at=tx.now(),
            dedupe_key=f"{kind}:{round_.id}:{person_id}" if dedupe else None,
        )
        for person_id in order
    )  # fmt: skip
    tx.wake()
    tx.session.flush()
