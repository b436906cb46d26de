"""Pages of pay lists: make one, look at it, take it to the bank on paper or as a file, note that it was sent."""

from __future__ import annotations

from flask import Response, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from fund.foundation import service as foundation
from fund.payments import files, lists
from fund.payments.accounts import Number
from fund.payments.forms import FileForm, ListForm
from fund.payments.views import blueprint, list_page
from fund.permissions import act
from fund.web import attempt, current_actor, done, say, status_of

Page = str | BaseResponse | tuple[str, int]


@blueprint.post("/payments/lists")
@act("payment.list")
def make_list() -> Page:
    """Put approved payments on a list."""
    form = ListForm()
    chosen = [int(text) for text in request.form.getlist("payment") if text.isascii() and text.isdigit()][:200]
    return done(
        form,
        lambda: lists.make(chosen, way=form.way.data, by=current_actor()),
        _("The list is made. Look it over, then take it to the bank."),
        lambda made: f"/payments/lists/{made.id}",
    ) or (list_page(form), status_of(form))


@blueprint.get("/payments/lists/<int:number>")
@act("payment.list")
def pay_list(number: int) -> Page:
    """A list as it is printed, with the accounts in full for whoever pays."""
    return _list_page(number, FileForm(day=foundation.today(), formdata=None))


@blueprint.post("/payments/lists/<int:number>/file")
@act("payment.list")
def list_file(number: int) -> Page:
    """The list as a file for the bank."""
    form = FileForm()
    made = (
        attempt(
            form,
            lambda: files.make(
                number, Number(form.account.data, form.routing.data), day=form.day.data, form=form.form.data,
                by=current_actor(),
            ),
        )
        if form.sent()
        else None
    )  # fmt: skip
    if made is None:
        return _list_page(number, form)
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"', "Cache-Control": "no-store"}
    return Response(made.data, content_type=made.media_type, headers=headers)


@blueprint.post("/payments/lists/<int:number>/sent")
@act("payment.list")
def list_sent(number: int) -> Page:
    """The list was given to the bank."""
    lists.send(number, by=current_actor())
    say(_("Noted that the list was sent. Each payment is settled by its line on the statement."))
    return redirect(f"/payments/lists/{number}", 303)


@blueprint.post("/payments/<int:number>/off-list")
@act("payment.list")
def off_list(number: int) -> Page:
    """Take a payment off a list."""
    lists.take_off(number, by=current_actor())
    say(_("It is off the list, and approved as before."))
    return redirect("/payments", 303)


def _list_page(number: int, form: FileForm) -> Page:
    found = lists.get(number)
    shown = lists.lines(number, in_full=found.sent_at is None)
    total = sum(line.payment.amount_minor for line in shown)
    html = render_template("payments/list.html", one=found, lines=shown, total_minor=total, form=form)
    return html, status_of(form)
