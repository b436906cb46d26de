"""The form with which a decision is recorded."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from fund.forms import Form, LocalDate, MoneyField, Paragraphs, PlainText

KINDS = [
    ("standing_rule", _l("A standing rule, for example for running costs")),
    ("consent", _l("A decision by consent")),
    ("council", _l("A council’s decision")),
    ("refund", _l("A refund")),
]


class DecisionForm(Form):
    """A decision as it was taken."""

    kind = RadioField(
        _l("What kind of decision is it?"), choices=[SelectChoice(*one) for one in KINDS], default="standing_rule"
    )
    title = PlainText(_l("In a few words"), most=200)
    text = Paragraphs(
        _l("As it was decided"), description=_l("Anyone can read this: name no person who did not agree.")
    )
    decided_on = LocalDate(_l("Decided on"))
    limit = MoneyField(
        _l("At most"),
        required=False,
        description=_l("What may be spent under it in all. Empty: no limit."),
        least_minor=0,
    )
