"""Every file the books can be taken away as: one table of names, each with who may have it and how it is made.

A file for anyone follows `privacy.repayments`; one for those who handle money is exact. The ledger's own file, which an
empty fund can read back byte for byte, is only exact, because it holds the entries as they were hashed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from fund import spreadsheets
from fund.errors import Forbidden, NotFound
from fund.foundation import service as foundation
from fund.ledger import own_file
from fund.reports import other_programs, plaintext, reading, tables
from fund.reports.portfolio import portfolio

ZIPPED_AT = (1980, 1, 1, 0, 0, 0)
"""One time for every member of an archive: the same books make the same bytes."""


@dataclass(frozen=True)
class Made:
    """A file: its bytes and what they are."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Kind:
    """One kind of file: what it is in words, its media type, how it is made for a reader (exact or not)."""

    words: object
    media_type: str
    make: Callable[[bool], bytes]
    only_exact: bool = False


CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = "text/plain; charset=utf-8"


def make(name: str, *, exact: bool) -> Made:
    """One file of the table. Raises NotFound for a name that is not in it, Forbidden for one that is only exact."""
    kind = FILES.get(name)
    if kind is None:
        raise NotFound(_l("There is no such file."))
    if kind.only_exact and not exact:
        raise Forbidden(_l("This file holds the books as they are, and is for those who handle money."))
    return Made(name, kind.media_type, kind.make(exact))


def _trial(exact: bool) -> list[list[object]]:
    return tables.trial(reading.trial_balance(exact=exact))


def _portfolio(exact: bool) -> list[list[object]]:
    return tables.portfolio(portfolio(exact=exact), foundation.fund().currency)


def _sheet(rows: Callable[[bool], object], title: str) -> Callable[[bool], bytes]:
    return lambda exact: spreadsheets.xlsx_bytes({title: rows(exact)})  # type: ignore[dict-item]


def _rows(rows: Callable[[bool], object]) -> Callable[[bool], bytes]:
    return lambda exact: spreadsheets.csv_bytes(rows(exact))  # type: ignore[arg-type]


def _entries(exact: bool) -> object:
    return tables.entries(exact=exact)


def _chart(exact: bool) -> object:
    return tables.chart(exact=exact)


def _quickbooks(exact: bool) -> object:
    return [other_programs.QUICKBOOKS_HEAD, *other_programs.quickbooks(reading.books(exact=exact))]


def _xero(exact: bool) -> bytes:
    """One archive of files, each within what Xero takes at once."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, rows in enumerate(other_programs.xero(reading.books(exact=exact)), start=1):
            data = spreadsheets.csv_bytes([other_programs.XERO_HEAD, *rows])
            packed.writestr(zipfile.ZipInfo(f"xero-{number:03d}.csv", ZIPPED_AT), data)
    return out.getvalue()


def _own(exact: bool) -> bytes:
    return b"".join(own_file.lines())


FILES: dict[str, Kind] = {
    "trial-balance.csv": Kind(_l("Trial balance (CSV)"), CSV, _rows(_trial)),
    "trial-balance.xlsx": Kind(_l("Trial balance (XLSX)"), XLSX, _sheet(_trial, "Trial balance")),
    "journal.csv": Kind(_l("Journal (CSV)"), CSV, _rows(_entries)),
    "journal.xlsx": Kind(_l("Journal (XLSX)"), XLSX, _sheet(_entries, "Journal")),
    "portfolio.csv": Kind(_l("Portfolio (CSV)"), CSV, _rows(_portfolio)),
    "portfolio.xlsx": Kind(_l("Portfolio (XLSX)"), XLSX, _sheet(_portfolio, "Portfolio")),
    "chart.csv": Kind(_l("Chart of accounts (CSV)"), CSV, _rows(_chart)),
    "ledger.journal": Kind(
        _l("Whole ledger for hledger"), TEXT, lambda exact: "".join(plaintext.hledger(reading.books(exact=exact))).encode()
    ),
    "ledger.beancount": Kind(
        _l("Whole ledger for beancount"), TEXT,
        lambda exact: "".join(plaintext.beancount(reading.books(exact=exact))).encode(),
    ),
    "quickbooks.csv": Kind(_l("Journal for QuickBooks (CSV)"), CSV, _rows(_quickbooks)),
    "xero.zip": Kind(_l("Journal for Xero (CSV files)"), "application/zip", _xero),
    "ledger.jsonl": Kind(
        _l("Whole ledger for another fund of this program"), "application/jsonl; charset=utf-8", _own, only_exact=True
    ),
}  # fmt: skip
