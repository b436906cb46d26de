"""How figures look: money, dates and numbers by locale, in the fund's own zone; languages and their direction."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from flask import Flask, has_request_context, request, session
from flask_babel import get_locale

from fund.currency import exponent, minor_per_unit
from fund.foundation import service as foundation
from fund.identity import current_actor

LANGUAGES = ("en",)
"""Languages whose catalogue is complete; a fund's charter chooses among them."""


def choose_language() -> str:
    """The language of this request: chosen by switch, else the person's, else the browser's, else English.

    Where nobody asks (a job, a command) it is English.
    """
    if not has_request_context():
        return LANGUAGES[0]
    chosen = session.get("language") or current_actor().language
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or "en"


def money(amount_minor: int, currency: str | None = None, *, cents: bool | None = None) -> str:
    """An amount of minor units as people of the locale write it; whole amounts without decimals."""
    code = currency or foundation.fund().currency
    value = Decimal(amount_minor).scaleb(-exponent(code))
    whole = amount_minor % minor_per_unit(code) == 0
    plain = whole if cents is None else not cents
    return format_currency(
        value, code, locale=_locale(), currency_digits=not plain, format=_pattern() if plain else None
    )


def date(value: dt.date | dt.datetime | None) -> str:
    """A day in the fund's zone."""
    if value is None:
        return ""
    day = value.astimezone(foundation.zone()).date() if isinstance(value, dt.datetime) else value
    return format_date(day, format="long", locale=_locale())


def moment(value: dt.datetime | None) -> str:
    """A time in the fund's zone, with the zone named."""
    if value is None:
        return ""
    local = value.astimezone(foundation.zone())
    day, time = (
        format_date(local.date(), format="long", locale=_locale()),
        format_datetime(local, "HH:mm zzz", locale=_locale()),
    )
    return f"{day}, {time}"


def number(value: int) -> str:
    """A whole number by locale."""
    return format_decimal(value, locale=_locale())


def register(app: Flask) -> None:
    """Give templates the filters `money`, `date`, `datetime`, `number`, and `t` for sentences made elsewhere."""
    app.jinja_env.filters.update(money=money, date=date, datetime=moment, number=number)


def _locale() -> Locale:
    return get_locale() or Locale("en")


def _pattern() -> str:
    return _locale().currency_formats["standard"].pattern.replace("0.00", "0").replace("0,00", "0")


def direction() -> str:
    """Writing direction of the page."""
    return str(_locale().text_direction)


def context() -> dict[str, Any]:
    """What every template may use."""
    return {"direction": direction(), "language": str(_locale())}
