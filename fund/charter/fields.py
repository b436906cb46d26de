"""The kinds of value a charter's settings have, each able to say in words what it allows.

A field is a marshmallow field with three more things: `help` (one line for docs/charter.md), `allowed()` (what may
stand there, for the error and for the docs), and strictness: a charter never guesses, so the text "5" is not the number
5 and `true` is not 1. Lists become tuples, money becomes integer minor units of the fund's currency, which `load()`
names through `reading_money()` before the schema runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any, ClassVar
from zoneinfo import available_timezones

from marshmallow import Schema, ValidationError, fields, missing

from fund.charter.currency import minor_units
from fund.charter.errors import one_line
from fund.charter.messages import N_, Message
from fund.currency import exponent

_currency: ContextVar[str] = ContextVar("charter_currency", default="USD")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_LARGEST_MINOR = 10**15


@contextmanager
def reading_money(currency: str) -> Iterator[None]:
    """Within this, `Money` fields read amounts of this currency."""
    token = _currency.set(currency)
    try:
        yield
    finally:
        _currency.reset(token)


def wrong(message: Message) -> ValidationError:
    """A mistake with its own sentence, instead of the general "is not accepted here"."""
    return ValidationError([message])  # type: ignore[list-item]  # marshmallow passes any object on


class Refused(ValidationError):
    """A value that the field does not allow; the sentence is made from the value and `allowed()`."""

    def __init__(self) -> None:
        super().__init__("refused")


class Setting(fields.Field[Any]):
    """What all kinds share. `default` is used when the key is absent; without one the key must be there."""

    def __init__(self, *, default: Any = missing, help: str = "", key: str | None = None) -> None:
        super().__init__(
            load_default=default, required=default is missing, data_key=key, metadata={"help": help}, allow_none=False
        )

    def allowed(self) -> Message:
        """What may stand here, in words."""
        raise NotImplementedError

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **_: Any) -> Any:
        return self.read(value)

    def read(self, value: Any) -> Any:
        """The value as the program keeps it; raises Refused."""
        raise NotImplementedError


class Text(Setting):
    """A sentence, or with `lines` a text of several."""

    def __init__(self, longest: int = 200, *, lines: bool = False, **common: Any) -> None:
        super().__init__(**common)
        self.longest, self.many_lines = longest, lines

    def allowed(self) -> Message:
        return N_("a text in quotes of at most %(longest)s characters", longest=self.longest)

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or len(value) > self.longest or _UNSEEN.search(value.replace("\r\n", "\n")):
            raise Refused
        if "\n" in value and not self.many_lines:
            raise Refused
        if self.required and not value.strip():
            raise Refused
        return value


class Pattern(Setting):
    """A short text of a certain form, such as a code."""

    form: ClassVar[re.Pattern[str]]
    words: ClassVar[Message]

    def allowed(self) -> Message:
        return self.words

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or not self.form.fullmatch(value):
            raise Refused
        return value


class Code(Pattern):
    """The name by which other sections, and addresses of pages, refer to this one."""

    form = re.compile(r"[a-z][a-z0-9_-]{0,39}")
    words = N_("a code of small letters, digits, - and _ that begins with a letter, at most 40 characters")


class Currency(Pattern):
    """An ISO 4217 code."""

    form = re.compile(r"[A-Z]{3}")
    words = N_("a currency code of three capital letters, such as USD")


class Language(Pattern):
    """A language tag (BCP 47, short forms)."""

    form = re.compile(r"[a-z]{2,3}(-[A-Za-z]{2,4})?")
    words = N_("a language code, such as en, es or ht")


class PostalCode(Pattern):
    """A postal code; compared without regard to case and spaces."""

    form = re.compile(r"[A-Za-z0-9][A-Za-z0-9 -]{0,11}")
    words = N_("a postal code of letters, digits, spaces and hyphens")


class Timezone(Setting):
    """A time zone of the IANA database."""

    def allowed(self) -> Message:
        return N_("a time zone such as America/New_York")

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or value not in _timezones():
            raise Refused
        return value


class YesNo(Setting):
    """true or false."""

    def allowed(self) -> Message:
        return N_("true or false")

    def read(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise Refused
        return value


class Whole(Setting):
    """A whole number within limits."""

    def __init__(self, least: int, most: int, **common: Any) -> None:
        super().__init__(**common)
        self.least, self.most = least, most

    def allowed(self) -> Message:
        return N_("a whole number from %(least)s to %(most)s", least=self.least, most=self.most)

    def read(self, value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not self.least <= value <= self.most:
            raise Refused
        return value


class Money(Setting):
    """An amount in whole units of the fund's currency, decimals allowed; kept in minor units."""

    def allowed(self) -> Message:
        code = _currency.get()
        return N_(
            "an amount in %(currency)s with at most %(decimals)s decimals", currency=code, decimals=exponent(code)
        )

    def read(self, value: Any) -> int:
        if not isinstance(value, int | Decimal) or isinstance(value, bool):
            raise Refused
        if isinstance(value, int) and not 0 <= value <= _LARGEST_MINOR:
            raise Refused
        amount_minor = minor_units(value, exponent(_currency.get()))
        if amount_minor is None or not 0 <= amount_minor <= _LARGEST_MINOR:
            raise Refused
        return amount_minor


