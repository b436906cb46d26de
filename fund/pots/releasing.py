"""Release by the clock: what was kept and not used in its days is open to all from then on (FIELD C4).

The days count from the day on which a round put the money in. What a round decides about at that moment is released
once it comes back unused; what waits for a payment is not released. Each lot is released once, by one entry.
"""

from __future__ import annotations

import uuid

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.db import Transaction
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.books import Draft, post_entry
from fund.pots.models import PotLot

_ENTRIES = uuid.UUID("5b0b9a4e-3b6a-49a6-8a57-0c3d6b1f2e90")


def release_due() -> int:
    """Release what is due in every pot; gives how many lots. Doing it twice changes nothing."""
    due = db.session.scalars(_due().with_only_columns(PotLot.id)).all()
    return sum(_release(lot_id) for lot_id in due)


def _due():  # type: ignore[no-untyped-def]
    return (
        select(PotLot)
        .where(PotLot.in_round_id.is_(None), PotLot.left_minor > 0, PotLot.releases_on <= foundation.today())
        .order_by(PotLot.id)
    )


def _release(lot_id: int) -> bool:
    with db.writing() as tx:
        code = tx.get(PotLot, lot_id).pot_code
        source, free = accounts.of_pot(tx, code), accounts.free(tx)
        held = accounts.lock_balances(tx, [source.id, free.id])[source.id]
        lot = tx.lock(PotLot, lot_id)
        amount = min(lot.left_minor, held.posted_minor - held.reserved_minor)
        if not _is_due(tx, lot) or amount <= 0:
            return False
        lot.released_minor += amount
        lot.left_minor -= amount
        tx.session.flush()
        post_entry(
            tx,
            Draft(
                id=uuid.uuid5(_ENTRIES, f"{lot.id}:{lot.released_minor}"), kind="transfer",
                memo=str(_l("%(name)s: not used in its time, now open to all", name=source.name))[:300],
                lines=[(free, amount), (source, -amount)], occurred_on=foundation.today_in(tx),
            ),
        )  # fmt: skip
        audit.record(tx, "pots.release", by=None, on=("pot_lot", lot.id), pot=code, amount_minor=amount)
    return True


def _is_due(tx: Transaction, lot: PotLot) -> bool:
    return lot.in_round_id is None and lot.releases_on is not None and lot.releases_on <= foundation.today_in(tx)
