"""Pages of micro-grants for everyone: how it works, asking, one's own request by its code."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund.foundation import service as foundation
from fund.members.limits import by_place, guesses_by_place
from fund.micro_grants import reading, service
from fund.micro_grants.forms import AskForm, FindForm
from fund.permissions import MONEY_HANDS, act, may
from fund.web import attempt, current_actor, done, say, status_of

blueprint = Blueprint("micro_grants", __name__)

Page = str | Response | tuple[str, int]


@blueprint.get("/micro-grants")
@act("micro_grant.read")
def index() -> str:
    """How it works, and figures of months that are over."""
    return render_template(
        "micro_grants/index.html",
        rules=service.settings(),
        months=reading.months(),
        draws=reading.draws(),
        form=FindForm(),
        runs=may(current_actor(), "micro_grant.run"),
    )


@blueprint.route("/micro-grants/ask", methods=["GET", "POST"])
@act("micro_grant.ask")
@by_place
def ask() -> Page:
    """Ask, or type for somebody who tells it by phone."""
    form, rules = AskForm(), service.settings()
    by_phone = bool(current_actor().roles & MONEY_HANDS)
    if by_phone:
        form.not_a_steward.label.text = _("They say: not a steward or treasurer, nor in a household with one.")
    made = attempt(form, lambda: service.ask(_typed(form), by=current_actor())) if form.sent() else None
    if made is not None:
        say(_("The request is in. Keep the code below: it is the only way to look at it again."))
        return redirect(f"/micro-grants/request/{made[1]}", 303)
    currency = foundation.fund().currency
    page = render_template("micro_grants/ask.html", form=form, rules=rules, currency=currency, by_phone=by_phone)
    return page, status_of(form)


@blueprint.post("/micro-grants/find")
@act("micro_grant.ask")
@guesses_by_place
def find() -> Page:
    """Look at a request by its code."""
    form = FindForm()
    return done(
        form, lambda: service.by_code(form.code.data), _("Here is your request."), f"/micro-grants/request/{form.code.data}"
    ) or (render_template("micro_grants/find.html", form=form), status_of(form))  # fmt: skip


@blueprint.get("/micro-grants/request/<code>")
@act("micro_grant.ask")
def own(code: str) -> str:
    """One's own request."""
    return render_template("micro_grants/own.html", one=service.by_code(code), code=code)


@blueprint.post("/micro-grants/request/<code>/answer")
@act("micro_grant.ask")
@guesses_by_place
def answer(code: str) -> Response:
    """Take the part that is left, or wait."""
    accepts = request.form.get("accepts") == "yes"
    service.answer(code, accepts=accepts, by=current_actor())
    say(_("You take the part.") if accepts else _("You wait for next week's pot."))
    return redirect(f"/micro-grants/request/{code}", 303)


@blueprint.post("/micro-grants/request/<code>/withdraw")
@act("micro_grant.ask")
@guesses_by_place
def withdraw(code: str) -> Response:
    """Take the request back."""
    service.withdraw(code, by=current_actor())
    say(_("Your request is taken back and erased."))
    return redirect("/micro-grants", 303)


def _typed(form: AskForm) -> service.Asking:
    return service.Asking(
        form.name.data, form.amount.data, form.way.data, form.urgent_by.data, bool(form.not_a_steward.data)
    )


from fund.micro_grants import views_weeks  # noqa: E402, F401  (its pages are on the same blueprint)
