"""Steps with the lots of a pot, inside a transaction that is open and has moved the money, or is about to.

Each takes sums in minor units. None of them writes an entry; who calls them does, so that books and lots change
together or not at all.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund.db import Transaction
from fund.errors import Invalid
from fund.foundation import service as foundation
from fund.pots.models import PotLot


def put_in(
    tx: Transaction, code: str, amount_minor: int, *, came_from: str, round_id: int | None = None,
    held_by: int | None = None, releases_on: dt.date | None = None, entry_id: uuid.UUID | None = None,
) -> PotLot | None:  # fmt: skip
    """A new lot of today; None for nothing. `round_id` put it in, `held_by` decides about it now."""
    if not amount_minor:
        return None
    return tx.add(
        PotLot(
            pot_code=code, came_from=came_from, fed_on=foundation.today_in(tx), releases_on=releases_on,
            amount_minor=amount_minor, left_minor=amount_minor, fed_round_id=round_id, in_round_id=held_by,
            entry_id=entry_id,
        )
    )  # fmt: skip


def held(tx: Transaction, code: str, *, held_by: int | None = None) -> Sequence[PotLot]:
    """Lots of a pot with something left, the oldest first: those that lie in the pot, or that a round holds."""
    place = PotLot.in_round_id.is_(None) if held_by is None else PotLot.in_round_id == held_by
    return tx.lock_all(
        select(PotLot).where(PotLot.pot_code == code, place, PotLot.left_minor > 0).order_by(PotLot.fed_on, PotLot.id)
    )


def left_of(found: Sequence[PotLot]) -> int:
    """What is left of these, in minor units."""
    return sum(lot.left_minor for lot in found)


def spend(tx: Transaction, code: str, amount_minor: int, *, held_by: int | None = None) -> None:
    """Take a sum out of the oldest lots. Raises Invalid when there is less."""
    for lot in held(tx, code, held_by=held_by):
        taken = min(lot.left_minor, amount_minor)
        lot.spent_minor += taken
        lot.left_minor -= taken
        amount_minor -= taken
    if amount_minor:
        raise Invalid(_l("There is not that much in this pot."), field="amount")
    tx.session.flush()


def move(tx: Transaction, code: str, *, out_of: int | None, into: int | None) -> int:
    """Give every lot that lies in one place (a round, or None: the pot) to another; gives how much that is."""
    found = held(tx, code, held_by=out_of)
    for lot in found:
        lot.in_round_id = into
    tx.session.flush()
    return left_of(found)


def latest_of(tx: Transaction, code: str, round_id: int) -> PotLot | None:
    """The lot that a round put into a pot."""
    return tx.session.scalars(
        select(PotLot).where(PotLot.pot_code == code, PotLot.fed_round_id == round_id).order_by(PotLot.id.desc())
    ).first()
