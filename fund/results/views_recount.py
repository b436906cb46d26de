"""The page a hall prints to count a round by hand."""

from __future__ import annotations

from flask import abort, render_template, request

from fund.permissions import act
from fund.results import exports, reading, sheets
from fund.results.views import blueprint
from fund.rounds import service as rounds
from fund.web import current_actor, whole


@blueprint.get("/sheet")
@act("result.read")
def sheet(slug: str) -> str:
    """Ballots, rule and room to write for a count by hand, and the published figures on a part of their own."""
    round_ = rounds.by_slug(slug)
    outcome = reading.outcome_of(round_, current_actor(), whole(request.args.get("count"), default=0) or None)
    if outcome.main.method not in sheets.RECOUNTED:
        abort(404)
    return render_template(
        "results/sheet.html",
        round=round_,
        outcome=outcome,
        sheet=sheets.sheet_of(outcome, round_),
        facts=exports.facts_of(outcome),
    )
