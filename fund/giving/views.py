"""A giver's own page and receipts; the treasurer's list of a year, and refunds."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from fund import paper, spreadsheets
from fund.decisions import service as decisions
from fund.forms import options
from fund.foundation import service as foundation
from fund.giving import papers, receipts, recurring, refunds
from fund.giving.forms import RefundForm, RemindForm
from fund.ledger import contributions
from fund.permissions import act, require
from fund.web import attachment, current_actor, done, status_of, whole

blueprint = Blueprint("giving", __name__)
Page = str | BaseResponse | tuple[str, int]


@blueprint.route("/me/gifts", methods=["GET", "POST"])
@act("giving.mine")
def mine() -> Page:
    """What one gave, year by year."""
    me = current_actor().person_id or 0
    given = contributions.contributions_of(me)
    form = RemindForm(wanted=receipts.wants_reminders(me))
    return done(form, lambda: recurring.choose(form.wanted.data, by=current_actor()), _("Saved."), "/me/gifts") or (
        render_template(
            "giving/mine.html", given=given, years=receipts.years(given), kinds=papers.kind_words(), form=form
        ),
        status_of(form),
    )


@blueprint.get("/me/gifts/<int:number>/receipt")
@act("giving.receipt")
def receipt(number: int) -> str:
    """A receipt, to be printed."""
    one = _receipt(number)
    return render_template("giving/receipt.html", one=one, facts=papers.facts(one), taxes=papers.about_taxes(one.kind))


@blueprint.get("/me/gifts/<int:number>/receipt.pdf")
@act("giving.receipt")
def receipt_on_paper(number: int) -> BaseResponse:
    """The same receipt as a file."""
    return attachment(papers.receipt(_receipt(number)), f"receipt-{number}.pdf", paper.MEDIA_TYPE)


def _receipt(number: int) -> Any:
    require(current_actor(), "giving.receipt", contributions.get(number))
    return receipts.receipt(number)


@blueprint.get("/me/gifts/year/<int:year>.pdf")
@act("giving.mine")
def my_year(year: int) -> BaseResponse:
    """Everything one gave in a year, as a file."""
    year = whole(str(year), default=0, least=1900, most=2200)
    actor = current_actor()
    given = receipts.of_year(actor.person_id or 0, year)
    return attachment(papers.year_of(receipts.giver(given[0]), year, given), f"given-{year}.pdf", paper.MEDIA_TYPE)


@blueprint.get("/treasury/givers.csv")
@act("giving.list")
def givers() -> BaseResponse:
    """The year of all givers as a file."""
    year = _year()
    data = spreadsheets.csv_bytes([receipts.HEAD, *receipts.rows(year)])
    return attachment(data, f"givers-{year}.csv", "text/csv; charset=utf-8")


@blueprint.get("/treasury/givers.pdf")
@act("giving.list")
def givers_on_paper() -> BaseResponse:
    """The same on paper."""
    year = _year()
    return attachment(papers.all_givers(year), f"givers-{year}.pdf", paper.MEDIA_TYPE)


def _year() -> int:
    return whole(request.args.get("year"), default=foundation.today().year, least=1900, most=2200)


@blueprint.route("/treasury/contributions/<int:number>/refund", methods=["GET", "POST"])
@act("giving.refund")
def refund(number: int) -> Page:
    """Ask that a contribution is given back."""
    one = contributions.get(number)
    form = RefundForm(amount=one.amount_minor or None)
    form.decision.choices = options((d.id, d.title) for d in decisions.standing() if d.kind == "refund")
    return done(
        form,
        lambda: refunds.request(
            number,
            amount_minor=form.amount.data,
            payee=form.payee.data,
            decision_id=form.decision.data,
            by=current_actor(),
        ),
        _("The refund is asked for. Others approve it."),
        lambda made: f"/payments/{made.id}",
    ) or (
        render_template("giving/refund.html", form=form, one=one, currency=foundation.fund().currency),
        status_of(form),
    )


from fund.giving import views_land  # noqa: E402, F401  (it registers its pages on the blueprint above)
