"""Tables of repayments: plans in versions, what is due, what came, the figures told, and arrangements (FIELD B1, B3).

A plan is never changed: whatever happens to it makes a new version that takes over what is still owed. What came is set
against dues, capital and gain apart, each line once. A figure that a business tells is private: it reveals its sales.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fund.db import JsonText, MinorUnits, Model, UTCDateTime, guards

VERSION_REASONS = (
    "paid_out", "paid_ahead", "taken_back", "holiday", "deferral", "restructure", "waiver", "write_off",
)  # fmt: skip
REPAYMENT_KINDS = ("due", "ahead", "redemption", "aporte", "recovery")
FIGURE_STATES = ("told", "accepted", "returned")
ARRANGEMENT_KINDS = ("holiday", "deferral", "restructure", "waiver", "write_off")
ARRANGEMENT_STATES = ("proposed", "in_force", "withdrawn", "refused")


class RepaymentSchedule(Model):
    """One version of an award's plan. `principal_minor` is the capital that is out and planned here; `paid_out_minor`
    all that was paid to the award when it was made."""

    __tablename__ = "repayment_schedule"
    __table_args__ = (
        UniqueConstraint("award_id", "version"),
        CheckConstraint(f"reason IN {VERSION_REASONS!r}", name="reason"),
        CheckConstraint("principal_minor >= 0 AND paid_out_minor >= 0 AND rate_bp >= 0", name="amounts"),
        CheckConstraint(
            "reason NOT IN ('holiday', 'deferral', 'restructure', 'waiver', 'write_off') OR decision_id IS NOT NULL",
            name="arranged_by_a_decision",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    version: Mapped[int]
    reason: Mapped[str] = mapped_column(String(12))
    principal_minor: Mapped[int] = mapped_column(MinorUnits)
    paid_out_minor: Mapped[int] = mapped_column(MinorUnits)
    rate_bp: Mapped[int] = mapped_column(default=0)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)
    made_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)

    dues: Mapped[list[RepaymentDue]] = relationship(viewonly=True, order_by="RepaymentDue.due_on, RepaymentDue.number")


class BusinessFigure(Model):
    """A period's figure as the business told it: its surplus (it may be below nothing) or its sales. Seen by the
    business and the hands that handle its money, by nobody else."""

    __tablename__ = "business_figure"
    __table_args__ = (
        CheckConstraint(f"state IN {FIGURE_STATES!r}", name="state"),
        CheckConstraint("ends_on >= starts_on", name="span"),
        CheckConstraint("state <> 'accepted' OR answered_by IS NOT NULL", name="accepted_by_somebody"),
        CheckConstraint("answered_by IS NULL OR answered_by <> told_by", name="two_people"),
        Index(
            "uq_business_figure_period", "award_id", "period", unique=True, sqlite_where=text("state <> 'returned'"),
            postgresql_where=text("state <> 'returned'"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    period: Mapped[int]
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    amount_minor: Mapped[int] = mapped_column(MinorUnits)
    due_minor: Mapped[int | None] = mapped_column(MinorUnits)
    state: Mapped[str] = mapped_column(String(12), default="told")
    told_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    told_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    answer: Mapped[str] = mapped_column(String(300), default="")


class RepaymentDue(Model):
    """What is due on one day under one version, capital and gain apart. `figure_id` is the figure it follows from."""

    __tablename__ = "repayment_due"
    __table_args__ = (
        UniqueConstraint("schedule_id", "number"),
        CheckConstraint(
            "principal_minor >= 0 AND gain_minor >= 0 AND principal_minor + gain_minor > 0", name="amounts"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    schedule_id: Mapped[int] = mapped_column(ForeignKey("repayment_schedule.id"), index=True)
    number: Mapped[int]
    due_on: Mapped[dt.date]
    principal_minor: Mapped[int] = mapped_column(MinorUnits)
    gain_minor: Mapped[int] = mapped_column(MinorUnits)
    figure_id: Mapped[int | None] = mapped_column(ForeignKey("business_figure.id"), index=True)

    @property
    def amount_minor(self) -> int:
        """Capital and gain together."""
        return self.principal_minor + self.gain_minor


class Repayment(Model):
    """Money that came: for what is due, ahead of it, to buy back shares, given freely, or recovered after a write-off.

    Its entry's id is made by whoever records it, so that sending the form twice writes once.
    """

    __tablename__ = "repayment"
    __table_args__ = (
        CheckConstraint(f"kind IN {REPAYMENT_KINDS!r}", name="kind"),
        CheckConstraint("principal_minor >= 0 AND gain_minor >= 0", name="parts"),
        CheckConstraint("amount_minor > 0 AND principal_minor + gain_minor = amount_minor", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    amount_minor: Mapped[int] = mapped_column(MinorUnits)
    principal_minor: Mapped[int] = mapped_column(MinorUnits)
    gain_minor: Mapped[int] = mapped_column(MinorUnits)
    paid_on: Mapped[dt.date]
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("entry.id"), unique=True)
    undone_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("entry.id"), unique=True)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)

    parts: Mapped[list[RepaymentPart]] = relationship(viewonly=True)


class RepaymentPart(Model):
    """How much of what came was set against one due."""

    __tablename__ = "repayment_part"
    __table_args__ = (CheckConstraint("principal_minor >= 0 AND gain_minor >= 0", name="amounts"),)

    repayment_id: Mapped[int] = mapped_column(ForeignKey("repayment.id"), primary_key=True, autoincrement=False)
    due_id: Mapped[int] = mapped_column(ForeignKey("repayment_due.id"), primary_key=True, autoincrement=False)
    principal_minor: Mapped[int] = mapped_column(MinorUnits)
    gain_minor: Mapped[int] = mapped_column(MinorUnits)


class Arrangement(Model):
    """A change of what is owed that a recorded decision allows. Its public line is the decision's text; the reason
    behind it is private. `facts` are what was decided: months, a day, an amount, a rate."""

    __tablename__ = "arrangement"
    __table_args__ = (
        CheckConstraint(f"kind IN {ARRANGEMENT_KINDS!r}", name="kind"),
        CheckConstraint(f"state IN {ARRANGEMENT_STATES!r}", name="state"),
        CheckConstraint("state <> 'in_force' OR in_force_at IS NOT NULL", name="since"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    kind: Mapped[str] = mapped_column(String(12))
    facts: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    public_line: Mapped[str] = mapped_column(String(300))
    private_reason: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(12), default="proposed")
    ended_reason: Mapped[str | None] = mapped_column(String(300))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    in_force_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    entry_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("entry.id"), unique=True)


guards.append_only("repayment_schedule")
guards.append_only("repayment_due")
guards.append_only("repayment_part")
guards.append_only(
    "repayment", but=("undone_by_id",),
    columns=("id", "award_id", "kind", "amount_minor", "principal_minor", "gain_minor", "paid_on", "entry_id", "recorded_by",
             "recorded_at"),
)  # fmt: skip
guards.forbid(
    "repayment",
    "UPDATE",
    when="OLD.undone_by_id IS NOT NULL",
    message="a repayment is taken back once",
)
guards.forbid("business_figure", "DELETE", message="figures are never deleted")
guards.forbid(
    "business_figure",
    "UPDATE",
    when="NEW.amount_minor <> OLD.amount_minor OR NEW.starts_on <> OLD.starts_on OR NEW.ends_on <> OLD.ends_on"
    " OR NEW.award_id <> OLD.award_id OR NEW.period <> OLD.period OR OLD.state <> 'told'",
    message="a figure that was told stays as it is; a wrong one is returned and told anew",
)
guards.forbid("arrangement", "DELETE", message="arrangements are never deleted")
guards.forbid(
    "arrangement",
    "UPDATE",
    when="OLD.state <> 'proposed' OR NEW.decision_id <> OLD.decision_id OR NEW.award_id <> OLD.award_id"
    " OR NEW.kind <> OLD.kind OR NEW.facts <> OLD.facts OR NEW.public_line <> OLD.public_line",
    message="an arrangement is what was decided; another is decided anew",
)
