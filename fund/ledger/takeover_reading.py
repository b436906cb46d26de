"""Reading the books of an older fund from CSV: every bad line is named with what is expected, and nothing is written.

Two files. The *opening position* tells where every dollar stands on one day; its column `what` says what a line is:
`balance` (an account of the chart), `note` (lent to the fund: its class, holder, amount, days, rate, interest that is
owed), `loan` (lent by the fund: a short name, the business, the sum lent, its product, rate and last day), `repayment`
(what came back on a loan, by its short name), `member` (a member's account). Money and claims must add up to debts and
the fund's own, or the file is not taken. The *journal* is every entry of the old books: lines with the same number and day
are one entry and add up to nothing.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import lazy_gettext as _l

from fund.currency import written
from fund.errors import Invalid
from fund.ledger.amounts import parse_signed

OPENING_COLUMNS = (
    "what",
    "account",
    "name",
    "amount",
    "currency",
    "date",
    "due",
    "product",
    "rate",
    "interest",
    "note",
)
JOURNAL_COLUMNS = ("date", "entry", "account", "name", "amount", "debit", "credit", "currency", "memo")
KINDS = ("balance", "note", "loan", "repayment", "member")
CODE = re.compile(r"(cash|receivable|liability|equity|income|expense):[a-z0-9][a-z0-9_-]{0,59}\Z")
RATE = re.compile(r"(\d{1,2})(?:[.,](\d{1,2}))? ?%?\Z")
SHORT = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}\Z")
MOST_LINES = 20_000
MOST_BYTES = 4_000_000
MOST_FAULTS = 500
LOAN = "receivable:loan-"
NOTES = "liability:notes-"
INTEREST = "liability:interest-"
MEMBERS = "liability:member-accounts"


@dataclass(frozen=True)
class Fault:
    """One mistake: the line of the file (the first is 1; 0: the whole file), its column, what is expected."""

    line: int
    column: str
    expected: Any


@dataclass(frozen=True)
class Row:
    """One line, checked. `amount_minor` is signed, debit positive, on `code` (a repayment's is what came back); `rate_bp` in
    hundredths of a percent, `interest_minor` what is owed of it on a note beside the sum."""

    line: int
    what: str
    code: str
    name: str
    amount_minor: int
    day: dt.date | None = None
    due: dt.date | None = None
    note: str = ""
    entry: str = ""
    product: str = ""
    rate_bp: int | None = None
    interest_minor: int = 0


@dataclass(frozen=True)
class Reading:
    """What a file holds, every mistake, and the three sums that must fit: held, owed, the fund's own."""

    rows: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = ()
    held_minor: int = 0
    owed_minor: int = 0
    own_minor: int = 0
    entries: int = 0


@dataclass
class _Lines:
    """Lines of a file while they are read."""

    currency: str
    today: dt.date
    faults: list[Fault] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)

    def fault(self, line: int, column: str, expected: Any) -> None:
        self.faults.append(Fault(line, column, expected))

    def amount(self, line: int, cells: dict[str, str], column: str = "amount", *, signed: bool = False) -> int | None:
        if cells.get("currency") and cells["currency"].upper() != self.currency:
            self.fault(
                line, "currency", _l("%(currency)s, or nothing: a fund has one currency", currency=self.currency)
            )
        try:
            amount = parse_signed(cells.get(column, ""), self.currency)
        except ValueError as error:
            self.fault(line, column, error.args[0])
            return None
        if amount == 0 or (amount < 0 and not signed):
            self.fault(line, column, _l("an amount of more than nothing"))
            return None
        return amount

    def rate(self, line: int, cells: dict[str, str]) -> int | None:
        text = cells.get("rate", "")
        found = RATE.match(text)
        if text and found is None:
            self.fault(line, "rate", _l("a percent such as 4 or 2.5, or nothing"))
        return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else None

    def interest(self, line: int, cells: dict[str, str]) -> int:
        return (self.amount(line, cells, "interest") or 0) if cells.get("interest") else 0

    def day(self, line: int, cells: dict[str, str], column: str, *, needed: bool, past: bool = True) -> dt.date | None:
        text = cells.get(column, "")
        if not text and not needed:
            return None
        try:
            day = dt.date.fromisoformat(text) if re.match(r"\d{4}-\d\d-\d\d\Z", text) else None
        except ValueError:
            day = None
        if day is None or not 1900 <= day.year <= 2200:
            self.fault(line, column, _l("a day as year-month-day, such as 2026-03-31"))
            return None
        if past and day > self.today:
            self.fault(line, column, _l("a day that has come"))
            return None
        return day


