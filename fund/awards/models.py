"""Tables of awards: what a winner was granted, the agreement it signed, the tranches in which it is paid (FIELD B1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fund.db import JsonText, MinorUnits, Model, StoredBytes, UTCDateTime, guards

AWARD_STATES = (
    "offered", "accepted", "agreement_signed", "active", "completed", "defaulted", "forgiven", "declined", "expired",
)  # fmt: skip
TRANCHE_STATES = ("planned", "requested", "approved", "paid", "cancelled")
TRANCHE_CONDITIONS = ("signature", "evidence", "milestone", "date", "member_vote")


class Award(Model):
    """One award. `product` holds the terms of the frozen charter; the agreement's bytes are what was signed.

    `released_minor` is what it gave back unspent; its instalments that were never paid are then cancelled.
    """

    __tablename__ = "award"
    __table_args__ = (
        CheckConstraint(f"state IN {AWARD_STATES!r}", name="state"),
        CheckConstraint("amount_minor > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), unique=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    amount_minor: Mapped[int] = mapped_column(MinorUnits)
    product: Mapped[str] = mapped_column(String(20))
    terms: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    state: Mapped[str] = mapped_column(String(20), default="offered")
    offered_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    accepted_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    agreement_bytes: Mapped[bytes | None] = mapped_column(StoredBytes)
    agreement_hash: Mapped[bytes | None] = mapped_column(StoredBytes)
    signed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    reported_on: Mapped[dt.date | None]
    ended_reason: Mapped[str | None] = mapped_column(Text)
    released_minor: Mapped[int] = mapped_column(MinorUnits, default=0)

    tranches: Mapped[list[Tranche]] = relationship(back_populates="award", order_by="Tranche.number")
    signatures: Mapped[list[Signature]] = relationship(back_populates="award", order_by="Signature.id")
    reports: Mapped[list[Report]] = relationship(back_populates="award", order_by="Report.number")

    @property
    def taken_over(self) -> bool:
        """Whether it is a loan of older books: paid out, and partly paid back, before this program kept them."""
        return "taken_over_on" in self.terms

    @property
    def repaid_before_minor(self) -> int:
        """What had come back before it was taken over, in minor units."""
        return int(self.terms.get("repaid_before_minor", 0))


class Signature(Model):
    """One party's signature under an agreement: typed name, date, hash of the text."""

    __tablename__ = "signature"
    __table_args__ = (
        CheckConstraint("party IN ('business', 'fund')", name="party"),
        UniqueConstraint("award_id", "party"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    party: Mapped[str] = mapped_column(String(8))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    typed_name: Mapped[str] = mapped_column(String(120))
    agreement_hash: Mapped[bytes] = mapped_column(StoredBytes)
    signed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)

    award: Mapped[Award] = relationship(back_populates="signatures")


class Tranche(Model):
    """One instalment: its amount, the condition on which it is due, what was shown for it."""

    __tablename__ = "tranche"
    __table_args__ = (
        CheckConstraint(f"state IN {TRANCHE_STATES!r}", name="state"),
        CheckConstraint(f"condition IN {TRANCHE_CONDITIONS!r}", name="condition"),
        CheckConstraint("amount_minor > 0", name="amount"),
        UniqueConstraint("award_id", "number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    number: Mapped[int]
    amount_minor: Mapped[int] = mapped_column(MinorUnits)
    condition: Mapped[str] = mapped_column(String(16), default="signature")
    what_is_shown: Mapped[str] = mapped_column(String(300), default="")
    due_on: Mapped[dt.date | None]
    state: Mapped[str] = mapped_column(String(12), default="planned")
    evidence_note: Mapped[str] = mapped_column(Text, default="")
    evidence_key: Mapped[str | None] = mapped_column(String(64))
    evidence_name: Mapped[str | None] = mapped_column(String(160))
    evidence_type: Mapped[str | None] = mapped_column(String(80))
    evidence_hash: Mapped[bytes | None] = mapped_column(StoredBytes)
    resolution_round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"))
    paid_on: Mapped[dt.date | None]

    award: Mapped[Award] = relationship(back_populates="tranches")


class TrancheLine(Model):
    """How much of an instalment is for one line of the proposal's budget, as whoever asks for it says."""

    __tablename__ = "tranche_line"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="amount"),)

    tranche_id: Mapped[int] = mapped_column(ForeignKey("tranche.id"), primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("budget_line.id"), primary_key=True, index=True)
    amount_minor: Mapped[int] = mapped_column(MinorUnits)


class Report(Model):
    """What a business told of what the money did: words, a photo, or said by phone and typed by a steward.

    Jobs and other outcomes (one a line) are stated by the business as they are so far; nobody checks them.
    """

    __tablename__ = "award_report"
    __table_args__ = (
        UniqueConstraint("award_id", "number"),
        CheckConstraint("(jobs_kept IS NULL OR jobs_kept >= 0) AND (jobs_made IS NULL OR jobs_made >= 0)", name="jobs"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"), index=True)
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text, default="")
    by_phone: Mapped[bool] = mapped_column(default=False)
    photo_key: Mapped[str | None] = mapped_column(String(64))
    photo_name: Mapped[str | None] = mapped_column(String(160))
    photo_type: Mapped[str | None] = mapped_column(String(80))
    typed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    told_on: Mapped[dt.date]
    told_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    jobs_kept: Mapped[int | None]
    jobs_made: Mapped[int | None]
    outcomes: Mapped[str] = mapped_column(Text, default="")

    award: Mapped[Award] = relationship(back_populates="reports")


_ON_ITS_WAY = "(SELECT state FROM tranche WHERE id = {row}.tranche_id) <> 'planned'"
_LINES_STAND = "what an instalment is for stands while its payment is on its way"

guards.append_only("signature")
guards.forbid("tranche_line", "INSERT", when=_ON_ITS_WAY.format(row="NEW"), message=_LINES_STAND)
guards.forbid("tranche_line", "UPDATE", message=_LINES_STAND)
guards.forbid("tranche_line", "DELETE", when=_ON_ITS_WAY.format(row="OLD"), message=_LINES_STAND)
guards.forbid("award_report", "DELETE", message="reports are never deleted")
guards.forbid("award", "DELETE", message="awards are never deleted")
guards.forbid(
    "award", "UPDATE",
    when="NEW.amount_minor <> OLD.amount_minor OR NEW.proposal_id <> OLD.proposal_id"
    " OR NEW.decision_id <> OLD.decision_id"
    " OR (OLD.signed_at IS NOT NULL AND NEW.agreement_hash IS DISTINCT FROM OLD.agreement_hash)",
    message="an award keeps its amount, and a signed agreement its text",
)  # fmt: skip
guards.forbid("tranche", "DELETE", message="tranches are never deleted")
guards.forbid(
    "tranche",
    "UPDATE",
    when="OLD.state = 'paid' AND NEW.amount_minor <> OLD.amount_minor",
    message="a paid tranche never changes",
)
