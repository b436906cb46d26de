"""What reports are made of: the chart, the entries, the trial balance, as the reader may see them.

Two readers: whoever handles money sees everything as it is (`exact`); anyone else sees what a single business owes and
paid back only where the charter of its round allows it and the business agreed. What all others owe is one account, and
what came back from them is one entry a month, without a memo (FIELD B2 `privacy.repayments`). Both books add up, and
hold the same cash. Source: TRUST 4.
"""

from __future__ import annotations

import datetime as dt
import uuid
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from fund import db
from fund.awards.models import Award
from fund.awards.offering import frozen_charter
from fund.awards.reading import agreed_to_exact
from fund.foundation import service as foundation
from fund.ledger import accounts, journal
from fund.ledger.models import Account, Balance, Entry, PeriodTotal, Posting
from fund.repayments.models import Repayment
from fund.reports.booked import BookedEntry, Books, ChartAccount
from fund.rounds.models import Round

CAME_BACK = ("repayment", "interest", "recovery")
"""Kinds of entries that tell what one business paid: for anyone they are added up by month."""
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
    return _as_seen([(_account(one), held) for one, held in rows], _agreed(exact=exact))


def entries(*, exact: bool, since: dt.date | None = None, until: dt.date | None = None) -> Iterator[BookedEntry]:
    """Every entry in the order of days, or those of the days from `since` to `until`."""
    corrected, agreed = aliased(Entry), _agreed(exact=exact)
    statement = (
        select(
            Entry.id, Entry.occurred_on, Entry.kind, Entry.memo, Entry.decision_id, Entry.reverses_id, Account.code,
            Account.kind.label("of"), Posting.amount_minor, corrected.kind.label("corrected"),
        )
        .outerjoin(corrected, corrected.id == Entry.reverses_id)
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Account, Account.id == Posting.account_id)
        .order_by(Entry.occurred_on, Entry.posted_at, Entry.id, Posting.line)
        .execution_options(yield_per=2000)
    )  # fmt: skip
    if since is not None:
        statement = statement.where(Entry.occurred_on >= since)
    if until is not None:
        statement = statement.where(Entry.occurred_on <= until)
    month: _Month | None = None
    for _number, group in groupby(db.session.execute(statement), key=attrgetter("id")):
        rows = list(group)
        if month is not None and not month.holds(rows[0].occurred_on):
            yield from month.entries(until)
            month = None
        lines = [(row.code, row.of, row.amount_minor) for row in rows]
        if agreed is not None and _came_back(rows[0]) and not agreed.holds(rows[0]):
            month = month or _Month(rows[0].occurred_on)
            month.add(rows[0].corrected or rows[0].kind, _together(lines, agreed))
        elif (entry := _entry(rows[0], lines, agreed)).lines:
            yield entry
    if month is not None:
        yield from month.entries(until)


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
    agreed = _agreed(exact=exact)
    held = {one.code: (int(whole), int(earlier)) for one, whole, earlier in rows}
    after = _as_seen([(_account(one), held[one.code][0]) for one, _w, _b in rows], agreed)
    earlier = {a.code: a.balance_minor
               for a in _as_seen([(_account(one), held[one.code][1]) for one, _w, _b in rows], agreed)}  # fmt: skip
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


@dataclass(frozen=True)
class Agreed:
    """What anyone may see by itself: the accounts of businesses that agreed to exact figures, and what they paid back."""

    codes: frozenset[str]
    entry_ids: frozenset[uuid.UUID]

    def shows(self, code: str, kind: str) -> bool:
        """Whether anyone may see this account by itself: all but what a single business owes that did not agree."""
        return kind != "receivable" or code == journal.LOANS or code in self.codes

    def holds(self, told: Any) -> bool:
        """Whether an entry is of a business that agreed, or takes such an entry back."""
        return told.id in self.entry_ids or told.reverses_id in self.entry_ids