def read_opening(data: bytes, *, currency: str, today: dt.date) -> Reading:
    """Read an opening position. Raises Invalid when it is no CSV in UTF-8, or too large."""
    lines = _Lines(currency, today)
    for number, cells in _table(data, OPENING_COLUMNS, ("what", "amount"), lines):
        row = _opening_row(number, cells, lines)
        if row is not None:
            lines.rows.append(row)
    owed = _loans(lines)
    return _summed(lines, owed)


def read_journal(data: bytes, *, currency: str, today: dt.date) -> Reading:
    """Read an old journal. Raises Invalid when it is no CSV in UTF-8, or too large."""
    lines = _Lines(currency, today)
    for number, cells in _table(data, JOURNAL_COLUMNS, ("date", "entry", "account"), lines):
        row = _journal_row(number, cells, lines)
        if row is not None:
            lines.rows.append(row)
    groups: dict[str, list[Row]] = {}
    for row in lines.rows:
        groups.setdefault(row.entry, []).append(row)
    for rows in groups.values():
        if len(rows) < 2:
            lines.fault(rows[0].line, "entry", _l("two lines or more with this number"))
        if len({row.day for row in rows}) > 1:
            lines.fault(rows[-1].line, "date", _l("one day for all lines of an entry"))
        total = sum(row.amount_minor for row in rows)
        if total:
            lines.fault(rows[-1].line, "amount", _l("lines that add up to nothing; entry %(entry)s adds up to %(sum)s",
                                                    entry=rows[0].entry, sum=_shown(total, currency)))  # fmt: skip
    if not lines.faults:
        _never_below_nothing(lines)
    return Reading(tuple(lines.rows), tuple(lines.faults[:MOST_FAULTS]), entries=len(groups))


def _opening_row(number: int, cells: dict[str, str], lines: _Lines) -> Row | None:
    what = cells["what"].lower()
    if what not in KINDS:
        lines.fault(number, "what", _l("one of these words: %(words)s", words=", ".join(KINDS)))
        return None
    amount = lines.amount(number, cells, signed=what == "balance" and cells.get("account", "").startswith("equity:"))
    day = lines.day(number, cells, "date", needed=what in ("note", "loan", "repayment"))
    due = lines.day(number, cells, "due", needed=False, past=False)
    rate, interest = lines.rate(number, cells), lines.interest(number, cells)
    account, name = cells.get("account", "").lower(), cells.get("name", "")
    if what != "note" and interest:
        lines.fault(number, "interest", _l("nothing, but for a note"))
    code = _code_of(number, what, account, lines)
    if what in ("note", "loan", "member") and not name:
        lines.fault(number, "name", _l("who it is"))
    if amount is None or code is None:
        return None
    credit = code.startswith(("liability:", "equity:", "income:"))
    return Row(number, what, code, name[:160], -amount if credit else amount, day, due, cells.get("note", "")[:300],
               product=cells.get("product", "").lower(), rate_bp=rate, interest_minor=interest)  # fmt: skip


def _code_of(number: int, what: str, account: str, lines: _Lines) -> str | None:
    """The account on which a line stands."""
    if what == "member":
        return MEMBERS
    if account.startswith(INTEREST) and what == "balance":
        lines.fault(number, "account", _l("interest that is owed on a note beside the note, in the column interest"))
        return None
    if what == "balance":
        if CODE.match(account) and not re.match(r"\w+:(round|award)-|income:opening\Z|receivable:loan-", account):
            return account
        lines.fault(
            number, "account", _l("an account of the chart, such as cash:free, liability:sponsor or equity:fund")
        )
        return None
    if not SHORT.match(account):
        lines.fault(number, "account", _l("a short name of small letters, figures and hyphens"))
        return None
    return (NOTES if what == "note" else LOAN) + account


def _loans(lines: _Lines) -> dict[str, int]:
    """What is still owed on each loan. Each is lent once, and no more came back than was lent."""
    owed: dict[str, int] = {}
    for row in [one for one in lines.rows if one.what == "loan"]:
        if row.code in owed:
            lines.fault(row.line, "account", _l("each loan once"))
        owed[row.code] = row.amount_minor
    lent_on = {row.code: row.day for row in lines.rows if row.what == "loan"}
    for row in [one for one in lines.rows if one.what == "repayment"]:
        if row.code not in owed:
            lines.fault(row.line, "account", _l("the short name of a loan in this file"))
            continue
        owed[row.code] -= row.amount_minor
        if owed[row.code] < 0:
            lines.fault(row.line, "amount", _l("no more than was lent"))
        first = lent_on[row.code]
        if row.day and first and row.day < first:
            lines.fault(row.line, "date", _l("a day after the loan was paid out"))
    return owed


