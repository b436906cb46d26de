"""Forms of stewardship: begin a term, end one."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, IntegerField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, NumberRange, Optional

ROLE_WORDS = {
    "steward": _l("Steward"),
    "treasurer": _l("Treasurer"),
    "auditor": _l("Auditor"),
    "administrator": _l("Administrator"),
}
SELECTED_WORDS = {
    "vote": _l("Elected by the members"),
    "lot": _l("Drawn by lot"),
    "appointment": _l("Appointed"),
    "founding": _l("Founding steward"),
}


class TermForm(FlaskForm):
    """Who begins a term, in which role, chosen how, from when."""

    person = SelectField(_l("Who"), coerce=int)
    role = SelectField(_l("Role"), choices=[SelectChoice(*one) for one in ROLE_WORDS.items()])
    selected_by = SelectField(
        _l("How they were chosen"),
        choices=[SelectChoice(*one) for one in SELECTED_WORDS.items() if one[0] != "founding"],
    )
    selected_how = TextAreaField(
        _l("The record of it"),
        [InputRequired(_l("Say when and where it was decided.")), Length(max=2000)],
        description=_l("The meeting, the vote or the draw, with its date. Anyone can read it."),
    )
    starts_on = DateField(_l("First day"), [InputRequired(_l("Give the first day."))])
    months = IntegerField(
        _l("Months"),
        [Optional(), NumberRange(1, 60)],
        description=_l("Leave empty for the term that the charter gives."),
    )


class EndForm(FlaskForm):
    """Why a term ends, and what the next person must know."""

    reason = TextAreaField(_l("Why it ends"), [InputRequired(_l("Say why.")), Length(max=2000)])
    recalled = BooleanField(_l("Recalled by the members"))
    handed_to = SelectField(_l("Handed over to"), coerce=int)
    note = TextAreaField(
        _l("What the next person must know"),
        [Optional(), Length(max=10_000)],
        description=_l("Open tasks, keys, contacts. Only stewards read it."),
    )
