"""Micro-grants: requests, weekly runs, who was in which, and whom the fund has helped lately (FIELD C5).

No row holds a name, an alias, a phone number or a way to pay in clear text. Each request seals two small texts under two
keys of its own in the secrets store: how somebody wants to be called, and how they can be paid. To erase is to destroy
the key, and with it every copy in every backup. `micro_helped` knows a way to pay only by a keyed hash, without the
request, the run or the amount. The books get one entry for a run and know nobody.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from fund.db import MinorUnits, Model, StoredBytes, UTCDateTime, guards

REQUEST_STATES = ("waiting", "listed", "paid", "withdrawn", "unpaid")
RUN_STATES = ("listed", "drawn", "proposed", "booked", "sent_back")
ENDED = ("booked", "sent_back")
ANSWERS = ("", "offered", "accepted", "declined")


class MicroRequest(Model):
    """One request. `lot_name` is what the draw knows it by; `code_hash` lets whoever asked look at it again."""

    __tablename__ = "micro_request"
    __table_args__ = (
        CheckConstraint(f"state IN {REQUEST_STATES!r}", name="state"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("state NOT IN ('paid', 'withdrawn', 'unpaid') OR way_sealed IS NULL", name="way_is_erased"),
        Index("ix_micro_request_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lot_name: Mapped[str] = mapped_column(String(12), unique=True)
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    amount_minor: Mapped[int] = mapped_column(MinorUnits)
    urgent_by: Mapped[dt.date | None]
    name_sealed: Mapped[bytes | None] = mapped_column(StoredBytes)
    way_sealed: Mapped[bytes | None] = mapped_column(StoredBytes)
    state: Mapped[str] = mapped_column(String(12), default="waiting")
    asked_on: Mapped[dt.date]
    paid_on: Mapped[dt.date | None]
    paid_minor: Mapped[int | None] = mapped_column(MinorUnits)


class MicroRun(Model):
    """One week: the list as it was closed, the text of the draw that two typed, the decision, the one entry.

    A week that was sent back keeps its list and its draw as they were; another list of the same week may follow it.
    """

    __tablename__ = "micro_run"
    __table_args__ = (
        CheckConstraint(f"state IN {RUN_STATES!r}", name="state"),
        CheckConstraint("seed_confirmed_by IS NULL OR seed_confirmed_by <> seed_by", name="two_for_the_draw"),
        CheckConstraint("state = 'listed' OR seed_confirmed_by IS NOT NULL", name="drawn_by_two"),
        CheckConstraint("state NOT IN ('proposed', 'booked', 'sent_back') OR decision_id IS NOT NULL", name="decided"),
        CheckConstraint("(state = 'sent_back') = (sent_back_reason IS NOT NULL)", name="sent_back_says_why"),
        Index(
            "uq_micro_run_week", "week_of", unique=True,
            sqlite_where=text("state <> 'sent_back'"), postgresql_where=text("state <> 'sent_back'"),
        ),
        CheckConstraint("paid_minor IS NULL OR paid_minor <= pot_minor", name="pot"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    week_of: Mapped[dt.date]
    pot_minor: Mapped[int] = mapped_column(MinorUnits)
    partial_min_minor: Mapped[int] = mapped_column(MinorUnits)
    recent_last: Mapped[bool]
    list_hash: Mapped[bytes] = mapped_column(StoredBytes)
    state: Mapped[str] = mapped_column(String(12), default="listed")
    seed: Mapped[str | None] = mapped_column(String(300))
    seed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    seed_confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), unique=True)
    reserved_entry_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("entry.id"), unique=True)
    entry_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("entry.id"), unique=True)
    paid_minor: Mapped[int | None] = mapped_column(MinorUnits)
    listed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    sent_back_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    sent_back_reason: Mapped[str | None] = mapped_column(String(300))


class MicroLine(Model):
    """One request in one run: whether it was carried over or helped lately, its place, what it gets."""

    __tablename__ = "micro_line"
    __table_args__ = (
        CheckConstraint(f"answer IN {ANSWERS!r}", name="answer"),
        CheckConstraint("amount_minor >= 0 AND amount_minor <= asked_minor", name="amount"),
    )

    run_id: Mapped[int] = mapped_column(ForeignKey("micro_run.id"), primary_key=True, autoincrement=False)
    request_id: Mapped[int] = mapped_column(
        ForeignKey("micro_request.id"), primary_key=True, autoincrement=False, index=True
    )
    asked_minor: Mapped[int] = mapped_column(MinorUnits)
    carried: Mapped[bool]
    recent: Mapped[bool]
    place: Mapped[int] = mapped_column(default=0)
    amount_minor: Mapped[int] = mapped_column(MinorUnits, default=0)
    answer: Mapped[str] = mapped_column(String(10), default="")


class MicroHelped(Model):
    """A way to pay that was used on a day, known only by its keyed hash, and forgotten after the charter's days."""

    __tablename__ = "micro_helped"

    way_hash: Mapped[bytes] = mapped_column(StoredBytes, primary_key=True)
    helped_on: Mapped[dt.date]


guards.forbid(
    "micro_run", "UPDATE",
    when="NEW.pot_minor <> OLD.pot_minor OR NEW.list_hash IS DISTINCT FROM OLD.list_hash OR NEW.week_of <> OLD.week_of"
    " OR (OLD.seed_confirmed_by IS NOT NULL AND NEW.seed IS DISTINCT FROM OLD.seed) OR OLD.state IN ('booked', 'sent_back')",
    message="a week keeps its pot, its list and its draw",
)  # fmt: skip
guards.forbid("micro_run", "DELETE", message="weeks of micro-grants are never deleted")
guards.forbid(
    "micro_line", "UPDATE",
    when="NEW.asked_minor <> OLD.asked_minor OR NEW.carried <> OLD.carried OR NEW.recent <> OLD.recent",
    message="a list that is closed stays as it is",
)  # fmt: skip
guards.forbid(
    "micro_line", "UPDATE",
    when="NEW.amount_minor <> OLD.amount_minor AND EXISTS (SELECT 1 FROM micro_run WHERE id = NEW.run_id"
    " AND state IN ('proposed', 'booked', 'sent_back'))",
    message="what two people approved stays as it is",
)  # fmt: skip
