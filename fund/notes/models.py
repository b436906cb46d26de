"""Notes that were issued, who holds them, what happened to each, and losses with the layers that bore them.

A note is a written promise to pay a lender back; the program records notes that exist, offers none and sells none. The
books know classes only (`liability:notes-<class>`, `liability:interest-<class>`); who holds a note stands here, for the
holder and the treasurer alone. `owed_minor` and `interest_minor` are sums of the note's movements, which never change;
`fund check` compares them, and both with the books. Source: FIELD B1 (Note), B2 `capital.layers`.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fund.db import MinorUnits, Model, UTCDateTime, guards

NOTE_STATES = ("pledged", "issued", "repaying", "repaid", "written_down", "converted_to_gift", "withdrawn")
OWING = ("issued", "repaying")
"""States in which a holder is owed something."""
MOVEMENT_KINDS = (
    "issued", "brought_over", "interest", "paid", "interest_paid", "written_down", "written_up", "converted", "transferred",
    "taken_back", "came_back",
)  # fmt: skip
PAYOUT_PARTS = ("principal", "interest")
LOSS_KINDS = ("loss", "recovery")
LAYER_KINDS = ("reserve", "gift", "note")


class NoteHolder(Model):
    """Who holds notes: a person of the fund, or somebody it only writes to. Private."""

    __tablename__ = "note_holder"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(160))
    contact: Mapped[str] = mapped_column(String(254), default="")
    recorded_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class Note(Model):
    """One note: its class, terms and what is still owed on it. Rates are hundredths of a percent a year."""

    __tablename__ = "note"
    __table_args__ = (
        CheckConstraint(f"state IN {NOTE_STATES!r}", name="state"),
        CheckConstraint("principal_minor > 0", name="principal"),
        CheckConstraint("owed_minor >= 0 AND owed_minor <= principal_minor", name="owed"),
        CheckConstraint("interest_minor >= 0", name="interest"),
        CheckConstraint("rate_bp >= 0 AND rate_bp <= 2000", name="rate"),
        CheckConstraint("matures_on IS NULL OR matures_on >= issued_on", name="maturity"),
        CheckConstraint(f"owed_minor = 0 OR state IN {OWING!r}", name="only_what_is_issued_is_owed"),
        Index("ix_note_class", "class_code", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("note_holder.id"), index=True)
    class_code: Mapped[str] = mapped_column(String(60))
    class_name: Mapped[str] = mapped_column(String(80))
    principal_minor: Mapped[int] = mapped_column(MinorUnits)
    rate_bp: Mapped[int] = mapped_column(default=0)
    issued_on: Mapped[dt.date]
    matures_on: Mapped[dt.date | None] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(20), default="pledged")
    owed_minor: Mapped[int] = mapped_column(MinorUnits, default=0)
    interest_minor: Mapped[int] = mapped_column(MinorUnits, default=0)
    accrued_through: Mapped[dt.date]
    carry_units: Mapped[int] = mapped_column(BigInteger, default=0)
    charter_version_id: Mapped[int] = mapped_column(ForeignKey("charter_version.id"))
    request_id: Mapped[uuid.UUID] = mapped_column(Uuid(as_uuid=True), unique=True)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)

    holder: Mapped[NoteHolder] = relationship(viewonly=True)
    movements: Mapped[list[NoteMovement]] = relationship(viewonly=True, order_by="NoteMovement.id")


class NoteMovement(Model):
    """What happened to a note on a day: plus is more owed to the holder, minus is less."""

    __tablename__ = "note_movement"
    __table_args__ = (CheckConstraint(f"kind IN {MOVEMENT_KINDS!r}", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    principal_minor: Mapped[int] = mapped_column(MinorUnits, default=0)
    interest_minor: Mapped[int] = mapped_column(MinorUnits, default=0)
    happened_on: Mapped[dt.date]
    entry_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("entry.id"), index=True)
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"))
    holder_before_id: Mapped[int | None] = mapped_column(ForeignKey("note_holder.id"))
    said: Mapped[str] = mapped_column(String(300), default="")
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class NotePayout(Model):
    """A payment to a note's holder, on its way as a disbursement; principal and interest go each on their own."""

    __tablename__ = "note_payout"
    __table_args__ = (CheckConstraint(f"part IN {PAYOUT_PARTS!r}", name="part"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id"), index=True)
    disbursement_id: Mapped[int] = mapped_column(ForeignKey("disbursement.id"), unique=True)
    part: Mapped[str] = mapped_column(String(10))
    early: Mapped[bool] = mapped_column(default=False)


class LossRun(Model):
    """One loss that was shared over the layers, or one recovery that gave back in reverse order."""

    __tablename__ = "loss_run"
    __table_args__ = (
        CheckConstraint(f"kind IN {LOSS_KINDS!r}", name="kind"),
        CheckConstraint("amount_minor > 0", name="amount"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    amount_minor: Mapped[int] = mapped_column(MinorUnits)
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), index=True)
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("entry.id"), unique=True)
    charter_version_id: Mapped[int] = mapped_column(ForeignKey("charter_version.id"))
    shared_on: Mapped[dt.date]
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    shares: Mapped[list[LossShare]] = relationship(viewonly=True, order_by="LossShare.position")


class LossShare(Model):
    """What one layer bore of a loss, or was given back; no holder is named."""

    __tablename__ = "loss_share"
    __table_args__ = (
        CheckConstraint(f"layer_kind IN {LAYER_KINDS!r}", name="layer_kind"),
        CheckConstraint("amount_minor >= 0", name="amount"),
        UniqueConstraint("loss_run_id", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    loss_run_id: Mapped[int] = mapped_column(ForeignKey("loss_run.id"), index=True)
    position: Mapped[int]
    layer_kind: Mapped[str] = mapped_column(String(8))
    class_code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(80))
    amount_minor: Mapped[int] = mapped_column(MinorUnits)


guards.append_only("note_movement")
guards.append_only("note_payout")
guards.append_only("loss_run")
guards.append_only("loss_share")
guards.forbid("note", "DELETE", message="notes are never deleted")
guards.forbid(
    "note",
    "UPDATE",
    when="NEW.class_code <> OLD.class_code OR NEW.principal_minor <> OLD.principal_minor OR NEW.rate_bp <> OLD.rate_bp"
    " OR (OLD.state IN ('converted_to_gift', 'withdrawn') AND NEW.state <> OLD.state)",
    message="a note keeps its class, its sum and its rate, and what has ended stays so",
)
