"""Tables of the foundation: the one fund of this database, and every version of its charter."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fund.db import JsonText, Model, StoredBytes, UTCDateTime, guards

FUND_STATES = ("draft", "active", "winding_down", "closed")
CHARTER_STATES = ("draft", "proposed", "adopted", "superseded")
INSTANCES = ("production", "demo", "test")


class Fund(Model):
    """The fund: one row. Currency, zone and languages come from its charter; the currency never changes."""

    __tablename__ = "fund"
    __table_args__ = (
        CheckConstraint("id = 1", name="one_row"),
        CheckConstraint(f"state IN {FUND_STATES!r}", name="state"),
        CheckConstraint(f"instance IN {INSTANCES!r}", name="instance"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    name: Mapped[str] = mapped_column(String(120))
    area: Mapped[str] = mapped_column(String(200), default="")
    currency: Mapped[str] = mapped_column(String(3), default="USD")
    timezone: Mapped[str] = mapped_column(String(60), default="UTC")
    languages: Mapped[list[str]] = mapped_column(JsonText, default=lambda: ["en"])
    state: Mapped[str] = mapped_column(String(20), default="draft")
    instance: Mapped[str] = mapped_column(String(12), default="production")
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class CharterVersion(Model):
    """One version of the charter: the file's bytes, and how it was adopted. Adopted versions never change."""

    __tablename__ = "charter_version"
    __table_args__ = (CheckConstraint(f"state IN {CHARTER_STATES!r}", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(String(12), default="draft")
    text_bytes: Mapped[bytes] = mapped_column(StoredBytes)
    text_hash: Mapped[bytes] = mapped_column(StoredBytes)
    not_in_force: Mapped[list[str]] = mapped_column(JsonText, default=list)
    adopted_on: Mapped[dt.date | None]
    adopted_how: Mapped[str | None] = mapped_column(Text)
    adopted_for: Mapped[int | None]
    adopted_against: Mapped[int | None]
    adopted_abstained: Mapped[int | None]
    minutes: Mapped[str | None] = mapped_column(Text)
    consents: Mapped[list[dict[str, Any]]] = mapped_column(JsonText, default=list)
    recorded_by: Mapped[int | None]
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


_SETTLED = "OLD.state IN ('adopted', 'superseded')"
guards.forbid(
    "charter_version",
    "UPDATE",
    when=f"{_SETTLED} AND (NEW.text_bytes IS DISTINCT FROM OLD.text_bytes"
    " OR NEW.text_hash IS DISTINCT FROM OLD.text_hash"
    " OR NEW.number IS DISTINCT FROM OLD.number OR NEW.adopted_on IS DISTINCT FROM OLD.adopted_on"
    " OR NEW.adopted_how IS DISTINCT FROM OLD.adopted_how OR NEW.adopted_for IS DISTINCT FROM OLD.adopted_for"
    " OR NEW.adopted_against IS DISTINCT FROM OLD.adopted_against OR NEW.minutes IS DISTINCT FROM OLD.minutes"
    " OR NEW.state NOT IN ('adopted', 'superseded') OR (OLD.state = 'superseded' AND NEW.state <> 'superseded'))",
    message="an adopted charter never changes",
)
guards.forbid("charter_version", "DELETE", when=_SETTLED, message="an adopted charter is never deleted")
guards.forbid("fund", "DELETE", message="the fund's own row stays")
guards.forbid(
    "clock",
    "UPDATE",
    when="NEW.offset_seconds < OLD.offset_seconds AND EXISTS (SELECT 1 FROM fund WHERE state <> 'draft')",
    message="the clock only moves forward",
)
guards.forbid(
    "clock",
    "UPDATE",
    when="NEW.offset_seconds <> 0 AND EXISTS (SELECT 1 FROM fund WHERE instance = 'production')",
    message="the clock of a production instance stands with the database's",
)
