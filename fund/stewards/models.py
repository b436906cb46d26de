"""Tables of stewardship: who serves in which role, from when to when, chosen how (FIELD B1 StewardTerm)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import BindParameter, CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, and_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fund.db import Model, UTCDateTime
from fund.members.models import Person

ROLES = ("steward", "treasurer", "auditor", "administrator")
SELECTED_BY = ("vote", "lot", "appointment", "founding")
TERM_STATES = ("nominated", "serving", "ended", "recalled")


class StewardTerm(Model):
    """One term of one person in one role. It counts from `starts_on` to the day before `ends_on`."""

    __tablename__ = "steward_term"
    __table_args__ = (
        CheckConstraint(f"role IN {ROLES!r}", name="role"),
        CheckConstraint(f"selected_by IN {SELECTED_BY!r}", name="selected_by"),
        CheckConstraint(f"state IN {TERM_STATES!r}", name="state"),
        CheckConstraint("ends_on > starts_on", name="ends_after_start"),
        CheckConstraint("end_asked_by IS NULL OR end_asked_by <> person_id", name="own_end_waits_for_nobody"),
        Index("ix_steward_term_serving", "state", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    selected_by: Mapped[str] = mapped_column(String(20))
    selected_how: Mapped[str] = mapped_column(Text, default="")
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    state: Mapped[str] = mapped_column(String(12), default="serving")
    ended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    ended_reason: Mapped[str | None] = mapped_column(Text)
    handed_to_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    handover_note: Mapped[str | None] = mapped_column(Text)
    end_asked_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    end_recalled: Mapped[bool] = mapped_column(default=False)
    household_declared_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    @classmethod
    def runs_on(cls, day: dt.date | BindParameter[dt.date]) -> ColumnElement[bool]:
        """The condition that a term is served on a day."""
        return and_(cls.not_over_on(day), cls.starts_on <= day)

    @classmethod
    def not_over_on(cls, day: dt.date | BindParameter[dt.date]) -> ColumnElement[bool]:
        """The condition that a term is served on a day or will be later."""
        return and_(cls.state == "serving", cls.ends_on > day)
