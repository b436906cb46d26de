"""What always holds in the books, recomputed from the rows themselves (TRUST 4, I1 to I9).

Nothing here trusts a stored sum: balances, totals and reservations are added up anew from postings and open payments,
entries are compared with the bytes that were hashed, settled payments with their approvals.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import aliased

from fund import db
from fund.decisions.models import Decision
from fund.ledger.bytes_check import entries_are_their_bytes
from fund.ledger.disbursements import ENTRY_OF, payload_bytes, payload_hash
from fund.ledger.models import (
    OUTFLOW_KINDS,
    Account,
    Approval,
    Balance,
    BooksClosed,
    BooksYear,
    Contribution,
    Disbursement,
    Entry,
    PeriodTotal,
    Posting,
)
from fund.ledger.self_check import differences
from fund.ledger.years import trial_hash

MOST_NAMED = 20
"""So many faults of one kind are named; the rest are counted."""


def entries_add_up() -> list[str]:
    """I1: the postings of each entry, and all postings of a currency, add up to nothing."""
    single = (
        select(Posting.entry_id, func.sum(Posting.amount_minor))
        .group_by(Posting.entry_id)
        .having(or_(func.sum(Posting.amount_minor) != 0, func.count() < 2))
    )
    faults = [f"entry {entry_id}: its postings add up to {int(total)}" for entry_id, total in _rows(single)]
    overall = (
        select(Account.currency, func.sum(Posting.amount_minor))
        .join(Account, Account.id == Posting.account_id)
        .group_by(Account.currency)
    )
    faults += [f"all postings in {currency} add up to {int(total)}" for currency, total in _rows(overall) if total]
    mixed = (
        select(Posting.entry_id)
        .join(Account, Account.id == Posting.account_id)
        .group_by(Posting.entry_id)
        .having(func.count(Account.currency.distinct()) > 1)
    )
    return faults + [f"entry {entry_id} mixes currencies" for (entry_id,) in _rows(mixed)]


def balances_are_sums() -> list[str]:
    """I2, I4: each stored balance is the sum of its postings, each reservation the sum of its open payments."""
    return differences(db.session())


def floors_are_kept() -> list[str]:
    """I3: no account is below its floor, and no floor was lowered behind the account."""
    rows = db.session.execute(
        select(Account.code, Account.floor_minor, Balance.floor_minor, Balance.posted_minor, Balance.reserved_minor)
        .join(Balance, Balance.account_id == Account.id)
        .order_by(Account.id)
    )
    faults = []
    for code, floor, kept, posted, reserved in rows:
        if floor is None and code.startswith(("cash:", "receivable:")):
            faults.append(f"account {code} has no floor")
        if floor != kept:
            faults.append(f"account {code}: its floor is {floor}, the one its balance keeps is {kept}")
        if floor is not None and posted - reserved < floor:
            faults.append(f"account {code}: {posted} less {reserved} reserved is below its floor of {floor}")
    return faults


def totals_are_sums() -> list[str]:
    """The totals by month, account and kind are the sums of their postings; a reversal counts against what it
    reversed."""
    reversed_ = aliased(Entry)
    kind = case((Entry.reverses_id.is_not(None), reversed_.kind), else_=Entry.kind)
    statement = (
        select(Entry.occurred_on, Posting.account_id, kind, func.sum(Posting.amount_minor))
        .join(Entry, Entry.id == Posting.entry_id)
        .outerjoin(reversed_, reversed_.id == Entry.reverses_id)
        .group_by(Entry.occurred_on, Posting.account_id, kind)
    )
    summed: dict[tuple[dt.date, int, str], int] = {}
    for day, account_id, of_kind, total in _rows(statement):
        key = (day.replace(day=1), account_id, of_kind)
        summed[key] = summed.get(key, 0) + int(total)
    stored = {(t.month, t.account_id, t.kind): t.amount_minor for t in db.session.scalars(select(PeriodTotal))}
    return [
        f"total of {month:%Y-%m}, account number {account_id}, {of_kind}: {stored.get(key, 0)} is stored, the postings "
        f"add up to {summed.get(key, 0)}"
        for key in sorted(set(summed) | set(stored))
        if stored.get(key, 0) != summed.get(key, 0)
        for month, account_id, of_kind in [key]
    ]


def no_posting_stands_alone() -> list[str]:
    """Every posting belongs to an entry."""
    statement = (
        select(Posting.entry_id, Posting.line).outerjoin(Entry, Entry.id == Posting.entry_id).where(Entry.id.is_(None))
    )
    return [f"posting {line} belongs to entry {entry_id}, which is missing" for entry_id, line in _rows(statement)]


def outflows_have_decisions() -> list[str]:
    """Every outflow names a recorded decision that stands, and no decision's limit is exceeded."""
    bare = (
        select(Entry.id)
        .outerjoin(Decision, Decision.id == Entry.decision_id)
        .where(
            Entry.kind.in_(OUTFLOW_KINDS),
            or_(
                Decision.id.is_(None),
                and_(Decision.count_id.is_(None), Decision.confirmed_by.is_(None), Decision.brought_kind.is_(None)),
            ),
        )
    )
    faults = [f"entry {entry_id} is an outflow without a decision that stands" for (entry_id,) in _rows(bare)]
    spent = (
        select(Decision.id, Decision.limit_minor, func.sum(Posting.amount_minor))
        .join(Entry, Entry.decision_id == Decision.id)
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Account, Account.id == Posting.account_id)
        .where(Account.kind == "cash", Decision.limit_minor.is_not(None))
        .group_by(Decision.id, Decision.limit_minor)
    )
    return faults + [
        f"decision {decision_id}: {-int(total)} went out under it, its limit is {limit}"
        for decision_id, limit, total in _rows(spent)
        if -int(total) > limit
    ]


