"""Forms of an application and of questions about it; the reviewers' stand in forms_review.py.

The application form is made for one round: the charter's kinds of money, neighbourhoods and standards, and the round's
own questions, become fields with names of their own (`standard0`, `answer17`). Nothing else is taken from a request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import InputRequired, Optional

from fund.businesses.models import Business
from fund.businesses.words import OWNERSHIP_WORDS
from fund.charter import Charter
from fund.forms import CodeField, Form, MoneyField, Paragraphs, PlainText, options
from fund.proposals import eligibility, forms_budget, sniffing
from fund.proposals.application import Application
from fund.proposals.models import Proposal, ProposalAnswer
from fund.proposals.words import MEETS_WORDS
from fund.rounds.models import RoundQuestion

PRIVATE = _l("Private: only reviewers without a tie read this.")
PROMISE_HINT = _l("One plain sentence, for example: no more than two shops. Your answer stands on the ballot.")
PUBLIC = _l("Public once your proposal is admitted.")


class ApplicationForm(forms_budget.BudgetRows):
    """The one page. Nothing is required to save a draft; what is missing is asked for when it is handed in."""

    business = SelectField(_l("For which business?"), default="")
    title = PlainText(_l("Name of your business or project"), most=160, required=False)
    summary = PlainText(
        _l("In one sentence: what do you want to do?"), most=400, required=False,
        description=_l("This stands on the ballot. For example: a second oven, so that we can bake for the school."),
    )  # fmt: skip
    purpose = Paragraphs(
        _l("What is the money for?"), most=4000, rows=5, required=False,
        description=_l("What would you buy or pay, and roughly what does each part cost?"),
    )  # fmt: skip
    benefits = Paragraphs(_l("Who benefits, and how?"), most=4000, rows=4, required=False)
    ask = MoneyField(_l("How much do you ask for?"), required=False)
    least = MoneyField(
        _l("What is the least that would still help?"), required=False,
        description=_l("If less money is left than you ask for, the fund offers a part only if you say so here."),
    )  # fmt: skip
    product = RadioField(_l("What kind of money fits?"), [Optional()])
    neighbourhood = SelectField(_l("Neighbourhood"), default="")
    ownership = SelectField(
        _l("Who owns it?"), default="", choices=options([("", _l("Choose one")), *OWNERSHIP_WORDS.items()])
    )  # fmt: skip
    contact_name = PlainText(_l("Your name"), most=120, required=False)
    contact_phone = PlainText(_l("Telephone"), most=40, required=False)
    contact_email = PlainText(
        _l("E-mail"), most=254, required=False,
        description=_l("You need no e-mail. With one, you hear of each step in writing; otherwise a steward calls you."),
    )  # fmt: skip
    name_public_if_refused = BooleanField(
        _l("If it is refused, my name may stand on the public list of refused proposals")
    )
    told_by_phone = BooleanField(_l("I am a steward and type this for somebody who told me by telephone or in person"))

    standard_names: Mapping[str, str] = {}
    answer_names: Mapping[str, int] = {}
    needed_names: frozenset[str] = frozenset()

    def application(self) -> Application:
        """What was typed, for the service."""
        return Application(
            title=self.title.data, summary=self.summary.data, purpose=self.purpose.data, benefits=self.benefits.data,
            ask_minor=self.ask.data, least_minor=self.least.data, product=self.product.data or None,
            neighbourhood=self.neighbourhood.data or None, ownership=self.ownership.data,
            contact_name=self.contact_name.data, contact_email=self.contact_email.data or None,
            contact_phone=self.contact_phone.data or None,
            name_public_if_refused=bool(self.name_public_if_refused.data),
            business_id=int(self.business.data) if "business" in self and self.business.data else None,
            standards={text: self[name].data or "" for name, text in self.standard_names.items()},
            answers={number: self[name].data for name, number in self.answer_names.items()}, budget=self.budget(),
        )  # fmt: skip


def application_form(
    charter: Charter, questions: Sequence[RoundQuestion], mine: Sequence[Business], proposal: Proposal | None = None
) -> ApplicationForm:
    """The form for one round, empty or with what was saved; handing in settles for which business it is."""
    fields, standards = _standard_fields(charter)
    answers = {f"answer{one.id}": one.id for one in questions}
    fields |= {f"answer{one.id}": _question_field(one) for one in questions}
    needed = frozenset(f"answer{one.id}" for one in questions if one.required)
    rows = forms_budget.how_many(
        len(proposal.budget) if proposal is not None else 0, request.form,
        another=request.form.get("go") == forms_budget.ANOTHER,
    )  # fmt: skip
    fields |= forms_budget.fields(rows)
    made = type("RoundForm", (ApplicationForm,), {**fields, "standard_names": standards, "answer_names": answers,
                                                   "needed_names": needed, "rows": rows})  # fmt: skip
    form: ApplicationForm = made(data=_said(proposal, standards) if proposal is not None else None)
    kinds = eligibility.products(charter)
    form.product.choices = options(kinds.items())
    if len(kinds) == 1 and not form.product.raw_data:
        form.product.data = next(iter(kinds))
    named = charter.fund.neighbourhoods
    form.neighbourhood.choices = options([
        ("", _l("Choose one") if named else _l("In the area of the fund")), *((name, name) for name in named),
        (eligibility.ELSEWHERE, _l("Somewhere else")),
    ])  # fmt: skip
    if proposal is not None and proposal.state != "draft":
        del form.business
        return form
    names = {str(one.id): one.name for one in mine}
    form.business.choices = options([("", _l("Another, or a new project")), *names.items()])
    if proposal is not None and not form.business.raw_data and form.business.data not in names:
        form.business.data = ""
    return form


class DetailsForm(Form):
    """What a shortlisted applicant adds."""

    plan = Paragraphs(_l("Your plan: the steps, and by when"), most=8000, rows=7, required=False, description=PUBLIC)
    details = Paragraphs(
        _l("Figures: income, costs, debts, what you pay yourselves"), most=8000, rows=6, required=False,
        description=PRIVATE,
    )  # fmt: skip
    answer_names: Mapping[str, int] = {}

    def answers(self) -> dict[int, str]:
        """Answers by number of the question."""
        return {number: self[name].data for name, number in self.answer_names.items()}


def details_form(questions: Sequence[RoundQuestion], proposal: Proposal) -> DetailsForm:
    """The form for details with what was said so far."""
    fields = {f"answer{one.id}": _question_field(one) for one in questions}
    names = {f"answer{one.id}": one.id for one in questions}
    made = type("RoundDetailsForm", (DetailsForm,), {**fields, "answer_names": names})
    said: dict[str, Any] = {"plan": proposal.plan, "details": proposal.details, **_answers_of(proposal.answers)}
    form: DetailsForm = made(data=said)
    return form


class UploadForm(Form):
    """One file."""

    file = FileField(
        _l("Choose a file"), [InputRequired(_l("Choose a file first."))],
        render_kw={"accept": ",".join(sniffing.ACCEPTED)},
        description=_l("PDF, picture, text, CSV, DOCX or XLSX, at most 5 MB. Where a picture was taken is removed from it."),
    )  # fmt: skip
    seen_by = RadioField(
        _l("Who may see it?"), [InputRequired(_l("Please choose one of these."))],
        choices=options([
            ("private", _l("Only reviewers without a tie")), ("public", _l("Everybody, with the admitted proposal")),
        ]),
    )  # fmt: skip


class ReturnForm(Form):
    """The code that opens one application again."""

    code = CodeField(_l("Your return code"), description=_l("Sixteen letters and figures; hyphens do not matter."))


class WithdrawForm(Form):
    """Taking an application back."""

    reason = Paragraphs(_l("Why? Stewards read this."), most=500, rows=2, required=False)


class AppealForm(Form):
    """An appeal against a refusal."""

    text = Paragraphs(_l("What was overlooked, or what has changed?"), most=4000, rows=5)


class QuestionForm(Form):
    """A question in public."""

    text = Paragraphs(_l("Your question"), most=1000, rows=3, description=_l("Your name stands beside it."))


class AnswerForm(Form):
    """An answer in public."""

    answer = Paragraphs(_l("Your answer"), most=1000, rows=3)


class HideForm(Form):
    """Why a question is hidden."""

    reason = PlainText(_l("Why it is hidden; this stands in its place"), most=300)


def _standard_fields(charter: Charter) -> tuple[dict[str, Any], dict[str, str]]:
    fields: dict[str, Any] = {}
    names = {}
    for i, one in enumerate(charter.eligibility.standards):
        names[f"standard{i}"] = one.text
        fields[f"standard{i}"] = (
            RadioField(one.text, [Optional()], choices=options(MEETS_WORDS.items()))
            if one.kind == "must"
            else Paragraphs(one.text, most=1000, rows=2, required=False, description=PROMISE_HINT)
        )
    return fields, names


def _question_field(question: RoundQuestion) -> Paragraphs:
    hint = " ".join(str(one) for one in (question.hint, PRIVATE if question.private else PUBLIC) if one)
    return Paragraphs(question.text, most=2000, rows=3, required=False, description=hint)


def _said(proposal: Proposal, standards: Mapping[str, str]) -> dict[str, Any]:
    same = (
        "title", "summary", "purpose", "benefits", "neighbourhood", "ownership", "contact_name", "contact_phone",
        "contact_email", "name_public_if_refused", "product",
    )  # fmt: skip
    return {
        **{name: getattr(proposal, name) for name in same},
        "ask": proposal.ask_minor or None, "least": proposal.least_minor,
        "business": str(proposal.business_id or ""), "told_by_phone": proposal.told_by_phone,
        **{name: proposal.standards.get(text, "") for name, text in standards.items()},
        **_answers_of(proposal.answers), **forms_budget.said(proposal.budget),
    }  # fmt: skip


def _answers_of(answers: Sequence[ProposalAnswer]) -> dict[str, str]:
    return {f"answer{one.question_id}": one.text for one in answers}
