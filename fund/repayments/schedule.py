"""Pure arithmetic of what is due: one rule for each product of FIELD B2, in whole minor units.

Two families. *Dated* products (`zero_interest`, `fixed`) have a plan of days: the first instalment is due when the grace
ends (a month after the first payment at the earliest), then one each month. *Contingent* products (`profit_share` by the
quarter, `revenue_share` by the month, `nonvoting_share` by the year) have periods: something is due only once the
business has told the period's figure, and nothing at all when there is no surplus.

Rounding, always in the business's favour: an instalment is the exact level amount rounded down, a month's interest is
rounded down, a share is rounded down; the last instalment takes the rest. Interest runs from a month before the first
instalment, so a grace costs nothing. Capital comes back first, then what the fund gains.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

DATED = ("zero_interest", "fixed")
CONTINGENT = ("profit_share", "revenue_share", "nonvoting_share")
PERIOD_MONTHS = {"profit_share": 3, "revenue_share": 1, "nonvoting_share": 12}
YEARLY_BP_PER_MONTH = 120_000
"""A year's hundredths of a percent on one minor unit, by the month."""
DIVIDEND_PERCENT = 50
"""A dividend never takes more than this part of a year's surplus (FIELD A2: cost of capital at most half the gain)."""


@dataclass(frozen=True)
class Terms:
    """The terms of an award as its agreement has them. `cap_percent` is the most paid back in all, in percent of what
    was paid out; without a cap in the charter that is the amount itself."""

    kind: str
    months: int = 0
    grace_months: int = 0
    rate_bp: int = 0
    percent: int = 0
    floor_minor: int = 0
    cap_percent: int = 100
    after_wages: bool = False
    max_months: int | None = None
    target_dividend_bp: int = 0
    redeem_after_months: int = 0
    aporte: bool = False
    forgivable: bool = True

    @classmethod
    def of(cls, kind: str, stored: Mapping[str, Any]) -> Terms:
        """The terms from what is stored with an award (`Product.terms()`)."""
        return cls(
            kind=kind, months=stored.get("months") or 0, grace_months=stored.get("grace_months") or 0,
            rate_bp=stored.get("rate_bp") or 0, percent=stored.get("percent") or 0,
            floor_minor=stored.get("floor_minor") or 0, cap_percent=stored.get("cap_multiple_percent") or 100,
            after_wages=bool(stored.get("after_wages")), max_months=stored.get("max_months"),
            target_dividend_bp=stored.get("target_dividend_bp") or 0,
            redeem_after_months=stored.get("redeem_after_months") or 0, aporte=stored.get("aporte") == "optional",
            forgivable=stored.get("forgive_by", "decision") == "decision",
        )  # fmt: skip

    @property
    def is_dated(self) -> bool:
        """Whether it is paid back on days that are known beforehand."""
        return self.kind in DATED and self.months > 0

    @property
    def is_contingent(self) -> bool:
        """Whether what is due follows from figures that the business tells."""
        return self.kind in CONTINGENT

    def cap_minor(self, paid_out_minor: int) -> int:
        """The most that is paid back in all, for what was paid out."""
        return paid_out_minor * self.cap_percent // 100


class Due(NamedTuple):
    """What is due on a day: capital that comes back, and what the fund gains (interest or a share)."""

    due_on: dt.date
    principal_minor: int
    gain_minor: int

    @property
    def amount_minor(self) -> int:
        """Both together."""
        return self.principal_minor + self.gain_minor


class Period(NamedTuple):
    """A span of days, both included, for which a figure is told."""

    starts_on: dt.date
    ends_on: dt.date


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later; the last day of a month that is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def instalment_days(terms: Terms, first_paid_on: dt.date) -> list[dt.date]:
    """The days of a dated product's instalments."""
    first = max(terms.grace_months, 1)
    return [add_months(first_paid_on, first + number) for number in range(terms.months)]


def level(principal_minor: int, rate_bp: int, days: Sequence[dt.date]) -> list[Due]:
    """A plan of equal instalments over these days; the last takes the rest. Days on which nothing would be due are left
    out. The capital of the rows is exactly `principal_minor`."""
    each, left, rows = instalment(principal_minor, rate_bp, len(days)), principal_minor, []
    for number, day in enumerate(days, start=1):
        gain = left * rate_bp // YEARLY_BP_PER_MONTH
        part = left if number == len(days) else min(left, max(0, each - gain))
        rows.append(Due(day, part, gain))
        left -= part
    return [row for row in rows if row.amount_minor]


def instalment(principal_minor: int, rate_bp: int, count: int) -> int:
    """The level instalment, rounded down to a minor unit."""
    if count < 1:
        return 0
    if not rate_bp:
        return principal_minor // count
    monthly = Fraction(rate_bp, YEARLY_BP_PER_MONTH)
    growth = (1 + monthly) ** count
    return int(principal_minor * monthly * growth / (growth - 1))


