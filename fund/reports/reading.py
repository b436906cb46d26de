"""What reports are made of: the chart, the entries, the trial balance, as the reader may see them.

Two readers: whoever handles money sees everything as it is (`exact`); anyone else sees what single businesses owe and
paid back only as one sum, and no memo that names one (FIELD B2 `privacy.repayments`). Both books add up, and hold the
same cash. Source: TRUST 4.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import case, func, select

from fund import db
from fund.foundation import service as foundation
from fund.ledger import accounts, journal
from fund.ledger.models import Account, Balance, Entry, PeriodTotal, Posting
from fund.reports.booked import BookedEntry, Books, ChartAccount

KINDS = ("cash", "receivable", "liability", "equity", "income", "expense")


@dataclass(frozen=True)
class TrialLine:
    """One account over a time: what it held before, what changed, what it holds at the end; debit positive."""

    account: ChartAccount
    before_minor: int
    change_minor: int

    @property
    def after_minor(self) -> int:
        """What it holds at the end."""
        return self.before_minor + self.change_minor


@dataclass(frozen=True)
class Trial:
    """A trial balance. `debit_minor` and `credit_minor` are the same in books that are right."""

    currency: str
    since: dt.date | None
    until: dt.date
    lines: tuple[TrialLine, ...]

    @property
    def debit_minor(self) -> int:
        """All debit balances."""
        return sum(line.after_minor for line in self.lines if line.after_minor > 0)

    @property
    def credit_minor(self) -> int:
        """All credit balances."""
        return -sum(line.after_minor for line in self.lines if line.after_minor < 0)


def books(*, exact: bool) -> Books:
    """The whole books; entries are read while they are written out, so that a million need no memory."""
    fund = foundation.fund()
    return Books(fund.name, fund.currency, chart(exact=exact), entries(exact=exact), exact)


def chart(*, exact: bool) -> tuple[ChartAccount, ...]:
    """Every account by kind and code with what it holds."""
    rows = db.session.execute(select(Account, Balance.posted_minor).join(Balance, Balance.account_id == Account.id))
    return _as_seen([(_account(one), held) for one, held in rows], exact=exact)


def entries(*, exact: bool, since: dt.date | None = None, until: dt.date | None = None) -> Iterator[BookedEntry]:
    """Every entry in the order of days, or those of the days from `since` to `until`."""
    statement = (
        select(
            Entry.id, Entry.occurred_on, Entry.kind, Entry.memo, Entry.decision_id, Entry.reverses_id, Account.code,
            Account.kind.label("of"), Posting.amount_minor,
        )
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Account, Account.id == Posting.account_id)
        .order_by(Entry.occurred_on, Entry.posted_at, Entry.id, Posting.line)
        .execution_options(yield_per=2000)
    )  # fmt: skip
    if since is not None:
        statement = statement.where(Entry.occurred_on >= since)
    if until is not None:
        statement = statement.where(Entry.occurred_on <= until)
    for _number, group in groupby(db.session.execute(statement), key=attrgetter("id")):
        rows = list(group)
        entry = _entry(rows[0], [(row.code, row.of, row.amount_minor) for row in rows], exact=exact)
        if entry.lines:
            yield entry


def trial_balance(*, since: dt.date | None = None, until: dt.date | None = None, exact: bool) -> Trial:
    """What every account held before the month of `since`, how it changed, and what it held at the end of the month of
    `until` (today if none is given). It is added up by whole months."""
    until = until or foundation.today()
    first = since.replace(day=1) if since else None
    before = func.sum(case((PeriodTotal.month < first, PeriodTotal.amount_minor), else_=0)) if first else func.sum(0)
    rows = db.session.execute(
        select(Account, func.sum(PeriodTotal.amount_minor), before)
        .join(Account, Account.id == PeriodTotal.account_id)
        .where(PeriodTotal.month <= until)
        .group_by(*Account.__table__.columns)
    ).all()
    held = {one.code: (int(whole), int(earlier)) for one, whole, earlier in rows}
    after = _as_seen([(_account(one), held[one.code][0]) for one, _w, _b in rows], exact=exact)
    earlier = {a.code: a.balance_minor
               for a in _as_seen([(_account(one), held[one.code][1]) for one, _w, _b in rows], exact=exact)}  # fmt: skip
    lines = [TrialLine(a, earlier.get(a.code, 0), a.balance_minor - earlier.get(a.code, 0)) for a in after]
    return Trial(foundation.fund().currency, first, until,
                 tuple(line for line in lines if line.before_minor or line.change_minor))  # fmt: skip


def trial_of_year(year: int | None, *, exact: bool) -> Trial:
    """The trial balance of one calendar year, or of all time."""
    if year is None:
        return trial_balance(exact=exact)
    return trial_balance(since=dt.date(year, 1, 1), until=dt.date(year, 12, 31), exact=exact)


def first_year() -> int:
    """The year of the oldest entry; this year while there is none."""
    first = db.session.scalar(select(func.min(PeriodTotal.month)))
    return (first or foundation.today()).year


def may_see_single(code: str, kind: str) -> bool:
    """Whether anyone may see this account by itself: all but what a single business owes."""
    return kind != "receivable" or code == journal.LOANS


def _as_seen(held: list[tuple[ChartAccount, int]], *, exact: bool) -> tuple[ChartAccount, ...]:
    """The chart in order; for anyone, all that single businesses owe is one account."""
    seen: dict[str, ChartAccount] = {}
    for account, amount in held:
        if not exact and not may_see_single(account.code, account.kind):
            account = replace(account, code=journal.LOANS, name=str(accounts.LOANS_TOGETHER))
        known = seen.get(account.code)
        seen[account.code] = replace(known or account, balance_minor=amount + (known.balance_minor if known else 0))
    return tuple(sorted(seen.values(), key=lambda one: (KINDS.index(one.kind), one.code)))


def _account(one: Account) -> ChartAccount:
    return ChartAccount(one.code, accounts.label_in_full(one), one.kind, one.currency)


def _entry(told: Any, lines: list[tuple[str, str, int]], *, exact: bool) -> BookedEntry:
    """One entry as the reader may see it: for anyone, lines that fall on one account are one line."""
    memo = told.memo
    if not exact:
        owed = any(of == "receivable" for _code, of, _amount in lines)
        hidden = journal.tells_of_one_business(told.kind, told.decision_id) or (owed and told.kind != "payment")
        memo, lines = "" if hidden else memo, _together(lines)
    return BookedEntry(
        str(told.id), told.occurred_on, told.kind, memo, tuple((code, amount) for code, _of, amount in lines),
        told.decision_id, str(told.reverses_id) if told.reverses_id else None,
    )  # fmt: skip


def _together(lines: list[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    """The lines with all that single businesses owe on one account; none where they cancel out."""
    sums: dict[tuple[str, str], int] = {}
    for code, of, amount in lines:
        key = (code if may_see_single(code, of) else journal.LOANS, of)
        sums[key] = sums.get(key, 0) + amount
    return [(code, of, amount) for (code, of), amount in sums.items() if amount]
