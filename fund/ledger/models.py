"""The books: accounts, entries, postings, balances, contributions, disbursements (TRUST 4).

Debits are positive. Money the fund holds lies in `cash` accounts, one for each purpose: free, reserved for a round,
committed to an award; to reserve is to move money between them by an entry. Postings are written first, under a
deferred foreign key, and the entry last: the database refuses an entry whose postings do not add up to nothing, and a
posting for an entry that exists. Nothing in the books is ever changed; a mistake is corrected by a mirrored entry.
`balance` is what `fund check` compares with the sum of postings; `posted - reserved >= floor` holds at every commit.
`period_total` keeps sums by month, account and kind with the entries, so that pages need not add up postings.
"""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from fund.db import JsonText, MinorUnits, Model, StoredBytes, UTCDateTime, guards
from fund.ledger.outflow_models import DISBURSEMENT_KINDS as DISBURSEMENT_KINDS
from fund.ledger.outflow_models import OPEN_DISBURSEMENTS as OPEN_DISBURSEMENTS
from fund.ledger.outflow_models import Approval as Approval
from fund.ledger.outflow_models import Disbursement as Disbursement

ACCOUNT_KINDS = ("cash", "receivable", "liability", "equity", "income", "expense")
ENTRY_KINDS = (
    "contribution",
    "cost",
    "reservation",
    "award",
    "commitment_returned",
    "payment",
    "repayment",
    "reversal",
    "opening",
    "transfer",
    "refund",
    "fee",
    "note_payout",
    "interest",
    "write_off",
    "recovery",
    "loss",
    "surplus",
    "surplus_payout",
    "micro_grant",
    "hand_over",
)
OUTFLOW_KINDS = ("cost", "payment", "refund", "fee", "note_payout", "surplus_payout", "micro_grant", "hand_over")
CONTRIBUTION_KINDS = ("dues", "gift", "land_tax", "note", "hours", "goods")
CONTRIBUTION_STATES = ("pledged", "received", "refunded", "void")
BOOKS_YEAR_STATES = ("proposed", "closed", "withdrawn")
BROUGHT_KINDS = ("balance", "note", "loan", "repayment", "member", "journal", "entry")


class Account(Model):
    """One account in one currency. `floor_minor` is the least its balance may be; none for accounts that credit."""

    __tablename__ = "account"
    __table_args__ = (CheckConstraint(f"kind IN {ACCOUNT_KINDS!r}", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(160))
    kind: Mapped[str] = mapped_column(String(12))
    currency: Mapped[str] = mapped_column(String(3))
    floor_minor: Mapped[int | None] = mapped_column(MinorUnits)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"), index=True)
    award_id: Mapped[int | None] = mapped_column(ForeignKey("award.id"), index=True)


class Balance(Model):
    """What an account holds: posted (settled) and reserved (promised to an open disbursement)."""

    __tablename__ = "balance"
    __table_args__ = (
        CheckConstraint("reserved_minor >= 0", name="reserved"),
        CheckConstraint("floor_minor IS NULL OR posted_minor - reserved_minor >= floor_minor", name="floor"),
    )

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    posted_minor: Mapped[int] = mapped_column(MinorUnits, default=0)
    reserved_minor: Mapped[int] = mapped_column(MinorUnits, default=0)
    floor_minor: Mapped[int | None] = mapped_column(MinorUnits)


class PeriodTotal(Model):
    """What entries of one kind did to one account in one month. A reversal counts against the kind it reverses."""

    __tablename__ = "period_total"

    month: Mapped[dt.date] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(24), primary_key=True)
    amount_minor: Mapped[int] = mapped_column(MinorUnits, default=0)
    entries_n: Mapped[int] = mapped_column(default=0)

    account: Mapped[Account] = relationship(viewonly=True)


