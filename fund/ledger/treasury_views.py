"""The treasurer's desk: what to do today, and the forms with which money is recorded."""

from __future__ import annotations

import uuid

from flask import render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund import desk
from fund.decisions import service as decisions
from fund.foundation import service as foundation
from fund.ledger import contributions, correcting, treasury
from fund.ledger.contributions import NewContribution
from fund.ledger.forms import GIVEN, ContributionForm, ReasonForm, ReceiveForm
from fund.ledger.views import blueprint
from fund.permissions import act
from fund.web import current_actor, done, status_of

Page = str | Response | tuple[str, int]


@blueprint.get("/treasury")
@act("desk.treasury")
def treasury_desk() -> str:
    """What to do today."""
    return render_template(
        "ledger/treasury.html",
        items=treasury.today(desk.waiting_for(current_actor(), *treasury.ROOMS)),
        pool=treasury.figures(),
        words=dict(GIVEN, note=_("Note")),
        pledged=contributions.pledged(most=20),
        recent=contributions.recent(most=10),
        unconfirmed=decisions.unconfirmed(),
    )


@blueprint.route("/treasury/contributions/new", methods=["GET", "POST"])
@act("contribution.record")
def new_contribution() -> Page:
    """Record something that was given."""
    form = ContributionForm(given_on=foundation.today())
    return done(form, lambda: _record(form), _("It is recorded. Thank you."), "/treasury") or (
        render_template("ledger/contribution.html", form=form, currency=foundation.fund().currency),
        status_of(form),
    )


@blueprint.route("/treasury/contributions/<int:number>/receive", methods=["GET", "POST"])
@act("contribution.record")
def receive(number: int) -> Page:
    """Record that a pledge has come."""
    pledge = contributions.get(number)
    form = ReceiveForm(given_on=foundation.today(), amount=pledge.amount_minor or None)
    return done(form, lambda: _receive(number, form), _("It is recorded as received."), "/treasury") or (
        render_template("ledger/receive.html", form=form, currency=foundation.fund().currency, pledge=pledge),
        status_of(form),
    )


@blueprint.route("/treasury/contributions/<int:number>/take-back", methods=["GET", "POST"])
@act("contribution.record")
def take_back(number: int) -> Page:
    """Take back a contribution that was recorded by mistake."""
    form = ReasonForm()
    return done(
        form,
        lambda: contributions.void(number, reason=form.reason.data, new_id=form.request_id.data, by=current_actor()),
        _("It is taken back; the journal shows both entries."),
        "/treasury",
    ) or (render_template("ledger/take_back.html", form=form, one=contributions.get(number)), status_of(form))


@blueprint.route("/treasury/entries/<uuid:entry_id>/correct", methods=["GET", "POST"])
@act("entry.reverse")
def correct(entry_id: uuid.UUID) -> Page:
    """Correct an entry by its mirror image."""
    form = ReasonForm()
    return done(
        form,
        lambda: correcting.reverse_entry(
            entry_id, new_id=form.request_id.data, reason=form.reason.data, by=current_actor()
        ),
        _("The entry is corrected; the journal shows both."),
        "/money/journal",
    ) or (render_template("ledger/correct.html", form=form, entry=treasury.entry(entry_id)), status_of(form))


def _record(form: ContributionForm) -> object:
    return contributions.record_contribution(
        NewContribution(
            kind=form.kind.data, given_on=form.given_on.data, amount_minor=form.amount.data or 0,
            hours=form.hours.data or 0, person_id=contributions.person_named(form.giver.data), note=form.note.data,
            request_id=form.request_id.data, purpose=form.purpose.data, through_sponsor=form.through_sponsor.data,
        ),
        pledged=form.pledged.data, by=current_actor(),
    )  # fmt: skip


def _receive(number: int, form: ReceiveForm) -> object:
    return contributions.receive(
        number, on=form.given_on.data, entry_id=form.request_id.data, amount_minor=form.amount.data,
        hours=form.hours.data, rest_comes=form.rest_comes.data, by=current_actor(),
    )  # fmt: skip
