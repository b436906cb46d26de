"""Pages of stewardship: who serves until when, beginning and ending a term."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from fund.foundation import service as foundation
from fund.permissions import act
from fund.stewards import service
from fund.stewards.forms import ROLE_WORDS, SELECTED_WORDS, EndForm, TermForm
from fund.web import attempt, current_actor, say, status_of

blueprint = Blueprint("stewards", __name__)


@blueprint.get("/stewards")
@act("page.read")
def serving() -> str:
    """Who serves in which role, chosen how, until when."""
    today = foundation.today()
    return render_template(
        "stewards/serving.html",
        terms=service.all_serving(),
        roles=ROLE_WORDS,
        ways=SELECTED_WORDS,
        today=today,
        soon=service.soon(today),
    )


@blueprint.route("/stewards/terms/new", methods=["GET", "POST"])
@act("term.begin")
def begin() -> str | Response | tuple[str, int]:
    """Record that somebody was chosen for a role."""
    form = TermForm(starts_on=foundation.today())
    form.person.choices = [SelectChoice(*one) for one in service.people_to_choose()]
    if form.validate_on_submit():
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
            say(_("The term is recorded."))
            return redirect("/stewards", 303)
    return render_template("stewards/begin.html", form=form), status_of(form)


@blueprint.route("/stewards/terms/<int:term_id>/end", methods=["GET", "POST"])
@act("term.end")
def end(term_id: int) -> str | Response | tuple[str, int]:
    """End a term early and hand over."""
    form = EndForm()
    form.handed_to.choices = [SelectChoice(*one) for one in [(0, _("Nobody yet")), *service.people_to_choose()]]
    term = service.term(term_id)
    if form.validate_on_submit():
        ended = attempt(
            form,
            lambda: service.end_term(
                term_id,
                reason=form.reason.data,
                recalled=form.recalled.data,
                handed_to=form.handed_to.data or None,
                note=form.note.data or "",
                by=current_actor(),
            ),
        )
        if ended is not None:
            say(_("The term has ended."))
            return redirect("/stewards", 303)
    return render_template("stewards/end.html", form=form, term=term, roles=ROLE_WORDS), status_of(form)