class BooksCheck(Model):
    """What the last comparison of the books with themselves found. While `faults` is not empty, money stands still."""

    __tablename__ = "books_check"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    faults: Mapped[list[str]] = mapped_column(JsonText, default=list)
    checked_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class Entry(Model):
    """One journal entry. Its id is made by whoever asks for it, and asking twice writes once."""

    __tablename__ = "entry"
    __table_args__ = (
        CheckConstraint(f"kind IN {ENTRY_KINDS!r}", name="kind"),
        CheckConstraint(f"kind NOT IN {OUTFLOW_KINDS!r} OR decision_id IS NOT NULL", name="outflow_has_a_decision"),
        Index("ix_entry_occurred", "occurred_on"),
    )

    id: Mapped[uuid.UUID] = mapped_column(Uuid(as_uuid=True), primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    memo: Mapped[str] = mapped_column(String(300))
    occurred_on: Mapped[dt.date]
    posted_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decision_id: Mapped[int | None] = mapped_column(ForeignKey("decision.id"), index=True)
    entry_bytes: Mapped[bytes] = mapped_column(StoredBytes)
    entry_hash: Mapped[bytes] = mapped_column(StoredBytes)
    reverses_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("entry.id"), unique=True)

    postings: Mapped[list[Posting]] = relationship(viewonly=True, order_by="Posting.line")


class Posting(Model):
    """One line of an entry: an amount, debit positive, on an account."""

    __tablename__ = "posting"
    __table_args__ = (CheckConstraint("amount_minor <> 0", name="amount"), Index("ix_posting_account", "account_id"))

    entry_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("entry.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )
    line: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    amount_minor: Mapped[int] = mapped_column(MinorUnits)

    account: Mapped[Account] = relationship(viewonly=True)


class BooksClosed(Model):
    """One row: the last day that is closed. Whoever books holds it shared, whoever closes holds it alone."""

    __tablename__ = "books_closed"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, default=1)
    closed_through: Mapped[dt.date | None]


