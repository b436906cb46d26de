"""The side of the books: which entries moved cash and are not at the bank yet, and what the books held on a day.

An entry that only moves cash from one purpose to another is nothing the bank knows of. An entry and the correction of it
that are both not at the bank cancel each other and wait for nothing.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from fund.awards.models import Award
from fund.bank.models import Match
from fund.ledger.journal import KIND_WORDS
from fund.ledger.models import Account, Balance, Contribution, Disbursement, Entry, PeriodTotal, Posting
from fund.members.models import Person
from fund.payments import service as payments
from fund.proposals.models import Proposal

MOST_ENTRIES = 20_000


@dataclass(frozen=True)
class OpenEntry:
    """An entry of which something is not at the bank: what moved in or out of cash, how much of it is left, who
    was paid or gave, and the bank's reference where it is known. `names_somebody` when `who` is a giver."""

    id: uuid.UUID
    occurred_on: dt.date
    kind: str
    memo: str
    whole_minor: int
    rest_minor: int
    who: str
    reference: str
    names_somebody: bool

    @property
    def words(self) -> str:
        """The words by which a line may know it: what for, the bank's reference, who was paid or gave."""
        return " ".join(one for one in (self.memo, self.reference, self.who) if one)

    @property
    def label(self) -> str:
        """What it is, for a person."""
        return f"{KIND_WORDS.get(self.kind, self.kind)}: {self.memo}"


@dataclass(frozen=True)
class Waiting:
    """Something that is not in the books yet and that a line may be: a payment to make, a pledge."""

    key: str
    amount_minor: int
    label: str
    words: str


def open_entries(
    session: Session, *, first: dt.date | None = None, last: dt.date | None = None, most: int = MOST_ENTRIES,
    ids: Collection[uuid.UUID] | None = None,
) -> list[OpenEntry]:  # fmt: skip
    """Entries that moved cash and are not wholly matched, by day; within days, or only these."""
    moved = _moved(first, last, ids).subquery()
    matched = (
        select(Match.entry_id, func.sum(Match.amount_minor).label("amount"))
        .join(moved, moved.c.entry_id == Match.entry_id)
        .group_by(Match.entry_id)
        .subquery()
    )
    mirror, other = aliased(Entry), aliased(Match)
    done = func.coalesce(matched.c.amount, 0)
    statement = (
        select(
            Entry.id, Entry.occurred_on, Entry.kind, Entry.memo, moved.c.amount, done, Disbursement.bank_reference,
            Disbursement.payee_name, Person.display_name,
        )
        .join(moved, moved.c.entry_id == Entry.id)
        .outerjoin(matched, matched.c.entry_id == Entry.id)
        .outerjoin(mirror, (mirror.reverses_id == Entry.id) | (mirror.id == Entry.reverses_id))
        .outerjoin(Disbursement, Disbursement.entry_id == Entry.id)
        .outerjoin(Contribution, Contribution.entry_id == Entry.id)
        .outerjoin(Person, Person.id == Contribution.person_id)
        .where(moved.c.amount != done)
        .where(
            mirror.id.is_(None)
            | (done != 0)
            | select(other.id).where(other.entry_id == mirror.id).correlate(mirror).exists()
        )
        .order_by(Entry.occurred_on, Entry.id)
        .limit(most)
    )  # fmt: skip
    return [
        OpenEntry(
            number, day, kind, memo, int(amount), int(amount) - int(settled), payee or giver or "", reference or "",
            names_somebody=bool(giver),
        )
        for number, day, kind, memo, amount, settled, reference, payee, giver in session.execute(statement)
    ]  # fmt: skip


def rests(session: Session, entry_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, int]:
    """What of each entry's cash is not matched yet, with its sign; nothing is left of one that moved none."""
    left = dict.fromkeys(entry_ids, 0)
    for number, amount in session.execute(_moved(None, None, entry_ids)):
        left[number] = int(amount)
    matched = select(Match.entry_id, func.sum(Match.amount_minor)).where(Match.entry_id.in_(entry_ids))
    for number, amount in session.execute(matched.group_by(Match.entry_id)):
        left[number] -= int(amount)
    return left


