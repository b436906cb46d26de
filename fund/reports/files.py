"""Every file the books can be taken away as: one table of names, each with who may have it and how it is made.

A file for anyone follows `privacy.repayments`; one for those who handle money is exact. The ledger's own file, which an
empty fund can read back byte for byte, is only exact, because it holds the entries as they were hashed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from fund import paper, spreadsheets
from fund.errors import Forbidden, NotFound
from fund.foundation import service as foundation
from fund.ledger import own_file
from fund.reports import other_programs, papers, plaintext, reading, tables
from fund.reports.portfolio import portfolio

Rows = Iterable[Sequence[Any]]
ZIPPED_AT = (1980, 1, 1, 0, 0, 0)
"""One time for every member of an archive: the same books make the same bytes."""


@dataclass(frozen=True)
class Made:
    """A file: its bytes and what they are."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Reader:
    """For whom a file is made: whether it is exact; and of which calendar year, where it can be of one."""

    exact: bool
    year: int | None = None


@dataclass(frozen=True)
class Kind:
    """One kind of file: what it is in words, in which form, its media type, how it is made for a reader."""

    words: object
    form: object
    media_type: str
    make: Callable[[Reader], bytes]
    only_exact: bool = False
    of_a_year: bool = False


CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TEXT = "text/plain; charset=utf-8"


def make(name: str, *, exact: bool, year: int | None = None) -> Made:
    """One file of the table; trial balance and journal on paper can be of one year.

    Raises NotFound for a name that is not in it, Forbidden for one that is only exact.
    """
    kind = FILES.get(name)
    if kind is None:
        raise NotFound(_l("There is no such file."))
    if kind.only_exact and not exact:
        raise Forbidden(_l("This file holds the books as they are, and is for those who handle money."))
    shown = name if year is None or not kind.of_a_year else f"-{year}.".join(name.rsplit(".", 1))
    return Made(shown, kind.media_type, kind.make(Reader(exact, year)))


def offered(*, exact: bool) -> list[tuple[object, list[tuple[str, object]]]]:
    """What this reader may take away: each thing in words, with its files and their forms."""
    found: dict[str, tuple[object, list[tuple[str, object]]]] = {}
    for name, kind in FILES.items():
        if exact or not kind.only_exact:
            found.setdefault(str(kind.words), (kind.words, []))[1].append((name, kind.form))
    return list(found.values())


def _trial(of: Reader) -> Rows:
    return tables.trial(reading.trial_of_year(of.year, exact=of.exact))


def _portfolio(of: Reader) -> Rows:
    return tables.portfolio(portfolio(exact=of.exact), foundation.fund().currency)


def _sheet(rows: Callable[[Reader], Rows], title: str) -> Callable[[Reader], bytes]:
    return lambda of: spreadsheets.xlsx_bytes({title: rows(of)})


def _rows(rows: Callable[[Reader], Rows]) -> Callable[[Reader], bytes]:
    return lambda of: spreadsheets.csv_bytes(rows(of))


def _entries(of: Reader) -> Rows:
    return tables.entries(exact=of.exact)


def _chart(of: Reader) -> Rows:
    return tables.chart(exact=of.exact)


def _quickbooks(of: Reader) -> Rows:
    return [other_programs.QUICKBOOKS_HEAD, *other_programs.quickbooks(reading.books(exact=of.exact))]


def _xero(of: Reader) -> bytes:
    """One archive of files, each within what Xero takes at once."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for number, rows in enumerate(other_programs.xero(reading.books(exact=of.exact)), start=1):
            data = spreadsheets.csv_bytes([other_programs.XERO_HEAD, *rows])
            packed.writestr(zipfile.ZipInfo(f"xero-{number:03d}.csv", ZIPPED_AT), data)
    return out.getvalue()


def _own(_of: Reader) -> bytes:
    return b"".join(own_file.lines())


FILES: dict[str, Kind] = {
    "trial-balance.csv": Kind(_l("Trial balance"), "CSV", CSV, _rows(_trial), of_a_year=True),
    "trial-balance.xlsx": Kind(_l("Trial balance"), "XLSX", XLSX, _sheet(_trial, "Trial balance"), of_a_year=True),
    "trial-balance.pdf": Kind(
        _l("Trial balance"), "PDF", paper.MEDIA_TYPE,
        lambda of: papers.trial_balance(reading.trial_of_year(of.year, exact=of.exact), exact=of.exact), of_a_year=True,
    ),
    "journal.csv": Kind(_l("Journal"), "CSV", CSV, _rows(_entries)),
    "journal.xlsx": Kind(_l("Journal"), "XLSX", XLSX, _sheet(_entries, "Journal")),
    "journal.pdf": Kind(
        _l("Journal"), "PDF", paper.MEDIA_TYPE, lambda of: papers.entries(of.year, exact=of.exact), of_a_year=True
    ),
    "portfolio.csv": Kind(_l("Portfolio"), "CSV", CSV, _rows(_portfolio)),
    "portfolio.xlsx": Kind(_l("Portfolio"), "XLSX", XLSX, _sheet(_portfolio, "Portfolio")),
    "portfolio.pdf": Kind(
        _l("Portfolio"), "PDF", paper.MEDIA_TYPE,
        lambda of: papers.portfolio(portfolio(exact=of.exact), exact=of.exact),
    ),
    "chart.csv": Kind(_l("Chart of accounts"), "CSV", CSV, _rows(_chart)),
    "ledger.journal": Kind(
        _l("Whole ledger"), "hledger", TEXT, lambda of: "".join(plaintext.hledger(reading.books(exact=of.exact))).encode()
    ),
    "ledger.beancount": Kind(
        _l("Whole ledger"), "beancount", TEXT,
        lambda of: "".join(plaintext.beancount(reading.books(exact=of.exact))).encode(),
    ),
    "quickbooks.csv": Kind(_l("Journal"), "QuickBooks", CSV, _rows(_quickbooks)),
    "xero.zip": Kind(_l("Journal"), "Xero", "application/zip", _xero),
    "ledger.jsonl": Kind(
        _l("Whole ledger"), _l("for another fund of this program"), "application/jsonl; charset=utf-8", _own, only_exact=True
    ),
}  # fmt: skip
