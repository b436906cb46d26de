"""Pages for those who prepare a ballot: set-asides and exclusions, and made-up ballots to look ahead with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, request
from flask_babel import gettext as _

from fund.permissions import act
from fund.rounds import service as rounds
from fund.voting import grouping
from fund.voting.views import Page, blueprint
from fund.web import current_actor, say

if TYPE_CHECKING:
    from fund.rounds.models import Round


@blueprint.get("/rounds/<slug>/groups")
@act("round.group")
def groups(slug: str) -> Page:
    """Which proposals belong to a set-aside or a category, and which exclude each other."""
    round_ = rounds.by_slug(slug)
    if round_.status != "draft":
        return redirect(f"/rounds/{slug}/manage", 303)
    return render_template("voting/groups.html", round=round_, **grouping.page(round_))


@blueprint.post("/rounds/<slug>/groups")
@act("round.group")
def mark_groups(slug: str) -> Page:
    """Keep which proposals belong to what; only those that stood on the page are changed."""
    round_ = rounds.by_slug(slug)
    wanted = {name: set(request.form.getlist(f"group-{name}")[:50]) for name in request.form.getlist("proposal")[:500]}
    grouping.mark(round_.id, wanted, by=current_actor())
    say(_("Kept. Whoever looks at the round before freezing sees it."))
    return redirect(f"/rounds/{slug}/groups", 303)


@blueprint.post("/rounds/<slug>/exclusions")
@act("round.group")
def exclusions(slug: str) -> Page:
    """Say that two proposals cannot go together, or take it back."""
    round_: Round = rounds.by_slug(slug)
    verb = grouping.allow if request.form.get("allow") else grouping.exclude
    verb(round_.id, request.form.get("first", ""), request.form.get("second", ""), by=current_actor())
    say(_("Kept. Freezing fixes it with the ballot."))
    return redirect(f"/rounds/{slug}/groups", 303)
