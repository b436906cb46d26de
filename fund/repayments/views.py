"""Pages of repayments: "what do I owe now?" for a business, what is due for those who keep the money, and what each records."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund.awards import views as awards
from fund.foundation import service as foundation
from fund.permissions import Actor, act, require
from fund.presentation import money
from fund.repayments import arrangements, figures, reading, service
from fund.repayments.forms import (
    AnswerForm,
    ArrangeForm,
    ReceiveForm,
    SalesForm,
    SurplusForm,
    TakeBackForm,
    WithdrawForm,
)
from fund.repayments.reading import Book
from fund.repayments.words import ARRANGEMENT_STATES, ARRANGEMENT_WORDS, CAME_FOR
from fund.web import current_actor, done, say, status_of

blueprint = Blueprint("repayments", __name__)
Page = str | Response | tuple[str, int]


@blueprint.get("/me/owed")
@act("repayment.own")
def mine() -> Page:
    """What do I owe now?"""
    owed = reading.of_person(current_actor())
    return render_template(
        "repayments/mine.html", owed=owed, now_minor=sum(one.now_minor for one in owed),
        wanted=[one for one in owed if one.wanted],
    )  # fmt: skip


@blueprint.get("/treasury/repayments")
@act("repayment.overview")
def overview() -> Page:
    """What is due from all businesses."""
    owed = reading.everywhere(current_actor())
    return render_template(
        "repayments/overview.html",
        owed=owed,
        today=foundation.today(),
        now_minor=sum(one.now_minor for one, _open in owed),
    )


@blueprint.get("/awards/<int:number>/repayments")
@act("repayment.read")
def book(number: int) -> Page:
    """Everything about one award's repayments."""
    return _book(reading.book(number, current_actor()))


@blueprint.route("/awards/<int:number>/repayments/figure", methods=["GET", "POST"])
@act("figure.tell")
def figure(number: int) -> Page:
    """The business tells a period's figure."""
    found = reading.book(number, current_actor())
    wanted = found.owed.wanted
    make = SalesForm if found.owed.terms.kind == "revenue_share" else SurplusForm
    form = make(period=wanted[0] if wanted else None)
    return done(
        form,
        lambda: service.tell_figure(number, period=form.period.data, amount_minor=form.amount.data, by=current_actor()),
        _("Thank you. Somebody looks at it, and then you are told whether anything is due."),
        f"/awards/{number}/repayments",
    ) or (render_template("repayments/figure.html", form=form, book=found, sign=_sign()), status_of(form))


@blueprint.post("/awards/<int:number>/repayments/figures/<int:figure_id>/accept")
@act("figure.answer")
def accept(number: int, figure_id: int) -> Page:
    """Another person accepts a figure."""
    figures.get(figure_id, number)
    told = service.accept(figure_id, by=current_actor())
    say(_("%(sum)s is due.", sum=money(told.due_minor)) if told.due_minor else _("Nothing is due for this period."))
    return redirect(f"/awards/{number}/repayments", 303)


@blueprint.post("/awards/<int:number>/repayments/figures/<int:figure_id>/return")
@act("figure.answer")
def give_back(number: int, figure_id: int) -> Page:
    """A figure is returned with a question."""
    figures.get(figure_id, number)
    form = AnswerForm()
    return done(
        form,
        lambda: service.give_back(figure_id, answer=form.answer.data, by=current_actor()),
        _("The business is asked to look again."),
        f"/awards/{number}/repayments",
    ) or _book(reading.book(number, current_actor()), answer_form=form)


@blueprint.route("/awards/<int:number>/repayments/receive", methods=["GET", "POST"])
@act("repayment.record")
def receive(number: int) -> Page:
    """Record what came."""
    found = _for_recording(number)
    form = ReceiveForm(paid_on=foundation.today()).fit(found.owed.terms)
    return done(
        form,
        lambda: service.receive(
            number,
            service.NewRepayment(form.amount.data, form.paid_on.data, form.request_id.data, form.kind.data),
            by=current_actor(),
        ),
        _("It is in the books. The business is told."),
        f"/awards/{number}/repayments",
    ) or (render_template("repayments/receive.html", form=form, book=found, sign=_sign()), status_of(form))


@blueprint.route("/awards/<int:number>/repayments/<int:repayment_id>/take-back", methods=["GET", "POST"])
@act("repayment.record")
def take_back(number: int, repayment_id: int) -> Page:
    """Take back what was recorded by mistake."""
    found = _for_recording(number)
    one = service.repayment(repayment_id, number)
    form = TakeBackForm()
    return done(
        form,
        lambda: service.take_back(
            repayment_id, reason=form.reason.data, new_id=form.request_id.data, by=current_actor()
        ),
        _("It is taken back. The journal shows both entries."),
        f"/awards/{number}/repayments",
    ) or (render_template("repayments/take_back.html", form=form, book=found, one=one), status_of(form))


@blueprint.route("/awards/<int:number>/repayments/arrange", methods=["GET", "POST"])
@act("arrangement.propose")
def arrange(number: int) -> Page:
    """Propose an arrangement."""
    found = _for_recording(number)
    form = ArrangeForm()
    return done(
        form,
        lambda: service.propose(number, form.new(), by=current_actor()),
        _("It is recorded, and waits for a second person."),
        f"/awards/{number}/repayments",
    ) or (render_template("repayments/arrange.html", form=form, book=found, sign=_sign()), status_of(form))


@blueprint.post("/awards/<int:number>/repayments/arrangements/<int:arrangement_id>/confirm")
@act("arrangement.confirm")
def confirm(number: int, arrangement_id: int) -> Page:
    """The second person confirms an arrangement."""
    arrangements.get(arrangement_id, number)
    service.confirm(arrangement_id, by=current_actor())
    say(_("It is in force. The business is told."))
    return redirect(f"/awards/{number}/repayments", 303)


@blueprint.post("/awards/<int:number>/repayments/arrangements/<int:arrangement_id>/withdraw")
@act("arrangement.propose")
def withdraw(number: int, arrangement_id: int) -> Page:
    """A proposed arrangement is withdrawn."""
    arrangements.get(arrangement_id, number)
    form = WithdrawForm()
    return done(
        form,
        lambda: service.withdraw(arrangement_id, reason=form.reason.data, by=current_actor()),
        _("It is withdrawn."),
        f"/awards/{number}/repayments",
    ) or _book(reading.book(number, current_actor()), withdraw_form=form)


def _for_recording(number: int) -> Book:
    found = reading.book(number, current_actor())
    require(current_actor(), "repayment.record", found.who)
    return found


def _book(found: Book, **forms: Any) -> Page:
    """The page of one award's repayments; one of its forms may hold what was sent."""
    sent = next(iter(forms.values()), None)
    shown = {"answer_form": AnswerForm(formdata=None), "withdraw_form": WithdrawForm(formdata=None)} | forms
    html = render_template(
        "repayments/book.html", book=found, owed=found.owed, came_for=CAME_FOR, arranged_words=ARRANGEMENT_WORDS,
        arranged_states=ARRANGEMENT_STATES, redeemable_on=reading.redeemable_on(found.owed),
        me=current_actor().person_id, **shown,
    )  # fmt: skip
    return html, status_of(sent) if sent is not None else 200


def _sign() -> str:
    return foundation.fund().currency


def _on_the_award(number: int, actor: Actor) -> tuple[str, Any] | None:
    told = reading.public(number, actor)
    return None if told is None else ("repayments/_on_award.html", told)


awards.TOLD_BY.append(_on_the_award)
