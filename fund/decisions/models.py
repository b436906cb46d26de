"""Recorded decisions: what every payment rests on (FIELD B2 `decides`).

A certified result, a council's or a consent decision, a standing rule of the charter, a note's schedule, a run of
micro-grants, a refund. Recorded once, never changed; a later decision may supersede it. A certified result stands by
its count, which two people certified; any other decision is recorded by one and stands once another confirmed it.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

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
    refused_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    refused_reason: Mapped[str | None] = mapped_column(String(300))
    """Why the person who was to confirm it did not; such a decision never stands."""
    brought_kind: Mapped[str | None] = mapped_column(String(20))
    """Its kind in the books it was brought over from (`fund import`), None for a decision that was recorded here."""

    @property
    def stands(self) -> bool:
        """Whether a payment may rest on it."""
        return any(one is not None for one in (self.count_id, self.confirmed_by, self.brought_kind))


CONSENT_STATES = ("proposed", "objections", "amended", "consented", "blocked", "lapsed")
CONSENT_STEPS = (*CONSENT_STATES, "minutes_withdrawn")


class Consent(Model):
    """What a council is asked, until it consents: the text as it stands, and the council's minutes while it leaves them.

    A council decides outside this program; only its answers are recorded here, never who said what.
    """

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint(f"state IN {CONSENT_STATES!r}", name="state"),
        CheckConstraint("state <> 'consented' OR decision_id IS NOT NULL", name="consented_is_recorded"),
        CheckConstraint("limit_minor IS NULL OR limit_minor > 0", name="limit"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    body_code: Mapped[str] = mapped_column(String(48))
    body_name: Mapped[str] = mapped_column(String(120))
    pot_code: Mapped[str | None] = mapped_column(String(48), index=True)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    limit_minor: Mapped[int | None] = mapped_column(MinorUnits)
    seats: Mapped[int | None]
    quorum: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default="proposed")
    minutes: Mapped[str | None] = mapped_column(Text)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), unique=True)
    proposed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)

    steps: Mapped[list[ConsentStep]] = relationship(viewonly=True, order_by="ConsentStep.id")


class ConsentStep(Model):
    """One step on the way: in which round of the council, how many were there, how many paramount objections."""

    __tablename__ = "consent_step"
    __table_args__ = (
        CheckConstraint(f"step IN {CONSENT_STEPS!r}", name="step"),
        CheckConstraint("present_n IS NULL OR objections_n <= present_n", name="objections"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    consent_id: Mapped[int] = mapped_column(ForeignKey("consent.id"), index=True)
    round_number: Mapped[int]
    step: Mapped[str] = mapped_column(String(20))
    present_n: Mapped[int | None]
    objections_n: Mapped[int] = mapped_column(default=0)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


guards.append_only("consent_step")
guards.forbid("consent", "DELETE", message="what a council was asked is never deleted")
guards.forbid(
    "consent", "UPDATE",
    when="OLD.state IN ('consented', 'blocked', 'lapsed') AND (NEW.state <> OLD.state OR NEW.text <> OLD.text"
    " OR NEW.title <> OLD.title OR NEW.limit_minor IS DISTINCT FROM OLD.limit_minor"
    " OR NEW.decision_id IS DISTINCT FROM OLD.decision_id)",
    message="what a council has answered stands",
)  # fmt: skip
guards.append_only(
    "decision", but=("confirmed_by", "confirmed_at", "refused_by", "refused_reason"),
    columns=("id", "kind", "title", "text", "decided_on", "charter_version_id", "round_id", "count_id", "limit_minor",
             "recorded_by", "recorded_at", "brought_kind"),
)  # fmt: skip
guards.forbid(
    "decision", "UPDATE", when="OLD.confirmed_by IS NOT NULL", message="a confirmed decision is never changed"
)
guards.forbid(
    "decision", "UPDATE",
    when="OLD.refused_reason IS NOT NULL OR (NEW.refused_reason IS NOT NULL AND NEW.confirmed_by IS NOT NULL)"
    " OR NEW.refused_by = NEW.recorded_by",
    message="a decision that was refused never stands, and another person refuses it",
)  # fmt: skip