def extended(
    rows: Sequence[Due], added_minor: int, rate_bp: int, today: dt.date, *, otherwise: Sequence[dt.date] = ()
) -> list[Due]:
    """The plan after another part was paid out (or, with a negative amount, came back): what is due already stays, the
    rest is levelled anew over the days that are left; over those of `otherwise` that are to come where none is."""
    kept = [row for row in rows if row.due_on <= today]
    coming = [row for row in rows if row.due_on > today]
    whole = sum(row.principal_minor for row in coming) + added_minor
    if whole < 0:
        return lessened(kept, -whole)
    days = [row.due_on for row in coming] or [day for day in otherwise if day > today] or [add_months(today, 1)]
    return kept + level(whole, rate_bp, days)


def prepaid(rows: Sequence[Due], amount_minor: int, rate_bp: int) -> list[Due]:
    """The plan after capital was paid ahead. Without interest it counts for the next instalments, in order; with interest
    it lowers every coming one, and the interest with them."""
    if rate_bp:
        whole = sum(row.principal_minor for row in rows) - amount_minor
        return level(whole, rate_bp, [row.due_on for row in rows])
    left, after = amount_minor, []
    for row in rows:
        taken = min(left, row.principal_minor)
        left -= taken
        after.append(row._replace(principal_minor=row.principal_minor - taken))
    return [row for row in after if row.amount_minor]


def forgiven(rows: Sequence[Due], amount_minor: int) -> tuple[list[Due], int, int]:
    """The plan after so much was forgiven, the oldest first, of each the gain before the capital: rows, and how much of
    it was capital and how much gain."""
    left, principal, gain, after = amount_minor, 0, 0, []
    for row in sorted(rows):
        free_gain = min(left, row.gain_minor)
        free_principal = min(left - free_gain, row.principal_minor)
        left -= free_gain + free_principal
        principal, gain = principal + free_principal, gain + free_gain
        after.append(Due(row.due_on, row.principal_minor - free_principal, row.gain_minor - free_gain))
    return [row for row in after if row.amount_minor], principal, gain


def lessened(rows: Sequence[Due], amount_minor: int) -> list[Due]:
    """Rows with so much less capital, taken from the last ones."""
    left, after = amount_minor, []
    for row in reversed(rows):
        taken = min(left, row.principal_minor)
        left -= taken
        after.append(row._replace(principal_minor=row.principal_minor - taken))
    return [row for row in reversed(after) if row.amount_minor]


def shifted(rows: Sequence[Due], months: int, today: dt.date) -> list[Due]:
    """The plan after a holiday: everything that is still to come moves by so many months; nothing is added for it."""
    return [row._replace(due_on=add_months(row.due_on, months)) if row.due_on >= today else row for row in rows]


def deferred(rows: Sequence[Due], until: dt.date, today: dt.date) -> list[Due]:
    """The plan after what is due by now was put off to a day; nothing is added for it."""
    return sorted(row._replace(due_on=max(row.due_on, until)) if row.due_on <= today else row for row in rows)


def period(terms: Terms, first_paid_on: dt.date, number: int) -> Period | None:
    """The period with this number, from 0: after the grace, one follows the other; None once the time is over."""
    length = PERIOD_MONTHS[terms.kind]
    begins = add_months(first_paid_on, terms.grace_months)
    starts = add_months(begins, number * length)
    ends = add_months(begins, (number + 1) * length) - dt.timedelta(days=1)
    if terms.max_months is not None:
        over = add_months(first_paid_on, terms.max_months)
        if starts >= over:
            return None
        ends = min(ends, over - dt.timedelta(days=1))
    return Period(starts, ends)


def share_due(terms: Terms, figure_minor: int, *, room_minor: int, capital_minor: int) -> int:
    """What a period's figure makes due, in minor units.

    `room_minor` is what is left below the cap, `capital_minor` the shares that the fund holds (`nonvoting_share`).
    Nothing is due without a surplus or sales; a floor is never more than the surplus itself.
    """
    if figure_minor <= 0 or room_minor <= 0:
        return 0
    if terms.kind == "nonvoting_share":
        aim = capital_minor * terms.target_dividend_bp // 10_000
        return min(aim, figure_minor * DIVIDEND_PERCENT // 100, room_minor)
    share = figure_minor * terms.percent // 100
    if terms.kind == "profit_share":
        share = min(figure_minor, max(share, terms.floor_minor))
    return min(share, room_minor)


def divided(amount_minor: int, capital_open_minor: int) -> tuple[int, int]:
    """An amount as capital and gain: capital comes back first."""
    principal = min(amount_minor, capital_open_minor)
    return principal, amount_minor - principal
