"""Surplus: periods with recorded hours, runs that share a surplus out, and each member's share (FIELD B2, C2).

A run rests on one recorded decision and is in the books by one entry once a second person has confirmed it. Shares are
never changed; what is paid of them are payments like any other (`fund.payments`). Hours are in hundredths, money in
minor units. What a member has in their account is a liability of the fund; the books hold its sum, and only these rows
say whose it is.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fund.db import JsonText, MinorUnits, Model, UTCDateTime, guards

BROUGHT_OVER = "brought_over"
"""Among the terms of a run: it came with older books, and no surplus was split here."""


class SurplusPeriod(Model):
    """A year or a quarter whose surplus is shared, with the hours that non-members worked in it."""

    __tablename__ = "surplus_period"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="days"),
        CheckConstraint("nonmember_hundredths >= 0", name="hours"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60), unique=True)
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    nonmember_hundredths: Mapped[int] = mapped_column(default=0)


class WorkHours(Model):
    """Hours that one member worked in a period."""

    __tablename__ = "work_hours"
    __table_args__ = (CheckConstraint("hundredths > 0", name="hours"),)

    period_id: Mapped[int] = mapped_column(ForeignKey("surplus_period.id"), primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    hundredths: Mapped[int]
    recorded_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class SurplusRun(Model):
    """A surplus as it is shared: the sums, the charter's percents they follow, and the decision they rest on."""

    __tablename__ = "surplus_run"
    __table_args__ = (
        CheckConstraint("surplus_minor > 0", name="surplus"),
        CheckConstraint("reserve_minor + patronage_minor + pot_minor = surplus_minor", name="whole"),
        CheckConstraint("cash_minor + accounts_minor = patronage_minor", name="patronage"),
        CheckConstraint("nonmember_minor >= 0 AND nonmember_minor <= reserve_minor", name="nonmembers"),
        CheckConstraint("entry_id IS NULL OR dropped_at IS NULL", name="booked_or_dropped"),
        Index(
            "uq_surplus_run_of_period",
            "period_id",
            unique=True,
            sqlite_where=text("dropped_at IS NULL"),
            postgresql_where=text("dropped_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("surplus_period.id"))
    surplus_minor: Mapped[int] = mapped_column(MinorUnits)
    nonmember_minor: Mapped[int] = mapped_column(MinorUnits)
    reserve_minor: Mapped[int] = mapped_column(MinorUnits)
    patronage_minor: Mapped[int] = mapped_column(MinorUnits)
    cash_minor: Mapped[int] = mapped_column(MinorUnits)
    accounts_minor: Mapped[int] = mapped_column(MinorUnits)
    pot_minor: Mapped[int] = mapped_column(MinorUnits)
    terms: Mapped[dict[str, int]] = mapped_column(JsonText)
    redeem_on: Mapped[dt.date]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    entry_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("entry.id"), unique=True)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    dropped_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    @property
    def brought_over(self) -> bool:
        """Whether these are accounts of older books."""
        return BROUGHT_OVER in self.terms


class SurplusShare(Model):
    """One member's part of a run: paid at once, and what stands in their account until the run's day."""

    __tablename__ = "surplus_share"
    __table_args__ = (
        UniqueConstraint("run_id", "person_id"),
        CheckConstraint("cash_minor >= 0 AND account_minor >= 0 AND hundredths > 0", name="parts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("surplus_run.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    hundredths: Mapped[int]
    cash_minor: Mapped[int] = mapped_column(MinorUnits)
    account_minor: Mapped[int] = mapped_column(MinorUnits)


guards.append_only("surplus_share")
guards.append_only(
    "surplus_run", but=("entry_id", "dropped_at"),
    columns=("id", "period_id", "surplus_minor", "nonmember_minor", "reserve_minor", "patronage_minor", "cash_minor",
             "accounts_minor", "pot_minor", "terms", "redeem_on", "decision_id", "recorded_by", "recorded_at"),
)  # fmt: skip
guards.forbid(
    "surplus_run", "UPDATE", when="OLD.entry_id IS NOT NULL OR OLD.dropped_at IS NOT NULL",
    message="a surplus that is shared stays as it is",
)  # fmt: skip
