"""The page on which a steward counts made-up ballots before voting opens. It is kept nowhere on the way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response, make_response, render_template, request

from fund.permissions import act
from fund.results import made_up, pictures
from fund.results.views import blueprint
from fund.rounds import service as rounds
from fund.voting import ballot_view
from fund.web import current_actor, whole

if TYPE_CHECKING:
    from fund.rounds.models import Round


@blueprint.get("/made-up")
@act("round.look_ahead")
def look_ahead(slug: str) -> Response:
    """Ballots that nobody cast, counted by the rules of this round, as ballot and result will look."""
    round_ = rounds.by_slug(slug)
    number, ballots = whole(request.args.get("set"), default=1), whole(request.args.get("ballots"), default=0)
    try:
        ahead = made_up.look_ahead(round_, set_number=number, ballots=ballots or None, by=current_actor())
        page = render_template("results/made_up.html", round=round_, ahead=ahead, **_shown(ahead, round_))
    except made_up.NothingToCount:
        page = render_template("results/nothing_to_count.html", round=round_)
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _shown(ahead: made_up.LookAhead, round_: Round) -> dict[str, Any]:
    """The ballot, a few ballots read back, and the figures of the count."""
    page = ballot_view.page(round_, current_actor())
    return {
        "form": page["form"],
        "lines": page["lines"],
        "form_of_ballot": page["form"]["form"],
        "samples": [ballot_view.in_words(one, page["lines"]) for one in ahead.samples],
        "outcome": ahead.outcome,
        "turnout": pictures.turnout(ahead.outcome),
        "support": pictures.support(ahead.outcome),
        "spending": pictures.spending(ahead.outcome),
        "path": pictures.path(ahead.outcome, ahead.outcome.main),
    }
