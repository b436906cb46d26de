"""What stands beside contributions: what may become grants, the scale of the land gift, reminders of dues."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fund.db import JsonText, MinorUnits, Model, UTCDateTime, guards


class GrantClaim(Model):
    """How much of a round's or an award's money may become grants; what can be granted is counted without it."""

    __tablename__ = "grant_claim"
    __table_args__ = (CheckConstraint("most_minor > 0", name="most"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    most_minor: Mapped[int] = mapped_column(MinorUnits)


class LandGiftScale(Model):
    """The scale of the voluntary land gift, as its receivers set it; the newest is shown."""

    __tablename__ = "land_gift_scale"

    id: Mapped[int] = mapped_column(primary_key=True)
    receivers: Mapped[str] = mapped_column(String(160))
    scale: Mapped[list[list[str]]] = mapped_column(JsonText)
    words: Mapped[str] = mapped_column(Text, default="")
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class DuesReminder(Model):
    """Whether a member wants to be reminded of dues, and the pledge of which they were reminded last."""

    __tablename__ = "dues_reminder"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    wanted: Mapped[bool] = mapped_column(default=True)
    reminded_of_id: Mapped[int | None] = mapped_column(ForeignKey("contribution.id"))


guards.append_only("land_gift_scale")
