"""A giver's own page and receipts; the treasurer's list of a year, and refunds."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from fund import spreadsheets
from fund.decisions import service as decisions
from fund.forms import options
from fund.foundation import service as foundation
from fund.giving import receipts, recurring, refunds
from fund.giving.forms import RefundForm, RemindForm
from fund.ledger import contributions
from fund.permissions import act, require
from fund.web import current_actor, done, status_of, whole

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
        render_template("giving/mine.html", given=given, years=receipts.years(given), form=form),
        status_of(form),
    )


@blueprint.get("/me/gifts/<int:number>/receipt")
@act("giving.receipt")
def receipt(number: int) -> str:
    """A receipt, to be printed."""
    require(current_actor(), "giving.receipt", contributions.get(number))
    one = receipts.receipt(number)
    return render_template("giving/receipt.html", one=one, giver=receipts.giver(one), today=foundation.today())


@blueprint.get("/treasury/givers.csv")
@act("giving.list")
def givers() -> Response:
    """The year of all givers as a file."""
    year = whole(request.args.get("year"), default=foundation.today().year, least=1900, most=2200)
    data = spreadsheets.csv_bytes([receipts.HEAD, *receipts.rows(year)])
    headers = {"Content-Disposition": f'attachment; filename="givers-{year}.csv"'}
    return Response(data, content_type="text/csv; charset=utf-8", headers=headers)


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
