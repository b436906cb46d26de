"""Forms of the treasury: what was given, what was paid, what was a mistake."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from fund.forms import Form, LocalDate, MoneyField, PlainText, RequestId, WholeNumber

GIVEN = [
    ("gift", _l("A gift of money")),
    ("dues", _l("Dues")),
    ("land_tax", _l("A voluntary land gift")),
    ("hours", _l("Hours of work")),
    ("goods", _l("Goods")),
]


class ContributionForm(Form):
    """Something that was given and has arrived."""

    kind = RadioField(_l("What was given?"), choices=[SelectChoice(*one) for one in GIVEN], default="gift")
    amount = MoneyField(
        _l("Amount"), required=False, description=_l("Leave it empty for hours and goods."), least_minor=0
    )
    hours = WholeNumber(
        _l("Hours"), required=False, most=10_000, description=_l("Counted and thanked for, never priced.")
    )
    given_on = LocalDate(_l("Day on which it arrived"))
    giver = PlainText(
        _l("Who gave it?"), required=False, most=254,
        description=_l("A member's name or e-mail address. Only the giver and the treasurer see it; leave it empty otherwise."),
    )  # fmt: skip
    note = PlainText(_l("Note"), required=False, most=300, description=_l("Only the treasurer sees it."))
    request_id = RequestId()


class ReceiveForm(Form):
    """What was pledged has come."""

    amount = MoneyField(_l("Amount that came"), required=False, least_minor=0)
    hours = WholeNumber(_l("Hours that were given"), required=False, most=10_000)
    given_on = LocalDate(_l("Day on which it came"))
    request_id = RequestId()


class CostForm(Form):
    """A cost that was paid."""

    amount = MoneyField(_l("Amount"))
    memo = PlainText(_l("What for?"), most=300, description=_l("Anyone can read this in the journal: name no person."))
    paid_on = LocalDate(_l("Day on which it was paid"))
    decision = SelectField(_l("On which decision?"), coerce=int)
    request_id = RequestId()


class ReasonForm(Form):
    """Why something is taken back."""

    reason = PlainText(_l("Why?"), most=300, description=_l("Anyone can read this in the journal: name no person."))
    request_id = RequestId()
