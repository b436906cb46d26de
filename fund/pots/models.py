"""What was put into a pot, sum by sum (FIELD B2 `setasides`, C4, C6).

A *pot* is money that only some may receive or only some decide about; its code is that of the charter's set-aside or
pool, its account `cash:pot-<code>`, and while a round decides about it `cash:round-<id>-<code>`. A *lot* is one sum that
was put in: by a round that opened, by a contribution, or by an award that gave money back. Of a lot everything is
somewhere: spent, released to the free money, or left. The oldest is spent first. What is left of the lots of a pot is
what its accounts hold; `fund check` compares them.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from fund.db import MinorUnits, Model, guards

CAME_FROM = ("round", "contribution", "returned")


class PotLot(Model):
    """One sum in a pot. `releases_on` is the day from which what is left of it is open to all; none: never.

    `in_round_id` names the round that decides about it now; while it is empty the money lies in the pot.
    """

    __tablename__ = "pot_lot"
    __table_args__ = (
        CheckConstraint(f"came_from IN {CAME_FROM!r}", name="came_from"),
        CheckConstraint("amount_minor >= 0 AND spent_minor >= 0 AND released_minor >= 0", name="amounts"),
        CheckConstraint("left_minor >= 0 AND left_minor = amount_minor - spent_minor - released_minor", name="left"),
        CheckConstraint("released_minor = 0 OR releases_on IS NOT NULL", name="released_by_its_rule"),
        Index("ix_pot_lot_pot", "pot_code", "left_minor"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pot_code: Mapped[str] = mapped_column(String(48))
    came_from: Mapped[str] = mapped_column(String(12))
    fed_on: Mapped[dt.date]
    releases_on: Mapped[dt.date | None]
    amount_minor: Mapped[int] = mapped_column(MinorUnits)
    spent_minor: Mapped[int] = mapped_column(MinorUnits, default=0)
    released_minor: Mapped[int] = mapped_column(MinorUnits, default=0)
    left_minor: Mapped[int] = mapped_column(MinorUnits)
    fed_round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"), index=True)
    in_round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"), index=True)
    entry_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("entry.id"), index=True)


guards.forbid("pot_lot", "DELETE", message="what was put into a pot is never forgotten")
guards.forbid(
    "pot_lot", "UPDATE",
    when="NEW.pot_code <> OLD.pot_code OR NEW.fed_on <> OLD.fed_on OR NEW.releases_on IS DISTINCT FROM OLD.releases_on"
    " OR NEW.released_minor < OLD.released_minor OR NEW.amount_minor > OLD.amount_minor",
    message="money set aside keeps its pot and its day, and what was released stays released",
)  # fmt: skip