class BooksYear(Model):
    """A year (or any run of whole months) of the books: proposed by one person over its trial balance, closed by another.

    A year that was brought over with a whole ledger was closed by people of another place: it names nobody here.
    """

    __tablename__ = "books_year"
    __table_args__ = (
        CheckConstraint(f"state IN {BOOKS_YEAR_STATES!r}", name="state"),
        CheckConstraint("state <> 'closed' OR ended_by IS NOT NULL OR proposed_by IS NULL", name="closed_by_somebody"),
        CheckConstraint("proposed_by IS NOT NULL OR (state = 'closed' AND ended_by IS NULL)", name="brought_over"),
        CheckConstraint("state <> 'closed' OR ended_by <> proposed_by", name="two_people"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    first_day: Mapped[dt.date | None]
    last_day: Mapped[dt.date]
    state: Mapped[str] = mapped_column(String(12), default="proposed")
    trial_bytes: Mapped[bytes] = mapped_column(StoredBytes)
    trial_hash: Mapped[bytes] = mapped_column(StoredBytes)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proposed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class BroughtLine(Model):
    """One line of a file that was brought in from older books, kept as it came, for those who handle money.

    `entry` marks an entry of a whole ledger: who booked it is a number of that other place, in its bytes alone.
    """

    __tablename__ = "brought_line"
    __table_args__ = (CheckConstraint(f"what IN {BROUGHT_KINDS!r}", name="what"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    file_hash: Mapped[bytes] = mapped_column(StoredBytes, index=True)
    line: Mapped[int]
    what: Mapped[str] = mapped_column(String(12))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(String(160))
    amount_minor: Mapped[int] = mapped_column(MinorUnits)
    happened_on: Mapped[dt.date | None]
    due_on: Mapped[dt.date | None]
    note: Mapped[str] = mapped_column(String(300), default="")
    entry_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("entry.id"), index=True)
    brought_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    brought_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class Contribution(Model):
    """What somebody gave: dues by tier (zero counts), a gift, hours, goods (counted, never priced)."""

    __tablename__ = "contribution"
    __table_args__ = (
        CheckConstraint(f"kind IN {CONTRIBUTION_KINDS!r}", name="kind"),
        CheckConstraint(f"state IN {CONTRIBUTION_STATES!r}", name="state"),
        CheckConstraint("amount_minor >= 0", name="amount"),
        CheckConstraint("kind NOT IN ('hours', 'goods') OR amount_minor = 0", name="hours_have_no_price"),
        CheckConstraint(
            "amount_minor = 0 OR state <> 'received' OR entry_id IS NOT NULL", name="received_is_in_the_books"
        ),
        Index("ix_contribution_kind", "kind", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    tier: Mapped[str | None] = mapped_column(String(40))
    amount_minor: Mapped[int] = mapped_column(MinorUnits, default=0)
    hours: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(String(300), default="")
    state: Mapped[str] = mapped_column(String(12), default="received")
    given_on: Mapped[dt.date]
    entry_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("entry.id"), unique=True)
    request_id: Mapped[uuid.UUID | None] = mapped_column(Uuid(as_uuid=True), unique=True)
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    recorded_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    purpose: Mapped[str | None] = mapped_column(String(80))
    through_sponsor: Mapped[bool] = mapped_column(default=False)
    rest_of_id: Mapped[int | None] = mapped_column(ForeignKey("contribution.id"))
    refund_entry_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("entry.id"), unique=True)


guards.append_only("posting")
guards.append_only("entry")
guards.forbid(
    "entry",
    "INSERT",
    when="(SELECT COALESCE(SUM(amount_minor), 0) FROM posting WHERE entry_id = NEW.id) <> 0"
    " OR (SELECT COUNT(*) FROM posting WHERE entry_id = NEW.id) < 2"
    " OR (SELECT COUNT(DISTINCT a.currency) FROM posting p JOIN account a ON a.id = p.account_id"
    " WHERE p.entry_id = NEW.id) <> 1",
    message="an entry has two postings or more, in one currency, that add up to nothing",
)
guards.forbid(
    "entry",
    "INSERT",
    when=f"NEW.kind IN {OUTFLOW_KINDS!r} AND NOT EXISTS (SELECT 1 FROM decision WHERE id = NEW.decision_id"
    " AND (count_id IS NOT NULL OR confirmed_by IS NOT NULL OR brought_kind IS NOT NULL))",
    message="money goes out only on a recorded decision that two people stand for",
)
guards.forbid(
    "posting",
    "INSERT",
    when="EXISTS (SELECT 1 FROM entry WHERE id = NEW.entry_id)",
    message="an entry gets no posting after it is written",
)
guards.forbid(
    "entry",
    "INSERT",
    when="EXISTS (SELECT 1 FROM books_closed WHERE closed_through >= NEW.occurred_on)",
    message="this year of the books is closed",
)
guards.forbid("books_closed", "DELETE", message="what is closed stays closed")
guards.forbid(
    "books_closed",
    "UPDATE",
    when="NEW.closed_through IS NULL OR NEW.closed_through < OLD.closed_through"
    " OR NOT EXISTS (SELECT 1 FROM books_year WHERE state = 'closed' AND last_day = NEW.closed_through)",
    message="a year of the books is closed by two people, and never opened again",
)
guards.forbid("books_year", "DELETE", message="the years of the books are never deleted")
guards.forbid(
    "books_year",
    "UPDATE",
    when="OLD.state <> 'proposed' OR NEW.trial_hash <> OLD.trial_hash OR NEW.trial_bytes <> OLD.trial_bytes"
    " OR NEW.last_day <> OLD.last_day OR NEW.first_day IS DISTINCT FROM OLD.first_day"
    " OR NEW.proposed_by IS DISTINCT FROM OLD.proposed_by",
    message="a year of the books keeps the trial balance over which it was proposed",
)
guards.append_only("brought_line")
guards.forbid("account", "DELETE", message="accounts are never deleted")
guards.forbid(
    "account",
    "UPDATE",
    when="NEW.currency <> OLD.currency OR NEW.kind <> OLD.kind OR NEW.code <> OLD.code",
    message="an account keeps its code, kind and currency",
)
guards.forbid("contribution", "DELETE", message="contributions are never deleted")
