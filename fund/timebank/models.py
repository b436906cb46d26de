"""The time bank: who gave hours or goods to whom, or to the fund as a whole (FIELD B4, E).

All hours are equal. Nothing here has a price, no entry of the books comes of it, and no vote hangs on it. A record that
somebody says is not so is taken back, never deleted. Time is in minutes.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from fund.db import Model, UTCDateTime, guards


class TimebankRecord(Model):
    """Something given on a day: hours (`minutes`) or goods. Nobody on one side means the fund as a whole."""

    __tablename__ = "timebank_record"
    __table_args__ = (
        CheckConstraint("kind IN ('hours', 'goods')", name="kind"),
        CheckConstraint("(kind = 'hours' AND minutes > 0) OR (kind = 'goods' AND minutes = 0)", name="minutes"),
        CheckConstraint("giver_id IS NOT NULL OR receiver_id IS NOT NULL", name="somebody"),
        CheckConstraint("giver_id IS NULL OR receiver_id IS NULL OR giver_id <> receiver_id", name="two_sides"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    giver_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    receiver_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    minutes: Mapped[int] = mapped_column(default=0)
    what: Mapped[str] = mapped_column(String(200))
    given_on: Mapped[dt.date]
    recorded_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    taken_back_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    request_id: Mapped[uuid.UUID] = mapped_column(Uuid(as_uuid=True), unique=True)


guards.append_only(
    "timebank_record", but=("taken_back_at",),
    columns=("id", "kind", "giver_id", "receiver_id", "minutes", "what", "given_on", "recorded_by", "recorded_at",
             "request_id"),
)  # fmt: skip
