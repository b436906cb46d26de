"""Recorded decisions: what every payment rests on (FIELD B2 `decides`).

A certified result, a council's or a consent decision, a standing rule of the charter, a note's schedule, a run of
micro-grants, a refund. Recorded once, never changed; a later decision may supersede it. A certified result stands by
its count, which two people certified; any other decision is recorded by one and stands once another confirmed it.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fund.db import MinorUnits, Model, UTCDateTime, guards

DECISION_KINDS = ("certified_result", "council", "consent", "standing_rule", "note_schedule", "micro_grants", "refund")


class Decision(Model):
    """One recorded decision, public at /decisions/<id>."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint(f"kind IN {DECISION_KINDS!r}", name="kind"),
        CheckConstraint("kind <> 'certified_result' OR count_id IS NOT NULL", name="result_has_a_count"),
        CheckConstraint("limit_minor IS NULL OR limit_minor >= 0", name="limit"),
        CheckConstraint("confirmed_by IS NULL OR confirmed_by <> recorded_by", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    decided_on: Mapped[dt.date]
    charter_version_id: Mapped[int] = mapped_column(ForeignKey("charter_version.id"))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"), index=True)
    count_id: Mapped[int | None] = mapped_column(ForeignKey("count_run.id"), unique=True)
    limit_minor: Mapped[int | None] = mapped_column(MinorUnits)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    brought_kind: Mapped[str | None] = mapped_column(String(20))
    """Its kind in the books it was brought over from (`fund import`), None for a decision that was recorded here."""

    @property
    def stands(self) -> bool:
        """Whether a payment may rest on it."""
        return any(one is not None for one in (self.count_id, self.confirmed_by, self.brought_kind))


guards.append_only(
    "decision", but=("confirmed_by", "confirmed_at"),
    columns=("id", "kind", "title", "text", "decided_on", "charter_version_id", "round_id", "count_id", "limit_minor",
             "recorded_by", "recorded_at", "brought_kind"),
)  # fmt: skip
guards.forbid(
    "decision", "UPDATE", when="OLD.confirmed_by IS NOT NULL", message="a confirmed decision is never changed"
)
