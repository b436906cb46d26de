"""Tables of payments on their way out, and of the yes of those who approve them (TRUST 4).

Kept with the books, whose balances hold what an open payment reserves; `fund.ledger.models` names them with the rest.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fund.db import JsonText, MinorUnits, Model, StoredBytes, UTCDateTime, guards

DISBURSEMENT_STATES = (
    "requested",
    "approved",
    "on_pay_list",
    "sent",
    "paid",
    "bounced",
    "voided",
    "expired",
    "refused",
)
OPEN_DISBURSEMENTS = ("requested", "approved", "on_pay_list", "sent")
DISBURSEMENT_KINDS = (
    "award",
    "cost",
    "fee",
    "refund",
    "note_payout",
    "surplus_payout",
    "hand_over",
    "micro_grant",
)
NOT_LIVE = "state NOT IN ('bounced', 'voided', 'expired', 'refused')"
"""A payment that is on its way or made; one that came to nothing may be asked for anew."""


class Disbursement(Model):
    """One payment on its way out: requested, approved by distinct people over one payload, sent, paid.

    `payload_bytes` says payee, amount, source and decision; approvals sign its hash, so that any change voids them.
    `quote_minor` is the price that was quoted, `receipt` the number of an invoice as it was typed, `receipt_key` the same
    without what does not tell numbers apart, `receipt_hash` the fingerprint of the file that was shown.
    `about` names what it pays, once (as in `note:7:2027-01`); `purpose` is what the journal says of it. In the lane of
    small payments one person approves and another looks at it within the week (`reviewed_by`).
    """

    __tablename__ = "disbursement"
    __table_args__ = (
        CheckConstraint(f"state IN {DISBURSEMENT_STATES!r}", name="state"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("state <> 'paid' OR entry_id IS NOT NULL", name="paid_is_in_the_books"),
        Index(
            "uq_disbursement_tranche",
            "tranche_id",
            unique=True,
            sqlite_where=text(NOT_LIVE),
            postgresql_where=text(NOT_LIVE),
        ),
        Index(
            "uq_disbursement_about", "about", unique=True, sqlite_where=text(NOT_LIVE), postgresql_where=text(NOT_LIVE)
        ),
        Index("ix_disbursement_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    tranche_id: Mapped[int | None] = mapped_column(ForeignKey("tranche.id"), index=True)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"))
    source_account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    target_account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    amount_minor: Mapped[int] = mapped_column(MinorUnits)
    payee_name: Mapped[str] = mapped_column(String(160))
    payee_id: Mapped[int | None] = mapped_column(ForeignKey("payee.id"), index=True)
    payee_fingerprint: Mapped[bytes | None] = mapped_column(StoredBytes)
    about: Mapped[str | None] = mapped_column(String(80))
    purpose: Mapped[str] = mapped_column(String(300), default="")
    quote_minor: Mapped[int | None] = mapped_column(MinorUnits)
    receipt: Mapped[str | None] = mapped_column(String(80))
    receipt_key: Mapped[str | None] = mapped_column(String(80), index=True)
    receipt_hash: Mapped[bytes | None] = mapped_column(StoredBytes, index=True)
    payload_bytes: Mapped[bytes] = mapped_column(StoredBytes)
    payload_hash: Mapped[bytes] = mapped_column(StoredBytes)
    approvals_needed: Mapped[int] = mapped_column(default=2)
    state: Mapped[str] = mapped_column(String(12), default="requested")
    requested_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    requested_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    small_lane: Mapped[bool] = mapped_column(default=False)
    reviewed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    review_note: Mapped[str | None] = mapped_column(String(300))
    pay_list_id: Mapped[int | None] = mapped_column(ForeignKey("pay_list.id"), index=True)
    sent_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    settled_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    settled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    bank_reference: Mapped[str | None] = mapped_column(String(140))
    ended_reason: Mapped[str | None] = mapped_column(Text)
    entry_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("entry.id"), unique=True)

    approvals: Mapped[list[Approval]] = relationship(viewonly=True, order_by="Approval.id")


class Approval(Model):
    """One person's yes to one payload; `warnings_read` names what stood there to look at twice, and was read."""

    __tablename__ = "approval"
    __table_args__ = (UniqueConstraint("disbursement_id", "approver_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    disbursement_id: Mapped[int] = mapped_column(ForeignKey("disbursement.id"), index=True)
    approver_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    payload_hash: Mapped[bytes] = mapped_column(StoredBytes)
    approved_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    warnings_read: Mapped[list[str]] = mapped_column(JsonText, default=list)


guards.append_only("approval")
guards.forbid("disbursement", "INSERT", when="NEW.quote_minor <= 0", message="a quote is more than nothing")
guards.forbid("disbursement", "DELETE", message="disbursements are never deleted")
guards.forbid(
    "disbursement",
    "UPDATE",
    when="NEW.payload_hash IS DISTINCT FROM OLD.payload_hash OR NEW.payload_bytes IS DISTINCT FROM OLD.payload_bytes"
    " OR NEW.amount_minor <> OLD.amount_minor OR NEW.decision_id <> OLD.decision_id"
    " OR NEW.source_account_id <> OLD.source_account_id OR NEW.target_account_id <> OLD.target_account_id"
    " OR NEW.requested_by <> OLD.requested_by OR NEW.payee_name <> OLD.payee_name"
    " OR NEW.payee_fingerprint IS DISTINCT FROM OLD.payee_fingerprint"
    " OR NEW.approvals_needed <> OLD.approvals_needed OR NEW.tranche_id IS DISTINCT FROM OLD.tranche_id"
    " OR NEW.about IS DISTINCT FROM OLD.about OR NEW.purpose <> OLD.purpose OR NEW.small_lane <> OLD.small_lane"
    " OR NEW.payee_id IS DISTINCT FROM OLD.payee_id OR NEW.kind <> OLD.kind"
    " OR NEW.quote_minor IS DISTINCT FROM OLD.quote_minor OR NEW.receipt IS DISTINCT FROM OLD.receipt"
    " OR NEW.receipt_key IS DISTINCT FROM OLD.receipt_key OR NEW.receipt_hash IS DISTINCT FROM OLD.receipt_hash"
    " OR OLD.state IN ('bounced', 'voided', 'expired', 'refused')"
    " OR (OLD.state = 'paid' AND NEW.state NOT IN ('paid', 'bounced'))"
    " OR (OLD.entry_id IS NOT NULL AND NEW.entry_id IS DISTINCT FROM OLD.entry_id)"
    " OR (OLD.reviewed_by IS NOT NULL AND NEW.reviewed_by IS DISTINCT FROM OLD.reviewed_by)",
    message="a payment keeps what was approved; a wrong one is voided and asked for anew",
)
