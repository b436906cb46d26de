"""Pages for those who run a round: what to do next, the lines of a list, the last look before freezing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template
from flask_babel import gettext as _

from fund.permissions import act
from fund.rounds import service as rounds
from fund.rounds.words import PHASE_WORDS
from fund.voting import managing, service, turnout
from fund.voting.forms import LinesForm
from fund.voting.views import Page, blueprint
from fund.web import attempt, current_actor, say, status_of

if TYPE_CHECKING:
    from fund.rounds.models import Round


@blueprint.get("/rounds/<slug>/manage")
@act("round.manage")
def manage(slug: str) -> Page:
    """What to do next in this round, what waits for whom, what is late."""
    page = managing.page(rounds.by_slug(slug), current_actor())
    return render_template("voting/manage.html", phase_words=PHASE_WORDS, **page)


@blueprint.get("/rounds/<slug>/freeze")
@act("round.freeze")
def look_before_freezing(slug: str) -> Page:
    """What freezing would fix, and what stands in its way."""
    round_ = rounds.by_slug(slug)
    if round_.status != "draft":
        return redirect(f"/rounds/{slug}/manage", 303)
    plan = service.plan(round_)
    too_few = turnout.when_too_few(plan.rules, len(plan.electors))
    return render_template("voting/freeze.html", round=round_, plan=plan, too_few=too_few)


@blueprint.post("/rounds/<slug>/freeze")
@act("round.freeze")
def freeze(slug: str) -> Page:
    """Freeze the round."""
    service.freeze(rounds.by_slug(slug).id, by=current_actor())
    say(_("The round is frozen: ballot, roll and rules stand. Try the ballot out before voting opens."))
    return redirect(f"/rounds/{slug}/manage", 303)


@blueprint.route("/rounds/<slug>/lines", methods=["GET", "POST"])
@act("round.lines")
def lines(slug: str) -> Page:
    """The list that members vote on, line by line."""
    round_ = rounds.by_slug(slug)
    form = LinesForm(lines="\n".join(service.lines_of(round_.id)))
    if form.sent() and attempt(form, lambda: _write(round_, form)) is not None:
        say(_("The lines are kept."))
        return redirect(f"/rounds/{slug}/manage", 303)
    return render_template("voting/lines.html", round=round_, form=form), status_of(form)


def _write(round_: Round, form: LinesForm) -> Round:
    return service.write_lines(round_.id, form.lines.data.splitlines(), by=current_actor())
