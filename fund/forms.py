"""Form fields that read what people type exactly, and keep what they typed when it cannot be read.

Money is typed in whole units ("1500", "1,500.50", "$1,500") and read to minor units without a float; days and times
are those of the fund's zone; text has no control characters. Every field is required unless it says `required=False`.
A field that was left empty holds `None` (text: ""). Names of fields are those of the columns they fill, without units.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import uuid
from collections.abc import Iterable
from typing import Any, ClassVar

from babel.numbers import get_currency_symbol
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.fields.choices import SelectChoice
from wtforms.validators import StopValidation
from wtforms.widgets import DateInput, DateTimeLocalInput, HiddenInput, TextArea, TextInput

from fund.currency import exponent
from fund.db import MINOR_LIMIT
from fund.foundation import service as foundation

SHORT_TEXT = 200
LONG_TEXT = 10_000
_AMOUNT = re.compile(r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<part>[0-9]+))?\Z")
_WHOLE = re.compile(r"-?[0-9]{1,18}\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:00)?\Z")


class Form(FlaskForm):
    """Base of every form: `sent()` tells whether it came in and can be read; `form_errors` are about the whole form.

    `fund.web.attempt` puts a service's refusal beside its field or into `form_errors`; templates show both with
    `forms.form(form)`.
    """

    refused_status: int = 422

    def sent(self) -> bool:
        """Whether the form was posted and every field could be read."""
        return bool(self.validate_on_submit())


class TypedField(Field):
    """A field that reads one typed text into a value, and shows again exactly what was typed."""

    widget: Any = TextInput()
    empty: ClassVar[Any] = None
    missing: ClassVar[Any] = _l("Please fill this in.")

    def __init__(self, label: Any = None, *, required: bool = True, missing: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.flags.required = required
        self._missing = missing or self.missing

    def read(self, text: str) -> Any:
        """The value of a text that is not empty. Raises ValueError with a sentence."""
        raise NotImplementedError

    def shown(self, value: Any) -> str:
        """How a value stands in the field before somebody types."""
        return str(value)

    def clean(self, text: str) -> str:
        """The text without what does not count."""
        return text.strip()

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was sent; several values under one name are a mistake."""
        self.data = self.empty
        if len(valuelist) > 1 or (valuelist and not isinstance(valuelist[0], str)):
            raise ValueError(_l("Please give one answer."))
        text = self.clean(valuelist[0]) if valuelist else ""
        if text:
            self.data = self.read(text)

    def pre_validate(self, form: Any) -> None:
        """Ask for what is missing."""
        if self.flags.required and self.data == self.empty and not self.process_errors:
            raise StopValidation(self._missing)

    def _value(self) -> str:
        if self.raw_data and isinstance(self.raw_data[0], str):
            return self.raw_data[0].replace("\x00", "")
        return "" if self.data is None else self.shown(self.data)


class PlainText(TypedField):
    """One line of text, trimmed and in one normal form; control characters are refused."""

    empty = ""

    def __init__(self, label: Any = None, *, most: int = SHORT_TEXT, least: int = 0, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.most, self.least = most, least
        self.flags.maxlength = most

    def clean(self, text: str) -> str:
        """Trimmed, in normal form C."""
        return unicodedata.normalize("NFC", text).strip()

    def read(self, text: str) -> str:
        """The text itself, if it is text and of a length that is accepted."""
        if len(text) > self.most:
            raise ValueError(_l("This is too long: at most %(n)s characters.", n=self.most))
        if any(self._forbidden(sign) for sign in text):
            raise ValueError(_l("This holds a character that is not text."))
        if len(text) < self.least:
            raise ValueError(_l("This is too short: at least %(n)s characters.", n=self.least))
        return text

    def _forbidden(self, sign: str) -> bool:
        return unicodedata.category(sign) in ("Cc", "Cs")


class Paragraphs(PlainText):
    """Text of several lines."""

    widget = TextArea()

    def __init__(self, label: Any = None, *, most: int = LONG_TEXT, rows: int = 4, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"rows": rows})
        super().__init__(label, most=most, **kwargs)

    def clean(self, text: str) -> str:
        """Line ends as one sign, trimmed."""
        return super().clean(text.replace("\r\n", "\n").replace("\r", "\n"))

    def _forbidden(self, sign: str) -> bool:
        return sign not in "\n\t" and super()._forbidden(sign)


