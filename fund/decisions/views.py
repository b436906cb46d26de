"""Pages of decisions: all of them, recording one, confirming one. A single decision's page shows what rests on it and
is put together where awards are (`fund.awards.views`)."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund.decisions import service
from fund.decisions.forms import DecisionForm
from fund.decisions.words import KIND_WORDS
from fund.foundation import service as foundation
from fund.permissions import act, may
from fund.web import current_actor, done, say, status_of, whole

blueprint = Blueprint("decisions", __name__)
MOST = 50


@blueprint.get("/decisions")
@act("decision.read")
def index() -> str:
    """Every decision, newest first."""
    before = whole(request.args.get("before"), default=0) or None
    found = service.all_decisions(before=before, most=MOST + 1)
    return render_template(
        "decisions/index.html",
        found=found[:MOST],
        more=found[MOST - 1].id if len(found) > MOST else None,
        words=KIND_WORDS,
        may_record=may(current_actor(), "decision.record"),
    )


@blueprint.route("/decisions/new", methods=["GET", "POST"])
@act("decision.record")
def new() -> str | Response | tuple[str, int]:
    """Record a decision."""
    form = DecisionForm(decided_on=foundation.today())
    return done(
        form,
        lambda: service.record_decision(_typed(form), by=current_actor()),
        _("The decision is recorded. It stands once another person has confirmed it."),
        lambda made: f"/decisions/{made.id}",
    ) or (render_template("decisions/new.html", form=form, currency=foundation.fund().currency), status_of(form))


@blueprint.post("/decisions/<int:number>/confirm")
@act("decision.confirm")
def confirm(number: int) -> Response:
    """Confirm what another recorded."""
    service.confirm(number, by=current_actor())
    say(_("The decision stands."))
    return redirect(f"/decisions/{number}", 303)


def _typed(form: DecisionForm) -> service.NewDecision:
    return service.NewDecision(form.kind.data, form.title.data, form.text.data, form.decided_on.data, form.limit.data)


from fund.decisions import views_consent  # noqa: E402, F401  (registers its pages on the blueprint above)
