"""Pages on which stewards prepare a round: its type, words, dates, tasks, questions, and acts for two people."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund.charter.model_rounds import RoundType
from fund.charter.sentences import round_type_sentences
from fund.errors import NotFound
from fund.foundation import service as foundation
from fund.permissions import act
from fund.rounds import seconded, service, tasks
from fund.rounds.forms import ActForm, DatesForm, QuestionForm, RoundForm, TaskForm
from fund.rounds.models import Round
from fund.rounds.words import DECIDES_WORDS, PHASE_WORDS, TASK_WORDS
from fund.web import current_actor, done, say, status_of

blueprint = Blueprint("rounds", __name__)
Page = str | tuple[str, int] | Response


@blueprint.get("/rounds/new")
@act("round.create")
def choose_type() -> Page:
    """Which kinds of round the charter has."""
    charter = foundation.current_charter()
    types = [(one, round_type_sentences(charter, one.code)) for one in service.round_types()]
    return render_template("rounds/types.html", types=types, decides=DECIDES_WORDS)


@blueprint.route("/rounds/new/<code>", methods=["GET", "POST"])
@act("round.create")
def create(code: str) -> Page:
    """Prepare a round of one kind."""
    type_ = next((one for one in service.round_types() if one.code == code), None)
    if type_ is None:
        raise NotFound(_("The charter has no such type of round."))
    form = RoundForm(max_on_ballot=type_.max_on_ballot, draw_source=type_.count.draw_source)
    form.fit(type_, new=True, proposed=[one.number for one in service.proposed_versions()])
    return done(
        form,
        lambda: service.create_round(form.as_new(code), by=current_actor()),
        _("The round is prepared. Nothing is public but its name and its dates."),
        lambda made: f"/rounds/{made.slug}/manage",
    ) or (_form_page(form, type_, None), status_of(form))


@blueprint.route("/rounds/<slug>/edit", methods=["GET", "POST"])
@act("round.edit")
def edit(slug: str) -> Page:
    """Change a draft's words and figures."""
    round_ = service.by_slug(slug)
    type_ = service.type_of(round_)
    shown = service.as_new(round_)
    form = RoundForm(
        title=shown.title, question=shown.question, budget=shown.budget_minor, max_on_ballot=shown.max_on_ballot,
        draw_source=shown.draw_source or "", amends=shown.amends,
    ).fit(type_, new=False, proposed=[one.number for one in service.proposed_versions()])  # fmt: skip
    return done(
        form,
        lambda: service.edit_round(round_.id, form.as_new(type_.code), by=current_actor()),
        _("The changes are kept."),
        f"/rounds/{slug}/manage",
    ) or (_form_page(form, type_, round_), status_of(form))


@blueprint.route("/rounds/<slug>/dates", methods=["GET", "POST"])
@act("round.edit")
def dates(slug: str) -> Page:
    """Move the dates of a draft."""
    round_ = service.by_slug(slug)
    known = {f"{phase.label}_starts": phase.starts_at for phase in round_.phases}
    known |= {f"{phase.label}_ends": phase.ends_at for phase in round_.phases}
    form = DatesForm(**known)
    return done(
        form,
        lambda: service.reschedule(round_.id, form.spans(), by=current_actor()),
        _("The dates are kept."),
        f"/rounds/{slug}/manage",
    ) or (render_template("rounds/dates.html", form=form, round=round_, phases=PHASE_WORDS), status_of(form))


@blueprint.route("/rounds/<slug>/tasks", methods=["GET", "POST"])
@act("round.task")
def give_task(slug: str) -> Page:
    """Who does what in this round."""
    round_ = service.by_slug(slug)
    form = TaskForm().offer(tasks.people_for_tasks())
    return done(
        form,
        lambda: service.give_task(round_.id, form.person.data, form.task.data, by=current_actor()),
        _("The task is given."),
        f"/rounds/{slug}/tasks",
    ) or (
        render_template(
            "rounds/tasks.html", form=form, round=round_, given=tasks.tasks_of(round_.id), words=TASK_WORDS
        ),
        status_of(form),
    )


@blueprint.post("/rounds/<slug>/tasks/<int:task_id>/take-off")
@act("round.task")
def take_task(slug: str, task_id: int) -> Page:
    """Take a task off somebody."""
    service.take_task(task_id, round_id=service.by_slug(slug).id, by=current_actor())
    say(_("The task is taken off."))
    return redirect(f"/rounds/{slug}/tasks", 303)


@blueprint.route("/rounds/<slug>/questions", methods=["GET", "POST"])
@act("round.edit")
def questions(slug: str) -> Page:
    """The round's own questions to applicants."""
    round_ = service.by_slug(slug)
    form = QuestionForm()
    return done(
        form,
        lambda: service.ask_question(
            round_.id, form.text.data, hint=form.hint.data, stage=form.stage.data, private=form.private.data,
            required=form.required.data, by=current_actor(),
        ),
        _("The question is on the form."),
        f"/rounds/{slug}/questions",
    ) or (render_template("rounds/questions.html", form=form, round=round_), status_of(form))  # fmt: skip


@blueprint.post("/rounds/<slug>/questions/<int:question_id>/drop")
@act("round.edit")
def drop_question(slug: str, question_id: int) -> Page:
    """Take a question off the form."""
    service.drop_question(question_id, round_id=service.by_slug(slug).id, by=current_actor())
    say(_("The question is taken off."))
    return redirect(f"/rounds/{slug}/questions", 303)


@blueprint.route("/rounds/<slug>/acts/<name>", methods=["GET", "POST"])
@act("round.propose_act")
def propose(slug: str, name: str) -> Page:
    """Propose an act that needs a second person."""
    round_ = service.by_slug(slug)
    if name not in seconded.proposable():
        raise NotFound(_("There is no such act."))
    form = ActForm()
    return done(
        form,
        lambda: service.propose_act(round_.id, name, form.reason.data, by=current_actor()),
        _("Proposed. It is done when a second person agrees."),
        f"/rounds/{slug}/manage",
    ) or (
        render_template("rounds/propose.html", form=form, round=round_, words=seconded.words_of(name)),
        status_of(form),
    )


@blueprint.post("/rounds/<slug>/acts/<int:act_id>/second")
@act("round.second_act")
def second(slug: str, act_id: int) -> Page:
    """Agree to what another proposed, and do it."""
    service.second_act(act_id, round_id=service.by_slug(slug).id, by=current_actor())
    say(_("Done, by two people."))
    return redirect(f"/rounds/{slug}/manage", 303)


@blueprint.post("/rounds/<slug>/acts/<int:act_id>/withdraw")
@act("round.second_act")
def withdraw(slug: str, act_id: int) -> Page:
    """Take back what was proposed."""
    service.withdraw_act(act_id, round_id=service.by_slug(slug).id, by=current_actor())
    say(_("Taken back."))
    return redirect(f"/rounds/{slug}/manage", 303)


def _form_page(form: RoundForm, type_: RoundType, round_: Round | None) -> str:
    currency = foundation.fund().currency
    return render_template("rounds/form.html", form=form, type=type_, round=round_, currency=currency)
