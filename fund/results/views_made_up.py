"""The page on which a steward counts made-up ballots before voting opens. It is kept nowhere on the way."""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from fund.permissions import act
from fund.results import made_up, pictures
from fund.results.views import blueprint
from fund.rounds import service as rounds
from fund.voting import ballot_view
from fund.web import current_actor, whole


@blueprint.get("/made-up")
@act("round.look_ahead")
def look_ahead(slug: str) -> Response:
    """Ballots that nobody cast, counted by the rules of this round, as ballot and result will look."""
    round_ = rounds.by_slug(slug)
    ballots = whole(request.args.get("ballots"), default=0) or None
    ahead = made_up.look_ahead(
        round_, set_number=whole(request.args.get("set"), default=1), ballots=ballots, by=current_actor()
    )
    page = ballot_view.page(round_, current_actor())
    response = make_response(
        render_template(
            "results/made_up.html",
            **{name: page[name] for name in ("form", "lines")},
            round=round_,
            ahead=ahead,
            outcome=ahead.outcome,
            samples=[ballot_view.in_words(one, page["lines"]) for one in ahead.samples],
            turnout=pictures.turnout(ahead.outcome),
            support=pictures.support(ahead.outcome),
            spending=pictures.spending(ahead.outcome),
            path=pictures.path(ahead.outcome, ahead.outcome.main),
            form_of_ballot=page["form"]["form"],
        )
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
