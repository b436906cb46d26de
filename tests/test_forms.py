"""What people type into fields: read exactly, or refused in words with the typed text kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from fund import forms
from tests import factories


class Everything(forms.Form):
    """One field of each kind."""

    class Meta:
        csrf = False

    amount = forms.MoneyField("Amount", required=False)
    name = forms.PlainText("Name", required=False)
    note = forms.Paragraphs("Note", required=False)
    hours = forms.WholeNumber("Hours", required=False, most=100)
    day = forms.LocalDate("Day", required=False)
    at = forms.LocalDateTime("At", required=False)
    code = forms.CodeField("Code", required=False)


class Needed(forms.Form):
    class Meta:
        csrf = False

    amount = forms.MoneyField("Amount")
    name = forms.PlainText("Name")
    key = forms.RequestId()


def typed(app: Flask, form: type[forms.Form] = Everything, **values: Any) -> Any:
    with app.test_request_context(method="POST"):
        made = form(formdata=MultiDict(values))
        made.validate()
        return made


@pytest.mark.parametrize(
    ("text", "minor"),
    [("1500", 150_000), ("1,500", 150_000), ("1500.5", 150_050), (" 1 234 567.89 ", 123_456_789), ("0.01", 1)],
)
def test_an_amount_is_read_to_the_cent(app: Flask, text: str, minor: int) -> None:
    factories.adopt()
    assert typed(app, amount=text).amount.data == minor


@pytest.mark.parametrize(
    "text",
    ["-5", "0", "1.500,50", "1.005", "1,50", "NaN", "1e3", "٣", "ten", "9" * 40, "10000000000000.01", "\x00"],
)
def test_what_is_no_amount_is_refused_and_kept(app: Flask, text: str) -> None:
    factories.adopt()
    form = typed(app, amount=text)
    assert form.amount.errors
    assert form.amount._value() == text.replace("\x00", "")


@pytest.mark.parametrize("text", ["$ 1,200", "$1200", "1,200 USD", "usd 1 200", "1200$", "US$1,200", "$1,200.00 USD"])
def test_an_amount_may_name_the_currency_of_the_fund(app: Flask, text: str) -> None:
    factories.adopt()
    assert typed(app, amount=text).amount.data == 120_000


@pytest.mark.parametrize("text", ["€5", "5 EUR", "CA$5", "$$5", "$", "USD", "$-5", "-$5", "1$5", "1 USD 5"])
def test_an_amount_in_other_money_or_with_a_stray_sign_is_refused(app: Flask, text: str) -> None:
    factories.adopt()
    assert typed(app, amount=text).amount.errors


def test_the_sign_of_another_currency_is_read_where_it_is_the_funds_own() -> None:
    assert [forms.parse_amount(text, "EUR") for text in ("€1.50", "2 EUR", "3€")] == [150, 200, 300]
    assert [forms.parse_amount(text, "CAD") for text in ("$1", "CA$2", "3 CAD")] == [100, 200, 300]
    assert forms.parse_amount("¥500", "JPY") == 500
    with pytest.raises(ValueError):
        forms.parse_amount("US$5", "CAD")


def test_text_is_trimmed_and_has_no_control_characters(app: Flask) -> None:
    assert typed(app, name="  Rosa ").name.data == "Rosa"
    assert typed(app, name="Ro\x00sa").name.errors
    assert typed(app, name="Ro\nsa").name.errors
    assert typed(app, note="one\r\ntwo").note.data == "one\ntwo"
    assert typed(app, name="x" * 201).name.errors


def test_a_day_and_a_time_are_of_the_funds_zone(app: Flask) -> None:
    factories.adopt()
    assert typed(app, day="2026-02-28").day.data == dt.date(2026, 2, 28)
    assert typed(app, day="2026-02-30").day.errors
    assert typed(app, at="2026-07-01T18:00").at.data == dt.datetime(2026, 7, 1, 22, 0, tzinfo=dt.UTC)
    assert typed(app, at="2026-03-08T02:30").at.errors, "New York has no such time on this day"


def test_codes_and_whole_numbers(app: Flask) -> None:
    assert typed(app, code=" ab-12 cd ").code.data == "AB12CD"
    assert typed(app, code="<b>").code.errors
    assert typed(app, hours="12").hours.data == 12
    for text in ("1.5", "101", "-1", "0x1", "１"):
        assert typed(app, hours=text).hours.errors, text


def test_what_is_missing_is_asked_for(app: Flask) -> None:
    factories.adopt()
    form = typed(app, Needed, amount=" ", name="  ", key="7")
    assert set(form.errors) == {"amount", "name", "key"}
    with app.test_request_context():
        assert Needed().key.data is not None