def reversals_mirror() -> list[str]:
    """I7: a reversal takes back exactly what it reverses, at most once, and is never itself reversed."""
    mirror, original = aliased(Entry), aliased(Entry)
    twofold = select(mirror.id).join(original, original.id == mirror.reverses_id).where(original.kind == "reversal")
    faults = [f"entry {entry_id} reverses a reversal" for (entry_id,) in _rows(twofold)]
    uneven = (
        select(mirror.id, mirror.reverses_id)
        .join(Posting, or_(Posting.entry_id == mirror.id, Posting.entry_id == mirror.reverses_id))
        .where(mirror.reverses_id.is_not(None))
        .group_by(mirror.id, mirror.reverses_id, Posting.account_id)
        .having(func.sum(Posting.amount_minor) != 0)
    )
    faults += [f"entry {one} is not the mirror image of entry {other}" for one, other in _rows(uneven)]
    twice = select(Entry.reverses_id).where(Entry.reverses_id.is_not(None)).group_by(Entry.reverses_id)
    faults += [f"entry {entry_id} is reversed more than once" for (entry_id,) in _rows(twice.having(func.count() > 1))]
    stray = select(Entry.id).where((Entry.kind == "reversal") != Entry.reverses_id.is_not(None))
    return faults + [f"entry {entry_id} is a reversal of nothing" for (entry_id,) in _rows(stray)]


def payments_are_approved() -> list[str]:
    """I6: no settled payment without the distinct approvals it needs, all over the bytes that say what it is; its
    entry moves exactly its amount between its accounts."""
    accounts = {account.id: account for account in db.session.scalars(select(Account))}
    yes: dict[int, list[tuple[int, bytes]]] = {}
    for disbursement_id, approver_id, seen in db.session.execute(
        select(Approval.disbursement_id, Approval.approver_id, Approval.payload_hash)
    ):
        yes.setdefault(disbursement_id, []).append((approver_id, seen))
    faults = []
    for one in db.session.scalars(select(Disbursement).order_by(Disbursement.id)):
        data = payload_bytes(one, accounts[one.source_account_id], accounts[one.target_account_id])
        if data != one.payload_bytes or payload_hash(one.payload_bytes) != one.payload_hash:
            faults.append(f"payment {one.id}: its columns, bytes and hash do not agree")
        people = {who for who, seen in yes.get(one.id, []) if seen == one.payload_hash and who != one.requested_by}
        if one.state in ("approved", "on_pay_list", "sent", "paid") and len(people) < one.approvals_needed:
            faults.append(f"payment {one.id} is {one.state} with {len(people)} of {one.approvals_needed} approvals")
        if one.state in ("paid", "bounced") and one.entry_id is not None:
            faults += _moved_as_approved(one)
    return faults


