"""Pages of results: the result, its files, counting, certifying, publishing, the draw, disputes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from fund import db
from fund.permissions import act, may
from fund.results import disputes, draws, exports, pictures, reading, service, sheets
from fund.results.forms import AnswerForm, CorrectionForm, DisputeForm, DrawForm, PlainAct
from fund.results.models import CountRun
from fund.rounds import service as rounds
from fund.voting import service as voting
from fund.web import current_actor, done, say, status_of, whole

if TYPE_CHECKING:
    from fund.rounds.models import Round

blueprint = Blueprint("results", __name__, url_prefix="/rounds/<slug>/results")


@blueprint.get("")
@act("result.read")
def show(slug: str) -> str:
    """The published result, with reasons, stages, ties, turnout, the other rule, files."""
    round_ = rounds.by_slug(slug)
    if service.current(round_.id) is None or not _visible(round_):
        return _waiting(round_)
    number = whole(request.args.get("count"), default=0) or None
    outcome = reading.outcome_of(round_, current_actor(), number)
    return render_template(
        "results/result.html",
        round=round_,
        outcome=outcome,
        figure=reading.figure,
        form=PlainAct(),
        turnout=pictures.turnout(outcome),
        support=pictures.support(outcome),
        spending=pictures.spending(outcome),
        path=pictures.path(outcome, outcome.main),
        facts=exports.facts_of(outcome),
        recounted=sheets.RECOUNTED,
        **reading.beside(round_),
        may_certify=may(current_actor(), "result.certify", round_),
        has_signed=any(one.person_id == current_actor().person_id for one in outcome.run.certifications),
        ends_at=service.final_at(round_),
        form_of_ballot=rounds.rules(round_)["form"]["form"],
    )


FILES: dict[str, tuple[str, Callable[[reading.Outcome, Round], bytes]]] = {
    "totals.csv": ("text/csv; charset=utf-8", lambda outcome, round_: exports.csv_bytes(outcome)),
    "totals.xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", exports.xlsx_bytes),
    "result.json": ("application/json", lambda outcome, round_: exports.result_json(outcome)),
    "ballots.json": ("application/json", exports.ballots),
}


@blueprint.get("/files/<name>")
@act("result.read")
def file(slug: str, name: str) -> Response:
    """One of the files of a result."""
    round_ = rounds.by_slug(slug)
    if name not in FILES:
        abort(404)
    outcome = reading.outcome_of(round_, current_actor(), whole(request.args.get("count"), default=0) or None)
    media_type, make = FILES[name]
    headers = {"Content-Disposition": f'attachment; filename="{exports.file_name(round_, name)}"'}
    return Response(make(outcome, round_), content_type=media_type, headers=headers)


@blueprint.post("/count")
@act("result.count")
def count(slug: str) -> BaseResponse:
    """Count now, without waiting for the job worker."""
    round_ = rounds.by_slug(slug)
    service.count(round_.id, by=current_actor())
    return redirect(f"/rounds/{slug}/results", 303)


@blueprint.post("/certify")
@act("result.certify")
def certify(slug: str) -> BaseResponse:
    """Give one's word that the count is right."""
    run = service.certify(rounds.by_slug(slug).id, by=current_actor())
    say(
        _("The count is certified.")
        if run.state == "certified"
        else _("Your word is recorded. A second person is needed.")
    )
    return redirect(f"/rounds/{slug}/results", 303)


@blueprint.post("/publish")
@act("result.publish")
def publish(slug: str) -> BaseResponse:
    """Publish the certified result."""
    round_ = rounds.by_slug(slug)
    service.publish(round_.id, by=current_actor())
    say(
        _("The result is published, and every applicant is being told.")
        if round_.decides == "money"
        else _("The result is published.")
    )
    return redirect(f"/rounds/{slug}/results", 303)


@blueprint.route("/draw", methods=["GET", "POST"])
@act("result.draw")
def draw(slug: str) -> str | BaseResponse | tuple[str, int]:
    """Enter or confirm the text of the public draw."""
    round_ = rounds.by_slug(slug)
    form = DrawForm()
    return done(
        form,
        lambda: draws.enter_draw(round_.id, form.text.data, by=current_actor()),
        _("The text of the draw is recorded."),
        f"/rounds/{slug}/results",
    ) or (render_template("results/draw.html", round=round_, form=form, entered=draws.of(round_.id)), status_of(form))


@blueprint.post("/draw/withdraw")
@act("result.draw")
def withdraw_draw(slug: str) -> BaseResponse:
    """Take back a mistyped draw before it is confirmed."""
    draws.withdraw_draw(rounds.by_slug(slug).id, by=current_actor())
    return redirect(f"/rounds/{slug}/results/draw", 303)


@blueprint.route("/dispute", methods=["GET", "POST"])
@act("result.dispute")
def dispute(slug: str) -> str | BaseResponse | tuple[str, int]:
    """Object to a published result."""
    round_ = rounds.by_slug(slug)
    form = DisputeForm()
    return done(
        form,
        lambda: disputes.raise_dispute(round_.id, form.text.data, by=current_actor()),
        _("Your dispute is recorded. Two people without a stake in a proposal answer it."),
        f"/rounds/{slug}/results",
    ) or (render_template("results/dispute.html", round=round_, form=form), status_of(form))


@blueprint.route("/disputes/<int:dispute_id>", methods=["GET", "POST"])
@act("result.answer")
def answer(slug: str, dispute_id: int) -> str | BaseResponse | tuple[str, int]:
    """Answer a dispute, or agree with the answer of another."""
    form = AnswerForm()
    found = disputes.get(rounds.by_slug(slug).id, dispute_id)
    return done(
        form,
        lambda: disputes.answer_dispute(found.id, form.answer.data, by=current_actor()),
        _("Your answer is recorded. It holds once two people have given it."),
        f"/rounds/{slug}/results",
    ) or (
        render_template("results/answer.html", round=rounds.by_slug(slug), form=form, dispute=found),
        status_of(form),
    )


@blueprint.route("/correct", methods=["GET", "POST"])
@act("result.correct")
def correct(slug: str) -> str | BaseResponse | tuple[str, int]:
    """Count a disputed round again, beside the old count."""
    round_ = rounds.by_slug(slug)
    form = CorrectionForm()
    return done(
        form,
        lambda: disputes.correct(round_.id, form.reason.data, by=current_actor()),
        _("The ballots are counted again; both counts stand side by side."),
        f"/rounds/{slug}/results",
    ) or (render_template("results/correct.html", round=round_, form=form), status_of(form))


def _waiting(round_: Round) -> str:
    """There is no result to see: not yet, or because the round ended without one."""
    return render_template(
        "results/waiting.html",
        round=round_,
        draw=draws.of(round_.id),
        form=PlainAct(),
        standing=rounds.status_words(round_, db.now()),
        turnout=voting.turnout(round_),
    )


def _visible(round_: Round) -> bool:
    run: CountRun | None = service.current(round_.id)
    return run is not None and reading.may_see(round_, run, current_actor())


from fund.results import views_made_up, views_recount  # noqa: E402,F401  (the sheet for a count by hand, on the same blueprint)
