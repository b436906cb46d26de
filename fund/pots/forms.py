"""The form with which a payment out of a council's pot is asked for. It asks nothing about who receives but a name."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from fund.forms import Form, MoneyField, PlainText


class GiveForm(Form):
    """A payment out of a pot, on a decision about it."""

    decision = SelectField(_l("On which decision?"), coerce=int)
    payee = PlainText(_l("Who receives it?"), most=160, description=_l("Only those who handle payments see it."))
    amount = MoneyField(_l("Amount"))
