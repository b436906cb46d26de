"""Tables of membership: people, their membership, how they were verified, how they sign in (FIELD B1).

Two people may share an address or a phone, so neither is unique. No birth date is stored: that somebody is old enough
is attested for a date. What help a person needs lies in a table of its own, read only by the steward who helps.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fund.db import Model, StoredBytes, UTCDateTime, guards

MEMBERSHIP_STATES = ("applied", "verified", "active", "lapsed", "suspended", "left", "refused", "appealed")
CREDENTIAL_KINDS = ("code", "link", "printed", "founding", "invitation")


class Person(Model):
    """Somebody the fund knows. After erasure a pseudonym stays, because the books refer to it."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_email", "email"), Index("ix_person_phone", "phone"))

    id: Mapped[int] = mapped_column(primary_key=True)
    display_name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(10), default="en")
    session_version: Mapped[int] = mapped_column(default=1)
    registered_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    erased_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    memberships: Mapped[list[Membership]] = relationship(
        back_populates="person", order_by="Membership.id", foreign_keys="Membership.person_id"
    )


class AccessNeed(Model):
    """What help a person needs to take part; `helper_id` is the one steward who sees it, once somebody has taken it."""

    __tablename__ = "access_need"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    need: Mapped[str] = mapped_column(Text)
    helper_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    stated_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class Membership(Model):
    """One person's membership in a class of the charter. One live membership a person."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint(f"state IN {MEMBERSHIP_STATES!r}", name="state"),
        CheckConstraint("state <> 'refused' OR refused_reason IS NOT NULL", name="refusal_has_a_reason"),
        CheckConstraint(
            "state NOT IN ('suspended', 'lapsed') OR ended_reason IS NOT NULL", name="interruption_has_a_reason"
        ),
        CheckConstraint("state NOT IN ('active', 'verified') OR verified_at IS NOT NULL", name="active_is_verified"),
        Index(
            "uq_membership_live",
            "person_id",
            unique=True,
            sqlite_where=text("state NOT IN ('left', 'refused')"),
            postgresql_where=text("state NOT IN ('left', 'refused')"),
        ),
        Index("ix_membership_state", "state", "class_code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    class_code: Mapped[str] = mapped_column(String(40))
    neighbourhood: Mapped[str | None] = mapped_column(String(80))
    basis: Mapped[str] = mapped_column(String(40))
    of_age_attested_for: Mapped[dt.date | None]
    postal_code: Mapped[str | None] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(12), default="applied")
    applied_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    verified_how: Mapped[str | None] = mapped_column(String(80))
    verified_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    voting_from: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    refused_reason: Mapped[str | None] = mapped_column(Text)
    refused_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    appeal_text: Mapped[str | None] = mapped_column(Text)
    appealed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    appeal_answer: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    ended_reason: Mapped[str | None] = mapped_column(Text)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(back_populates="memberships", foreign_keys=[person_id])
    verifications: Mapped[list[Verification]] = relationship(back_populates="membership", order_by="Verification.id")


class Verification(Model):
    """One step that verified a membership: a handler's check (`by_id` empty), a voucher, a steward."""

    __tablename__ = "verification"
    __table_args__ = (UniqueConstraint("membership_id", "by_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    membership_id: Mapped[int] = mapped_column(ForeignKey("membership.id"), index=True)
    handler: Mapped[str] = mapped_column(String(40))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    note: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)

    membership: Mapped[Membership] = relationship(back_populates="verifications")


class Credential(Model):
    """A way to sign in once: a six-digit code, a link, a printed code, a founding link, an invitation.

    Only a keyed hash of the secret is stored. `address` holds where a code was sent when nobody may be known there.
    """

    __tablename__ = "credential"
    __table_args__ = (
        CheckConstraint(f"kind IN {CREDENTIAL_KINDS!r}", name="kind"),
        Index("ix_credential_secret", "secret_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str | None] = mapped_column(String(254), index=True)
    secret_hash: Mapped[bytes] = mapped_column(StoredBytes)
    made_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    attempts: Mapped[int] = mapped_column(default=0)


class Invitation(Model):
    """An invitation in the inviter's own words; sending again makes a new credential."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str | None] = mapped_column(String(254))
    class_code: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(10), default="en")
    invited_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    invited_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    last_sent_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    times_sent: Mapped[int] = mapped_column(default=1)
    credential_id: Mapped[int | None] = mapped_column(ForeignKey("credential.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


guards.append_only("verification")
