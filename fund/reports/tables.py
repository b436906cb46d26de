"""Reports as tables of cells: one form for the page, the spreadsheet and the paper.

A table's first row names its columns; amounts are in whole units with all decimals, so that spreadsheets add them up.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from fund.ledger import journal
from fund.reports import reading
from fund.reports.booked import debit_and_credit, decimal, numbers
from fund.reports.portfolio import Portfolio
from fund.reports.reading import Trial

CATEGORIES = ("cash", "receivable", "liability", "equity", "income", "expense")


def category_words() -> dict[str, str]:
    """The categories of the chart in the reader's language."""
    return {
        "cash": _("Money the fund holds"),
        "receivable": _("Owed to the fund"),
        "liability": _("Owed by the fund"),
        "equity": _("The fund’s own"),
        "income": _("What came in"),
        "expense": _("What was spent"),
    }


def trial(found: Trial) -> list[list[Any]]:
    """The trial balance: each account with what it held, how it changed, and its balance as debit or credit."""
    numbered = numbers(line.account for line in found.lines)
    words = category_words()
    rows: list[list[Any]] = [
        [_("number"), _("category"), _("account"), _("code"), _("before"), _("change"), _("debit"), _("credit")]
    ]
    for line in found.lines:
        debit, credit = debit_and_credit(line.after_minor, found.currency) if line.after_minor else ("", "")
        rows.append([
            numbered[line.account.code], words[line.account.kind], line.account.name, line.account.code,
            decimal(line.before_minor, found.currency), decimal(line.change_minor, found.currency), debit, credit,
        ])  # fmt: skip
    both = [decimal(found.debit_minor, found.currency), decimal(found.credit_minor, found.currency)]
    return [*rows, ["", "", _("All together"), "", "", "", *both]]


def chart(*, exact: bool) -> list[list[Any]]:
    """The chart of accounts with categories and balances."""
    accounts = reading.chart(exact=exact)
    numbered, words = numbers(accounts), category_words()
    head = [_("number"), _("category"), _("account"), _("code"), _("currency"), _("balance, debit positive")]
    return [head, *(
        [numbered[a.code], words[a.kind], a.name, a.code, a.currency, decimal(a.balance_minor, a.currency)]
        for a in accounts
    )]  # fmt: skip


def entries(*, exact: bool) -> Iterator[list[Any]]:
    """The journal: one row for each line of each entry."""
    books = reading.books(exact=exact)
    yield list(journal.HEAD)
    for entry in books.entries:
        for code, amount in entry.lines:
            yield [
                entry.day.isoformat(), entry.id, entry.kind, entry.memo, code, decimal(amount, books.currency),
                books.currency, entry.decision or "", entry.corrects or "",
            ]  # fmt: skip


def portfolio(found: Portfolio, currency: str) -> list[list[Any]]:
    """The portfolio, award by award, with its sums; a sum that this reader may not see is empty."""

    def shown(amount_minor: int | None) -> str:
        return "" if amount_minor is None else decimal(amount_minor, currency)

    def jobs(number: int | None) -> str:
        return "" if number is None else str(number)

    rows: list[list[Any]] = [
        [_("award"), _("name"), _("product"), _("state"), _("awarded"), _("paid out"), _("paid back"), _("roughly"),
         _("still owed"), _("not back yet"), _("at risk"), _("written off"), _("jobs kept, as stated"),
         _("new jobs, as stated")]
    ]  # fmt: skip
    for one in found.holdings:
        stated = one.stated
        rows.append([
            str(one.award_id), one.name, one.product, one.state, shown(one.planned_minor), shown(one.paid_minor),
            shown(one.repaid_minor), one.back if one.repaid_minor is None else "", shown(one.owed_minor),
            shown(one.late_minor), shown(one.at_risk_minor), shown(one.written_off_minor),
            jobs(stated.jobs_kept if stated else None), jobs(stated.jobs_made if stated else None),
        ])  # fmt: skip
    if found.older_minor:
        rows.append(["", _("Loans from older books"), *[""] * 6, shown(found.older_minor), *[""] * 5])
    rows.append([
        "", _("All together"), "", "", shown(found.planned_minor), shown(found.paid_minor), shown(found.repaid_minor),
        "", shown(found.owed_minor + found.older_minor), shown(found.late_minor), shown(found.at_risk_minor),
        shown(found.written_off_minor), str(found.jobs_kept), str(found.jobs_made),
    ])  # fmt: skip
    return [*rows, ["", _("Reserve for losses"), *[""] * 6, shown(found.reserve_minor), *[""] * 5]]