def _agreed(*, exact: bool) -> Agreed | None:
    """What the charters and the businesses let anyone see; None for a reader who sees everything."""
    if exact:
        return None
    rows = db.session.execute(
        select(Award, Round).join(Round, Round.id == Award.round_id).where(Award.product != "grant")
    ).all()
    ids = [award.id for award, round_ in rows if agreed_to_exact(award, frozen_charter(round_))]
    paid = db.session.scalars(select(Repayment.entry_id).where(Repayment.award_id.in_(ids))).all() if ids else []
    return Agreed(frozenset(f"receivable:award-{one}" for one in ids), frozenset(paid))


@dataclass
class _Month:
    """What came back in one month from businesses that did not agree to exact figures, added up by kind of entry."""

    day: dt.date
    sums: dict[str, dict[str, int]] = field(default_factory=dict)

    def holds(self, day: dt.date) -> bool:
        """Whether a day lies in it."""
        return (day.year, day.month) == (self.day.year, self.day.month)

    def add(self, kind: str, lines: list[tuple[str, str, int]]) -> None:
        """Add an entry's lines."""
        sums = self.sums.setdefault(kind, {})
        for code, _of, amount in lines:
            sums[code] = sums.get(code, 0) + amount

    def entries(self, until: dt.date | None) -> Iterator[BookedEntry]:
        """One entry for each kind, on the month's last day (never after `until` or today)."""
        last = self.day.replace(day=monthrange(self.day.year, self.day.month)[1])
        day = min(last, until or last, max(self.day, foundation.today()))
        for kind, sums in sorted(self.sums.items()):
            lines = tuple((code, amount) for code, amount in sums.items() if amount)
            if lines:
                yield BookedEntry(f"{kind}-{self.day:%Y-%m}", day, kind, "", lines)


def _came_back(told: Any) -> bool:
    """Whether an entry tells what one business paid, or takes that back."""
    if told.kind == "reversal":
        return told.corrected in CAME_BACK
    return told.kind in CAME_BACK


def _as_seen(held: list[tuple[ChartAccount, int]], agreed: Agreed | None) -> tuple[ChartAccount, ...]:
    """The chart in order; for anyone, all that single businesses owe is one account, but for those that agreed."""
    seen: dict[str, ChartAccount] = {}
    for account, amount in held:
        if agreed is not None and not agreed.shows(account.code, account.kind):
            account = replace(account, code=journal.LOANS, name=str(accounts.LOANS_TOGETHER))
        known = seen.get(account.code)
        seen[account.code] = replace(known or account, balance_minor=amount + (known.balance_minor if known else 0))
    return tuple(sorted(seen.values(), key=lambda one: (KINDS.index(one.kind), one.code)))


def _account(one: Account) -> ChartAccount:
    return ChartAccount(one.code, accounts.label_in_full(one), one.kind, one.currency)


def _entry(told: Any, lines: list[tuple[str, str, int]], agreed: Agreed | None) -> BookedEntry:
    """One entry as the reader may see it: for anyone, lines that fall on one account are one line."""
    memo = told.memo
    if agreed is not None:
        owed = any(not agreed.shows(code, of) for code, of, _amount in lines)
        hidden = not agreed.holds(told) and (
            journal.tells_of_one_business(told.kind, told.decision_id) or (owed and told.kind != "payment")
        )
        memo, lines = "" if hidden else memo, _together(lines, agreed)
    return BookedEntry(
        str(told.id), told.occurred_on, told.kind, memo, tuple((code, amount) for code, _of, amount in lines),
        told.decision_id, str(told.reverses_id) if told.reverses_id else None,
    )  # fmt: skip


def _together(lines: list[tuple[str, str, int]], agreed: Agreed) -> list[tuple[str, str, int]]:
    """The lines with all that single businesses owe on one account; none where they cancel out."""
    sums: dict[tuple[str, str], int] = {}
    for code, of, amount in lines:
        key = (code if agreed.shows(code, of) else journal.LOANS, of)
        sums[key] = sums.get(key, 0) + amount
    return [(code, of, amount) for (code, of), amount in sums.items() if amount]
