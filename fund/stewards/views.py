"""Pages of stewardship: who serves until when, beginning and ending a term."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund.foundation import service as foundation
from fund.members import service as members
from fund.permissions import act, may, require
from fund.stewards import confirming, ending, service
from fund.stewards.forms import ROLE_WORDS, SELECTED_WORDS, EndForm, TermForm
from fund.web import attempt, current_actor, done, say, status_of

blueprint = Blueprint("stewards", __name__)


@blueprint.get("/stewards")
@act("page.read")
def serving() -> str:
    """Who serves in which role, chosen how, until when."""
    today, actor = foundation.today(), current_actor()
    earlier = service.earlier()
    return render_template(
        "stewards/serving.html",
        terms=service.all_serving(),
        earlier=earlier,
        unconfirmed=confirming.waiting(),
        ending=ending.asked_for(),
        serves=may(actor, "desk.oversight"),
        names=members.names([term.handed_to_id for term in earlier if term.handed_to_id is not None]),
        roles=ROLE_WORDS,
        ways=SELECTED_WORDS,
        today=today,
        soon=service.soon(today),
    )


@blueprint.route("/stewards/terms/new", methods=["GET", "POST"])
@act("term.begin")
def begin() -> str | Response | tuple[str, int]:
    """Record that somebody was chosen for a role."""
    form = TermForm(starts_on=foundation.today()).offer(service.people_to_choose())
    if form.sent():
        term = attempt(
            form,
            lambda: service.begin_term(
                form.person.data,
                role=form.role.data,
                selected_by=form.selected_by.data,
                selected_how=form.selected_how.data,
                starts_on=form.starts_on.data,
                months=form.months.data,
                by=current_actor(),
            ),
        )
        if term is not None:
            say(_("The term is recorded.") if term.state == "serving" else _("Recorded. Somebody else confirms it."))
            return redirect("/stewards", 303)
    return render_template("stewards/begin.html", form=form), status_of(form)


@blueprint.post("/stewards/terms/<int:term_id>/confirm")
@act("term.confirm")
def confirm(term_id: int) -> Response:
    """Confirm as a second person that somebody was chosen as recorded."""
    confirming.confirm(term_id, by=current_actor())
    say(_("Confirmed. The term counts from its first day."))
    return redirect("/stewards", 303)


@blueprint.post("/stewards/terms/<int:term_id>/drop")
@act("term.begin")
def drop(term_id: int) -> Response:
    """Take a term that was never confirmed off the list."""
    confirming.drop(term_id, by=current_actor())
    say(_("Taken off the list."))
    return redirect("/stewards", 303)


@blueprint.route("/stewards/terms/<int:term_id>/end", methods=["GET", "POST"])
@act("term.end")
def end(term_id: int) -> str | Response | tuple[str, int]:
    """End one's own term early and hand over, or ask that another's ends."""
    form, term, actor = EndForm().offer(service.people_to_choose()), service.term(term_id), current_actor()
    require(actor, "term.end", term)
    own = term.person_id == actor.person_id
    said = (
        _("The term has ended.") if own else _("Noted. The term ends once a second person, or its holder, confirms it.")
    )
    return done(form, lambda: ending.end(term_id, form.ending(), by=actor), said, "/stewards") or (
        render_template("stewards/end.html", form=form, term=term, roles=ROLE_WORDS, own=own), status_of(form)
    )  # fmt: skip


@blueprint.post("/stewards/terms/<int:term_id>/end/confirm")
@act("term.confirm_end")
def confirm_end(term_id: int) -> Response:
    """Confirm as a second person, or as its holder, that a term ends."""
    ending.confirm(term_id, by=current_actor())
    say(_("The term has ended."))
    return redirect("/stewards", 303)


@blueprint.post("/stewards/terms/<int:term_id>/end/keep")
@act("term.end")
def keep(term_id: int) -> Response:
    """Let a term run on whose end was asked for."""
    ending.keep(term_id, by=current_actor())
    say(_("The term runs on."))
    return redirect("/stewards", 303)
