"""The books as plain values: what every writer of a file takes. Pure: no web framework, no database.

Words: an account of the chart has a code (`cash:free`), a number (1001) for programs that want one, a name and a kind;
an entry has a day, a memo and lines; a line is (code, minor units), debit positive. The lines of an entry add up to
nothing; so do the balances of the chart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from fund.currency import minor_per_unit

ROOTS = {
    "cash": "assets",
    "receivable": "assets",
    "liability": "liabilities",
    "equity": "equity",
    "income": "income",
    "expense": "expenses",
}
"""The five roots that bookkeeping programs know, by kind of account."""
FIRST_NUMBERS = {"cash": 1000, "receivable": 2000, "liability": 3000, "equity": 4000, "income": 5000, "expense": 6000}
"""Each kind of account is numbered from here; a chart of more than 999 accounts of a kind runs on in five digits."""


@dataclass(frozen=True)
class ChartAccount:
    """One account of the chart, and what it holds."""

    code: str
    name: str
    kind: str
    currency: str
    balance_minor: int = 0

    @property
    def root(self) -> str:
        """The root under which bookkeeping programs file it."""
        return ROOTS[self.kind]


@dataclass(frozen=True)
class BookedEntry:
    """One entry with its lines."""

    id: str
    day: dt.date
    kind: str
    memo: str
    lines: tuple[tuple[str, int], ...]
    decision: int | None = None
    corrects: str | None = None


@dataclass(frozen=True)
class Books:
    """A fund's books as one reader may see them: the chart with balances, and every entry in the order of days."""

    fund: str
    currency: str
    accounts: tuple[ChartAccount, ...]
    entries: Iterable[BookedEntry]
    exact: bool


def numbers(accounts: Iterable[ChartAccount]) -> dict[str, str]:
    """A number for each account by code: its kind's first number and its place among those of the kind."""
    placed: dict[str, int] = {}
    given = {}
    for account in accounts:
        place = placed[account.kind] = placed.get(account.kind, 0) + 1
        first = FIRST_NUMBERS[account.kind]
        given[account.code] = str(first + place) if place < 1000 else str(first * 10 + place)
    return given


def decimal(amount_minor: int, currency: str) -> str:
    """An amount in whole units with all decimals of its currency, without group signs: "-12.50", "1200" for yen."""
    per_unit = minor_per_unit(currency)
    whole, part = divmod(abs(amount_minor), per_unit)
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{whole}.{part:0{len(str(per_unit)) - 1}d}" if per_unit > 1 else f"{sign}{whole}"


def debit_and_credit(amount_minor: int, currency: str) -> tuple[str, str]:
    """The amount in one of two columns, the other empty."""
    shown = decimal(abs(amount_minor), currency)
    return (shown, "") if amount_minor > 0 else ("", shown)


def balanced(entries: Iterable[BookedEntry]) -> Iterator[BookedEntry]:
    """The entries as they come. Raises ValueError at one that does not add up: no file is written of books like that."""
    for entry in entries:
        if sum(amount for _code, amount in entry.lines) != 0:
            raise ValueError(f"entry {entry.id} does not add up to nothing")
        yield entry
