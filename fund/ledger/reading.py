"""What people see of the money: where every dollar is, and how it came there.

Everything is read from balances and from the totals kept with the entries, in the same few queries whether the books
hold ten entries or a million. No giver is named anywhere, and what single businesses paid back is not told here: that
is for their own pages, as far as they agreed (FIELD B2 `privacy.repayments`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fund import db
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.models import Account, Balance, BooksCheck, Contribution, PeriodTotal
from fund.ledger.own_money import OwnMoney, own_money

ELSEWHERE = {
    "note_payout": _l("Paid to note-holders"),
    "refund": _l("Given back to givers"),
    "fee": _l("Fees"),
    "surplus_payout": _l("Shares of surplus paid"),
    "micro_grant": _l("Micro-grants"),
    "loss": _l("Lost"),
}
"""Kinds of entries with which cash leaves the fund, beside payments to businesses and costs."""

GIVEN = ("payment", "hand_over")
"""Kinds of entries by which the fund gives money to others."""
CAME_BACK = ("repayment", "interest", "recovery")
"""Kinds of entries with which money comes back from businesses."""


@dataclass(frozen=True)
class Line:
    """One line of a table: what, how much, how often; `award_id` where it has a page of its own."""

    label: str
    amount_minor: int
    times: int = 0
    award_id: int | None = None
    code: str = ""


@dataclass(frozen=True)
class OfRound:
    """Where the money of one round is: still reserved, committed to awards, paid out."""

    label: str
    reserved_minor: int
    committed_minor: int
    paid_minor: int


@dataclass(frozen=True)
class Money:
    """The whole fund. Always: in - out + repaid - costs - elsewhere = cash = reserved + committed + promised + free."""

    currency: str
    came_in: list[Line]
    went_out: list[Line]
    held: list[Line]
    owed_by_fund: list[Line]
    rounds: list[OfRound]
    months: list[tuple[dt.date, int]]
    in_minor: int
    out_minor: int
    repaid_minor: int
    costs_minor: int
    elsewhere: list[Line]
    elsewhere_minor: int
    own: OwnMoney
    cash_minor: int
    free_minor: int
    reserved_minor: int
    committed_minor: int
    promised_minor: int
    on_its_way_minor: int
    owed_to_fund_minor: int
    owed_minor: int
    hours: int
    goods: int
    dues_of_nothing: int
    faults: list[str] = field(default_factory=list)

    @property
    def adds_up(self) -> bool:
        """Whether the figures agree with each other."""
        flow = self.in_minor - self.out_minor + self.repaid_minor - self.costs_minor - self.elsewhere_minor
        parts = self.reserved_minor + self.committed_minor + self.promised_minor + self.free_minor
        return flow == self.cash_minor == parts


@dataclass(frozen=True)
class _Total:
    account: Account
    kind: str
    amount_minor: int
    times: int


def money() -> Money:
    """Where every dollar is, now."""
    balances = [
        (account, row)
        for account, row in db.session.execute(
            select(Account, Balance).join(Balance, Balance.account_id == Account.id).order_by(Account.id)
        )
    ]
    totals = _totals({account.id: account for account, _row in balances})
    cash = [(account, row) for account, row in balances if account.kind == "cash"]
    free = sum(row.posted_minor for account, row in cash if account.code == accounts.FREE)
    reserved = [(a, r) for a, r in cash if a.round_id is not None and a.award_id is None]
    committed = [(a, r) for a, r in cash if a.award_id is not None]
    promised = [(a, r) for a, r in cash if a.round_id is None and a.award_id is None and a.code != accounts.FREE]
    owed = [(a, r) for a, r in balances if a.kind == "liability" and r.posted_minor]
    came_in = _came_in(totals)
    went_out = [
        Line(accounts.label(one.account), -one.amount_minor, one.times, one.account.award_id)
        for one in totals
        if one.kind in GIVEN and one.account.kind == "cash"
    ]
    elsewhere = [Line(str(words), left) for kind, words in ELSEWHERE.items() if (left := -_cash_of(totals, kind))]
    hours, goods, nothing = _unpriced()
    found = db.session.get(BooksCheck, 1)
    return Money(
        currency=foundation.fund().currency, came_in=came_in, went_out=went_out, held=_lines(reserved + committed + promised),
        owed_by_fund=[Line(accounts.label(a), -r.posted_minor, code=a.code) for a, r in owed], rounds=_of_rounds(cash, totals),
        months=_months(), in_minor=sum(line.amount_minor for line in came_in),
        out_minor=sum(line.amount_minor for line in went_out), repaid_minor=sum(_cash_of(totals, kind) for kind in CAME_BACK),
        costs_minor=-_cash_of(totals, "cost"), elsewhere=elsewhere,
        elsewhere_minor=sum(line.amount_minor for line in elsewhere), own=own_money(db.session()),
        cash_minor=sum(r.posted_minor for _a, r in cash), free_minor=free,
        reserved_minor=_sum(reserved), committed_minor=_sum(committed), promised_minor=_sum(promised),
        on_its_way_minor=sum(r.reserved_minor for _a, r in cash),
        owed_to_fund_minor=sum(r.posted_minor for a, r in balances if a.kind == "receivable"),
        owed_minor=-_sum(owed), hours=hours, goods=goods, dues_of_nothing=nothing,
        faults=list(found.faults) if found is not None else [],
    )  # fmt: skip


def public_balances() -> list[Line]:
    """What every account holds, debit positive, by code; what businesses owe is one line, so that nobody can tell what
    a single one paid back."""
    rows = db.session.execute(
        select(Account, Balance.posted_minor)
        .join(Balance, Balance.account_id == Account.id)
        .order_by(Account.kind, Account.id)
    ).all()
    owed = sum(amount for account, amount in rows if account.kind == "receivable")
    lines = [
        Line(accounts.label(account), amount, code=account.code)
        for account, amount in rows
        if account.kind != "receivable"
    ]
    return lines + ([Line(str(_l("Owed by businesses")), owed, code="receivable:loans")] if owed else [])


def of_award(award_id: int) -> tuple[int, int, int]:
    """What was paid to an award, paid back on it, and is still owed to the fund, in minor units."""
    rows = db.session.execute(
        select(Account.kind, PeriodTotal.kind, func.sum(PeriodTotal.amount_minor))
        .join(Account, Account.id == PeriodTotal.account_id)
        .where(Account.award_id == award_id)
        .group_by(Account.kind, PeriodTotal.kind)
    )
    sums = {(account, kind): int(total) for account, kind, total in rows}
    paid = -sums.get(("cash", "payment"), 0)
    repaid = -sums.get(("receivable", "repayment"), 0)
    owed = sum(total for (account, _kind), total in sums.items() if account == "receivable")
    return paid, repaid, owed


def _totals(known: dict[int, Account]) -> list[_Total]:
    """Totals over all months by account and kind of entry."""
    rows = db.session.execute(
        select(
            PeriodTotal.account_id,
            PeriodTotal.kind,
            func.sum(PeriodTotal.amount_minor),
            func.sum(PeriodTotal.entries_n),
        )
        .group_by(PeriodTotal.account_id, PeriodTotal.kind)
        .order_by(PeriodTotal.account_id)
    )
    return [_Total(known[number], kind, int(amount), int(times)) for number, kind, amount, times in rows if int(amount)]


def _came_in(totals: Iterable[_Total]) -> list[Line]:
    given = [
        Line(accounts.label(one.account), -one.amount_minor, one.times, code=one.account.code)
        for one in totals
        if one.kind == "contribution" and one.account.kind in ("income", "liability")
    ]
    brought = _cash_of(totals, "opening")
    return given + ([Line(str(accounts.LABELS[accounts.OPENING]), brought)] if brought else [])


def _cash_of(totals: Iterable[_Total], kind: str) -> int:
    return sum(one.amount_minor for one in totals if one.kind == kind and one.account.kind == "cash")


def _of_rounds(cash: Iterable[tuple[Account, Balance]], totals: Iterable[_Total]) -> list[OfRound]:
    """Each round that holds or held money, newest first."""
    names: dict[int, str] = {}
    reserved: dict[int, int] = {}
    committed: dict[int, int] = {}
    paid: dict[int, int] = {}
    for account, row in cash:
        if account.round_id is None:
            continue
        part = reserved if account.award_id is None else committed
        part[account.round_id] = part.get(account.round_id, 0) + row.posted_minor
        if account.code == f"cash:round-{account.round_id}":
            names[account.round_id] = account.name
    for one in totals:
        number = one.account.round_id
        if one.kind == "payment" and one.account.kind == "cash" and number is not None:
            paid[number] = paid.get(number, 0) - one.amount_minor
    return [
        OfRound(names.get(n, ""), reserved.get(n, 0), committed.get(n, 0), paid.get(n, 0))
        for n in sorted(names, reverse=True)
        if reserved.get(n) or committed.get(n) or paid.get(n)
    ]


def _months() -> list[tuple[dt.date, int]]:
    """All cash at the end of each month in which it changed."""
    rows = db.session.execute(
        select(PeriodTotal.month, func.sum(PeriodTotal.amount_minor))
        .join(Account, Account.id == PeriodTotal.account_id)
        .where(Account.kind == "cash")
        .group_by(PeriodTotal.month)
        .order_by(PeriodTotal.month)
    )
    held, months = 0, []
    for month, change in rows:
        held += int(change)
        months.append((month, held))
    return months


def _unpriced() -> tuple[int, int, int]:
    """Hours given, gifts of goods, and members whose dues are nothing."""
    rows = db.session.execute(
        select(Contribution.kind, func.count(), func.coalesce(func.sum(Contribution.hours), 0))
        .where(
            Contribution.state == "received", Contribution.kind.in_(("hours", "goods", "dues")),
            Contribution.amount_minor == 0,
        )
        .group_by(Contribution.kind)
    )  # fmt: skip
    found = {kind: (int(number), int(hours)) for kind, number, hours in rows}
    return found.get("hours", (0, 0))[1], found.get("goods", (0, 0))[0], found.get("dues", (0, 0))[0]


def _lines(rows: Iterable[tuple[Account, Balance]]) -> list[Line]:
    return [
        Line(accounts.label(account), row.posted_minor, award_id=account.award_id, code=account.code)
        for account, row in rows
        if row.posted_minor
    ]


def _sum(rows: Iterable[tuple[Account, Balance]]) -> int:
    return sum(row.posted_minor for _account, row in rows)
