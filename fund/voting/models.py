"""Tables of voting (TRUST 3.4): the roll, who took part, and apart from it what was cast.

Secret rounds: `participation` knows who, `envelope` knows what, and the link between them is the envelope's hash sealed
under a key in the secrets store that is destroyed at close. An envelope's content is sealed under the round's content
key, so that neither a query nor a backup shows a running tally. Envelopes and opened ballots have random keys and no
row id, no time and no order; opened ballots are inserted sorted, in one transaction. Open rounds write `named_ballot`.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fund.db import JsonText, MinorUnits, Model, StoredBytes, UTCDateTime, guards


class BallotOption(Model):
    """One line of the ballot as frozen: the proposal's public text at that moment lies in the round's rules bytes."""

    __tablename__ = "ballot_option"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    option_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    position: Mapped[int]
    proposal_id: Mapped[int | None] = mapped_column(ForeignKey("proposal.id"), unique=True)
    title: Mapped[str] = mapped_column(String(160))
    cost_minor: Mapped[int] = mapped_column(MinorUnits, default=0)
    version_number: Mapped[int] = mapped_column(default=0)


class ProposalGroup(Model):
    """That a proposal belongs to a set-aside or a capped category of its round."""

    __tablename__ = "proposal_group"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    proposal_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    group_code: Mapped[str] = mapped_column(String(80), primary_key=True)


class ProposalRival(Model):
    """That two proposals of a round cannot go together, whichever comes first."""

    __tablename__ = "proposal_rival"
    __table_args__ = (CheckConstraint("first_id < second_id", name="order"),)

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    first_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)
    second_id: Mapped[int] = mapped_column(ForeignKey("proposal.id"), primary_key=True)


class Elector(Model):
    """One person on the roll of one round. Added at freezing, or later on a `walk_up` roll; never changed."""

    __tablename__ = "elector"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    chamber: Mapped[str] = mapped_column(String(40), default="")
    class_code: Mapped[str] = mapped_column(String(40))
    verified_how: Mapped[str] = mapped_column(String(80))
    leaf_salt: Mapped[bytes] = mapped_column(StoredBytes)
    added_batch: Mapped[int] = mapped_column(default=0)


class Participation(Model):
    """That an elector took part, how often, and (while open) the sealed link to the envelope. No times."""

    __tablename__ = "participation"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "member_id"], ["elector.round_id", "elector.member_id"]),
        CheckConstraint("cast_n >= 1", name="cast"),
        CheckConstraint("channel IN ('online', 'paper', 'helped')", name="channel"),
    )

    round_id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(8), default="online")
    cast_n: Mapped[int] = mapped_column(default=1)
    envelope_link: Mapped[bytes | None] = mapped_column(StoredBytes)
    idem_hash: Mapped[bytes | None] = mapped_column(StoredBytes)


class Envelope(Model):
    """One sealed ballot. At most one live envelope for each participation of a secret round."""

    __tablename__ = "envelope"
    __table_args__ = {"sqlite_with_rowid": False}

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    envelope_hash: Mapped[bytes] = mapped_column(StoredBytes, primary_key=True)
    content: Mapped[bytes] = mapped_column(StoredBytes)
    replaced: Mapped[bool] = mapped_column(default=False)


class OpenedBallot(Model):
    """One ballot after opening, under a random code."""

    __tablename__ = "opened_ballot"
    __table_args__ = {"sqlite_with_rowid": False}

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    chamber: Mapped[str] = mapped_column(String(40), default="")
    choices_bytes: Mapped[bytes] = mapped_column(StoredBytes)
    nonce: Mapped[bytes] = mapped_column(StoredBytes)


class NamedBallot(Model):
    """A ballot of an open round, with the name of who cast it, so that anybody can recount it by name."""

    __tablename__ = "named_ballot"
    __table_args__ = (ForeignKeyConstraint(["round_id", "member_id"], ["elector.round_id", "elector.member_id"]),)

    round_id: Mapped[int] = mapped_column(primary_key=True)
    member_id: Mapped[int] = mapped_column(primary_key=True)
    choices_bytes: Mapped[bytes] = mapped_column(StoredBytes)
    chamber: Mapped[str] = mapped_column(String(40), default="")


class RehearsalBallot(Model):
    """A ballot cast to try the round out between freezing and opening; thrown away when voting opens."""

    __tablename__ = "rehearsal_ballot"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    choices_bytes: Mapped[bytes] = mapped_column(StoredBytes)


class Pledge(Model):
    """How else somebody will support a proposal ("I will buy there"): outside the ballot, and counted only."""

    __tablename__ = "pledge"

    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    option_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    kinds: Mapped[list[str]] = mapped_column(JsonText, default=list)


class Reason(Model):
    """An optional reason beside the vote, never named, with a random key so that its order tells nothing."""

    __tablename__ = "reason"
    __table_args__ = (Index("ix_reason_round", "round_id"), {"sqlite_with_rowid": False})

    code: Mapped[str] = mapped_column(String(40), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    option_id: Mapped[str] = mapped_column(String(80), default="")
    text: Mapped[str] = mapped_column(Text)


class RollAddition(Model):
    """A batch of people added to a walk-up roll while voting runs, counted in public when it holds at least five."""

    __tablename__ = "roll_addition"

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    batch: Mapped[int]
    added_n: Mapped[int] = mapped_column(default=0)
    closed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    facts: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)


_STATUS = "(SELECT status FROM round WHERE id = {0}.round_id)"
guards.forbid(
    "elector", "INSERT",
    when=f"{_STATUS.format('NEW')} <> 'draft' AND NOT ({_STATUS.format('NEW')} IN ('frozen', 'open')"
    " AND (SELECT roll FROM round WHERE id = NEW.round_id) = 'walk_up')",
    message="the roll of a frozen round is fixed",
)  # fmt: skip
guards.forbid("elector", "UPDATE", message="an elector is never changed")
guards.forbid(
    "elector", "DELETE", when=f"{_STATUS.format('OLD')} <> 'draft'", message="nobody is taken off a frozen roll"
)
guards.forbid(
    "ballot_option",
    "INSERT",
    when=f"{_STATUS.format('NEW')} <> 'draft'",
    message="the ballot of a frozen round is fixed",
)
guards.forbid(
    "ballot_option",
    "UPDATE",
    when=f"{_STATUS.format('OLD')} <> 'draft'",
    message="the ballot of a frozen round is fixed",
)
guards.forbid(
    "ballot_option",
    "DELETE",
    when=f"{_STATUS.format('OLD')} <> 'draft'",
    message="the ballot of a frozen round is fixed",
)
for _table in ("proposal_group", "proposal_rival"):
    for _operation, _row in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
        guards.forbid(
            _table, _operation, when=f"{_STATUS.format(_row)} <> 'draft'",
            message="what belongs together in a frozen round is fixed",
        )  # fmt: skip
guards.forbid(
    "envelope",
    "INSERT",
    when=f"{_STATUS.format('NEW')} <> 'open'",
    message="a ballot is cast only while voting is open",
)
guards.forbid(
    "named_ballot",
    "INSERT",
    when=f"{_STATUS.format('NEW')} <> 'open'",
    message="a ballot is cast only while voting is open",
)
guards.forbid(
    "named_ballot",
    "UPDATE",
    when=f"{_STATUS.format('NEW')} <> 'open'",
    message="a ballot is changed only while voting is open",
)
guards.forbid(
    "participation",
    "INSERT",
    when=f"{_STATUS.format('NEW')} NOT IN ('open', 'closed', 'lapsed', 'cancelled')",
    message="people take part only while voting is open",
)
guards.forbid(
    "opened_ballot",
    "INSERT",
    when=f"{_STATUS.format('NEW')} <> 'closed'",
    message="ballots are opened once, when voting has closed",
)
guards.forbid("named_ballot", "DELETE", message="a named ballot is never deleted")
guards.append_only("opened_ballot")
