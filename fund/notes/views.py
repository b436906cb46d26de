"""A holder's own page, and the treasurer's pages about notes. Payments and losses stand in pages beside this one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund.forms import options
from fund.foundation import service as foundation
from fund.ledger import contributions
from fund.notes import changes, interest, payouts, reading, service, words
from fund.notes.forms import DayForm, DecidedForm, HandOnForm, HolderForm, NoteForm, Nothing, PayoutForm, WhyForm
from fund.notes.holders import NewHolder
from fund.notes.movements import DECIDED_BY
from fund.permissions import act
from fund.web import current_actor, done, status_of, whole

blueprint = Blueprint("notes", __name__)
Page = str | Response | tuple[str, int]
MOST = 100


@blueprint.app_context_processor
def public_part() -> dict[str, Callable[[], Any]]:
    """What the page about money asks for: `lenders()`."""
    return {"lenders": reading.lenders}


@blueprint.get("/me/notes")
@act("note.mine")
def mine() -> str:
    """What one holds, what is owed, and when."""
    return render_template(
        "notes/mine.html", held=reading.of_holder(current_actor().person_id or 0), states=words.STATE_WORDS,
        movements=words.MOVEMENT_WORDS, today=foundation.today(),
    )  # fmt: skip


@blueprint.get("/treasury/notes")
@act("note.read")
def every_note() -> str:
    """Every note, by class and one by one."""
    rows = reading.all_notes(after=whole(request.args.get("after"), default=0, least=0, most=10**9), most=MOST + 1)
    return render_template(
        "notes/all.html", classes=reading.by_class(), rows=rows[:MOST], more=rows[MOST - 1].id if len(rows) > MOST else None,
        states=words.STATE_WORDS, due=reading.due(), open_payouts=reading.open_payouts(), form=Nothing(formdata=None),
        unshared=reading.unshared(), today=foundation.today(),
    )  # fmt: skip


@blueprint.route("/treasury/notes/new", methods=["GET", "POST"])
@act("note.record")
def new() -> Page:
    """Record a note that exists."""
    form = NoteForm(issued_on=foundation.today())
    form.class_code.choices = options(reading.classes_to_record())
    return done(form, lambda: _record(form), _("The note is recorded."), _to_note) or (
        render_template("notes/new.html", form=form, currency=foundation.fund().currency),
        status_of(form),
    )


@blueprint.get("/treasury/notes/<int:number>")
@act("note.read")
def one_note(number: int) -> Page:
    """One note with everything that happened to it."""
    return _page(number)


@blueprint.post("/treasury/notes/<int:number>/issue")
@act("note.record")
def issue(number: int) -> Page:
    """The money of a promised note has come."""
    form = DayForm()
    return done(
        form,
        lambda: service.issue(number, on=form.on.data, entry_id=form.request_id.data, by=current_actor()),
        _("The note is issued."),
        _to_note,
    ) or _page(number, issue_form=form)


@blueprint.post("/treasury/notes/<int:number>/set-aside")
@act("note.record")
def set_aside(number: int) -> Page:
    """A promised note whose money will not come."""
    form = Nothing()
    return done(
        form, lambda: service.withdraw(number, by=current_actor()), _("The note is set aside."), _to_note
    ) or _page(number)


@blueprint.post("/treasury/notes/<int:number>/take-back")
@act("note.record")
def take_back(number: int) -> Page:
    """It was recorded by mistake."""
    form = WhyForm()
    return done(
        form,
        lambda: service.take_back(number, reason=form.reason.data, new_id=form.request_id.data, by=current_actor()),
        _("It is corrected; the journal shows both entries."),
        _to_note,
    ) or _page(number, why_form=form)


@blueprint.post("/treasury/notes/<int:number>/hand-on")
@act("note.record")
def hand_on(number: int) -> Page:
    """It has another holder."""
    form = HandOnForm()
    return done(form, lambda: _hand_on(number, form), _("The note has its new holder."), _to_note) or _page(
        number, hand_on_form=form
    )


@blueprint.post("/treasury/notes/<int:number>/gift")
@act("note.record")
def gift(number: int) -> Page:
    """Its holder makes it a gift."""
    form = _choosing(DecidedForm(), DECIDED_BY)
    return done(
        form,
        lambda: changes.convert(
            number,
            decision_id=form.decided.data,
            entry_id=form.request_id.data,
            said=form.said.data,
            by=current_actor(),
        ),
        _("The note is a gift now."),
        _to_note,
    ) or _page(number, gift_form=form)


@blueprint.post("/treasury/notes/<int:number>/payouts")
@act("note.request")
def ask_for_payout(number: int) -> Page:
    """Ask for a payment to the holder."""
    form = _choosing(PayoutForm(), DECIDED_BY)
    return done(
        form,
        lambda: payouts.request(
            number,
            part=form.part.data,
            amount_minor=form.amount.data,
            decision_id=form.decision.data,
            by=current_actor(),
        ),
        _("The payment is asked for. It waits for its approvals."),
        lambda made: f"/payments/{made.id}",
    ) or _page(number, payout_form=form)


@blueprint.post("/treasury/notes/interest")
@act("note.accrue")
def count_interest() -> Page:
    """Count interest through today."""
    form = Nothing()
    return done(form, lambda: _counted(), _("Interest is counted through today."), "/treasury/notes") or every_note()


def _counted() -> bool:
    interest.accrue(by=current_actor())
    return True


def _record(form: NoteForm) -> Any:
    found = form.found.data
    return service.record_note(
        service.NewNote(
            class_code=form.class_code.data, holder=_holder(form), principal_minor=form.amount.data,
            issued_on=form.issued_on.data, request_id=form.request_id.data, matures_on=form.matures_on.data,
            rate_bp=form.rate.data,
        ),
        pledged=found == "pledged", in_the_books=found == "brought", by=current_actor(),
    )  # fmt: skip


def _hand_on(number: int, form: HandOnForm) -> Any:
    return changes.hand_on(
        number, to=_holder(form), why=form.why.data, on=form.on.data, estate=form.estate.data, by=current_actor()
    )


def _holder(form: HolderForm) -> NewHolder:
    """Who was named: a person of the fund, or somebody else."""
    return NewHolder(form.name.data, form.contact.data, contributions.person_named(form.member.data, field="member"))


def _to_note(made: Any) -> str:
    return f"/treasury/notes/{made.id}"


def _choosing(form: Any, kinds: tuple[str, ...]) -> Any:
    field = form.decided if "decided" in form else form.decision
    field.choices = options(reading.deciding(*kinds))
    return form


def _page(number: int, **forms: Any) -> Page:
    """The page of a note with its forms; one of them may hold what was sent."""
    note, today = service.get(number), foundation.today()
    sent = next(iter(forms.values()), None)
    shown = {
        "issue_form": DayForm(on=today, formdata=None),
        "hand_on_form": HandOnForm(on=today, formdata=None),
        "gift_form": _choosing(DecidedForm(formdata=None), DECIDED_BY),
        "payout_form": _choosing(PayoutForm(formdata=None), DECIDED_BY),
        "why_form": WhyForm(formdata=None),
    } | forms
    html = render_template(
        "notes/note.html", note=note, payouts=reading.payouts_of(number), states=words.STATE_WORDS, parts=words.PART_WORDS,
        movements=words.MOVEMENT_WORDS, currency=foundation.fund().currency, today=today, **shown,
    )  # fmt: skip
    return html, status_of(sent) if sent is not None else 200


from fund.notes import taking_over, views_losses, views_schedule  # noqa: E402, F401  (register themselves, and their pages above)
