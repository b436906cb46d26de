"""The frame of a round: charter version, phases, budget, status, who does which task (FIELD B1, DESIGN "Choices").

Status moves one way: draft, frozen, open, closed, opened, (awaiting_draw), counted, certified, final; lapsed (quorum
missed: no decision), cancelled, disputed and void are side ways. From `frozen` on the rules of the round are stored
bytes with a hash, and the database refuses to change them. Phases are rows, and say which acts are open when.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fund.db import JsonText, MinorUnits, Model, StoredBytes, UTCDateTime, guards

STATUSES = (
    "draft", "frozen", "open", "closed", "opened", "awaiting_draw", "counted", "certified", "final",
    "lapsed", "cancelled", "disputed", "void",
)  # fmt: skip
DECIDES = ("money", "resolution", "people")
PHASES = ("submissions", "review", "appeal", "deliberation", "voting")
TASKS = ("registrar", "reviewer", "keyer", "outreach", "certifier")
ASSURANCES = ("open", "secret")
PUBLICATIONS = ("full", "aggregate")
ROLLS = ("fixed", "walk_up")


class Round(Model):
    """One round. `title` and `question` are what people read; `round_type` names the type in the pinned charter.

    `amends_version_id` names the proposed charter that an amendment would put in force.
    """

    __tablename__ = "round"
    __table_args__ = (
        CheckConstraint(f"status IN {STATUSES!r}", name="status"),
        CheckConstraint(f"decides IN {DECIDES!r}", name="decides"),
        CheckConstraint(f"assurance IN {ASSURANCES!r}", name="assurance"),
        CheckConstraint(f"publication IN {PUBLICATIONS!r}", name="publication"),
        CheckConstraint(f"roll IN {ROLLS!r}", name="roll"),
        CheckConstraint("budget_minor >= 0", name="budget"),
        CheckConstraint("decides <> 'resolution' OR budget_minor = 0", name="resolution_has_no_budget"),
        CheckConstraint("amends_version_id IS NULL OR decides = 'resolution'", name="only_a_resolution_amends"),
        CheckConstraint("closes_at IS NULL OR opens_at IS NULL OR closes_at > opens_at", name="closes_after_opening"),
        CheckConstraint(
            "status IN ('draft', 'cancelled') OR (rules_bytes IS NOT NULL AND rules_hash IS NOT NULL"
            " AND opens_at IS NOT NULL AND closes_at IS NOT NULL AND electorate_n IS NOT NULL)",
            name="frozen_is_complete",
        ),
        CheckConstraint("extended_times IN (0, 1)", name="extended_once"),
        Index("ix_round_status", "status"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[uuid.UUID] = mapped_column(Uuid(as_uuid=True), unique=True, default=uuid.uuid4)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[str] = mapped_column(String(160))
    question: Mapped[str] = mapped_column(Text, default="")
    decides: Mapped[str] = mapped_column(String(12))
    round_type: Mapped[str] = mapped_column(String(40))
    charter_version_id: Mapped[int] = mapped_column(ForeignKey("charter_version.id"))
    status: Mapped[str] = mapped_column(String(16), default="draft")
    budget_minor: Mapped[int] = mapped_column(MinorUnits, default=0)
    max_on_ballot: Mapped[int] = mapped_column(default=10)
    assurance: Mapped[str] = mapped_column(String(8), default="secret")
    publication: Mapped[str] = mapped_column(String(12), default="aggregate")
    roll: Mapped[str] = mapped_column(String(8), default="fixed")
    draw_source: Mapped[str | None] = mapped_column(String(300))
    amends_version_id: Mapped[int | None] = mapped_column(ForeignKey("charter_version.id"))
    rules_bytes: Mapped[bytes | None] = mapped_column(StoredBytes)
    rules_hash: Mapped[bytes | None] = mapped_column(StoredBytes)
    electorate_n: Mapped[int | None]
    opens_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    closes_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    extended_times: Mapped[int] = mapped_column(default=0)
    frozen_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    opened_for_voting_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    published_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    final_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    ended_reason: Mapped[str | None] = mapped_column(Text)
    ballots_cast: Mapped[int] = mapped_column(default=0)
    turnout_shown: Mapped[int] = mapped_column(default=0)
    turnout_shown_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)

    phases: Mapped[list[Phase]] = relationship(back_populates="round", order_by="Phase.position")
    questions: Mapped[list[RoundQuestion]] = relationship(back_populates="round", order_by="RoundQuestion.position")
    tasks: Mapped[list[RoundTask]] = relationship(back_populates="round", order_by="RoundTask.id")


class Phase(Model):
    """One phase of a round: from when to when which acts are open. Phases may overlap; acts ask by label."""

    __tablename__ = "phase"
    __table_args__ = (
        CheckConstraint(f"label IN {PHASES!r}", name="label"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        UniqueConstraint("round_id", "label"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    position: Mapped[int]
    label: Mapped[str] = mapped_column(String(16))
    starts_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)

    round: Mapped[Round] = relationship(back_populates="phases")


class RoundTask(Model):
    """A steward's task in one round."""

    __tablename__ = "round_task"
    __table_args__ = (
        CheckConstraint(f"task IN {TASKS!r}", name="task"),
        UniqueConstraint("round_id", "person_id", "task"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    task: Mapped[str] = mapped_column(String(12))

    round: Mapped[Round] = relationship(back_populates="tasks")


class RoundQuestion(Model):
    """A question of the round's own on the application form; private answers are for reviewers only."""

    __tablename__ = "round_question"
    __table_args__ = (UniqueConstraint("round_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(300))
    hint: Mapped[str] = mapped_column(String(300), default="")
    stage: Mapped[str] = mapped_column(String(12), default="application")
    private: Mapped[bool] = mapped_column(default=False)
    required: Mapped[bool] = mapped_column(default=False)

    round: Mapped[Round] = relationship(back_populates="questions")


class SecondedAct(Model):
    """An act that needs two people: proposed by one with a reason, done when another seconds it.

    Early opening, early closing, cancelling, the text of a public draw.
    """

    __tablename__ = "seconded_act"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    act: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    seconded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    seconded_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    __table_args__ = (CheckConstraint("seconded_by IS NULL OR seconded_by <> proposed_by", name="two_people"),)


_FROZEN = (
    "decides", "round_type", "charter_version_id", "budget_minor", "max_on_ballot", "assurance", "publication", "roll",
    "draw_source", "amends_version_id", "rules_bytes", "rules_hash", "frozen_at", "uuid", "slug", "title", "question",
)  # fmt: skip
guards.forbid(
    "round", "UPDATE",
    when="OLD.status <> 'draft' AND (" + " OR ".join(f"NEW.{c} IS DISTINCT FROM OLD.{c}" for c in _FROZEN) + ")",
    message="the rules of a frozen round never change",
)  # fmt: skip
_OPENING = "(OLD.status = 'frozen' AND NEW.status = 'open')"
guards.forbid(
    "round", "UPDATE",
    when=f"OLD.status <> 'draft' AND NEW.opens_at IS DISTINCT FROM OLD.opens_at AND NOT {_OPENING}",
    message="the opening of a frozen round moves only when it is opened",
)  # fmt: skip
guards.forbid(
    "round", "UPDATE",
    when="(OLD.status = 'frozen' AND NEW.closes_at IS DISTINCT FROM OLD.closes_at)"
    " OR (OLD.status = 'open' AND NEW.closes_at > OLD.closes_at AND NOT (OLD.extended_times = 0 AND NEW.extended_times = 1))",
    message="the end of a vote moves once, by the extension the charter gives",
)  # fmt: skip
guards.forbid(
    "round", "UPDATE",
    when="OLD.status IN ('frozen', 'open') AND NEW.electorate_n IS DISTINCT FROM OLD.electorate_n"
    f" AND NOT (OLD.roll = 'walk_up' AND {_OPENING})",
    message="the size of a frozen roll never changes",
)  # fmt: skip
_RANK = "CASE {0}.status " + " ".join(f"WHEN '{s}' THEN {i}" for i, s in enumerate(STATUSES[:9])) + " ELSE 99 END"
guards.forbid(
    "round", "UPDATE",
    when=f"({_RANK.format('NEW')}) < ({_RANK.format('OLD')})"
    " AND NOT (OLD.status = 'disputed' AND NEW.status IN ('counted', 'certified', 'final'))",
    message="a round never goes back to an earlier status",
)  # fmt: skip
guards.forbid(
    "round", "UPDATE",
    when="OLD.status NOT IN ('draft', 'frozen', 'open') AND (NEW.closes_at IS DISTINCT FROM OLD.closes_at"
    " OR NEW.electorate_n IS DISTINCT FROM OLD.electorate_n OR NEW.ballots_cast IS DISTINCT FROM OLD.ballots_cast)",
    message="a closed round never reopens",
)  # fmt: skip
guards.forbid("round", "DELETE", when="OLD.status <> 'draft'", message="a frozen round is never deleted")
