"""Pages of one payment: read it, approve it, refuse it, record that it was paid or came back; and what was shown."""

from __future__ import annotations

from flask import Response, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from fund.awards import evidence, payments, reading, service, standing
from fund.awards.forms import ApproveForm, EndForm, PaidForm
from fund.awards.views import blueprint
from fund.db import session
from fund.foundation import service as foundation
from fund.permissions import act, may, refusal, require
from fund.security import FILE_POLICY
from fund.web import current_actor, done, status_of

Page = str | BaseResponse | tuple[str, int]


@blueprint.get("/payments/<int:number>")
@act("payment.read")
def payment(number: int) -> Page:
    """One payment, for those who handle it and the business itself."""
    return _page(number)


@blueprint.post("/payments/<int:number>/approve")
@act("payment.approve")
def approve(number: int) -> Page:
    """Say yes to the payment as it was read."""
    form = ApproveForm()
    return done(
        form,
        lambda: payments.approve_payment(number, seen_hash=form.seen.data, by=current_actor()),
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
        lambda: payments.end_payment(number, reason=form.reason.data, by=current_actor()),
        _("This payment has ended. The money stays set aside, and the instalment can be asked for again."),
        f"/payments/{number}",
    ) or _page(number, end_form=form)


@blueprint.post("/payments/<int:number>/paid")
@act("payment.pay")
def paid(number: int) -> Page:
    """Record that it was paid at the bank."""
    form = PaidForm()
    return done(
        form,
        lambda: payments.record_paid(
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
        lambda: payments.record_bounced(
            number, reason=form.reason.data, new_id=form.request_id.data, by=current_actor()
        ),
        _("The money is back on the award's account."),
        f"/payments/{number}",
    ) or _page(number, end_form=form)


@blueprint.get("/awards/<int:number>/instalments/<int:part>/evidence")
@act("evidence.read")
def shown(number: int, part: int) -> Response:
    """The file that was shown for an instalment, as a download."""
    require(current_actor(), "evidence.read", standing.of_award(session(), service.get(number)))
    kept = evidence.read(service.tranche(number, part))
    headers = {
        "Content-Disposition": f'attachment; filename="{kept.name}"',
        "Content-Security-Policy": FILE_POLICY,
    }
    return Response(kept.data, content_type=kept.media_type, headers=headers)


def _page(number: int, **forms: ApproveForm | EndForm | PaidForm) -> Page:
    """The page of a payment with its forms; one of them may hold what was sent."""
    actor = current_actor()
    found = payments.get(number)
    who = standing.of_payment(session(), found)
    require(actor, "payment.read", who)
    sent = next(iter(forms.values()), None)
    shown_forms = {
        "approve_form": ApproveForm(seen=found.payload_hash, formdata=None),
        "end_form": EndForm(formdata=None),
        "paid_form": PaidForm(paid_on=foundation.today(), formdata=None),
    } | forms
    page = reading.payment(number, refusal(actor, "payment.approve", who))
    html = render_template("awards/payment.html", page=page, may_pay=may(actor, "payment.pay", who), **shown_forms)
    return html, status_of(sent) if sent is not None else 200
