"""The journal as anyone may read it: every entry, newest first, a page at a time. Its files are made by the reports.

No giver is named, because the books name none. Which business paid back how much is left out here: repayments are
shown without the business and the sum, which files tell by month (FIELD B2 `privacy.repayments`); whoever handles
money sees them exactly.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import selectinload

from fund import db
from fund.ledger import accounts
from fund.ledger.models import Entry, Posting

MOST = 50
LOANS = "receivable:loans"
KIND_WORDS = {
    "contribution": _l("Came in"),
    "cost": _l("Cost"),
    "reservation": _l("Set aside"),
    "award": _l("Awarded"),
    "commitment_returned": _l("Given back"),
    "payment": _l("Paid out"),
    "repayment": _l("Paid back"),
    "reversal": _l("Correction"),
    "opening": _l("Brought over"),
    "transfer": _l("Moved between pots"),
    "refund": _l("Refunded"),
    "fee": _l("Fee"),
    "note_payout": _l("Paid to a note-holder"),
    "interest": _l("Interest"),
    "write_off": _l("Written off"),
    "recovery": _l("Recovered"),
    "loss": _l("Loss shared"),
    "surplus": _l("Surplus shared"),
    "surplus_payout": _l("Share of surplus paid"),
    "micro_grant": _l("Micro-grants of a week"),
    "hand_over": _l("Handed over"),
}
OF_ONE_BUSINESS = ("repayment", "interest", "write_off", "recovery", "opening")
HEAD = ("date", "entry", "kind", "memo", "account", "amount", "currency", "decision", "corrects")


@dataclass(frozen=True)
class Row:
    """One entry as it is shown: what happened, from where to where, how much, on which decision. `amount_minor` is None where
    it would tell what a single business paid back."""

    entry_id: uuid.UUID
    occurred_on: dt.date
    kind: str
    words: Any
    memo: str
    sources: list[str]
    targets: list[str]
    amount_minor: int | None
    decision_id: int | None
    corrects: uuid.UUID | None


def page(*, before: str | None = None, exact: bool = False, most: int = MOST) -> tuple[list[Row], str | None]:
    """Entries from newest to oldest, and the mark to ask for the next page with (None at the end)."""
    statement = (
        select(Entry)
        .options(selectinload(Entry.postings).joinedload(Posting.account))
        .order_by(Entry.occurred_on.desc(), Entry.posted_at.desc(), Entry.id.desc())
        .limit(most + 1)
    )
    mark = _entry(before)
    if mark is not None:
        statement = statement.where(
            or_(
                Entry.occurred_on < mark.occurred_on,
                and_(Entry.occurred_on == mark.occurred_on, Entry.posted_at < mark.posted_at),
                and_(Entry.occurred_on == mark.occurred_on, Entry.posted_at == mark.posted_at, Entry.id < mark.id),
            )
        )
    entries = db.session.scalars(statement).all()
    more = str(entries[most - 1].id) if len(entries) > most else None
    return [_row(entry, exact=exact) for entry in entries[:most]], more


def under(decision_id: int, *, most: int = 100) -> list[Row]:
    """Entries that rest on a decision, newest first."""
    found = db.session.scalars(
        select(Entry)
        .options(selectinload(Entry.postings).joinedload(Posting.account))
        .where(Entry.decision_id == decision_id)
        .order_by(Entry.occurred_on.desc(), Entry.posted_at.desc(), Entry.id.desc())
        .limit(most)
    ).all()
    return [_row(entry, exact=False) for entry in found]


def _row(entry: Entry, *, exact: bool) -> Row:
    hidden = not exact and _is_repayment(entry)

    def names(*, sources: bool) -> list[str]:
        return [
            str(_l("Businesses"))
            if hidden and line.account.kind == "receivable"
            else accounts.label_in_full(line.account)
            for line in entry.postings
            if (line.amount_minor < 0) == sources
        ]

    return Row(
        entry_id=entry.id, occurred_on=entry.occurred_on, kind=entry.kind, words=KIND_WORDS[entry.kind],
        memo="" if hidden else entry.memo, sources=names(sources=True), targets=names(sources=False),
        amount_minor=None if hidden and _came_back(entry) else _moved(entry),
        decision_id=entry.decision_id, corrects=entry.reverses_id,
    )  # fmt: skip


def tells_of_one_business(kind: str, decision_id: int | None) -> bool:
    """Whether an entry of this kind tells what one business owes or paid back. A correction under no decision may."""
    return kind in OF_ONE_BUSINESS or (kind == "reversal" and decision_id is None)


def _moved(entry: Entry) -> int:
    """How much an entry moved."""
    return sum(line.amount_minor for line in entry.postings if line.amount_minor > 0)


def _came_back(entry: Entry) -> bool:
    """Whether an entry tells what one business paid, or takes back that it did: a sum that stands in files by month."""
    owed = any(line.account.kind == "receivable" for line in entry.postings)
    return entry.kind in ("repayment", "interest", "recovery") or (entry.kind == "reversal" and owed)


def _is_repayment(entry: Entry) -> bool:
    return tells_of_one_business(entry.kind, entry.decision_id)


def _entry(text: str | None) -> Entry | None:
    """The entry that a mark names; None for anything else."""
    try:
        return db.session.get(Entry, uuid.UUID(text)) if text else None
    except ValueError:
        return None
