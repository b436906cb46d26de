"""Tables of businesses: named by residents, claimed by those who may act for them, listed in public (FIELD B1)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fund.db import Model, UTCDateTime, guards

OWNERSHIP = (
    "worker_owned",
    "converting",
    "cooperative",
    "community",
    "sole_owner",
    "partnership",
    "nonprofit",
    "informal",
    "other",
)
"""Who owns it. The charter's `eligibility.ownership` uses the same words."""
BUSINESS_STATES = ("unlisted", "listed", "certified", "expired", "withdrawn")
NOMINATION_STATES = ("named", "contacted", "claimed", "declined", "unreachable")


class Business(Model):
    """A business or project that may ask for money. Contact is private; name, area, ownership are public."""

    __tablename__ = "business"
    __table_args__ = (
        CheckConstraint(f"ownership IN {OWNERSHIP!r}", name="ownership"),
        CheckConstraint(f"state IN {BUSINESS_STATES!r}", name="state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    neighbourhood: Mapped[str | None] = mapped_column(String(80))
    ownership: Mapped[str] = mapped_column(String(20), default="other")
    about: Mapped[str] = mapped_column(Text, default="")
    contact_name: Mapped[str | None] = mapped_column(String(120))
    contact_email: Mapped[str | None] = mapped_column(String(254))
    contact_phone: Mapped[str | None] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12), default="listed")
    certified_until: Mapped[dt.date | None]
    certified_reason: Mapped[str | None] = mapped_column(Text)
    certified_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    founded_on: Mapped[dt.date | None]
    claimed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    listed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)

    agents: Mapped[list[BusinessAgent]] = relationship(back_populates="business")
    tags: Mapped[list[BusinessTag]] = relationship(back_populates="business", order_by="BusinessTag.tag")


class BusinessTag(Model):
    """A tag a business gave itself; private unless it agreed that anyone may see it."""

    __tablename__ = "business_tag"

    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(40), primary_key=True)
    public: Mapped[bool] = mapped_column(default=False)

    business: Mapped[Business] = relationship(back_populates="tags")


class BusinessAgent(Model):
    """A person who may act for a business, since when, let in by whom; it passes on, it does not vanish."""

    __tablename__ = "business_agent"
    __table_args__ = (UniqueConstraint("business_id", "person_id", "since"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    since: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    let_in_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    business: Mapped[Business] = relationship(back_populates="agents")


class Nomination(Model):
    """A resident named a business; a steward reaches out; the business claims its page or declines."""

    __tablename__ = "nomination"
    __table_args__ = (CheckConstraint(f"state IN {NOMINATION_STATES!r}", name="state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"), index=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"), index=True)
    named_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    why: Mapped[str] = mapped_column(Text, default="")
    how_to_reach: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(12), default="named")
    contacted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    contacted_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    note: Mapped[str] = mapped_column(Text, default="")
    named_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class BusinessCode(Model):
    """A code that lets one person act for a business: from a steward to its owner, or from one agent to the next.

    Only a keyed hash is stored. `hands_over` means that the agent who made it steps back when it is used.
    """

    __tablename__ = "business_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    business_id: Mapped[int] = mapped_column(ForeignKey("business.id"), index=True)
    nomination_id: Mapped[int | None] = mapped_column(ForeignKey("nomination.id"))
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    hands_over: Mapped[bool] = mapped_column(default=False)
    made_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    used_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    used_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


guards.forbid("business_agent", "DELETE", message="who acted for a business stays on record")