class CodeField(TypedField):
    """A code from a letter or a message: letters and digits; spaces, hyphens and the case do not matter."""

    def __init__(self, label: Any = None, *, most: int = 64, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.most = most

    def read(self, text: str) -> str:
        """The code in capitals without spaces and hyphens."""
        code = re.sub(r"[\s-]", "", text).upper()
        if not (code.isascii() and code.isalnum()) or len(code) > self.most:
            raise ValueError(_l("A code has only letters and digits."))
        return code


class WholeNumber(TypedField):
    """A whole number within bounds."""

    def __init__(self, label: Any = None, *, least: int = 0, most: int = 1_000_000, **kwargs: Any) -> None:
        kwargs.setdefault("render_kw", {"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(label, **kwargs)
        self.least, self.most = least, most

    def read(self, text: str) -> int:
        """The number. Raises ValueError for anything that is not one, or is out of bounds."""
        if not _WHOLE.match(text):
            raise ValueError(_l("Please write a whole number, such as 12."))
        value = int(text)
        if not self.least <= value <= self.most:
            raise ValueError(_l("This must lie between %(least)s and %(most)s.", least=self.least, most=self.most))
        return value


class MoneyField(TypedField):
    """An amount of the fund's currency; `data` is in minor units."""

    def __init__(
        self, label: Any = None, *, least_minor: int = 1, most_minor: int = MINOR_LIMIT, **kwargs: Any
    ) -> None:
        super().__init__(label, **kwargs)
        self.least_minor, self.most_minor = least_minor, most_minor

    def read(self, text: str) -> int:
        """The amount in minor units. Raises ValueError: not an amount, too many decimals, too little, too much."""
        amount_minor = parse_amount(text, foundation.fund().currency)
        if amount_minor < self.least_minor:
            raise ValueError(_l("The amount must be at least %(least)s.", least=self.shown(self.least_minor)))
        if amount_minor > self.most_minor:
            raise ValueError(_l("The amount can be at most %(most)s.", most=self.shown(self.most_minor)))
        return amount_minor

    def shown(self, value: Any) -> str:
        """The amount in whole units, without group signs."""
        return write_amount(value, foundation.fund().currency)


class LocalDate(TypedField):
    """A day."""

    widget = DateInput()

    def read(self, text: str) -> dt.date:
        """The day. Raises ValueError when there is no such day."""
        try:
            day = dt.date.fromisoformat(text) if _DAY.match(text) else None
        except ValueError:
            day = None
        if day is None or not 1900 <= day.year <= 2200:
            raise ValueError(_l("Please write the day as year-month-day, such as 2026-03-31."))
        return day

    def shown(self, value: Any) -> str:
        """The day as browsers want it."""
        return str(value.isoformat())


class LocalDateTime(TypedField):
    """A moment in the fund's zone; `data` is an aware time in UTC."""

    widget = DateTimeLocalInput()

    def read(self, text: str) -> dt.datetime:
        """The moment. Raises ValueError when there is none: a wrong text, or an hour that a change of clocks skips."""
        try:
            naive = dt.datetime.fromisoformat(text) if _MOMENT.match(text) else None
        except ValueError:
            naive = None
        if naive is None or not 1900 <= naive.year <= 2200:
            raise ValueError(_l("Please write day and time, such as 2026-03-31T18:00."))
        local = naive.replace(tzinfo=foundation.zone())
        moment = local.astimezone(dt.UTC)
        if moment.astimezone(foundation.zone()).replace(tzinfo=None) != naive:
            raise ValueError(_l("There is no such time on this day: the clocks are put forward."))
        return moment

    def shown(self, value: Any) -> str:
        """The moment in the fund's zone as browsers want it."""
        return str(value.astimezone(foundation.zone()).strftime("%Y-%m-%dT%H:%M"))


class RequestId(TypedField):
    """A number that the page makes once, so that sending a form twice does one thing. `data` is a UUID."""

    widget = HiddenInput()

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        kwargs.setdefault("default", uuid.uuid4)
        super().__init__(label, **kwargs)
        self.type = "HiddenField"

    def read(self, text: str) -> uuid.UUID:
        """The number. Raises ValueError when somebody changed it."""
        try:
            return uuid.UUID(text)
        except ValueError:
            raise ValueError(_l("Please open this page again and fill it in anew.")) from None


class Seen(TypedField):
    """The hash of what the person had before their eyes, carried through the form. `data` is bytes."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(label, **kwargs)
        self.type = "HiddenField"

    def __call__(self, **kwargs: Any) -> str:
        return super().__call__(type="hidden", **kwargs)

    def read(self, text: str) -> bytes:
        """The hash. Raises ValueError when somebody changed it."""
        try:
            return bytes.fromhex(text)
        except ValueError:
            raise ValueError(_l("Please open this page again.")) from None

    def shown(self, value: bytes) -> str:
        """The hash as it stands in the page."""
        return value.hex()


def options(pairs: Iterable[tuple[Any, Any]]) -> list[SelectChoice]:
    """Pairs of value and words, as a field offers them to choose from."""
    return [SelectChoice(value, words) for value, words in pairs]


def parse_amount(text: str, currency: str) -> int:
    """Minor units of an amount typed in whole units, with or without commas between thousands.

    The sign or the code of this currency may stand before or after it ("$1,200", "1 200 USD"). Raises ValueError with
    a sentence for anything else: another currency, letters, more decimals than the currency has, too much.
    """
    plain = _without_currency(re.sub(r"[\s\u00a0\u202f']", "", text), currency)
    match = _AMOUNT.match(plain)
    if match is None:
        if plain.startswith("-"):
            raise ValueError(_l("An amount cannot be negative."))
        raise ValueError(_l("Please write an amount in figures, such as 1500 or 1500.50."))
    decimals, part = exponent(currency), match["part"] or ""
    if len(part) > decimals:
        raise ValueError(_l("%(currency)s has %(n)s decimals: please write no more.", currency=currency, n=decimals))
    digits = match["whole"].replace(",", "") + part.ljust(decimals, "0")
    if len(digits) > 18 or int(digits) > MINOR_LIMIT:
        raise ValueError(_l("This amount is too large."))
    return int(digits)


def _without_currency(plain: str, currency: str) -> str:
    """The figures without what names the fund's own currency, once before and once after them at most."""
    symbol = get_currency_symbol(currency, locale="en")
    bare = symbol.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    names = {currency, symbol, bare, f"{currency[:2]}{bare}"} - {"", currency[:2]}
    marks = "|".join(re.escape(one) for one in sorted(names, key=len, reverse=True))
    return re.sub(rf"\A(?:{marks})|(?:{marks})\Z", "", plain, flags=re.IGNORECASE)


def write_amount(amount_minor: int, currency: str) -> str:
    """An amount in whole units as `parse_amount` reads it: "1500", "1500.50"."""
    decimals = exponent(currency)
    digits = str(amount_minor).rjust(decimals + 1, "0")
    whole, part = (digits[:-decimals], digits[-decimals:]) if decimals else (digits, "")
    return whole if not part.strip("0") else f"{whole}.{part}"
