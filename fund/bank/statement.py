"""PURE. What a statement is once it was read, whatever the file: days, opening, lines, closing; and why one is refused.

Amounts are whole minor units of one currency, positive when money came. What must hold: opening + lines = closing, to the
cent; every line lies within the days of its statement and has a name (`external_id`) of its own in its account. A file that
cannot be read so is refused as a whole, with the place and what was expected there (TRUST 4, Reconciliation).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fund.currency import exponent

MOST_BYTES = 6_000_000
MOST_LINES = 20_000
MOST_MINOR = 10**15
REFERENCE_LENGTH = 300
NAME_LENGTH = 160
_LONGEST_NAME = 46
_PLAIN = str.maketrans({"\u00a0": " ", "\u202f": " ", "’": "'", "−": "-"})
_SIGNS = {"USD": "$", "EUR": "€", "GBP": "£"}
_NUMBER = re.compile(r"[0-9]{1,18}(?:\.[0-9]{1,12})?\Z")
_GROUPED = {
    ".": re.compile(r"[0-9]{1,3}(?:[, '][0-9]{3})+(?=\.|\Z)"),
    ",": re.compile(r"[0-9]{1,3}(?:[. '][0-9]{3})+(?=,|\Z)"),
}


class Unreadable(Exception):
    """A file is refused. `code` says why (`words.WHY`), `line` and `path` where, `facts` what goes into the sentence."""

    def __init__(self, code: str, *, line: int | None = None, path: str = "", **facts: object) -> None:
        super().__init__(f"{code} {line or ''} {path} {facts}")
        self.code, self.line, self.path, self.facts = code, line, path, facts


@dataclass(frozen=True)
class Line:
    """One line of a statement. `external_id` is the bank's own name for it, or one made of what it says."""

    booked_on: dt.date
    amount_minor: int
    reference: str = ""
    counterparty: str = ""
    external_id: str = ""


@dataclass(frozen=True)
class Read:
    """A statement as it stands in a file. What the file does not say is None and is told by a person."""

    format: str
    lines: tuple[Line, ...]
    from_on: dt.date | None = None
    to_on: dt.date | None = None
    opening_minor: int | None = None
    closing_minor: int | None = None
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def moved_minor(self) -> int:
        """The sum of the lines."""
        return sum(line.amount_minor for line in self.lines)


@dataclass(frozen=True)
class Whole:
    """A statement that adds up."""

    format: str
    lines: tuple[Line, ...]
    from_on: dt.date
    to_on: dt.date
    opening_minor: int
    closing_minor: int


def whole(read: Read) -> Whole:
    """The statement with days and sums complete. An opening that nobody told is worked out from the closing, and the other
    way round. Raises Unreadable when opening + lines is not closing, with both sums, or when the days are not in order."""
    opening, closing = read.opening_minor, read.closing_minor
    if opening is None and closing is None:
        raise Unreadable("no_balance")
    if opening is None:
        opening = (closing or 0) - read.moved_minor
    if closing is None:
        closing = opening + read.moved_minor
    if opening + read.moved_minor != closing:
        raise Unreadable(
            "sum", opening_minor=opening, moved_minor=read.moved_minor, should_minor=opening + read.moved_minor,
            closing_minor=closing,
        )  # fmt: skip
    days = [line.booked_on for line in read.lines]
    if not days and (read.from_on is None or read.to_on is None):
        raise Unreadable("no_lines")
    first, last = min(days, default=read.from_on), max(days, default=read.to_on)
    from_on, to_on = read.from_on or first, read.to_on or last
    if from_on is None or to_on is None or from_on > to_on:
        raise Unreadable("days", first=from_on, last=to_on)
    for line in read.lines:
        if not from_on <= line.booked_on <= to_on:
            raise Unreadable("outside", day=line.booked_on, first=from_on, last=to_on)
    return Whole(read.format, named(read.lines), from_on, to_on, opening, closing)


