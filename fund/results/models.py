"""Tables of results: counts, their certification, public draws, the reserve list (FIELD B1 Count).

A count is computed, recomputed and compared, certified by two people without a conflict, published. Its bytes and their
hash never change; a correction is a new count beside the old one.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fund.db import Model, StoredBytes, UTCDateTime, guards

COUNT_STATES = ("computed", "recounted", "certified", "superseded")
RESERVE_STATES = ("waiting", "offered", "lapsed", "withdrawn")


class CountRun(Model):
    """One count of one round: the ballot file that went in, the result that came out, both as bytes."""

    __tablename__ = "count_run"
    __table_args__ = (
        CheckConstraint(f"state IN {COUNT_STATES!r}", name="state"),
        UniqueConstraint("round_id", "number"),
        Index(
            "uq_count_run_current",
            "round_id",
            unique=True,
            sqlite_where=text("state <> 'superseded'"),
            postgresql_where=text("state <> 'superseded'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    number: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default="computed")
    input_bytes: Mapped[bytes] = mapped_column(StoredBytes)
    input_hash: Mapped[bytes] = mapped_column(StoredBytes)
    result_bytes: Mapped[bytes] = mapped_column(StoredBytes)
    result_hash: Mapped[bytes] = mapped_column(StoredBytes)
    compared_bytes: Mapped[bytes | None] = mapped_column(StoredBytes)
    reason: Mapped[str] = mapped_column(Text, default="")
    computed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    recounted_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    certified_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    superseded_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    certifications: Mapped[list[Certification]] = relationship(back_populates="count", order_by="Certification.id")


class Certification(Model):
    """One person's word that a count is right, over its hash."""

    __tablename__ = "certification"
    __table_args__ = (UniqueConstraint("count_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    count_id: Mapped[int] = mapped_column(ForeignKey("count_run.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    result_hash: Mapped[bytes] = mapped_column(StoredBytes)
    certified_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)

    count: Mapped[CountRun] = relationship(back_populates="certifications")


class Draw(Model):
    """The text of a public draw: entered by one, confirmed by another; that text alone is the seed."""

    __tablename__ = "draw"
    __table_args__ = (CheckConstraint("confirmed_by <> entered_by", name="two_people"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    text: Mapped[str] = mapped_column(String(300))
    entered_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class ReserveEntry(Model):
    """A place on the list of those next in line; it lapses on a date the charter gives."""

    __tablename__ = "reserve_entry"
    __table_args__ = (
        CheckConstraint(f"state IN {RESERVE_STATES!r}", name="state"),
        UniqueConstraint("round_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    position: Mapped[int]
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), unique=True)
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    lapses_on: Mapped[dt.date]
    note: Mapped[str] = mapped_column(Text, default="")


class Dispute(Model):
    """A member's objection to a published result, answered by two people without a conflict."""

    __tablename__ = "dispute"
    __table_args__ = (CheckConstraint("outcome IS NULL OR outcome IN ('stands', 'corrected')", name="outcome"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    raised_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    text: Mapped[str] = mapped_column(Text)
    raised_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    outcome: Mapped[str | None] = mapped_column(String(12))
    answer: Mapped[str | None] = mapped_column(Text)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    seconded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


guards.append_only(
    "count_run",
    but=("state", "recounted_at", "certified_at", "superseded_at"),
    columns=(
        "id",
        "round_id",
        "number",
        "input_bytes",
        "input_hash",
        "result_bytes",
        "result_hash",
        "compared_bytes",
        "reason",
        "computed_at",
    ),
)
guards.append_only("certification")
guards.forbid("draw", "UPDATE", when="OLD.confirmed_by IS NOT NULL", message="a confirmed draw never changes")
guards.forbid("draw", "DELETE", when="OLD.confirmed_by IS NOT NULL", message="a confirmed draw is never deleted")