def _summed(lines: _Lines, owed: dict[str, int]) -> Reading:
    """The three sums; they must fit."""
    on_accounts = [row for row in lines.rows if row.what not in ("loan", "repayment")]
    held = sum(row.amount_minor for row in on_accounts if row.code.startswith(("cash:", "receivable:")))
    held += sum(owed.values())
    debts = -sum(row.amount_minor for row in on_accounts if row.code.startswith("liability:"))
    debts += sum(row.interest_minor for row in on_accounts)
    own = -sum(row.amount_minor for row in on_accounts if row.code.startswith(("equity:", "income:", "expense:")))
    if not lines.faults and not lines.rows:
        lines.fault(0, "", _l("at least one line"))
    if not lines.faults and held != debts + own:
        lines.fault(0, "", _l(
            "Money and claims add up to %(held)s, debts and the fund’s own to %(other)s: they must be the same. What the "
            "fund owns itself stands on a line “balance” on the account equity:fund.",
            held=_shown(held, lines.currency), other=_shown(debts + own, lines.currency)))  # fmt: skip
    return Reading(tuple(lines.rows), tuple(lines.faults[:MOST_FAULTS]), held, debts, own, len(lines.rows))


def _journal_row(number: int, cells: dict[str, str], lines: _Lines) -> Row | None:
    account = cells["account"].lower()
    day = lines.day(number, cells, "date", needed=True)
    if not CODE.match(account) or re.match(r"\w+:(round|award)-", account):
        lines.fault(
            number, "account", _l("an account of the chart, such as cash:free, liability:sponsor or equity:fund")
        )
        return None
    if not cells["entry"]:
        lines.fault(number, "entry", _l("a number that all lines of one entry share"))
    if cells.get("debit") or cells.get("credit"):
        if bool(cells.get("debit")) == bool(cells.get("credit")) or cells.get("amount"):
            lines.fault(number, "debit", _l("either a debit or a credit or an amount"))
            return None
        side = "debit" if cells.get("debit") else "credit"
        amount = lines.amount(number, cells, side)
        amount = -amount if amount is not None and side == "credit" else amount
    else:
        amount = lines.amount(number, cells, signed=True)
    if amount is None or day is None:
        return None
    return Row(number, "journal", account, cells.get("name", "")[:160], amount, day, note=cells.get("memo", "")[:300],
               entry=cells["entry"][:80])  # fmt: skip


def _never_below_nothing(lines: _Lines) -> None:
    """Money and claims are never below nothing at the end of an entry, in the order of days."""
    held: dict[str, int] = {}
    rows = in_order(lines.rows)
    for place, row in enumerate(rows):
        held[row.code] = held.get(row.code, 0) + row.amount_minor
        ends = place + 1 == len(rows) or rows[place + 1].entry != row.entry
        low = [code for code, sum_ in held.items() if ends and sum_ < 0 and code.startswith(("cash:", "receivable:"))]
        if low:
            lines.fault(row.line, "amount", _l("no less than nothing on %(account)s after this day", account=low[0]))
            return


def in_order(rows: Sequence[Row]) -> list[Row]:
    """Lines of a journal by day, the lines of an entry together, else as they stand in the file."""
    first: dict[str, int] = {}
    for row in rows:
        first.setdefault(row.entry, row.line)
    return sorted(rows, key=lambda row: (row.day or dt.date.min, first[row.entry], row.line))


def _table(
    data: bytes, columns: tuple[str, ...], needed: tuple[str, ...], lines: _Lines
) -> list[tuple[int, dict[str, str]]]:
    """Numbered lines with their cells by column. What is wrong with the first line is the only fault then."""
    if len(data) > MOST_BYTES:
        raise Invalid(_l("This file is too large to be looked at."), field="file")
    try:
        text = data.decode("utf-8-sig")
        table = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise Invalid(_l("This cannot be read as a table: save it as CSV in UTF-8."), field="file") from None
    if "\x00" in text or not table or len(table) - 1 > MOST_LINES:
        raise Invalid(
            _l("A table has a first line of column names, and at most %(n)s lines.", n=MOST_LINES), field="file"
        )
    head = [name.strip().lower() for name in table[0]]
    for name in sorted({n for n in head if n not in columns or head.count(n) > 1}):
        lines.fault(1, name, _l("each of these columns at most once: %(names)s", names=", ".join(columns)))
    for name in needed:
        if name not in head:
            lines.fault(1, name, _l("this column is needed"))
    if lines.faults:
        return []
    found = []
    for number, cells in enumerate(table[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(head):
            lines.fault(number, "", _l("%(n)s values, as the first line has columns", n=len(head)))
            continue
        found.append((number, {name: _plain(cell) for name, cell in zip(head, cells, strict=True)}))
    return found


def _plain(cell: str) -> str:
    text = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in unicodedata.normalize("NFC", cell))
    return text.strip()


def _shown(amount_minor: int, currency: str) -> str:
    return written(amount_minor, currency)
