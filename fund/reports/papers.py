"""Reports on paper: the trial balance, the journal, the portfolio and the quarterly letter as documents.

What stands on paper is what stands on the page and in the spreadsheet, from the same tables. A journal of more rows than
a person reads is refused with the way out: by year, or as CSV.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from fund.errors import WrongState
from fund.foundation import service as foundation
from fund.ledger import journal
from fund.letterhead import drawn
from fund.paper import Facts, Grid, Heading, Paragraph, Part
from fund.presentation import date, money, number
from fund.reports import reading, tables
from fund.reports.booked import BookedEntry, debit_and_credit
from fund.reports.letter import Quarter
from fund.reports.portfolio import Holding, Portfolio
from fund.reports.reading import Trial

MOST_ROWS = 3_000
"""So many lines of the journal are drawn on paper."""


def trial_balance(found: Trial, *, exact: bool) -> bytes:
    """The trial balance: accounts with their categories; debit and credit at the foot."""
    head, *rows = tables.trial(found)
    kept = (0, 2, 1, 4, 5, 6, 7)
    return drawn(
        _("Trial balance"),
        [
            Paragraph(_span(found.since, found.until)),
            Paragraph(_("All amounts in %(currency)s.", currency=found.currency)),
            Grid([head[n] for n in kept], [[row[n] for n in kept] for row in rows], figures=(3, 4, 5, 6), total=True),
            *_who_reads(exact),
        ],
        wide=True,
    )


def entries(year: int | None, *, exact: bool) -> bytes:
    """The journal of a year (of all time for None). Raises WrongState for more lines than paper takes."""
    first, last = (dt.date(year, 1, 1), dt.date(year, 12, 31)) if year else (None, foundation.today())
    currency = foundation.fund().currency
    rows: list[list[Any]] = []
    for entry in reading.entries(exact=exact, since=first, until=last):
        rows += _lines(entry, currency)
        if len(rows) > MOST_ROWS:
            raise WrongState(
                _l("This journal has more than %(n)s lines. Take one year of it, or the CSV file.", n=number(MOST_ROWS))
            )
    head = [_("date"), _("what"), _("account"), _("debit"), _("credit"), _("decision"), _("entry")]
    return drawn(
        _("Journal"),
        [
            Paragraph(_span(first, last)),
            Paragraph(_("All amounts in %(currency)s.", currency=currency)),
            Grid(head, rows, figures=(3, 4)),
            *_who_reads(exact),
        ],
        wide=True,
    )


def _lines(entry: BookedEntry, currency: str) -> list[list[Any]]:
    """An entry's lines; its day and words stand with the first."""
    words = str(journal.KIND_WORDS.get(entry.kind, entry.kind))
    told = f"{words}: {entry.memo}" if entry.memo and entry.memo != words else words
    first = [entry.day.isoformat(), told]
    rows = []
    for place, (code, amount) in enumerate(entry.lines):
        rest = [entry.decision or "", entry.id[:8]] if place == 0 else ["", ""]
        rows.append([*(first if place == 0 else ["", ""]), code, *debit_and_credit(amount, currency), *rest])
    return rows


def portfolio(found: Portfolio, *, exact: bool) -> bytes:
    """What businesses have from the fund: the sums, award by award, and what businesses said came of it."""
    parts: list[Part] = [
        Paragraph(_("As of %(day)s.", day=date(foundation.today()))),
        Facts([(words, amount) for words, amount in portfolio_sums(found)]),
        Heading(_("Award by award")),
        Grid(
            [_("award"), _("awarded"), _("paid out"), _("came back"), *([_("due")] if exact else [])],
            [
                [one.name, money(one.planned_minor), money(one.paid_minor), one.back, *([one.due] if exact else [])]
                for one in found.holdings
            ],
            figures=(1, 2),
        ),
    ]
    if found.stated:
        parts += [
            Heading(_("What businesses say came of it")),
            Paragraph(_("As they stated it; nobody checked.")),
            Grid(
                [_("award"), _("jobs kept"), _("new jobs"), _("what else")],
                [_stated(one) for one in found.stated],
                figures=(1, 2),
            ),
        ]
    return drawn(_("What businesses have from the fund"), [*parts, *_who_reads(exact)], wide=True)


def portfolio_sums(found: Portfolio) -> list[tuple[str, str]]:
    """The sums of the portfolio in words; what cannot be told to everybody is left out."""
    sums = [
        (_("Awarded"), found.planned_minor), (_("Paid out"), found.paid_minor), (_("Came back"), found.repaid_minor),
        (_("Still out"), found.owed_minor + found.older_minor), (_("Due and not here yet"), found.late_minor),
        (_("At risk"), found.at_risk_minor), (_("Will not come back"), found.written_off_minor),
        (_("Reserve for losses"), found.reserve_minor),
    ]  # fmt: skip
    return [(words, money(amount)) for words, amount in sums if amount is not None]


def _stated(one: Holding) -> list[Any]:
    told = one.stated
    assert told is not None
    jobs = ["" if number_ is None else number(number_) for number_ in (told.jobs_kept, told.jobs_made)]
    return [one.name, *jobs, "; ".join(told.lines)]


def quarterly_letter(quarter: Quarter, paragraphs: Sequence[str]) -> bytes:
    """The draft of the letter about a quarter."""
    span = _("From %(first)s to %(last)s", first=date(quarter.first_day), last=date(quarter.last_day))
    return drawn(_("Letter about the quarter"), [Heading(span), *(Paragraph(one) for one in paragraphs)])


def _span(since: dt.date | None, until: dt.date) -> str:
    if since is None:
        return _("From the first entry to %(day)s.", day=date(until))
    return _("From %(first)s to %(last)s.", first=date(since), last=date(until))


def _who_reads(exact: bool) -> list[Part]:
    if exact:
        return [
            Paragraph(
                _("This is exact: it tells what single businesses owe. Keep it as carefully as the books."), small=True
            )
        ]
    return [
        Paragraph(_("What single businesses owe stands on one account here, except where they agreed."), small=True)
    ]
