"""Forms about what was given."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField

from fund.forms import Form, MoneyField, PlainText


class RemindForm(Form):
    """Whether one is reminded of dues."""

    wanted = BooleanField(_l("Remind me of dues that have not come, once each time"))


class RefundForm(Form):
    """Something is given back."""

    amount = MoneyField(_l("How much is given back?"))
    payee = PlainText(
        _l("To whom?"), required=False, most=160, description=_l("Only where the giver is not a person of the fund.")
    )
    decision = SelectField(_l("On which decision?"), coerce=int)
