"""The form with which a decision is recorded."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice

from fund.forms import Form, LocalDate, MoneyField, Paragraphs, PlainText, WholeNumber

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


MINUTES = _l(
    "Those who handle money read it here. The council may withdraw it at any time. Name nobody who did not agree."
)


class AskForm(Form):
    """What a council is asked."""

    about = SelectField(_l("Which council, and about what?"))
    title = PlainText(_l("In a few words"), most=200)
    text = Paragraphs(_l("What it is asked"), description=_l("Anyone can read this: name no person who did not agree."))
    limit = MoneyField(
        _l("At most"), required=False, description=_l("What may be given under it in all. Empty: no limit.")
    )
    minutes = Paragraphs(_l("The council’s minutes, if it wants them here"), required=False, description=MINUTES)


class AnswerForm(Form):
    """How a council answered: two numbers and no name."""

    present = WholeNumber(_l("How many were there?"), least=0, most=100)
    objections = WholeNumber(
        _l("How many paramount objections?"), least=0, most=100, description=_l("None: it is consented to.")
    )
    minutes = Paragraphs(_l("The council’s minutes, if it wants them here"), required=False, description=MINUTES)


class AmendForm(Form):
    """The text after an objection."""

    text = Paragraphs(_l("The amended text"))
    limit = MoneyField(_l("At most"), required=False)


class PlainForm(Form):
    """A single button."""
