"""Pages of the time bank: the public sum, one's own hours and goods, and a steward's form for others."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund.foundation import service as foundation
from fund.permissions import act, may
from fund.timebank import service
from fund.timebank.forms import ForOthersForm, RecordForm
from fund.timebank.service import NewRecord
from fund.web import current_actor, done, say, status_of

blueprint = Blueprint("timebank", __name__)

Page = str | Response | tuple[str, int]


@blueprint.get("/timebank")
@act("timebank.read")
def index() -> str:
    """How much was given, all together."""
    actor = current_actor()
    return render_template(
        "timebank/index.html", sums=service.public_sums(), records=may(actor, "timebank.record"),
        types=may(actor, "timebank.type_for_others"),
    )  # fmt: skip


@blueprint.route("/me/timebank", methods=["GET", "POST"])
@act("timebank.record")
def own() -> Page:
    """What I gave and received; sending the form records more."""
    form = RecordForm(given_on=foundation.today())
    me = current_actor().person_id or 0
    return done(form, lambda: _record(form, me), _("It is recorded. Thank you."), "/me/timebank") or (
        render_template("timebank/own.html", form=form, lines=service.of_person(me), sums=service.sums_of(me)),
        status_of(form),
    )


@blueprint.route("/timebank/for-others", methods=["GET", "POST"])
@act("timebank.type_for_others")
def for_others() -> Page:
    """Type what others told."""
    form = ForOthersForm(given_on=foundation.today())
    return done(form, lambda: _record_for_others(form), _("It is recorded."), "/timebank") or (
        render_template("timebank/for_others.html", form=form),
        status_of(form),
    )


@blueprint.post("/timebank/<int:number>/take-back")
@act("timebank.record")
def take_back(number: int) -> Response:
    """Say that a record is not so."""
    service.take_back(number, by=current_actor())
    say(_("It counts no more."))
    return redirect("/me/timebank", 303)


def _record(form: RecordForm, me: int) -> object:
    other = service.member_named(form.other.data, "other")
    giver, receiver = (me, other) if form.way.data == "gave" else (other, me)
    return _new(form, giver, receiver)


def _record_for_others(form: ForOthersForm) -> object:
    return _new(form, service.member_named(form.giver.data, "giver"), service.member_named(form.other.data, "other"))


def _new(form: RecordForm | ForOthersForm, giver: int | None, receiver: int | None) -> object:
    return service.record(
        NewRecord(
            form.kind.data, giver, receiver, form.what.data, form.given_on.data, form.hours.data or 0,
            form.request_id.data,
        ),
        by=current_actor(),
    )  # fmt: skip
