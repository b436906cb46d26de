"""Pages of decisions on a proposal: admission, refusal, appeals, corrections; ties and who stands in."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask_babel import gettext as _

from fund.forms import options
from fund.permissions import act, require
from fund.proposals import conflicts, deciding, reading, substitutes, versions
from fund.proposals.forms_review import (
    TASK_WORDS,
    AppealAnswerForm,
    ClearForm,
    DrawForm,
    NeighbourForm,
    RefuseForm,
    TieForm,
    correct_form,
)
from fund.proposals.models import Proposal
from fund.proposals.views import Page, blueprint
from fund.proposals.words import REFUSAL_WORDS
from fund.rounds import service as rounds
from fund.web import attempt, current_actor, done, say, status_of


@blueprint.route("/review/<int:proposal_id>/admit", methods=["GET", "POST"])
@act("proposal.decide")
def admit(proposal_id: int) -> Page:
    """Admit a proposal, after a second question."""
    if request.method == "GET":
        return render_template("proposals/admit.html", proposal=_for_decision(proposal_id))
    deciding.admit(proposal_id, by=current_actor())
    say(_("Admitted. The applicant is told."))
    return redirect(f"/review/{proposal_id}", 303)


@blueprint.route("/review/<int:proposal_id>/refuse", methods=["GET", "POST"])
@act("proposal.decide")
def refuse(proposal_id: int) -> Page:
    """Refuse a proposal with a reason."""
    proposal = _for_decision(proposal_id)
    form = RefuseForm()
    if form.sent():
        done = attempt(form, lambda: deciding.refuse(
            proposal_id, code=form.refusal.data, reason=form.reason.data, by=current_actor()
        ))  # fmt: skip
        if done is not None:
            say(_("Refused. The applicant gets the reason and how to appeal."))
            return redirect("/review", 303)
    round_ = rounds.get(proposal.round_id)
    days = rounds.type_of(round_).phases.appeal_days
    return render_template("proposals/refuse.html", form=form, proposal=proposal, days=days), status_of(form)


@blueprint.route("/review/<int:proposal_id>/appeal", methods=["GET", "POST"])
@act("proposal.decide")
def answer_appeal(proposal_id: int) -> Page:
    """Answer an appeal; whoever refused the proposal cannot."""
    proposal = _for_decision(proposal_id)
    form = AppealAnswerForm()
    if form.sent():
        done = attempt(form, lambda: deciding.answer_appeal(
            proposal_id, admitted=form.outcome.data == "admitted", answer=form.answer.data, by=current_actor()
        ))  # fmt: skip
        if done is not None:
            say(_("Answered. The applicant is told."))
            return redirect("/review", 303)
    page = render_template(
        "proposals/answer_appeal.html", form=form, proposal=proposal, appeals=reading.appeals(proposal_id),
        refusals=REFUSAL_WORDS, refused_by_me=proposal.refused_by == current_actor().person_id,
    )  # fmt: skip
    return page, status_of(form)


@blueprint.route("/review/<int:proposal_id>/correct", methods=["GET", "POST"])
@act("proposal.correct")
def correct(proposal_id: int) -> Page:
    """Correct the text of an admitted proposal where everybody sees it."""
    proposal = reading.for_review(proposal_id, by=current_actor())
    require(current_actor(), "proposal.correct", proposal)
    form = correct_form(proposal)
    return done(
        form,
        lambda: versions.correct(proposal_id, form.texts(), why=form.why.data, by=current_actor()),
        _("Corrected. The change and the reason are public."),
        f"/review/{proposal_id}",
    ) or (render_template("proposals/correct.html", form=form, proposal=proposal), status_of(form))


@blueprint.route("/review/<int:proposal_id>/ties", methods=["GET", "POST"])
@act("conflict.declare")
def ties(proposal_id: int) -> Page:
    """Declare a tie to a proposal; for those who serve the fund, see the ties there are."""
    actor = current_actor()
    proposal, people = reading.for_ties(proposal_id, by=actor)
    form = TieForm()
    form.person.choices = options(people)
    if form.sent():
        declared = attempt(form, lambda: conflicts.declare(
            proposal_id, relation=form.relation.data, person_id=form.person.data, by=actor
        ))  # fmt: skip
        if declared is not None:
            say(_("Noted. Others take this on."))
            return redirect(f"/review/{proposal_id}/ties", 303)
    page = render_template(
        "proposals/ties.html",
        form=form,
        proposal=proposal,
        conflicts=conflicts.of(proposal_id),
        clear_form=ClearForm(formdata=None),
    )
    return page, status_of(form)


@blueprint.route("/review/<int:proposal_id>/ties/<int:conflict_id>/clear", methods=["GET", "POST"])
@act("conflict.clear")
def clear_tie(proposal_id: int, conflict_id: int) -> Page:
    """Clear the tie of another, with a reason."""
    proposal, row, name = conflicts.for_clearing(conflict_id, by=current_actor())
    form = ClearForm()
    return done(
        form,
        lambda: conflicts.clear(conflict_id, reason=form.reason.data, by=current_actor()),
        _("Cleared."),
        f"/review/{proposal.id}/ties",
    ) or (
        render_template("proposals/clear_tie.html", form=form, proposal=proposal, tie=row, name=name),
        status_of(form),
    )


@blueprint.route("/review/<int:proposal_id>/substitutes", methods=["GET", "POST"])
@act("substitute.name")
def stand_ins(proposal_id: int) -> Page:
    """Who stands in; draw a member by lot from a public draw."""
    proposal = reading.handed_in(proposal_id)
    form = DrawForm()
    return done(
        form,
        lambda: substitutes.draw(
            proposal_id, task=form.task.data, source=form.source.data, text=form.text.data, by=current_actor()
        ),
        _("Drawn, and told."),
        f"/review/{proposal_id}/substitutes",
    ) or _stand_ins(proposal, form, NeighbourForm(formdata=None))


@blueprint.post("/review/<int:proposal_id>/substitutes/named")
@act("substitute.name")
def name_stand_in(proposal_id: int) -> Page:
    """Name somebody of a neighbouring fund, where the charter allows it."""
    proposal = reading.handed_in(proposal_id)
    form = NeighbourForm()
    return done(
        form,
        lambda: substitutes.name(
            proposal_id, task=form.task.data, email=form.email.data, how=form.how.data, by=current_actor()
        ),
        _("Named, and told."),
        f"/review/{proposal_id}/substitutes",
    ) or _stand_ins(proposal, DrawForm(formdata=None), form)


def _stand_ins(proposal: Proposal, form: DrawForm, neighbour: NeighbourForm) -> Page:
    charter = rounds.charter(rounds.get(proposal.round_id))
    page = render_template(
        "proposals/substitutes.html", form=form, neighbour=neighbour, proposal=proposal, tasks=TASK_WORDS,
        rows=substitutes.of(proposal.id), shortage={task: substitutes.shortage(proposal, task) for task in TASK_WORDS},
        ways=charter.safeguards.substitutes, eligible=substitutes.how_many(proposal),
    )  # fmt: skip
    return page, status_of(form if form.errors or form.form_errors else neighbour)


def _for_decision(proposal_id: int) -> Proposal:
    proposal = reading.for_review(proposal_id, by=current_actor())
    require(current_actor(), "proposal.decide", proposal)
    return proposal
