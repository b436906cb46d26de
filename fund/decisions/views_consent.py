"""Pages of what a council is asked: anyone reads what was asked and how it was answered, and nobody votes here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from fund.decisions import consent
from fund.decisions.forms import AmendForm, AnswerForm, AskForm, PlainForm
from fund.decisions.views import blueprint
from fund.decisions.words import CONSENT_WORDS
from fund.foundation import service as foundation
from fund.permissions import act, may
from fund.web import current_actor, done, status_of

Page = str | Response | tuple[str, int]


@blueprint.route("/councils/ask", methods=["GET", "POST"])
@act("consent.record")
def ask_council() -> Page:
    """Note what a council is asked."""
    topics = consent.topics()
    form = AskForm(about=request.args.get("about"))
    form.about.choices = [SelectChoice(one.key, one.label) for one in topics]
    return done(
        form,
        lambda: consent.ask(_question(form), by=current_actor()),
        _("It is noted. Now the council decides, outside this program."),
        lambda made: f"/councils/{made.id}",
    ) or (
        render_template("decisions/ask.html", form=form, topics=topics, currency=foundation.fund().currency),
        status_of(form),
    )


@blueprint.get("/councils/<int:number>")
@act("consent.read")
def council(number: int) -> Page:
    """What a council was asked, and every step of its answer."""
    return _page(number)


@blueprint.post("/councils/<int:number>/answer")
@act("consent.record")
def answer(number: int) -> Page:
    """Record how many were there and how many paramount objections there were."""
    form = AnswerForm()
    return _done(
        number, form, _("The answer is recorded."), answer_form=form,
        verb=lambda: consent.hear(
            number, present=form.present.data, objections=form.objections.data, minutes=form.minutes.data,
            by=current_actor(),
        ),
    )  # fmt: skip


@blueprint.post("/councils/<int:number>/amend")
@act("consent.record")
def amend(number: int) -> Page:
    """Put another text in the place of the one that was objected to."""
    form = AmendForm()
    return _done(
        number, form, _("The text is amended. The council is asked anew."), amend_form=form,
        verb=lambda: consent.amend(number, text=form.text.data, limit_minor=form.limit.data, by=current_actor()),
    )  # fmt: skip


@blueprint.post("/councils/<int:number>/give-up")
@act("consent.record")
def give_up(number: int) -> Page:
    """Note that the question is given up."""
    return _done(number, PlainForm(), _("It is given up."), verb=lambda: consent.give_up(number, by=current_actor()))


@blueprint.post("/councils/<int:number>/withdraw-minutes")
@act("consent.record")
def withdraw_minutes(number: int) -> Page:
    """Take the council's minutes away."""
    return _done(
        number, PlainForm(), _("The minutes are withdrawn."),
        verb=lambda: consent.withdraw_minutes(number, by=current_actor()),
    )  # fmt: skip


def _done(number: int, form: Any, said: str, *, verb: Callable[[], Any], **forms: Any) -> Page:
    return done(form, verb, said, f"/councils/{number}") or _page(number, refused=form, **forms)


def _page(number: int, *, refused: Any = None, answer_form: Any = None, amend_form: Any = None) -> Page:
    found = consent.get(number)
    page = render_template(
        "decisions/council.html",
        asked=found,
        words=CONSENT_WORDS,
        may_record=may(current_actor(), "consent.record"),
        refused=refused,
        answer_form=answer_form or AnswerForm(formdata=None),
        amend_form=amend_form or AmendForm(text=found.text, limit=found.limit_minor, formdata=None),
        currency=foundation.fund().currency,
    )
    return page, status_of(refused) if refused is not None else 200


def _question(form: AskForm) -> consent.Question:
    body, _separator, pot = form.about.data.partition("|")
    return consent.Question(body, form.title.data, form.text.data, form.limit.data, pot or None, form.minutes.data)
