"""Pages of one line of the bank: what it is in the books, recorded from it, or left out by two."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import redirect, render_template
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from fund.bank import reading, recording, service
from fund.bank.forms import ChosenForm, CostForm, GivenForm, LeaveOutForm, RepaidForm
from fund.bank.models import BankLine
from fund.bank.views import Page, blueprint
from fund.bank.words import REASONS
from fund.decisions import service as decisions
from fund.forms import Form, options
from fund.permissions import act, may
from fund.presentation import date, money
from fund.web import attempt, current_actor, done, say, status_of

BACK = "/treasury/bank"


@blueprint.get("/treasury/bank/lines/<int:line_id>")
@act("bank.read")
def line(line_id: int) -> Page:
    """One line with all it may be."""
    return _line_page(line_id, _chosen(line_id))


@blueprint.post("/treasury/bank/lines/<int:line_id>/match")
@act("bank.match")
def match(line_id: int) -> Page:
    """Say which entries a line is."""
    form = _chosen(line_id)
    return done(
        form,
        lambda: service.match(line_id, [uuid.UUID(one) for one in form.entries.data or []], by=current_actor()),
        _("It is matched."),
        _next,
    ) or _line_page(line_id, form)


@blueprint.post("/treasury/bank/lines/<int:line_id>/unmatch")
@act("bank.match")
def unmatch(line_id: int) -> Page:
    """Take the matches of a line away."""
    return _act(line_id, lambda: service.unmatch(line_id, by=current_actor()), _("The line waits again."))


@blueprint.route("/treasury/bank/lines/<int:line_id>/contribution", methods=["GET", "POST"])
@act("bank.match")
def contribution(line_id: int) -> Page:
    """Record a line as something that was given."""
    form = GivenForm()
    return done(
        form,
        lambda: recording.as_contribution(
            line_id, kind=form.kind.data, giver=form.giver.data, note=form.note.data, request_id=form.request_id.data,
            by=current_actor(),
        ),
        _("It is recorded and matched. Thank you."),
        BACK,
    ) or _form_page(line_id, form, _("It was given to the fund"))  # fmt: skip


@blueprint.route("/treasury/bank/lines/<int:line_id>/cost", methods=["GET", "POST"])
@act("bank.match")
def cost(line_id: int) -> Page:
    """Ask that a line be a cost under a decision."""
    form = CostForm(payee=reading.line(line_id).counterparty)
    form.decision.choices = [SelectChoice(one.id, one.title) for one in decisions.standing()]
    return done(
        form,
        lambda: recording.ask_for_cost(
            line_id, kind=form.kind.data, payee=form.payee.data, purpose=form.purpose.data,
            decision_id=form.decision.data, by=current_actor(),
        ),
        _("You have asked for it as a payment. Once others approved it, it is proposed for this line."),
        BACK,
    ) or _form_page(line_id, form, _("It was a cost of the fund"))  # fmt: skip


@blueprint.route("/treasury/bank/lines/<int:line_id>/repayment", methods=["GET", "POST"])
@act("bank.match")
def repayment(line_id: int) -> Page:
    """Record a line as money that a business paid back."""
    form = RepaidForm()
    form.award.choices = options(
        (number, _("%(name)s, owes %(sum)s", name=name, sum=money(owed))) for number, name, owed in reading.owing()
    )
    return done(
        form,
        lambda: recording.as_repayment(
            line_id, award_id=form.award.data, kind=form.kind.data, entry_id=form.request_id.data, by=current_actor()
        ),
        _("The repayment is in the books and matched."),
        BACK,
    ) or _form_page(line_id, form, _("A business paid back"))


@blueprint.route("/treasury/bank/lines/<int:line_id>/leave-out", methods=["GET", "POST"])
@act("bank.ignore")
def leave_out(line_id: int) -> Page:
    """Say why a line has no place in the books."""
    form = LeaveOutForm()
    return done(
        form,
        lambda: service.propose_ignoring(line_id, form.reason.data, by=current_actor()),
        _("Noted. Another person has to agree."),
        BACK,
    ) or _form_page(line_id, form, _("Leave this line out"))


@blueprint.post("/treasury/bank/lines/<int:line_id>/leave-out/agree")
@act("bank.ignore")
def agree(line_id: int) -> Page:
    """Agree that a line is left out."""
    return _act(line_id, lambda: service.second_ignoring(line_id, by=current_actor()), _("The line is left out."))


@blueprint.post("/treasury/bank/lines/<int:line_id>/take-up")
@act("bank.ignore")
def take_up(line_id: int) -> Page:
    """Take a line up again."""
    return _act(line_id, lambda: service.take_up(line_id, by=current_actor()), _("The line waits again."))


def _next(settled: BankLine) -> str:
    """Back to the list, or to the line as long as something of it waits."""
    return BACK if settled.state != "open" else f"/treasury/bank/lines/{settled.id}"


def _act(line_id: int, verb: Callable[[], object], said: str) -> Page:
    """A button without fields."""
    form = Form()
    if form.sent() and attempt(form, verb) is not None:
        say(said)
        return redirect(BACK, 303)
    page, _status = _line_page(line_id, _chosen(line_id, fresh=True), refused=form)
    return page, status_of(form)


def _chosen(line_id: int, *, fresh: bool = False) -> ChosenForm:
    form = ChosenForm(formdata=None) if fresh else ChosenForm()
    entries = reading.may_be(reading.line(line_id))
    form.entries.choices = options(
        (str(one.id), f"{date(one.occurred_on)}, {one.label}, {money(abs(one.rest_minor))}") for one in entries
    )
    return form


def _line_page(line_id: int, form: ChosenForm, refused: Form | None = None) -> tuple[str, int]:
    found = reading.line(line_id)
    page = render_template(
        "bank/line.html", row=reading.row_of(found), form=form, refused=refused, matches=reading.matched_with(found),
        reasons=REASONS, me=current_actor().person_id, may_act=may(current_actor(), "bank.match"),
    )  # fmt: skip
    return page, status_of(form)


def _form_page(line_id: int, form: Form, title: str) -> tuple[str, int]:
    row = reading.row_of(reading.line(line_id))
    return render_template("bank/record.html", row=row, form=form, title=title), status_of(form)
