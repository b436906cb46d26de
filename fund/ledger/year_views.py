"""Pages on which a year of the books is closed: proposed by one person, looked at and closed by another."""

from __future__ import annotations

import json

from flask import redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund.ledger import years
from fund.ledger.forms import ButtonForm, CloseForm, YearForm
from fund.ledger.views import blueprint
from fund.permissions import act, may
from fund.web import current_actor, done, say, status_of

Page = str | Response | tuple[str, int]


@blueprint.route("/treasury/years", methods=["GET", "POST"])
@act("books.propose")
def books_years() -> Page:
    """The years of the books, and the proposal to close one."""
    form = YearForm(last_day=years.last_year_end())
    return done(
        form,
        lambda: years.propose_to_close(form.last_day.data, by=current_actor()),
        _("It is proposed. Another person looks at the trial balance and closes it."),
        lambda year: f"/treasury/years/{year.id}",
    ) or (
        render_template("ledger/years.html", form=form, years=years.years(), waiting=years.waiting()),
        status_of(form),
    )


@blueprint.route("/treasury/years/<int:number>", methods=["GET", "POST"])
@act("books.close")
def books_year(number: int) -> Page:
    """One year with its trial balance, and its closing by a second person."""
    year = years.get(number)
    form = CloseForm(seen=year.trial_hash)
    return done(
        form,
        lambda: years.close(number, seen_hash=form.seen.data, by=current_actor()),
        _("The books are closed up to this day. A mistake in them is corrected by an entry of today."),
        "/treasury/years",
    ) or (
        render_template(
            "ledger/year.html", form=form, year=year, rows=json.loads(year.trial_bytes)["accounts"],
            may_close=year.state == "proposed" and may(current_actor(), "books.close", year),
        ),
        status_of(form),
    )  # fmt: skip


@blueprint.post("/treasury/years/<int:number>/withdraw")
@act("books.propose")
def withdraw_year(number: int) -> Page:
    """Take a proposal to close back."""
    if ButtonForm().sent():
        years.withdraw(number, by=current_actor())
        say(_("The proposal is withdrawn; nothing was closed."))
    return redirect("/treasury/years", 303)
