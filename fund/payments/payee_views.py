"""Pages of those who are paid: by which account, what is told of a change, who is close to them. And the pages of the
small lane's review and of finding somebody who stands in."""

from __future__ import annotations

from flask import redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from fund.db import session
from fund.decisions import service as decisions
from fund.payments import accounts, payees, reading, reviewing, service, stand_ins, standing
from fund.payments.accounts import Number
from fund.payments.forms import AccountForm, LotForm, NamedForm, ReviewForm, TieForm
from fund.payments.views import blueprint
from fund.permissions import act, require
from fund.web import current_actor, done, say, status_of

Page = str | Response | tuple[str, int]


@blueprint.get("/payees")
@act("payee.manage")
def all_payees() -> str:
    """Everybody who is or was paid."""
    return render_template("payments/payees.html", found=reading.all_payees())


@blueprint.route("/payees/<int:number>", methods=["GET", "POST"])
@act("payee.manage")
def payee(number: int) -> Page:
    """One payee: the account that counts, a change that waits, noting another."""
    form = AccountForm()
    return done(
        form,
        lambda: accounts.note(
            number, Number(form.account.data, form.routing.data, form.holder.data), contact=form.contact.data,
            by=current_actor(),
        ),
        _("The account is noted."),
        f"/payees/{number}",
    ) or _payee_page(number, form, TieForm(formdata=None))  # fmt: skip


@blueprint.post("/payees/<int:number>/take-back")
@act("payee.manage")
def take_back_account(number: int) -> Response:
    """Take back a change of account that does not count yet."""
    accounts.take_back(number, by=current_actor())
    say(_("The change is taken back, and its number is erased."))
    return redirect(f"/payees/{number}", 303)


@blueprint.post("/payees/<int:number>/tie")
@act("payee.manage")
def tie(number: int) -> Page:
    """Say that a payee is close to oneself."""
    form = TieForm()
    return done(
        form,
        lambda: payees.declare_tie(
            number, relation=form.relation.data, household=form.household.data, by=current_actor()
        ),
        _("Thank you. From now on others approve what they are paid."),
        f"/payees/{number}",
    ) or _payee_page(number, AccountForm(formdata=None), form, sent=form)


@blueprint.get("/payments/review")
@act("payment.review")
def review_list() -> str:
    """Small payments that one person approved, for a second look."""
    return render_template("payments/review.html", waiting=reading.to_review())


@blueprint.route("/payments/<int:number>/review", methods=["GET", "POST"])
@act("payment.review")
def review(number: int) -> Page:
    """A second look at one small payment."""
    form = ReviewForm()
    found = service.get(number)
    require(current_actor(), "payment.review", standing.of_payment(session(), found))
    return done(
        form,
        lambda: reviewing.review(number, note=form.note.data, by=current_actor()),
        _("Thank you for looking."),
        "/payments/review",
    ) or (
        render_template("payments/look.html", form=form, page=reading.page(number, reader=current_actor().person_id)),
        status_of(form),
    )


@blueprint.route("/payments/<int:number>/stand-in", methods=["GET", "POST"])
@act("payment.stand_in")
def stand_in(number: int) -> Page:
    """Find somebody by lot who may approve a payment."""
    form = LotForm()
    return done(
        form,
        lambda: stand_ins.draw(number, source=form.source.data, text=form.text.data, by=current_actor()),
        _("Somebody was drawn, and was told."),
        f"/payments/{number}/stand-in",
    ) or _stand_in_page(number, form, NamedForm(formdata=None))


@blueprint.post("/payments/<int:number>/stand-in/named")
@act("payment.stand_in")
def stand_in_named(number: int) -> Page:
    """Let somebody approve whom a recorded decision names."""
    form = NamedForm()
    form.decision.choices = _choices()
    return done(
        form,
        lambda: stand_ins.name(number, decision_id=form.decision.data, email=form.email.data, by=current_actor()),
        _("This person may approve the payment now, and was told."),
        f"/payments/{number}/stand-in",
    ) or _stand_in_page(number, LotForm(formdata=None), form)


def _payee_page(number: int, form: AccountForm, tie_form: TieForm, *, sent: TieForm | None = None) -> Page:
    found = payees.get(number)
    page = reading.payee_page(found, current_actor())
    html = render_template("payments/payee.html", payee=found, page=page, form=form, tie_form=tie_form)
    return html, status_of(sent or form)


def _stand_in_page(number: int, lot: LotForm, named: NamedForm) -> Page:
    found = service.get(number)
    require(current_actor(), "payment.read", standing.of_payment(session(), found))
    named.decision.choices = _choices()
    html = render_template(
        "payments/stand_in.html", page=reading.page(number), lot=lot, named=named,
        lacking=stand_ins.lacking(session(), found),
    )  # fmt: skip
    return html, status_of(named if named.errors else lot)


def _choices() -> list[SelectChoice]:
    return [SelectChoice(one.id, one.title) for one in decisions.standing()]
