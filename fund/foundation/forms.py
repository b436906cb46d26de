"""Forms of the charter: propose one as text, record how it was adopted."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from fund.charter import wizard
from fund.forms import Form, PlainText
from fund.wording import words

HOW = {
    "assembly": _l("At a members' meeting"),
    "vote": _l("By a vote of the members"),
    "founders": _l("By the founders, before there were members"),
}
COUNT = [Optional(), NumberRange(0, 1_000_000)]


class CharterForm(FlaskForm):
    """A charter as text."""

    text = TextAreaField(
        _l("The charter file"),
        [InputRequired(_l("Paste the charter here.")), Length(max=256_000)],
        description=_l("A file in the form charter/1. Nothing changes before it is adopted."),
    )


def wizard_form() -> Form:
    """The form of the wizard's questions, each a field under its question's id."""

    class WizardForm(Form):
        """At most eight questions."""

    for question in wizard.questions():
        label, hint = words(question.text), words(question.help)
        if question.kind == "choice":
            choices = [SelectChoice(one.value, words(one.title)) for one in (*question.choices, *question.advanced)]
            field: Any = RadioField(label, choices=choices, default=question.default, description=hint)
        else:
            field = PlainText(label, default=question.default, description=hint, required=False)
        setattr(WizardForm, question.id, field)
    return WizardForm()


class AdoptionForm(FlaskForm):
    """The day, the way, the figures and the minutes of an adoption."""

    adopted_on = DateField(_l("Adopted on"), [InputRequired(_l("Give the day."))])
    how = SelectField(_l("How it was adopted"), choices=[SelectChoice(*one) for one in HOW.items()])
    votes_for = IntegerField(_l("Votes in favour"), COUNT)
    votes_against = IntegerField(_l("Votes against"), COUNT)
    abstained = IntegerField(_l("Abstained"), COUNT)
    minutes = TextAreaField(
        _l("Minutes"),
        [Optional(), Length(max=20_000)],
        description=_l("Who was there, what was said. Anyone can read it."),
    )
    consents = StringField(
        _l("Consents given"),
        [Optional(), Length(max=1000)],
        description=_l("Who consented where the charter protects a section, separated by commas."),
    )
