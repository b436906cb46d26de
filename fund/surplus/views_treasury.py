"""Pages of those who record hours and share a surplus: periods, hours, a file of hours, the split, its payments."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from fund.foundation import service as foundation
from fund.permissions import act
from fund.surplus import hours, payouts, reading, service
from fund.surplus.forms import FileForm, HoursForm, OthersForm, PeriodForm, PotForm, ShareForm
from fund.surplus.views import Page, blueprint
from fund.web import attempt, current_actor, done, say, status_of, whole


@blueprint.route("/surplus/periods", methods=["GET", "POST"])
@act("surplus.record")
def periods() -> Page:
    """Periods so far, and a form for a new one."""
    form = PeriodForm()
    return done(
        form,
        lambda: hours.begin_period(form.name.data, form.starts_on.data, form.ends_on.data, by=current_actor()),
        _("Now record who worked how many hours."),
        lambda made: f"/surplus/periods/{made.id}",
    ) or (render_template("surplus/periods.html", form=form, periods=reading.periods(), pot=PotForm(),
                          sums=reading.sums(), currency=foundation.fund().currency), status_of(form))  # fmt: skip


@blueprint.route("/surplus/periods/<int:number>", methods=["GET", "POST"])
@act("surplus.record")
def period(number: int) -> Page:
    """The hours of a period; sending the form records one member's."""
    form = HoursForm()
    return done(
        form,
        lambda: (hours.record_hours(number, form.member.data, form.hours.data, by=current_actor()), True),
        _("The hours are recorded."),
        f"/surplus/periods/{number}",
    ) or (_period_page(number, form=form), status_of(form))


@blueprint.post("/surplus/periods/<int:number>/others")
@act("surplus.record")
def others(number: int) -> Page:
    """Record what all others worked."""
    form = OthersForm()
    return done(
        form,
        lambda: hours.record_others(number, form.others.data, by=current_actor()),
        _("The hours are recorded."),
        f"/surplus/periods/{number}",
    ) or (_period_page(number, others=form), status_of(form))


@blueprint.route("/surplus/periods/<int:number>/import", methods=["GET", "POST"])
@act("surplus.record")
def import_hours(number: int) -> Page:
    """Look at a file of hours, then take it over."""
    form, found = FileForm(), hours.period(number)
    if form.sent() and form.take_over.data:
        answer = done(
            form, lambda: hours.import_hours(number, form.bytes_sent(), by=current_actor()),
            _("The hours are recorded."), f"/surplus/periods/{number}",
        )  # fmt: skip
        if answer is not None:
            return answer
    data = form.bytes_sent() if form.sent() else b""
    reading_ = attempt(form, lambda: hours.read(data)) if form.is_submitted() and not form.errors else None
    form.text.data = data.decode("utf-8", "replace") if reading_ is not None else ""
    page = render_template("surplus/import.html", form=form, period=found, reading=reading_, most=hours.MOST_LINES)
    looked = reading_ is not None and not reading_.faults
    return page, 200 if looked else status_of(form)


@blueprint.route("/surplus/periods/<int:number>/share", methods=["GET", "POST"])
@act("surplus.record")
def share(number: int) -> Page:
    """See how a surplus would be split; put it up."""
    form, found = ShareForm(decided_on=foundation.today()), hours.period(number)
    if form.sent() and request.form.get("put_up"):
        answer = done(
            form, lambda: service.propose(number, form.surplus.data, how=form.how.data,
                                          decided_on=form.decided_on.data, by=current_actor()),
            _("It is put up. A second person confirms it."), lambda run: f"/surplus/runs/{run.id}",
        )  # fmt: skip
        if answer is not None:
            return answer
    sound = form.is_submitted() and not form.errors and form.form_errors == []
    split = attempt(form, lambda: service.preview(number, form.surplus.data)) if sound else None
    names = {row.person_id: name for row, name in hours.of_period(number)}
    return render_template(
        "surplus/share.html", form=form, period=found, split=split, names=names, currency=foundation.fund().currency,
    ), 200 if split is not None else status_of(form)  # fmt: skip


@blueprint.get("/surplus/runs/<int:number>")
@act("surplus.record")
def run(number: int) -> str:
    """One surplus with every share."""
    found, name, decision = reading.run(number)
    return render_template(
        "surplus/run.html", run=found, period=name, decision=decision, lines=reading.shares_of_run(number),
        due=found.redeem_on <= foundation.today(),
    )  # fmt: skip


@blueprint.post("/surplus/runs/<int:number>/confirm")
@act("surplus.confirm")
def confirm(number: int) -> Response:
    """Confirm it as the second person."""
    service.confirm(number, by=current_actor())
    return _back(number, _("The surplus is shared and in the books."))


@blueprint.post("/surplus/runs/<int:number>/drop")
@act("surplus.record")
def drop(number: int) -> Response:
    """Take back what is not confirmed."""
    service.drop(number, by=current_actor())
    return _back(number, _("It is taken back. Hours can be mended again."))


@blueprint.post("/surplus/runs/<int:number>/payouts")
@act("surplus.record")
def ask_for_cash(number: int) -> Response:
    """Ask for the cash parts."""
    asked = payouts.ask_for_cash(number, by=current_actor())
    return _back(number, ngettext("%(num)s payment is asked for.", "%(num)s payments are asked for.", asked))


@blueprint.post("/surplus/runs/<int:number>/redeem")
@act("surplus.record")
def redeem(number: int) -> Response:
    """Ask for what stands in one member's account."""
    payouts.redeem(whole(request.form.get("share"), default=0, most=2**31 - 1), by=current_actor())
    return _back(number, _("The payment is asked for."))


@blueprint.post("/surplus/pot")
@act("surplus.record")
def open_pot() -> Page:
    """Move money of the pot to where the round that gives it away takes its budget from."""
    form = PotForm()
    return done(
        form,
        lambda: service.open_pot(form.amount.data, entry_id=form.request_id.data, by=current_actor()),
        _("The money is free now for the round that gives it away."),
        "/surplus/periods",
    ) or (render_template("surplus/periods.html", form=PeriodForm(formdata=None), periods=reading.periods(), pot=form,
                          sums=reading.sums(), currency=foundation.fund().currency), status_of(form))  # fmt: skip


def _period_page(number: int, *, form: HoursForm | None = None, others: OthersForm | None = None) -> str:
    found = hours.period(number)
    return render_template(
        "surplus/period.html", period=found, rows=hours.of_period(number), run=reading.run_of(number),
        form=form or HoursForm(formdata=None),
        others=others or OthersForm(formdata=None, others=found.nonmember_hundredths or None),
    )  # fmt: skip


def _back(number: int, said: str) -> Response:
    say(said)
    return redirect(f"/surplus/runs/{number}", 303)
