"""Tables of the log of acts (TRUST 4, audit chain): events, each hashed with the one before, and the chain's head."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from fund.db import Model, StoredBytes, UTCDateTime, guards


class AuditEvent(Model):
    """One act. `event_bytes` is the canonical form that was hashed; the columns beside it are for finding it."""

    __tablename__ = "audit_event"
    __table_args__ = (Index("ix_audit_event_subject", "subject_kind", "subject_id"),)

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    prev_hash: Mapped[bytes] = mapped_column(StoredBytes)
    event_bytes: Mapped[bytes] = mapped_column(StoredBytes)
    hash: Mapped[bytes] = mapped_column(StoredBytes, unique=True)
    act: Mapped[str] = mapped_column(String(60), index=True)
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[str] = mapped_column(String(80))
    actor_id: Mapped[int | None]
    happened_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class AuditHead(Model):
    """The last event's number and hash, in one row that is locked to append."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    seq: Mapped[int]
    hash: Mapped[bytes] = mapped_column(StoredBytes)


guards.append_only("audit_event")
guards.forbid("audit_head", "DELETE", message="the head of the log of acts stays")
guards.forbid(
    "audit_head", "UPDATE", when="NEW.seq <> OLD.seq + 1", message="the log of acts grows by one event at a time"
)
