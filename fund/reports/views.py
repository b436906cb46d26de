"""Pages of reports: trial balance, chart of accounts, portfolio, files to take away; the draft of the quarterly letter.

Anyone may read them; whoever handles money sees single businesses, everybody else their sums.
"""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund import paper
from fund.foundation import service as foundation
from fund.ledger import years
from fund.permissions import MONEY_HANDS, act
from fund.reports import files, letter, papers, reading, tables
from fund.reports.portfolio import portfolio
from fund.web import attachment, current_actor, whole

blueprint = Blueprint("reports", __name__)


@blueprint.get("/money/reports")
@act("money.read")
def overview() -> str:
    """Every report, and the files to take away."""
    exact = _exact()
    found = portfolio(exact=exact)
    return render_template(
        "reports/overview.html",
        exact=exact,
        files=files.offered(exact=exact),
        closed=years.closed_through(),
        years=years.years(),
        found=found,
        sums=papers.portfolio_sums(found),
    )


@blueprint.get("/money/reports/trial-balance")
@act("money.read")
def trial_balance() -> str:
    """The trial balance of a year, or of all time."""
    year = _year()
    found = reading.trial_of_year(year, exact=_exact())
    return render_template(
        "reports/trial_balance.html", found=found, year=year, first=reading.first_year(),
        last=foundation.today().year, words=tables.category_words(), exact=_exact(),
    )  # fmt: skip


@blueprint.get("/money/reports/chart")
@act("money.read")
def chart() -> str:
    """The chart of accounts."""
    head, *rows = tables.chart(exact=_exact())
    return render_template("reports/chart.html", head=head, rows=rows, exact=_exact())


@blueprint.get("/money/reports/files/<name>")
@act("money.read")
def file(name: str) -> Response:
    """One file of the books, as this reader may have it."""
    made = files.make(name, exact=_exact(), year=_year())
    return attachment(made.data, made.name, made.media_type)


@blueprint.get("/treasury/letter")
@act("report.draft")
def quarterly_letter() -> str:
    """A draft of the letter about a quarter, to be read over and sent by people."""
    quarter = letter.quarter_of(request.args.get("quarter"), foundation.today())
    return render_template(
        "reports/letter.html", text=letter.draft(quarter), quarter=quarter, others=letter.recent(foundation.today()),
        title=_("Letter about the quarter"),
    )  # fmt: skip


@blueprint.get("/treasury/letter.pdf")
@act("report.draft")
def quarterly_letter_on_paper() -> Response:
    """The same draft on paper."""
    quarter = letter.quarter_of(request.args.get("quarter"), foundation.today())
    data = papers.quarterly_letter(quarter, letter.draft(quarter))
    return attachment(data, f"letter-{quarter.name}.pdf", paper.MEDIA_TYPE)


def _year() -> int | None:
    """The calendar year that is asked for, None for all time."""
    return whole(request.args.get("year"), default=0, least=1900, most=2200) or None


def _exact() -> bool:
    return bool(current_actor().roles & MONEY_HANDS)
