"""Pages about money for anyone: where every dollar is, the journal, the journal as a file.

The program keeps the record of money and moves none; both pages say so. The treasurer's desk stands in
`treasury_views`, on the same blueprint.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from fund.ledger import journal, pictures, reading
from fund.permissions import MONEY_HANDS, act
from fund.web import current_actor

blueprint = Blueprint("ledger", __name__)
PARTS: list[Callable[[], dict[str, Any] | None]] = []
"""Parts that rooms above add to the page of money: a `template`, and what it shows."""


@blueprint.get("/money")
@act("money.read")
def pool() -> str:
    """Where every dollar is."""
    whole = reading.money()
    latest, _more = journal.page(most=8)
    return render_template(
        "ledger/money.html",
        pool=whole,
        latest=latest,
        purpose=pictures.what_cash_is_for(whole),
        flow=pictures.came_and_went(whole),
        months=pictures.over_time(whole),
        figures_of=pictures.tables(whole),
        parts_beside=[shown for part in PARTS if (shown := part())],
    )


@blueprint.get("/money/journal")
@act("money.read")
def entries() -> str:
    """The journal, newest first."""
    exact = bool(current_actor().roles & MONEY_HANDS)
    rows, more = journal.page(before=request.args.get("before"), exact=exact)
    return render_template("ledger/journal.html", rows=rows, more=more, exact=exact, first="before" not in request.args)


@blueprint.get("/money/journal.csv")
@act("money.read")
def entries_file() -> Response:
    """Where the journal as a file stood first: it is one of the files of the reports."""
    return redirect("/money/reports/files/journal.csv", 301)


from fund.ledger import takeover_views, treasury_views, year_views  # noqa: E402, F401  (they register their pages on the blueprint above)
