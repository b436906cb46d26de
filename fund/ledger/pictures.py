"""The pool as pictures: what all the cash is for, how it came and went, how it changed over the months."""

from __future__ import annotations

from flask_babel import gettext as _
from markupsafe import Markup

from fund.ledger.reading import Line, Money
from fund.pictures import Bar, Part, Point, bars, line, stacked
from fund.presentation import date, money, number


def what_cash_is_for(pool: Money) -> Markup | None:
    """All cash as one bar: free, reserved for rounds, committed to awards, promised. None when there is none."""
    shown = [Part(label, amount, money(amount), tone) for label, amount, tone in _purposes(pool) if amount > 0]
    if not shown:
        return None
    return stacked(
        shown, title=_("What the cash is for"), desc=_("All cash, %(sum)s, in parts.", sum=money(pool.cash_minor))
    )


def came_and_went(pool: Money) -> Markup | None:
    """In, out, repaid and costs as bars of one scale."""
    if not pool.in_minor:
        return None
    return bars(
        [Bar(label, amount, money(amount), tone=tone) for label, amount, tone in _flows(pool)],
        title=_("What came and what went"),
        desc=_("Four bars on one scale: what came in, went out, came back, and was spent on costs."),
    )


def over_time(pool: Money) -> Markup | None:
    """All cash at the end of each month; None before there are two months."""
    if len(pool.months) < 2:
        return None
    points = [Point(month.year * 12 + month.month, held) for month, held in pool.months]
    first, last = pool.months[0][0], pool.months[-1][0]
    return line(
        points,
        title=_("The pool over time"),
        desc=_(
            "All cash of the fund at the end of each month, from %(first)s to %(last)s.",
            first=date(first),
            last=date(last),
        ),
        show=lambda value: money(value),
        marks=[(points[0].at, f"{first:%Y-%m}"), (points[-1].at, f"{last:%Y-%m}")],
    )


def tables(pool: Money) -> dict[str, list[list[str | Markup]]]:
    """The figures that stand beside the pictures, as rows of finished words."""
    return {
        "purposes": [[label, money(amount)] for label, amount, _tone in _purposes(pool)],
        "flows": [[label, money(amount)] for label, amount, _tone in _flows(pool)],
        "months": [[f"{month:%Y-%m}", money(held)] for month, held in reversed(pool.months)],
        "held": [
            *([_name(line), money(line.amount_minor)] for line in pool.held),
            [_("Free money"), money(pool.free_minor)],
        ],
        "came": [
            [line.label, number(line.times) if line.times else "", money(line.amount_minor)] for line in pool.came_in
        ],
        "went": [[_name(line), number(line.times), money(line.amount_minor)] for line in pool.went_out],
        "rounds": [
            [one.label, money(one.reserved_minor), money(one.committed_minor), money(one.paid_minor)]
            for one in pool.rounds
        ],
        "elsewhere": [[line.label, money(line.amount_minor)] for line in pool.elsewhere],
        "owed": [[line.label, money(line.amount_minor)] for line in pool.owed_by_fund],
    }


def _name(line: Line) -> str | Markup:
    """A line's name, as a link where it has a page of its own."""
    if line.award_id is None:
        return line.label
    return Markup('<a href="/awards/{}">{}</a>').format(line.award_id, line.label)


def _purposes(pool: Money) -> list[tuple[str, int, str]]:
    return [
        (_("Free"), pool.free_minor, "pool"),
        (_("Set aside for rounds"), pool.reserved_minor, "sun"),
        (_("Committed to awards"), pool.committed_minor, "reed"),
        (_("Promised otherwise"), pool.promised_minor, "clay"),
    ]


def _flows(pool: Money) -> list[tuple[str, int, str]]:
    return [
        (_("Came in"), pool.in_minor, "pool"),
        (_("Paid out to businesses"), pool.out_minor, "sun"),
        (_("Paid back by businesses"), pool.repaid_minor, "reed"),
        (_("Costs of running the fund"), pool.costs_minor, "clay"),
    ]