def named(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Lines with a name each: the bank's with day and amount (some banks count anew in each file), or one made of what the
    line says; what stands twice is counted on."""
    seen: Counter[str] = Counter()
    out = []
    for line in lines:
        name = made_name(line)
        seen[name] += 1
        full = name if seen[name] == 1 else f"{name}#{seen[name]}"
        out.append(Line(line.booked_on, line.amount_minor, line.reference, line.counterparty, full))
    return tuple(out)


def made_name(line: Line) -> str:
    """A name for a line, the same whenever the bank says the same again."""
    if line.external_id and len(line.external_id) <= _LONGEST_NAME:
        return f"{line.external_id} {line.booked_on:%Y%m%d} {line.amount_minor}"
    words = line.external_id or f"{line.reference}\x1f{line.counterparty}"
    told = f"{line.booked_on.isoformat()}\x1f{line.amount_minor}\x1f{words}"
    return "said:" + hashlib.sha256(told.encode()).hexdigest()[:32]


def minor(text: str, currency: str, *, decimal: str = ".") -> int:
    """Signed minor units of an amount as banks write it: "-1,234.50", "1.234,50-", "(12.00)". Raises ValueError for
    anything else: letters, more decimals than the currency has, too much."""
    plain = (
        _without_sign(text, currency)
        .replace("\u00a0", " ")
        .replace("\u202f", " ")
        .replace("’", "'")
        .replace("−", "-")
        .strip()
    )
    negative = False
    if plain.startswith("(") and plain.endswith(")"):
        plain, negative = plain[1:-1].strip(), True
    if plain[:1] in "+-" and plain[:1]:
        plain, negative = plain[1:].strip(), negative or plain[0] == "-"
    elif plain[-1:] in "+-" and plain[-1:]:
        plain, negative = plain[:-1].strip(), negative or plain[-1] == "-"
    grouped = _GROUPED[decimal].match(plain)
    if grouped is not None:
        plain = re.sub(r"[^0-9]", "", grouped[0]) + plain[grouped.end() :]
    if decimal == ",":
        plain = plain.replace(".", "?").replace(",", ".", 1)
    if not _NUMBER.match(plain) or not plain.isascii():
        raise ValueError("not an amount")
    before, _point, after = plain.partition(".")
    decimals = exponent(currency)
    if after[decimals:].strip("0"):
        raise ValueError("too many decimals")
    value = int(before + after[:decimals].ljust(decimals, "0"))
    if value > MOST_MINOR:
        raise ValueError("too large")
    return -value if negative else value


def _without_sign(text: str, currency: str) -> str:
    """The figures without the currency's own code or sign, which some banks write beside them."""
    return text.replace(currency, "", 1).replace(_SIGNS.get(currency, currency), "", 1).strip()


def tidy(text: str | None, most: int = REFERENCE_LENGTH) -> str:
    """Words of the bank in one line, without what is no text, cut to what is kept."""
    signs = (" " if sign.isspace() or unicodedata.category(sign) in ("Cc", "Cf", "Cs") else sign for sign in text or "")
    return " ".join(unicodedata.normalize("NFC", "".join(signs)).split())[:most].strip()


def refuse_size(data: bytes) -> None:
    """Raise Unreadable for a file that is empty, too large, or plainly something else than a statement."""
    if not data.strip():
        raise Unreadable("empty")
    if len(data) > MOST_BYTES:
        raise Unreadable("too_large", most_mb=MOST_BYTES // 1_000_000)
    for start, what in ((b"PK\x03\x04", "XLSX"), (b"\xd0\xcf\x11\xe0", "XLS"), (b"%PDF", "PDF")):
        if data.startswith(start):
            raise Unreadable("other_program", what=what)


def kind_of(data: bytes) -> str:
    """Which format a file holds, by what stands in it and not by its name: csv, ofx or camt."""
    head = data[:4096].upper()
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.replace(b"\x00", b"")
    if b"OFXHEADER" in head or b"<OFX>" in head:
        return "ofx"
    if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"<?XML", b"<DOCUMENT", b"<!DOCTYPE")) or b"CAMT.053" in head:
        return "camt"
    return "csv"


def refuse_count(number: int) -> None:
    """Raise Unreadable for more lines than one file may hold."""
    if number > MOST_LINES:
        raise Unreadable("too_many_lines", most=MOST_LINES)
