"""Forms of reviewers and stewards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from fund.forms import Form, LocalDate, Paragraphs, PlainText, options
from fund.proposals.models import REFUSAL_CODES, Proposal, Review
from fund.proposals.review import Finding
from fund.proposals.words import KIND_WORDS, OUTCOME_WORDS, POINT_WORDS, REFUSAL_WORDS

_CHOOSE = InputRequired(_l("Please choose one of these."))
TASK_WORDS = {"review": _l("Review and admission"), "certify": _l("Certify the count"), "pay": _l("Approve payments")}


class AssignForm(Form):
    """Who reviews what."""

    kind = SelectField(_l("What"), choices=options(KIND_WORDS.items()))
    reviewer = SelectField(
        _l("Who"), [InputRequired(_l("Choose a person."))], coerce=lambda typed: int(typed) if typed else None
    )


class AnswerByForm(Form):
    """By when the applicant hears again."""

    on = LocalDate(_l("The applicant hears from us by"))


class ReviewForm(Form):
    """One review; points of the checklist are added for its kind."""

    private_notes = Paragraphs(
        _l("Private notes"), most=8000, rows=4, required=False,
        description=_l("Read by reviewers without a tie, never by the applicant or the public."),
    )  # fmt: skip
    memo = Paragraphs(
        _l("Public memo"), most=8000, rows=6, required=False,
        description=_l("Needed to hand the review in. What members should know before they vote; public once the proposal is "
                       "admitted."),
    )  # fmt: skip
    outcome = RadioField(_l("How does it come out?"), [Optional()], choices=options(OUTCOME_WORDS.items()))
    point_names: Mapping[str, str] = {}

    def finding(self) -> Finding:
        """What was found, for the service."""
        return Finding(
            checklist={text: self[name].data for name, text in self.point_names.items() if self[name].data},
            outcome=self.outcome.data or None, private_notes=self.private_notes.data, memo=self.memo.data,
        )  # fmt: skip


def review_form(review: Review, points: Sequence[str]) -> ReviewForm:
    """The form of one review with its checklist and what was saved."""
    names = {f"point{i}": text for i, text in enumerate(points)}
    fields: dict[str, Any] = {
        name: RadioField(text, [Optional()], choices=options(POINT_WORDS.items())) for name, text in names.items()
    }
    made = type("PointsForm", (ReviewForm,), {**fields, "point_names": names})
    said = {name: review.checklist.get(text) for name, text in names.items()}
    form: ReviewForm = made(
        data={**said, "private_notes": review.private_notes, "memo": review.memo, "outcome": review.outcome}
    )
    return form


class RefuseForm(Form):
    """A refusal."""

    refusal = RadioField(
        _l("Kind of reason, for the public count"),
        [_CHOOSE],
        choices=options((code, REFUSAL_WORDS[code]) for code in REFUSAL_CODES),
    )
    reason = Paragraphs(
        _l("The reason, for the applicant"), most=4000, rows=5,
        description=_l("Only the applicant and stewards read it. Say what is missing and what could change it."),
    )  # fmt: skip


class AppealAnswerForm(Form):
    """The answer to an appeal."""

    outcome = RadioField(
        _l("Your answer"), [_CHOOSE],
        choices=options([("admitted", _l("The proposal is admitted")), ("upheld", _l("The refusal stands"))]),
    )  # fmt: skip
    answer = Paragraphs(_l("Why, for the applicant"), most=4000, rows=5)


class CorrectForm(Form):
    """A correction that everybody sees."""

    title = PlainText(_l("Name"), most=160)
    summary = PlainText(_l("In one sentence"), most=400)
    purpose = Paragraphs(_l("What the money is for"), most=4000, rows=5)
    benefits = Paragraphs(_l("Who benefits"), most=4000, rows=4)
    plan = Paragraphs(_l("The plan"), most=8000, rows=5, required=False)
    why = PlainText(_l("Why it is corrected"), most=300, description=_l("Stands beside the change for everybody."))

    def texts(self) -> dict[str, str]:
        """The corrected fields."""
        return {name: self[name].data for name in ("title", "summary", "purpose", "benefits", "plan")}


def correct_form(proposal: Proposal) -> CorrectForm:
    """The form with the text as it stands."""
    return CorrectForm(obj=proposal)


class TieForm(Form):
    """A tie of one's own, or of another who serves the fund."""

    person = SelectField(_l("Whose tie"), coerce=int)
    relation = PlainText(
        _l("What is the tie?"), most=300,
        description=_l("For example: founder, sister of the owner, landlord, supplier. Stewards can read this."),
    )  # fmt: skip


class ClearForm(Form):
    """Why a tie does not matter."""

    reason = PlainText(_l("Why the tie does not matter"), most=300)


class DrawForm(Form):
    """A substitute drawn by lot from a public draw."""

    task = SelectField(_l("For what"), choices=options(TASK_WORDS.items()))
    source = PlainText(
        _l("Which public draw?"), most=120, description=_l("For example: three dice thrown at the meeting of 3 May.")
    )
    text = PlainText(_l("What came out?"), most=120, description=_l("Exactly as it was seen, for example: 4 1 6."))


class NeighbourForm(Form):
    """A substitute from a neighbouring fund, who has signed in here once."""

    task = SelectField(_l("For what"), choices=options(TASK_WORDS.items()))
    email = PlainText(_l("The e-mail with which they signed in here"), most=254)
    how = PlainText(_l("Who this is, and of which fund"), most=120)
