"""The journal in the columns that QuickBooks and Xero import. Pure.

QuickBooks Online (Import data, Journal entries): lines of one entry share a number; days as month/day/year; account
names, sub-accounts with a colon; debit and credit in columns of their own. Xero (Manual journals, Import): lines of one
journal share day and narration, so the narration carries the entry's number; days as day/month/year; account codes;
debit positive; at most 300 lines a file, so whole entries are put into as many files as it takes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from fund.reports.booked import BookedEntry, Books, balanced, debit_and_credit, decimal, numbers

QUICKBOOKS_HEAD = ("Journal No.", "Journal Date", "Account Name", "Debits", "Credits", "Description", "Currency")
XERO_HEAD = ("*Narration", "*Date", "Description", "*AccountCode", "*TaxRate", "*Amount")
XERO_MOST_LINES = 300
NO_TAX = "Tax Exempt"
PARENTS = {
    "cash": "Cash",
    "receivable": "Loans",
    "liability": "Owed",
    "equity": "Equity",
    "income": "Income",
    "expense": "Expenses",
}
"""The parent account under which each of ours stands there: theirs is made once, by hand, in their chart."""


def quickbooks(books: Books) -> Iterator[list[str]]:
    """Rows under `QUICKBOOKS_HEAD`: one for each line of each entry."""
    named = {account.code: f"{PARENTS[account.kind]}:{_name(account.name)}" for account in books.accounts}
    for number, entry in enumerate(balanced(books.entries), start=1):
        for code, amount in entry.lines:
            debit, credit = debit_and_credit(amount, books.currency)
            yield [
                str(number),
                f"{entry.day:%m/%d/%Y}",
                named[code],
                debit,
                credit,
                entry.memo or entry.kind,
                books.currency,
            ]


def xero(books: Books) -> Iterator[list[list[str]]]:
    """Files of rows under `XERO_HEAD`, none of more than `XERO_MOST_LINES` unless a single entry is longer."""
    numbered = numbers(books.accounts)
    rows: list[list[str]] = []
    for entry in balanced(books.entries):
        if rows and len(rows) + len(entry.lines) > XERO_MOST_LINES:
            yield rows
            rows = []
        rows += _xero_rows(entry, books.currency, numbered)
    if rows:
        yield rows


def _xero_rows(entry: BookedEntry, currency: str, numbered: dict[str, str]) -> Iterable[list[str]]:
    narration = f"{entry.memo or entry.kind} [{entry.id[:8]}]"
    return [
        [narration, _day(entry.day), entry.kind, numbered[code], NO_TAX, decimal(amount, currency)]
        for code, amount in entry.lines
    ]


def _day(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"


def _name(text: str) -> str:
    """A colon parts an account from its parent there."""
    return text.replace(":", " ")
