"""Tables of payments: who is paid and by which account, pay lists, ties to a payee, those who stand in (FIELD B1, B2).

An account number is kept sealed under a key of its own, in the secrets store; pages show a fingerprint and the last
digits. A new number for a known payee counts only after 72 hours. What is no longer needed is erased by destroying its
key, so that no backup can open it.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from fund.db import Model, StoredBytes, UTCDateTime, guards

ACCOUNT_FORMS = ("iban", "number")
LIST_WAYS = ("printed", "bank_file", "sponsor")
STAND_IN_WAYS = ("lot", "decision")


class Payee(Model):
    """Somebody who is paid. `key` says who it is: `business:7`, `person:12`, or a name without case and signs."""

    __tablename__ = "payee"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    business_id: Mapped[int | None] = mapped_column(ForeignKey("business.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    contact: Mapped[str | None] = mapped_column(String(254))
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class PayeeAccount(Model):
    """One account number of a payee, from when it counts until it was replaced; sealed, and erased in the end."""

    __tablename__ = "payee_account"
    __table_args__ = (
        CheckConstraint(f"form IN {ACCOUNT_FORMS!r}", name="form"),
        CheckConstraint("erased_at IS NULL OR sealed IS NULL", name="erased_is_gone"),
        Index(
            "uq_payee_account_standing", "payee_id", "usable_from", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    payee_id: Mapped[int] = mapped_column(ForeignKey("payee.id"), index=True)
    form: Mapped[str] = mapped_column(String(12))
    sealed: Mapped[bytes | None] = mapped_column(StoredBytes)
    fingerprint: Mapped[bytes] = mapped_column(StoredBytes)
    last_digits: Mapped[str] = mapped_column(String(4))
    told_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    told_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    usable_from: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    erased_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class PayeeTie(Model):
    """Somebody who declared that a payee is close to them: of their household, a friend, an employer."""

    __tablename__ = "payee_tie"
    __table_args__ = (UniqueConstraint("payee_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    payee_id: Mapped[int] = mapped_column(ForeignKey("payee.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    household: Mapped[bool] = mapped_column(default=False)
    relation: Mapped[str] = mapped_column(String(300))
    declared_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class PayList(Model):
    """Approved payments that go to the bank together: on paper, as a file, or by the fiscal sponsor."""

    __tablename__ = "pay_list"
    __table_args__ = (CheckConstraint(f"way IN {LIST_WAYS!r}", name="way"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    way: Mapped[str] = mapped_column(String(12))
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    sent_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sent_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class StandIn(Model):
    """Somebody who may approve one payment because too few others can, found by lot or named by a decision."""

    __tablename__ = "payment_stand_in"
    __table_args__ = (
        CheckConstraint(f"way IN {STAND_IN_WAYS!r}", name="way"),
        CheckConstraint("way <> 'decision' OR decision_id IS NOT NULL", name="named_by_a_decision"),
        UniqueConstraint("disbursement_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    disbursement_id: Mapped[int] = mapped_column(ForeignKey("disbursement.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    way: Mapped[str] = mapped_column(String(12))
    found_how: Mapped[str] = mapped_column(String(300))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    named_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    named_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


guards.append_only("payment_stand_in")
guards.append_only("payee_tie")
guards.forbid("payee", "DELETE", message="payees are never deleted")
guards.forbid("payee_account", "DELETE", message="payees' accounts are never deleted, they are erased")
guards.forbid(
    "payee_account", "UPDATE",
    when="NEW.payee_id <> OLD.payee_id OR NEW.fingerprint <> OLD.fingerprint OR NEW.usable_from <> OLD.usable_from"
    " OR (OLD.sealed IS NOT NULL AND NEW.sealed IS NOT NULL AND NEW.sealed <> OLD.sealed)"
    " OR (OLD.erased_at IS NOT NULL AND NEW.erased_at IS DISTINCT FROM OLD.erased_at)",
    message="a payee's account keeps its number and the time from which it counts",
)  # fmt: skip
guards.forbid("pay_list", "DELETE", message="pay lists are never deleted")
guards.forbid("pay_list", "UPDATE", when="OLD.sent_at IS NOT NULL", message="a pay list that was sent is never changed")
