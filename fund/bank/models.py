"""Tables of the bank: accounts, statements, their lines, what each line is in the books (TRUST 4, Reconciliation).

A statement is the file of one bank account for some days: opening, lines, closing. A line is money that came or went at the
bank; it is matched with entries of the books, or ignored by two people with a reason, and until then it is open. What the
bank said is never changed; only how a line is settled is. A match can be taken away again, and the log of acts keeps both.
Together the bank accounts hold what the books keep in their `cash:` accounts.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fund.db import JsonText, MinorUnits, Model, StoredBytes, UTCDateTime, guards
from fund.ledger.models import Entry

FORMATS = ("csv", "ofx", "camt")
LINE_STATES = ("open", "matched", "ignored")
NAMELESS = "nameless:"
"""How the name of a line begins of which only day and amount are kept."""


class BankAccount(Model):
    """One account at a bank. Its number is not kept: nobody needs it here."""

    __tablename__ = "bank_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    currency: Mapped[str] = mapped_column(String(3))
    added_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class Statement(Model):
    """One statement that was taken in. `sha256` is that of the file, so the same file is known again."""

    __tablename__ = "statement"
    __table_args__ = (
        CheckConstraint(f"format IN {FORMATS!r}", name="format"),
        CheckConstraint("from_on <= to_on", name="days"),
        Index("ix_statement_account", "account_id", "to_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("bank_account.id"))
    sha256: Mapped[bytes] = mapped_column(StoredBytes, unique=True)
    format: Mapped[str] = mapped_column(String(8))
    file_name: Mapped[str] = mapped_column(String(160))
    from_on: Mapped[dt.date]
    to_on: Mapped[dt.date]
    opening_minor: Mapped[int] = mapped_column(MinorUnits)
    closing_minor: Mapped[int] = mapped_column(MinorUnits)
    taken_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    taken_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class BankLine(Model):
    """One line of an account. `settled_minor` is how much of it is matched; it has the sign of the line."""

    __tablename__ = "bank_line"
    __table_args__ = (
        CheckConstraint(f"state IN {LINE_STATES!r}", name="state"),
        CheckConstraint("amount_minor <> 0", name="amount"),
        CheckConstraint(
            "(amount_minor > 0 AND settled_minor >= 0 AND settled_minor <= amount_minor)"
            " OR (amount_minor < 0 AND settled_minor <= 0 AND settled_minor >= amount_minor)",
            name="settled_within_the_amount",
        ),
        CheckConstraint("(state = 'matched') = (settled_minor = amount_minor)", name="matched_is_settled"),
        CheckConstraint("state <> 'ignored' OR settled_minor = 0", name="ignored_is_not_matched"),
        UniqueConstraint("account_id", "external_id"),
        Index("ix_bank_line_state", "state", "booked_on"),
        Index("ix_bank_line_day", "account_id", "booked_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("bank_account.id"))
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    external_id: Mapped[str] = mapped_column(String(80))
    booked_on: Mapped[dt.date]
    amount_minor: Mapped[int] = mapped_column(MinorUnits)
    reference: Mapped[str] = mapped_column(String(300), default="")
    counterparty: Mapped[str] = mapped_column(String(160), default="")
    settled_minor: Mapped[int] = mapped_column(MinorUnits, default=0)
    state: Mapped[str] = mapped_column(String(8), default="open")

    matches: Mapped[list[Match]] = relationship(viewonly=True, order_by="Match.id")

    @property
    def is_nameless(self) -> bool:
        """Whether only day and amount of it are kept, as of lines on which micro-grants were paid."""
        return self.external_id.startswith(NAMELESS)


class StatementLine(Model):
    """Which lines stand in which statement; statements that overlap share lines."""

    __tablename__ = "statement_line"

    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), primary_key=True, autoincrement=False)
    line_id: Mapped[int] = mapped_column(ForeignKey("bank_line.id"), primary_key=True, autoincrement=False, index=True)


class Match(Model):
    """So much of a line is so much of an entry; the amount has the sign of both."""

    __tablename__ = "bank_match"
    __table_args__ = (
        CheckConstraint("amount_minor <> 0", name="amount"),
        UniqueConstraint("line_id", "entry_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("bank_line.id"))
    entry_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("entry.id"), index=True)
    amount_minor: Mapped[int] = mapped_column(MinorUnits)
    accepted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    accepted_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)

    entry: Mapped[Entry] = relationship(viewonly=True)


class IgnoredLine(Model):
    """A line that has no place in the books: one person says why, another agrees; `ended_at` when it is taken up again."""

    __tablename__ = "ignored_line"
    __table_args__ = (
        CheckConstraint("seconded_by IS NULL OR seconded_by <> proposed_by", name="two_people"),
        Index(
            "uq_ignored_line_now",
            "line_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("bank_line.id"))
    reason: Mapped[str] = mapped_column(String(300))
    proposed_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    seconded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    seconded_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class MappingProfile(Model):
    """How the CSV files of one bank are to be read, kept for the next time."""

    __tablename__ = "mapping_profile"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    mapping: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    saved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class StatementFile(Model):
    """A file that somebody is looking at and has not taken in yet; gone, with its bytes, once it is or is put away."""

    __tablename__ = "statement_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("bank_account.id"))
    file_name: Mapped[str] = mapped_column(String(160))
    file_key: Mapped[str] = mapped_column(String(64), unique=True)
    sha256: Mapped[bytes] = mapped_column(StoredBytes)
    mapping: Mapped[dict[str, Any]] = mapped_column(JsonText, default=dict)
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    uploaded_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


_CASH_OF_ENTRY = (
    "(SELECT COALESCE(SUM(p.amount_minor), 0) FROM posting p JOIN account a ON a.id = p.account_id"
    " WHERE p.entry_id = NEW.entry_id AND a.kind = 'cash')"
)
_LINE = "(SELECT amount_minor FROM bank_line WHERE id = NEW.line_id)"
_OF_LINE = "(SELECT COALESCE(SUM(amount_minor), 0) FROM bank_match WHERE line_id = NEW.line_id)"
_OF_ENTRY = "(SELECT COALESCE(SUM(amount_minor), 0) FROM bank_match WHERE entry_id = NEW.entry_id)"

guards.append_only("statement")
guards.append_only("statement_line")
guards.forbid("bank_account", "DELETE", message="bank accounts are never deleted")
guards.forbid("bank_line", "DELETE", message="lines of the bank are never deleted")
guards.forbid(
    "bank_line",
    "UPDATE",
    when="NEW.account_id <> OLD.account_id OR NEW.statement_id <> OLD.statement_id"
    " OR (NEW.external_id <> OLD.external_id AND NOT (SUBSTR(NEW.external_id, 1, 9) = 'nameless:'"
    " AND NEW.reference = '' AND NEW.counterparty = ''))"
    " OR NEW.booked_on <> OLD.booked_on OR NEW.amount_minor <> OLD.amount_minor"
    " OR (NEW.reference <> OLD.reference AND NEW.reference <> '')"
    " OR (NEW.counterparty <> OLD.counterparty AND NEW.counterparty <> '')",
    message="a line stays as the bank wrote it; its words can only be forgotten",
)
guards.forbid(
    "bank_line",
    "UPDATE",
    when="NEW.settled_minor <> OLD.settled_minor"
    " AND NEW.settled_minor <> (SELECT COALESCE(SUM(amount_minor), 0) FROM bank_match WHERE line_id = NEW.id)",
    message="what is settled of a line is the sum of its matches",
)
guards.forbid(
    "bank_line",
    "UPDATE",
    when="NEW.state = 'ignored' AND OLD.state <> 'ignored' AND NOT EXISTS (SELECT 1 FROM ignored_line"
    " WHERE line_id = NEW.id AND seconded_by IS NOT NULL AND ended_at IS NULL)",
    message="a line is ignored only by two people with a reason",
)
guards.forbid("bank_match", "UPDATE", message="a match is taken away and made anew, never changed")
guards.forbid(
    "bank_match",
    "INSERT",
    when=f"(NEW.amount_minor > 0) <> ({_LINE} > 0) OR ABS({_OF_LINE} + NEW.amount_minor) > ABS({_LINE})"
    " OR EXISTS (SELECT 1 FROM bank_line WHERE id = NEW.line_id AND state = 'ignored')",
    message="no more of a line is matched than it holds",
)
guards.forbid(
    "bank_match",
    "INSERT",
    when=f"{_CASH_OF_ENTRY} = 0 OR (NEW.amount_minor > 0) <> ({_CASH_OF_ENTRY} > 0)"
    f" OR ABS({_OF_ENTRY} + NEW.amount_minor) > ABS({_CASH_OF_ENTRY})",
    message="no more of an entry is matched than it moved in or out of cash",
)
guards.forbid("ignored_line", "DELETE", message="why a line was ignored is never deleted")
guards.forbid(
    "ignored_line",
    "UPDATE",
    when="NEW.line_id <> OLD.line_id OR NEW.reason <> OLD.reason OR NEW.proposed_by <> OLD.proposed_by"
    " OR (OLD.seconded_by IS NOT NULL AND NEW.seconded_by IS DISTINCT FROM OLD.seconded_by)"
    " OR OLD.ended_at IS NOT NULL",
    message="what two people agreed on about a line is never changed",
)
