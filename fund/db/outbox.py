"""The outbox: what the fund has to tell people, written in the transaction of the act it tells of.

A service posts a kind and its facts; the `messages` feature words and sends them later, from this table alone. So no
act waits for a mail server, and nothing is told that did not happen. `dedupe_key` makes telling twice impossible.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from fund.db.engine import Model, alchemy
from fund.db.transaction import Transaction
from fund.db.types import JsonText, UTCDateTime

STATES = ("queued", "sent", "failed", "no_address")


class OutboxMessage(Model):
    """One message to one person or address; facts are what the text needs, never a ballot's content."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        CheckConstraint("person_id IS NOT NULL OR address IS NOT NULL", name="someone"),
        Index("ix_outbox_message_due", "state", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    address: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[str | None] = mapped_column(String(10))
    facts: Mapped[dict[str, Any]] = mapped_column(JsonText)
    dedupe_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    state: Mapped[str] = mapped_column(String(12), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(Text)
    due_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


def post(
    tx: Transaction,
    kind: str,
    *,
    person_id: int | None = None,
    address: str | None = None,
    language: str | None = None,
    dedupe_key: str | None = None,
    due_at: dt.datetime | None = None,
    **facts: Any,
) -> OutboxMessage:
    """Queue one message of `kind` (a template in templates/messages/) for a person, or for a bare address."""
    if dedupe_key is not None:
        known = tx.session.query(OutboxMessage).filter_by(dedupe_key=dedupe_key).one_or_none()
        if known is not None:
            return known
    tx.wake()
    return tx.add(
        OutboxMessage(
            kind=kind,
            person_id=person_id,
            address=address,
            language=language,
            facts=facts,
            dedupe_key=dedupe_key,
            due_at=due_at or tx.now(),
        )
    )


def said(keys: Iterable[str]) -> set[str]:
    """Which of these keys a message was posted under before."""
    wanted = select(OutboxMessage.dedupe_key).where(OutboxMessage.dedupe_key.in_(list(keys)))
    return {key for key in alchemy.session.scalars(wanted) if key is not None}
