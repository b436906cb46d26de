"""Forms of stewardship: begin a term, end one."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField
from wtforms.validators import InputRequired

from fund.forms import Form, LocalDate, Paragraphs, WholeNumber, options
from fund.stewards.ending import Ending

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


def _number(typed: str | int | None) -> int | None:
    return int(typed) if typed else None


class TermForm(Form):
    """Who begins a term, in which role, chosen how, from when. Nobody is chosen beforehand."""

    person = SelectField(_l("Who"), [InputRequired(_l("Choose a person."))], coerce=_number)
    role = SelectField(_l("Role"), choices=options(ROLE_WORDS.items()))
    selected_by = SelectField(
        _l("How they were chosen"), choices=options(one for one in SELECTED_WORDS.items() if one[0] != "founding")
    )
    selected_how = Paragraphs(
        _l("The record of it"),
        most=2000,
        rows=3,
        missing=_l("Say when and where it was decided."),
        description=_l("The meeting, the vote or the draw, with its date. Anyone can read it."),
    )
    starts_on = LocalDate(_l("First day"), missing=_l("Give the first day."))
    months = WholeNumber(
        _l("Months"),
        least=1,
        most=60,
        required=False,
        description=_l("Leave empty for the term that the charter gives."),
    )

    def offer(self, people: Sequence[tuple[int, str]]) -> TermForm:
        """Let one choose among these people."""
        self.person.choices = options([("", _l("Choose a person")), *people])
        return self


class EndForm(Form):
    """Why a term ends, and what the next person must know."""

    reason = Paragraphs(
        _l("Why it ends"), most=2000, rows=3, missing=_l("Say why."), description=_l("Those who serve read it.")
    )
    recalled = BooleanField(_l("Recalled by the members"), description=_l("That it was so stands on the public page."))
    handed_to = SelectField(_l("Handed over to"), coerce=_number)
    note = Paragraphs(
        _l("What the next person must know"),
        most=10_000,
        rows=5,
        required=False,
        description=_l("Open tasks, keys, contacts. Read by those who serve and by who takes over."),
    )

    def offer(self, people: Sequence[tuple[int, str]]) -> EndForm:
        """Let one choose among these people, or nobody yet."""
        self.handed_to.choices = options([("", _l("Nobody yet")), *people])
        return self

    def ending(self) -> Ending:
        """What was typed, as the verb takes it."""
        return Ending(self.reason.data, self.recalled.data, self.handed_to.data, self.note.data)
