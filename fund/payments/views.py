"""Pages of payments: what is open, one payment, asking for a cost. Pay lists and payees stand in rooms beside this, on
the same blueprint."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from fund.db import session
from fund.decisions import service as decisions
from fund.foundation import service as foundation
from fund.payments import asking, lists, reading, service, stand_ins, standing
from fund.payments.forms import ApproveForm, EndForm, ExpenseForm, ListForm, PaidForm
from fund.permissions import act, may, refusal, require
from fund.web import current_actor, done, status_of

blueprint = Blueprint("payments", __name__)
Page = str | Response | tuple[str, int]


@blueprint.get("/payments")
@act("payment.list")
def index() -> str:
    """What is on its way, and what can go to the bank today."""
    return list_page(ListForm(formdata=None))


@blueprint.route("/payments/new", methods=["GET", "POST"])
@act("payment.ask")
def new() -> Page:
    """Ask for a cost or a fee to be paid."""
    form = ExpenseForm()
    rests_on = decisions.standing()
    form.decision.choices = [SelectChoice(one.id, one.title) for one in rests_on]
    return done(
        form, lambda: asking.ask_expense(_typed(form), by=current_actor()),
        _("You have asked for this payment. Others approve it now."), lambda made: f"/payments/{made.id}",
    ) or (
        render_template("payments/new.html", form=form, rests_on=rests_on, currency=foundation.fund().currency),
        status_of(form),
    )  # fmt: skip


@blueprint.get("/payments/<int:number>")
@act("payment.read")
def payment(number: int) -> Page:
    """One payment, for those who handle it and who is paid."""
    return _page(number)


@blueprint.post("/payments/<int:number>/approve")
@act("payment.approve")
def approve(number: int) -> Page:
    """Say yes to the payment as it was read."""
    form = ApproveForm()
    return done(
        form,
        lambda: service.approve(
            number, seen_hash=form.seen.data, warnings_read=form.warnings_read(), by=current_actor()
        ),
        _("You have approved this payment."),
        f"/payments/{number}",
    ) or _page(number, approve_form=form)


@blueprint.post("/payments/<int:number>/end")
@act("payment.end")
def end(number: int) -> Page:
    """Refuse or withdraw a payment that was not made."""
    form = EndForm()
    return done(
        form,
        lambda: service.end(number, reason=form.reason.data, by=current_actor()),
        _("This payment has ended. Its money is where it came from, and it can be asked for again."),
        f"/payments/{number}",
    ) or _page(number, end_form=form)


@blueprint.post("/payments/<int:number>/paid")
@act("payment.pay")
def paid(number: int) -> Page:
    """Record that it was paid at the bank."""
    form = PaidForm()
    return done(
        form,
        lambda: service.settle(
            number, paid_on=form.paid_on.data, bank_reference=form.bank_reference.data,
            entry_id=form.request_id.data, by=current_actor(),
        ),
        _("The payment is in the books."),
        f"/payments/{number}",
    ) or _page(number, paid_form=form)  # fmt: skip


@blueprint.post("/payments/<int:number>/bounced")
@act("payment.pay")
def bounced(number: int) -> Page:
    """Record that the bank sent it back."""
    form = EndForm()
    return done(
        form,
        lambda: service.bounce(number, reason=form.reason.data, new_id=form.request_id.data, by=current_actor()),
        _("The money is back where it came from."),
        f"/payments/{number}",
    ) or _page(number, end_form=form)


def list_page(form: ListForm) -> str:
    """The page of open payments with the form that puts approved ones on a list."""
    open_ones = reading.open_payments()
    return render_template(
        "payments/index.html", form=form, waiting=[one for one in open_ones if one.payment.state == "requested"],
        approved=[one for one in open_ones if one.payment.state == "approved"],
        sent=[one for one in open_ones if one.payment.state in ("on_pay_list", "sent")],
        open_lists=lists.open_lists(), reviews=reading.reviews_waiting()[0],
    )  # fmt: skip


def _typed(form: ExpenseForm) -> asking.Expense:
    return asking.Expense(
        form.kind.data, form.payee.data, form.amount.data, form.purpose.data, form.decision.data,
        quote_minor=form.quote.data, receipt=form.receipt.data,
    )  # fmt: skip


def _page(number: int, **forms: ApproveForm | EndForm | PaidForm) -> Page:
    """The page of a payment with its forms; one of them may hold what was sent."""
    actor = current_actor()
    found = service.get(number)
    who = standing.of_payment(session(), found)
    require(actor, "payment.read", who)
    sent = next(iter(forms.values()), None)
    shown_forms: dict[str, Any] = {
        "approve_form": ApproveForm(seen=found.payload_hash, formdata=None),
        "end_form": EndForm(formdata=None),
        "paid_form": PaidForm(paid_on=foundation.today(), formdata=None),
    } | forms
    page = reading.page(number, reader=actor.person_id)
    shown_forms["approve_form"].show(one.token for one in page.cautions)
    html = render_template(
        "payments/payment.html", page=page, why_not=refusal(actor, "payment.approve", who),
        may_pay=may(actor, "payment.pay", who), why_not_pay=refusal(actor, "payment.pay", who),
        lacking=stand_ins.lacking(session(), found) if found.state == "requested" else 0,
        may_find=may(actor, "payment.stand_in"), **shown_forms,
    )  # fmt: skip
    return html, status_of(sent) if sent is not None else 200


from fund.payments import list_views, payee_views  # noqa: E402, F401  (they register their pages above)
