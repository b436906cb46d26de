"""Forms of micro-grants: four things are asked, and nothing about need."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from fund.forms import CodeField, Form, LocalDate, MoneyField, PlainText


class AskForm(Form):
    """A request, typed by whoever asks or by a steward who is told it by phone."""

    name = PlainText(_l("First name or alias"), most=60, description=_l("Any name by which we may call you."))
    amount = MoneyField(_l("How much?"))
    way = PlainText(
        _l("How can you be paid?"), most=200,
        description=_l("For example: cash at the market stall, or the phone number of a payment app. Erased once paid."),
        render_kw={"autocomplete": "off"},
    )  # fmt: skip
    urgent_by = LocalDate(_l("Needed by"), required=False)
    not_a_steward = BooleanField(
        _l("I am not a steward or treasurer of this fund and do not live in a household with one.")
    )


class FindForm(Form):
    """The code of a request."""

    code = CodeField(_l("Code of your request"))


class SendBackForm(Form):
    """Why a week is sent back."""

    reason = PlainText(_l("Why?"), most=300, description=_l("Anyone can read this: name no person."))


class DrawForm(Form):
    """The text of the public draw."""

    text = PlainText(
        _l("Text of the draw"), most=300,
        description=_l("Exactly as it was thrown or read out, for example the dice 4 2 6 1 1 3."),
    )  # fmt: skip
