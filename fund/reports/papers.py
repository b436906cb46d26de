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
from fund.paper import Grid, Heading, Paragraph, Part
from fund.presentation import date, number
from fund.reports import reading, tables
from fund.reports.booked import BookedEntry, debit_and_credit
from fund.reports.letter import Quarter
from fund.reports.portfolio import Portfolio
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
    """What businesses have from the fund, with what they said came of it."""
    currency = foundation.fund().currency
    head, *rows = tables.portfolio(found, currency)
    parts: list[Part] = [
        Paragraph(_("As of %(day)s.", day=date(foundation.today()))),
        Paragraph(_("All amounts in %(currency)s.", currency=currency)),
        Grid(head[1:], [row[1:] for row in rows], figures=range(3, len(head) - 1)),
    ]
    return drawn(_("What businesses have from the fund"), [*parts, *_who_reads(exact)], wide=True)


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
