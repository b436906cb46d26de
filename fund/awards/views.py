"""Pages of awards: where the money of one award is, accepting, signing, asking for an instalment; and the page of one
decision with everything that rests on it. Payments have rooms of their own (`fund.payments`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, render_template
from flask import Response as FileResponse
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund.awards import evidence, payments, reading, service, standing
from fund.awards.forms import AcceptForm, DeclineForm, SignForm, request_form
from fund.db import session
from fund.decisions import service as decisions
from fund.decisions.words import KIND_WORDS
from fund.foundation import service as foundation
from fund.ledger import journal
from fund.permissions import Actor, act, refusal, require
from fund.presentation import date, money
from fund.rounds import service as rounds
from fund.security import FILE_POLICY
from fund.web import current_actor, done, say, status_of

blueprint = Blueprint("awards", __name__)
TOLD_BY: list[Callable[[int, Actor], tuple[str, Any] | None]] = []
"""Rooms above that have more to tell on an award's page put their question here: it gives a template and its value `told`,
or None where there is nothing to tell this reader."""
Page = str | Response | tuple[str, int]


@blueprint.get("/awards/<int:number>")
@act("award.read")
def show(number: int) -> Page:
    """Where the money of this award is, and what happens next."""
    return _page(number)


@blueprint.post("/awards/<int:number>/accept")
@act("award.answer")
def accept(number: int) -> Page:
    """The business accepts."""
    form = AcceptForm()
    if form.sent():
        service.accept(number, show_repayments=form.show_repayments.data, by=current_actor())
        say(_("You have accepted. Now read the agreement and sign it."))
    return redirect(f"/awards/{number}", 303)


@blueprint.route("/awards/<int:number>/decline", methods=["GET", "POST"])
@act("award.answer")
def decline(number: int) -> Page:
    """The business declines, after being asked once more."""
    form = DeclineForm()
    return done(
        form,
        lambda: service.decline(number, reason=form.reason.data, by=current_actor()),
        _("You have declined. The money goes to the next in line."),
        f"/awards/{number}",
    ) or (
        render_template("awards/decline.html", form=form, page=reading.page(number, current_actor())),
        status_of(form),
    )


@blueprint.post("/awards/<int:number>/sign")
@act("award.answer")
def sign(number: int) -> Page:
    """The business signs."""
    return _signed(number, service.sign)


@blueprint.post("/awards/<int:number>/countersign")
@act("award.countersign")
def countersign(number: int) -> Page:
    """A steward signs for the fund."""
    return _signed(number, service.countersign)


@blueprint.route("/awards/<int:number>/instalments/<int:part>", methods=["GET", "POST"])
@act("tranche.request")
def request_part(number: int, part: int) -> Page:
    """Ask for an instalment with what it asks to be shown."""
    tranche = service.tranche(number, part)
    form = request_form(reading.budget_of(number))
    asked = done(
        form,
        lambda: payments.request_tranche(
            tranche.id, note=form.note.data, evidence=form.evidence(), bill=form.bill(), by=current_actor()
        ),
        _("You have asked for the instalment. You will be told when it is paid."),
        f"/awards/{number}",
    )
    if asked is not None:
        return asked
    page = reading.page(number, current_actor())
    html = render_template(
        "awards/request.html", form=form, tranche=tranche, page=page, currency=foundation.fund().currency
    )
    return html, status_of(form)


@blueprint.get("/decisions/<int:number>")
@act("decision.read")
def decision(number: int) -> str:
    """One decision with everything that rests on it."""
    one = decisions.get(number)
    why_not = refusal(current_actor(), "decision.confirm", one)
    return render_template(
        "decisions/decision.html",
        one=one,
        words=KIND_WORDS,
        round=rounds.get(one.round_id) if one.round_id else None,
        awards=reading.under_decision(number),
        entries=journal.under(number),
        facts=_facts(one),
        may_confirm=why_not is None and not one.stands and one.refused_reason is None,
        why_not_confirm=why_not if not one.stands and one.recorded_by == current_actor().person_id else None,
    )


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
    return FileResponse(kept.data, content_type=kept.media_type, headers=headers)


def _signed(number: int, verb: Any) -> Page:
    form = SignForm()
    return done(
        form,
        lambda: verb(number, typed_name=form.typed_name.data, seen_hash=form.seen.data, by=current_actor()),
        _("It is signed."),
        f"/awards/{number}",
    ) or _page(number, sign_form=form)


def _page(number: int, sign_form: SignForm | None = None) -> Page:
    page = reading.page(number, current_actor())
    form = sign_form or SignForm(seen=page.award.agreement_hash, formdata=None)
    more = [said for tell in TOLD_BY if (said := tell(number, current_actor())) is not None]
    shown = render_template(
        "awards/award.html", page=page, sign_form=form, accept_form=AcceptForm(formdata=None), more=more
    )
    return shown, status_of(form)


def _facts(one: Any) -> list[tuple[str, str]]:
    facts = [(_("Decided on"), date(one.decided_on))]
    if one.limit_minor is not None:
        facts.append((_("At most"), money(one.limit_minor)))
    return facts


from fund.awards import report_views  # noqa: E402, F401  (registers its pages on the blueprint above)