class Multiple(Setting):
    """How many times the amount given, with at most two decimals; kept in percent (1.2 times is 120)."""

    def allowed(self) -> Message:
        return N_("a number from 1 to 3 with at most two decimals, such as 1.2")

    def read(self, value: Any) -> int:
        if not isinstance(value, int | Decimal) or isinstance(value, bool):
            raise Refused
        percent = minor_units(value, 2) if isinstance(value, Decimal) or 1 <= value <= 3 else None
        if percent is None or not 100 <= percent <= 300:
            raise Refused
        return percent


class Threshold(Setting):
    """The share of yes among yes and no that carries a vote."""

    def allowed(self) -> Message:
        return N_('"majority", or a share from 1/2 to 1, such as "2/3"')

    def read(self, value: Any) -> str:
        if value == "majority":
            return str(value)
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,3}/[1-9][0-9]{0,2}", value):
            raise Refused
        if not Fraction(1, 2) <= Fraction(value) <= 1:
            raise Refused
        return str(Fraction(value))


class Choice(Setting):
    """One of a few words."""

    def __init__(self, *words: str, **common: Any) -> None:
        super().__init__(**common)
        self.words = words

    def allowed(self) -> Message:
        return N_("one of: %(words)s", words=", ".join(self.words))

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self.words:
            raise Refused
        return value


class Ways(Setting):
    """One way of verification, or several joined by + that are all needed."""

    words = ("self_attested", "vouched", "postal_code", "seen_in_person")

    def allowed(self) -> Message:
        return N_("one of: %(words)s; or several joined by +", words=", ".join(self.words))

    def read(self, value: Any) -> tuple[str, ...]:
        parts = tuple(part.strip() for part in value.split("+")) if isinstance(value, str) else ()
        if not parts or len(set(parts)) < len(parts) or not set(parts) <= set(self.words):
            raise Refused
        return parts


class Many(Setting):
    """A list of different values of one kind; kept as a tuple."""

    def __init__(self, inner: Setting, *, most: int = 50, least: int = 0, **common: Any) -> None:
        super().__init__(**common)
        self.inner, self.most, self.least = inner, most, least

    def allowed(self) -> Message:
        return N_(
            "a list of %(least)s to %(most)s of: %(inner)s",
            least=self.least,
            most=self.most,
            inner=self.inner.allowed(),
        )

    def read(self, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or not self.least <= len(value) <= self.most:
            raise Refused
        kept: list[Any] = []
        mistakes: dict[Any, Any] = {}
        for position, item in enumerate(value):
            try:
                part = self.inner.read(item)
                if part in kept:
                    raise wrong(N_("%(value)s stands here twice.", value=one_line(str(item), 60)))
                kept.append(part)
            except ValidationError as mistake:
                mistakes[position] = mistake.messages
        if mistakes:
            raise ValidationError(mistakes)
        return tuple(kept)


class Table(Setting):
    """A section of its own; absent, it holds its defaults, or nothing if it is `optional`."""

    def __init__(self, schema: type[Schema], *, optional: bool = False, required: bool = False, help: str = "") -> None:
        default: Any = missing if required else None if optional else (lambda: made(schema).load({}))
        super().__init__(default=default, help=help)
        self.schema_class = schema

    def allowed(self) -> Message:
        return N_("a table with the keys %(keys)s", keys=", ".join(keys_of(self.schema_class)))

    def read(self, value: Any) -> Any:
        if not isinstance(value, dict):
            raise Refused
        return made(self.schema_class).load(value)


class Tables(Setting):
    """A list of sections of one kind, written `[[name]]`; `otherwise` is what stands there when there is none."""

    def __init__(
        self,
        schema: type[Schema],
        *,
        most: int,
        otherwise: tuple[dict[str, Any], ...] = (),
        help: str = "",
        key: str | None = None,
    ) -> None:
        super().__init__(default=lambda: tuple(made(schema).load(one) for one in otherwise), help=help, key=key)
        self.schema_class, self.most = schema, most

    def allowed(self) -> Message:
        return N_(
            "at most %(most)s tables with the keys %(keys)s", most=self.most, keys=", ".join(keys_of(self.schema_class))
        )

    def read(self, value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list) or len(value) > self.most:
            raise Refused
        kept: list[Any] = []
        mistakes: dict[Any, Any] = {}
        for position, item in enumerate(value):
            if not isinstance(item, dict):
                mistakes[position] = ["refused"]
                continue
            try:
                kept.append(made(self.schema_class).load(item))
            except ValidationError as mistake:
                mistakes[position] = mistake.normalized_messages()
        if mistakes:
            raise ValidationError(mistakes, valid_data=kept)
        return tuple(kept)


@cache
def _timezones() -> frozenset[str]:
    """The names of the machine's time zones: the folders that hold them are walked once."""
    return frozenset(available_timezones())


@cache
def made(schema: type[Schema]) -> Schema:
    """One instance of a schema; it holds no state, so that every reading can use it."""
    return schema()


@cache
def settings_of(schema: type[Schema]) -> dict[str, Setting]:
    """Every setting of a section by the key it has in the file, in the order of the schema."""
    return {field.data_key or name: field for name, field in made(schema).fields.items()}  # type: ignore[misc]


def keys_of(schema: type[Schema]) -> list[str]:
    """The keys a section may hold."""
    return list(settings_of(schema))
