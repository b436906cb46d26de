"""Pages of those who run a week: who waits (without names), the draw, the approval by two, ticking off what is paid."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund.foundation import service as foundation
from fund.micro_grants import reading, running, sending_back
from fund.micro_grants.forms import DrawForm, SendBackForm
from fund.micro_grants.views import Page, blueprint
from fund.permissions import act
from fund.web import current_actor, done, say, status_of, whole


@blueprint.get("/micro-grants/weeks")
@act("micro_grant.run")
def weeks() -> str:
    """Who waits, and the weeks so far."""
    version = foundation.current_version()
    return render_template(
        "micro_grants/weeks.html",
        rules=foundation.current_charter().micro_grants if version is not None else None,
        waiting=reading.waiting(),
        open=reading.open_week(),
        weeks=reading.weeks(),
    )


@blueprint.post("/micro-grants/weeks")
@act("micro_grant.run")
def close_list() -> Response:
    """Close this week's list."""
    run = running.close_list(by=current_actor())
    say(_("The list is closed. Now comes the draw."))
    return redirect(f"/micro-grants/weeks/{run.id}", 303)


@blueprint.route("/micro-grants/weeks/<int:number>", methods=["GET", "POST"])
@act("micro_grant.run")
def week(number: int) -> Page:
    """One week; sending the form types the text of the draw."""
    form = DrawForm()
    return done(
        form,
        lambda: running.enter_draw(number, form.text.data, by=current_actor()),
        _("The text is noted. A second person types it too, and then the list is ordered."),
        f"/micro-grants/weeks/{number}",
    ) or _week_page(number, form)


@blueprint.post("/micro-grants/weeks/<int:number>/answer")
@act("micro_grant.run")
def answer_for(number: int) -> Response:
    """Type the answer that somebody gave to the part they were offered."""
    accepts = request.form.get("accepts") == "yes"
    running.answer_for(number, _request_number(), accepts=accepts, by=current_actor())
    return _back(number, _("The answer is noted."))


@blueprint.post("/micro-grants/weeks/<int:number>/propose")
@act("micro_grant.run")
def propose(number: int) -> Response:
    """Put the week up for approval."""
    running.propose(number, by=current_actor())
    return _back(number, _("A second person approves it now."))


@blueprint.post("/micro-grants/weeks/<int:number>/approve")
@act("micro_grant.run")
def approve(number: int) -> Response:
    """Approve the week as the second person."""
    running.approve(number, by=current_actor())
    return _back(number, _("The week is approved, and its money is set aside."))


@blueprint.post("/micro-grants/weeks/<int:number>/send-back")
@act("micro_grant.run")
def send_back(number: int) -> Page:
    """Send the week back with a reason, as the second person."""
    form = SendBackForm()
    return done(
        form,
        lambda: sending_back.send_back(number, reason=form.reason.data, by=current_actor()),
        _("The week is sent back. Everybody in it waits again; close the list anew when what was wrong is mended."),
        "/micro-grants/weeks",
    ) or _week_page(number, form)


@blueprint.post("/micro-grants/weeks/<int:number>/pay")
@act("micro_grant.pay")
def pay(number: int) -> Response:
    """Tick one gift off."""
    paid = request.form.get("paid") != "no"
    running.record_paid(number, _request_number(), paid=paid, by=current_actor())
    return _back(number, _("It is ticked off, and how it was paid is erased."))


def _week_page(number: int, sent: DrawForm | SendBackForm) -> tuple[str, int]:
    """The page of a week with both its forms, of which one was sent."""
    back = sent if isinstance(sent, SendBackForm) else SendBackForm(formdata=None)
    draw = sent if isinstance(sent, DrawForm) else DrawForm(formdata=None)
    page = render_template("micro_grants/week.html", week=reading.week(number), form=draw, back_form=back)
    return page, status_of(sent)


def _request_number() -> int:
    return whole(request.form.get("request"), default=0, most=2**31 - 1)


def _back(number: int, said: str) -> Response:
    say(said)
    return redirect(f"/micro-grants/weeks/{number}", 303)
