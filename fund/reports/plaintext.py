"""The whole ledger as text that hledger and beancount read. Pure.

Both programs add up what they read and compare it with the balances that stand at the end of the file, so that a
difference between the fund's balances and its entries is found by a program that is not ours. Formats: the journal
format of hledger (hledger.org, "hledger journal"), the language syntax of beancount (beancount.github.io).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from fund.reports.booked import BookedEntry, Books, ChartAccount, balanced, decimal

HLEDGER_TYPES = {"assets": "A", "liabilities": "L", "equity": "E", "income": "R", "expenses": "X"}
A_DAY = dt.timedelta(days=1)


def hledger(books: Books) -> Iterator[str]:
    """The books as an hledger journal, line by line."""
    named = {account.code: _hledger_name(account) for account in books.accounts}
    yield f"; {_one_line(books.fund)}: the ledger as a journal for hledger.\n"
    yield f"commodity {_sample(books.currency)} {books.currency}\n\n"
    for account in books.accounts:
        kind = "C" if account.kind == "cash" else HLEDGER_TYPES[account.root]
        yield f"account {named[account.code]}  ; type: {kind}, name: {_tag(account.name)}\n"
    last = None
    for entry in balanced(books.entries):
        last = entry.day
        yield f"\n{entry.day.isoformat()} * ({entry.id[:8]}) {_one_line(entry.memo) or entry.kind}\n"
        yield "".join(f"    ; {name}: {value}\n" for name, value in _facts(entry))
        for code, amount in entry.lines:
            yield f"    {named[code]}  {decimal(amount, books.currency)} {books.currency}\n"
    if last is not None:
        yield f"\n{last.isoformat()} * Balances as the fund keeps them\n"
        for account in books.accounts:
            held = decimal(account.balance_minor, books.currency)
            yield f"    {named[account.code]}  {decimal(0, books.currency)} {books.currency} = {held} {books.currency}\n"


def beancount(books: Books) -> Iterator[str]:
    """The books as a beancount ledger, line by line."""
    named = _beancount_names(books.accounts)
    yield f'option "title" "{_quoted(books.fund)}"\noption "operating_currency" "{books.currency}"\n\n'
    opened = False
    last = None
    for entry in balanced(books.entries):
        if not opened:
            yield from _opened(books, named, entry.day)
            opened = True
        last = entry.day
        yield f'\n{entry.day.isoformat()} * "{_quoted(entry.memo) or entry.kind}"\n'
        yield "".join(f'  {name}: "{value}"\n' for name, value in _facts(entry))
        for code, amount in entry.lines:
            yield f"  {named[code]}  {decimal(amount, books.currency)} {books.currency}\n"
    if last is not None:
        yield "\n"
        for account in books.accounts:
            held = decimal(account.balance_minor, books.currency)
            yield f"{(last + A_DAY).isoformat()} balance {named[account.code]}  {held} ~ 0 {books.currency}\n"


def _opened(books: Books, named: dict[str, str], day: dt.date) -> Iterator[str]:
    for account in books.accounts:
        yield f'{day.isoformat()} open {named[account.code]} {books.currency}\n  code: "{_quoted(account.code)}"\n'
        yield f'  name: "{_quoted(account.name)}"\n'


def _facts(entry: BookedEntry) -> Iterator[tuple[str, str]]:
    """What else is known of an entry, as tags."""
    yield "entry", entry.id
    yield "kind", entry.kind
    if entry.decision is not None:
        yield "decision", str(entry.decision)
    if entry.corrects is not None:
        yield "corrects", entry.corrects


def _hledger_name(account: ChartAccount) -> str:
    """`assets:cash:free`. A code holds no white space and no signs that hledger reads."""
    rest = account.code.partition(":")[2]
    group = f"{account.kind}:" if account.root == "assets" else ""
    return f"{account.root}:{group}{_one_line(rest).replace(' ', '-')}"


def _beancount_names(accounts: tuple[ChartAccount, ...]) -> dict[str, str]:
    """`Assets:Cash:Free`. Names begin with a capital and hold letters, digits and hyphens; two that become the same by
    that get a number."""
    named: dict[str, str] = {}
    taken: set[str] = set()
    for account in accounts:
        parts = [_capital(part) for part in _hledger_name(account).split(":") if part]
        name, plain, n = ":".join(parts), ":".join(parts), 1
        while name in taken:
            n += 1
            name = f"{plain}-{n}"
        taken.add(name)
        named[account.code] = name
    return named


def _capital(part: str) -> str:
    plain = re.sub(r"[^A-Za-z0-9]+", "-", part).strip("-") or "X"
    return plain[0].upper() + plain[1:]


def _sample(currency: str) -> str:
    """An amount that shows how many decimals the currency has; hledger wants a decimal mark even where there are none."""
    shown = decimal(0, currency).replace("0", "1000", 1)
    return shown if "." in shown else shown + "."


def _one_line(text: str) -> str:
    """Text in one line without the signs that begin a comment or a payee."""
    return " ".join(re.sub(r"[;|\x00-\x1f]", " ", text).split())


def _tag(text: str) -> str:
    """A tag's value ends at a comma."""
    return _one_line(text).replace(",", " ")


def _quoted(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
