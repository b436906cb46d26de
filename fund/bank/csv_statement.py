"""PURE. CSV as banks offer it, read by a mapping: which column is what, how days and amounts are written.

Every bank has a CSV of its own, so a person says once how theirs is to be read; the mapping is kept under a name (a
profile) and used again. `guessed` proposes one from the names of the columns. Amounts stand in one column with a sign, or in
two, one for what came and one for what went. A column with the balance after each line gives opening and closing.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from fund.bank.statement import NAME_LENGTH, Line, Read, Unreadable, minor, refuse_count, tidy

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
ENCODINGS = ("utf-8", "cp1252", "iso-8859-15", "utf-16")
DATE_FORMS = {
    "YYYY-MM-DD": "%Y-%m-%d", "MM/DD/YYYY": "%m/%d/%Y", "DD/MM/YYYY": "%d/%m/%Y", "DD.MM.YYYY": "%d.%m.%Y",
    "DD-MM-YYYY": "%d-%m-%Y", "YYYYMMDD": "%Y%m%d", "MM/DD/YY": "%m/%d/%y", "DD.MM.YY": "%d.%m.%y", "YYYY/MM/DD": "%Y/%m/%d",
}  # fmt: skip
COLUMNS = ("date", "amount", "came", "went", "reference", "counterparty", "number", "balance", "currency")
MOST_COLUMNS = 60
MOST_HEAD_LINES = 30
_LONGEST_CELL = 5_000
_KNOWN_NAMES = {
    "date": (
        "date",
        "booking date",
        "posting date",
        "posted",
        "transaction date",
        "buchungstag",
        "fecha",
        "datum",
        "day",
    ),
    "amount": ("amount", "betrag", "importe", "value", "transaction amount", "sum", "montant"),
    "came": ("credit", "credit amount", "deposit", "deposits", "paid in", "money in", "haben", "abono", "in"),
    "went": ("debit", "debit amount", "withdrawal", "withdrawals", "paid out", "money out", "soll", "cargo", "out"),
    "reference": ("reference", "description", "memo", "details", "verwendungszweck", "concepto", "narrative", "text"),
    "counterparty": (
        "counterparty",
        "name",
        "payee",
        "payer",
        "beneficiary",
        "from/to",
        "empfänger",
        "who",
        "beneficiario",
    ),
    "number": ("id", "transaction id", "number", "reference number", "fitid", "bank reference", "transaction number"),
    "balance": ("balance", "running balance", "saldo", "balance after"),
    "currency": ("currency", "währung", "moneda", "ccy"),
}


@dataclass(frozen=True)
class ColumnMap:
    """How a CSV is read. Columns are named by their heading; empty where the file has none such."""

    delimiter: str = "comma"
    encoding: str = "utf-8"
    date_form: str = "YYYY-MM-DD"
    decimal: str = "."
    date: str = ""
    amount: str = ""
    came: str = ""
    went: str = ""
    reference: str = ""
    counterparty: str = ""
    number: str = ""
    balance: str = ""
    currency: str = ""

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> ColumnMap:
        """The mapping from a kept profile; what it does not say is as usual."""
        known = {one.name for one in fields(cls)}
        return cls(**{name: str(value) for name, value in kept.items() if name in known and value is not None})

    def kept(self) -> dict[str, str]:
        """The mapping as it is kept."""
        return asdict(self)


def read(data: bytes, mapping: ColumnMap, currency: str) -> Read:
    """The statement in a CSV file. Raises Unreadable with line and column; opening and closing are there only with a
    column of balances."""
    _refuse_mapping(mapping)
    table = rows(data, mapping)
    at, head = _head(table, mapping)
    refuse_count(len(table) - at)
    lines, balances = [], []
    for number, cells in table[at + 1 :]:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) < len(head) and len(cells) <= max(_places(head, mapping).values()):
            raise Unreadable("cells", line=number, n=len(head), found=len(cells))
        row = _Row(number, cells, _places(head, mapping), mapping, currency)
        amount = row.amount()
        if amount:
            lines.append(row.line(amount))
            balances.append(row.balance())
    return _with_balances(tuple(lines), balances)


def rows(data: bytes, mapping: ColumnMap) -> list[tuple[int, list[str]]]:
    """Every row with the line it begins in. Raises Unreadable for a wrong encoding or what is no CSV."""
    text = _text(data, mapping.encoding)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=DELIMITERS[mapping.delimiter], strict=True)
    out: list[tuple[int, list[str]]] = []
    begins = 1
    try:
        for cells in reader:
            if len(cells) > MOST_COLUMNS or any(len(cell) > _LONGEST_CELL for cell in cells):
                raise Unreadable("too_wide", line=begins, most=MOST_COLUMNS)
            out.append((begins, cells))
            begins = reader.line_num + 1
            refuse_count(len(out) - MOST_HEAD_LINES)
    except csv.Error:
        raise Unreadable("not_csv", line=begins) from None
    return out


def guessed(data: bytes) -> ColumnMap:
    """A mapping that fits the headings and the first lines, as well as can be told; a person looks at it."""
    encoding = _guessed_encoding(data)
    text = data.decode(encoding, "replace")
    sample = "\n".join(text.splitlines()[:40])
    delimiter = max(DELIMITERS, key=lambda name: sample.count(DELIMITERS[name]))
    bare = ColumnMap(delimiter=delimiter, encoding=encoding)
    try:
        table = rows(data, bare)[: MOST_HEAD_LINES + 20]
    except Unreadable:
        return bare
    best = max(range(min(len(table), MOST_HEAD_LINES)), key=lambda i: len(_recognised(table[i][1])), default=0)
    found = _recognised(table[best][1]) if table else {}
    if "came" in found and "went" in found:
        found.pop("amount", None)
    values = {
        name: [cells[i] for _n, cells in table[best + 1 :] if len(cells) > i]
        for name, i in ((name, table[best][1].index(heading)) for name, heading in found.items())
    }
    money = [cell for name in ("amount", "came", "went") for cell in values.get(name, []) if cell.strip()]
    return ColumnMap.of({
        **bare.kept(), **found, "decimal": "," if any(re.search(r",[0-9]{1,2}\D*\Z", cell) for cell in money) else ".",
        "date_form": _guessed_form(values.get("date", [])),
    })  # fmt: skip


def headings(data: bytes, mapping: ColumnMap) -> list[str]:
    """The headings of a file, to choose from: those of the row that the mapping or a guess finds."""
    try:
        table = rows(data, mapping)
    except Unreadable:
        return []
    if not table:
        return []
    wanted = {value for value in _columns(mapping).values()}
    best = max(
        range(min(len(table), MOST_HEAD_LINES)),
        key=lambda i: (
            len(wanted & {c.strip() for c in table[i][1]}),
            len(_recognised(table[i][1])),
            len(table[i][1]),
            -i,
        ),
    )
    return [cell.strip()[:80] for cell in table[best][1] if cell.strip()]


class _Row:
    """One row while it is read: tells its cells by what they are."""

    def __init__(
        self, number: int, cells: Sequence[str], places: Mapping[str, int], mapping: ColumnMap, currency: str
    ) -> None:
        self.number, self.cells, self.places, self.mapping, self.currency = number, cells, places, mapping, currency

    def cell(self, name: str) -> str:
        """The text under what is mapped, empty if nothing is."""
        at = self.places.get(name)
        return self.cells[at].strip() if at is not None and at < len(self.cells) else ""

    def amount(self) -> int:
        """The amount of this row, positive when money came."""
        named = self.cell("currency")
        if named and named.upper() != self.currency:
            raise self._wrong("currency", "currency", found=named[:10], currency=self.currency)
        if self.mapping.amount:
            return self._minor("amount")
        came, went = self._minor("came", empty=0), self._minor("went", empty=0)
        if came and went:
            raise self._wrong("both_sides", "went")
        if not came and not went and not (self.cell("came") or self.cell("went")):
            raise self._wrong("missing_cell", "came")
        return came - abs(went)

    def balance(self) -> int | None:
        """The balance after this row, if the file has such a column."""
        return self._minor("balance") if self.mapping.balance else None

    def line(self, amount_minor: int) -> Line:
        """The row as a line."""
        text, form = self.cell("date"), DATE_FORMS[self.mapping.date_form]
        try:
            day = dt.datetime.strptime(text[:10], form).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            raise self._wrong("day", "date", found=text[:40], form=self.mapping.date_form) from None
        return Line(
            day, amount_minor, tidy(self.cell("reference")), tidy(self.cell("counterparty"), NAME_LENGTH),
            tidy(self.cell("number"), 64),
        )  # fmt: skip

    def _minor(self, name: str, *, empty: int | None = None) -> int:
        text = self.cell(name)
        if not text and empty is not None:
            return empty
        try:
            return minor(text, self.currency, decimal=self.mapping.decimal)
        except ValueError:
            raise self._wrong("amount", name, found=text[:40], currency=self.currency) from None

    def _wrong(self, code: str, name: str, **facts: object) -> Unreadable:
        return Unreadable(code, line=self.number, path=getattr(self.mapping, name), **facts)


def _with_balances(lines: tuple[Line, ...], balances: Sequence[int | None]) -> Read:
    """Opening and closing from the balances after each line, whether the newest stands first or last."""
    if not lines or any(one is None for one in balances):
        return Read("csv", lines)
    known = [one for one in balances if one is not None]
    if _follow(lines, known):
        return Read("csv", lines, opening_minor=known[0] - lines[0].amount_minor, closing_minor=known[-1])
    turned, upside = tuple(reversed(lines)), list(reversed(known))
    if _follow(turned, upside):
        return Read("csv", turned, opening_minor=upside[0] - turned[0].amount_minor, closing_minor=upside[-1])
    first = known[0] - lines[0].amount_minor
    raise Unreadable(
        "sum", opening_minor=first, moved_minor=sum(line.amount_minor for line in lines),
        should_minor=first + sum(line.amount_minor for line in lines), closing_minor=known[-1],
    )  # fmt: skip


def _follow(lines: Sequence[Line], balances: Sequence[int]) -> bool:
    return all(balances[i] == balances[i - 1] + lines[i].amount_minor for i in range(1, len(lines)))


def _refuse_mapping(mapping: ColumnMap) -> None:
    if mapping.delimiter not in DELIMITERS or mapping.encoding not in ENCODINGS or mapping.date_form not in DATE_FORMS:
        raise Unreadable("mapping")
    if not mapping.date:
        raise Unreadable("no_column", name="date")
    if not mapping.amount and not (mapping.came and mapping.went):
        raise Unreadable("no_column", name="amount")


def _columns(mapping: ColumnMap) -> dict[str, str]:
    return {name: heading for name in COLUMNS if (heading := getattr(mapping, name))}


def _head(table: list[tuple[int, list[str]]], mapping: ColumnMap) -> tuple[int, list[str]]:
    """The row with the headings: the first that holds all that are mapped; banks write lines of their own before it."""
    wanted = set(_columns(mapping).values())
    for i, (_number, cells) in enumerate(table[:MOST_HEAD_LINES]):
        head = [cell.strip()[:80] for cell in cells]
        if wanted <= set(head):
            return i, head
    missing = sorted(wanted - {cell.strip()[:80] for _n, cells in table[:MOST_HEAD_LINES] for cell in cells})
    raise Unreadable("no_head", names=", ".join(missing or sorted(wanted)))


def _places(head: Sequence[str], mapping: ColumnMap) -> dict[str, int]:
    return {name: head.index(heading) for name, heading in _columns(mapping).items()}


def _text(data: bytes, encoding: str) -> str:
    try:
        text = data.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        raise Unreadable("encoding", line=data[: error.start].count(b"\n") + 1, encoding=encoding) from None
    if "\x00" in text:
        raise Unreadable("no_text", line=text[: text.index("\x00")].count("\n") + 1)
    return text


def _guessed_encoding(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _recognised(cells: Sequence[str]) -> dict[str, str]:
    """What the headings of a row mean, by their names."""
    found: dict[str, str] = {}
    for name, known in _KNOWN_NAMES.items():
        for cell in cells:
            if cell.strip().lower() in known and cell not in found.values():
                found[name] = cell.strip()[:80]
                break
    return found


def _guessed_form(days: Sequence[str]) -> str:
    """The first form in which every day of the sample can be read."""

    def fits(form: str) -> bool:
        try:
            return all(dt.datetime.strptime(day.strip()[:10], DATE_FORMS[form]) for day in days if day.strip())  # noqa: DTZ007
        except ValueError:
            return False

    return next((form for form in DATE_FORMS if fits(form)), "YYYY-MM-DD")