def payments_to_make() -> list[Waiting]:
    """Payments that are approved and not recorded as made; a line of the bank may show that they were."""
    return [
        Waiting(
            f"payment-{one.id}", -one.amount_minor, _("Pay %(name)s", name=one.payee_name),
            " ".join(word for word in (f"PAY-{one.id}", one.payee_name, one.purpose) if word),
        )
        for one in payments.waiting_for_the_bank(most=2_000)
    ]  # fmt: skip


def pledges_to_come(session: Session) -> list[Waiting]:
    """Pledges of money that have not come."""
    rows = session.execute(
        select(Contribution.id, Contribution.amount_minor, Contribution.kind, Person.display_name)
        .outerjoin(Person, Person.id == Contribution.person_id)
        .where(Contribution.state == "pledged", Contribution.amount_minor > 0)
        .order_by(Contribution.id)
        .limit(2_000)
    )
    return [
        Waiting(f"pledge-{number}", amount, _("What %(name)s promised", name=name or _("somebody")), name or "")
        for number, amount, _kind, name in rows
    ]


def owing_awards(session: Session) -> Sequence[tuple[int, str, int]]:
    """Awards on which something is owed to the fund: number, whose, how much."""
    rows = session.execute(
        select(Award.id, Account.name, Proposal.title, Balance.posted_minor)
        .join(Account, (Account.award_id == Award.id) & (Account.kind == "receivable"))
        .join(Balance, Balance.account_id == Account.id)
        .join(Proposal, Proposal.id == Award.proposal_id)
        .where(Balance.posted_minor > 0)
        .order_by(Award.id)
        .limit(500)
    )
    return [(number, title if ":" in name else name, owed) for number, name, title, owed in rows]


def cash_now(session: Session) -> int:
    """All cash in the books."""
    return int(
        session.scalar(
            select(func.coalesce(func.sum(Balance.posted_minor), 0))
            .join(Account, Account.id == Balance.account_id)
            .where(Account.kind == "cash")
        )
        or 0
    )


def cash_on(session: Session, day: dt.date) -> int:
    """All cash in the books at the end of a day: whole months from their totals, the last one from its postings."""
    month = day.replace(day=1)
    before = session.scalar(
        select(func.coalesce(func.sum(PeriodTotal.amount_minor), 0))
        .join(Account, Account.id == PeriodTotal.account_id)
        .where(Account.kind == "cash", PeriodTotal.month < month)
    )
    within = session.scalar(
        select(func.coalesce(func.sum(Posting.amount_minor), 0))
        .join(Account, Account.id == Posting.account_id)
        .join(Entry, Entry.id == Posting.entry_id)
        .where(Account.kind == "cash", Entry.occurred_on >= month, Entry.occurred_on <= day)
    )
    return int(before or 0) + int(within or 0)


def _moved(first: dt.date | None, last: dt.date | None, ids: Collection[uuid.UUID] | None) -> Select[uuid.UUID, int]:
    """What each entry moved in or out of cash as a whole, if it did."""
    statement = (
        select(Posting.entry_id, func.sum(Posting.amount_minor).label("amount"))
        .join(Account, Account.id == Posting.account_id)
        .join(Entry, Entry.id == Posting.entry_id)
        .where(Account.kind == "cash")
        .group_by(Posting.entry_id)
        .having(func.sum(Posting.amount_minor) != 0)
    )
    if first is not None:
        statement = statement.where(Entry.occurred_on >= first)
    if last is not None:
        statement = statement.where(Entry.occurred_on <= last)
    if ids is not None:
        statement = statement.where(Posting.entry_id.in_(ids))
    return statement