def contributions_are_booked() -> list[str]:
    """What was received stands in the books in its amount; hours and goods do not."""
    rows = db.session.execute(
        select(Contribution.id, Contribution.amount_minor, Contribution.state, func.sum(Posting.amount_minor))
        .outerjoin(Posting, (Posting.entry_id == Contribution.entry_id) & (Posting.amount_minor > 0))
        .group_by(Contribution.id, Contribution.amount_minor, Contribution.state)
        .having(
            (func.coalesce(func.sum(Posting.amount_minor), 0) != Contribution.amount_minor)
            & Contribution.state.in_(("received", "refunded"))
        )
    )
    return [
        f"contribution {number}: {amount} was received, its entry says {int(booked or 0)}"
        for number, amount, _state, booked in rows
    ]


def years_are_their_trial_balances() -> list[str]:
    """Each closed year's postings still add up to the trial balance over which two people closed it."""
    faults = []
    for year in db.session.scalars(select(BooksYear).where(BooksYear.state == "closed").order_by(BooksYear.id)):
        rows = db.session.execute(
            select(Account.code, Account.currency, func.sum(Posting.amount_minor))
            .join(Account, Account.id == Posting.account_id)
            .join(Entry, Entry.id == Posting.entry_id)
            .where(Entry.occurred_on <= year.last_day)
            .group_by(Account.code, Account.currency)
        )
        held = sorted([code, currency, int(total)] for code, currency, total in rows if int(total))
        if held != _read(year.trial_bytes).get("accounts"):
            faults.append(f"the books up to {year.last_day} are no longer the trial balance that was closed")
        if trial_hash(year.trial_bytes) != year.trial_hash:
            faults.append(f"the books up to {year.last_day}: the hash of the trial balance is not that of its bytes")
    last = db.session.scalar(select(func.max(BooksYear.last_day)).where(BooksYear.state == "closed"))
    row = db.session.get(BooksClosed, 1)
    if (row.closed_through if row else None) != last:
        faults.append(f"the books are marked as closed up to {row.closed_through if row else None}, not {last}")
    return faults


INVARIANTS: tuple[tuple[str, Callable[[], list[str]]], ...] = (
    ("every entry adds up to nothing, and so do all postings", entries_add_up),
    ("every posting belongs to an entry", no_posting_stands_alone),
    ("every balance is the sum of its postings, and what is reserved that of its open payments", balances_are_sums),
    ("no account is below its floor", floors_are_kept),
    ("the totals by month are the sums of their postings", totals_are_sums),
    ("every entry says what its hashed bytes say", entries_are_their_bytes),
    ("every outflow rests on a recorded decision, within its limit", outflows_have_decisions),
    ("every correction mirrors one entry, once", reversals_mirror),
    ("no payment was made without its approvals of exactly what was paid", payments_are_approved),
    ("every closed year is still what two people closed", years_are_their_trial_balances),
    ("every contribution stands in the books as it was received", contributions_are_booked),
)


def _moved_as_approved(one: Disbursement) -> list[str]:
    lines = db.session.execute(
        select(Posting.account_id, Posting.amount_minor).where(Posting.entry_id == one.entry_id).order_by(Posting.line)
    ).all()
    expected = {(one.target_account_id, one.amount_minor), (one.source_account_id, -one.amount_minor)}
    decided, kind = db.session.execute(select(Entry.decision_id, Entry.kind).where(Entry.id == one.entry_id)).one()
    faults = []
    if kind != ENTRY_OF[one.kind]:
        faults.append(f"payment {one.id}: its entry is a {kind}, it should be a {ENTRY_OF[one.kind]}")
    if {(account_id, amount) for account_id, amount in lines} != expected:
        faults.append(f"payment {one.id}: its entry does not move what was approved")
    if decided != one.decision_id:
        faults.append(f"payment {one.id}: its entry names another decision")
    return faults


def _read(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _rows(statement: Any) -> list[Any]:
    """Rows of a statement that finds faults, or few rows by nature."""
    return list(db.session.execute(statement).all())
