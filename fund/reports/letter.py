"""The draft of the letter that a fund sends to its members and lenders every quarter.

It holds the figures and plain sentences around them; people read it over, say what happened in their own words, and
send it. It names no person, and no business beyond what everybody may read. A late payment is told as a sum that is
"not back yet", never with a name.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from fund import db
from fund.foundation import service as foundation
from fund.ledger import reading as money_reading
from fund.ledger.models import Account, PeriodTotal
from fund.presentation import date, money
from fund.reports.portfolio import portfolio

_NAMED = re.compile(r"(\d{4})-q([1-4])\Z")


@dataclass(frozen=True)
class Quarter:
    """Three months of a year."""

    year: int
    number: int

    @property
    def first_day(self) -> dt.date:
        """Its first day."""
        return dt.date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> dt.date:
        """Its last day."""
        following = Quarter(self.year + self.number // 4, self.number % 4 + 1)
        return following.first_day - dt.timedelta(days=1)

    @property
    def name(self) -> str:
        """As it stands in an address: 2026-q3."""
        return f"{self.year}-q{self.number}"


def quarter_of(text: str | None, today: dt.date) -> Quarter:
    """The quarter that a text names; for anything else the last one that is over."""
    match = _NAMED.match(text or "")
    if match and 1900 <= int(match[1]) <= 2199:
        return Quarter(int(match[1]), int(match[2]))
    return recent(today)[0]


def recent(today: dt.date, *, most: int = 4) -> list[Quarter]:
    """The last quarters that are over, newest first."""
    year, number = today.year, (today.month - 1) // 3 + 1
    found = []
    for _n in range(most):
        year, number = (year, number - 1) if number > 1 else (year - 1, 4)
        found.append(Quarter(year, number))
    return found


def draft(quarter: Quarter) -> list[str]:
    """The letter's paragraphs."""
    pool, loans = money_reading.money(), portfolio(exact=False)
    moved = _moved(quarter)
    came = -sum(moved.get((kind, "contribution"), 0) for kind in ("income", "liability"))
    out, back = -moved.get(("cash", "payment"), 0), moved.get(("cash", "repayment"), 0)
    told = [
        _("Dear members and friends of %(fund)s,", fund=foundation.fund().name),
        _("this is what happened with our money from %(first)s to %(last)s.",
          first=date(quarter.first_day), last=date(quarter.last_day)),
        _("%(came)s came in, %(out)s was paid out to businesses, and %(back)s came back from them. Running the fund cost "
          "%(costs)s.", came=money(came), out=money(out), back=money(back), costs=money(-moved.get(("cash", "cost"), 0))),
        _("Today the fund holds %(cash)s: %(free)s is free, the rest is set aside or promised.",
          cash=money(pool.cash_minor), free=money(pool.free_minor)),
        ngettext("One business has money from the fund.", "%(num)s businesses have money from the fund.",
                 len(loans.holdings))
        + " " + _("Of %(paid)s paid out so far, %(back)s has come back.",
                  paid=money(loans.paid_minor), back=money(loans.repaid_minor)),
    ]  # fmt: skip
    if pool.owed_minor:
        told.append(_("The fund owes %(owed)s to those who lent to it.", owed=money(pool.owed_minor)))
    if loans.late_minor:
        told.append(_("%(late)s was planned to be back by now and is not here yet. We talk with those who owe it; nobody pays "
                      "for being late.", late=money(loans.late_minor)))  # fmt: skip
    if loans.stated:
        told.append(_("Businesses told us of %(kept)s jobs kept and %(made)s new ones with this money.",
                      kept=loans.jobs_kept, made=loans.jobs_made))  # fmt: skip
    if loans.written_off_minor:
        told.append(
            _("%(lost)s will not come back; it is borne as our charter says.", lost=money(loans.written_off_minor))
        )
    return [
        *told,
        _("(Here: what else happened, in your own words.)"),
        _("Every entry can be read on our pages about money."),
    ]


def _moved(quarter: Quarter) -> dict[tuple[str, str], int]:
    """What entries of each kind did to accounts of each kind in these months."""
    rows = db.session.execute(
        select(Account.kind, PeriodTotal.kind, func.sum(PeriodTotal.amount_minor))
        .join(Account, Account.id == PeriodTotal.account_id)
        .where(PeriodTotal.month >= quarter.first_day, PeriodTotal.month <= quarter.last_day)
        .group_by(Account.kind, PeriodTotal.kind)
    )
    return {(kind, entry): int(total) for kind, entry, total in rows}
