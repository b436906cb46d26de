"""Pages of the ballot: see it, fill it in, look it over, cast it, keep the receipt, change it until the end.

Nothing here is kept by a browser or a proxy, and no address of these pages is told to another site.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

from flask import Blueprint, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from fund.errors import Invalid
from fund.permissions import act
from fund.rounds import service as rounds
from fund.voting import ballot_view, beside, rehearsal, service
from fund.voting import choices as ballot_choices
from fund.voting.forms import ReasonForm, TypedBallot, hidden_fields, read_ballot
from fund.web import current_actor

if TYPE_CHECKING:
    from fund.rounds.models import Round

blueprint = Blueprint("voting", __name__)
Page = str | tuple[str, int] | BaseResponse


@blueprint.after_request
def _private(response: Any) -> Any:
    """Ballots are kept nowhere on the way."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@blueprint.get("/rounds/<slug>/ballot")
@act("ballot.preview")
def ballot(slug: str) -> Page:
    """The ballot as it will look, and whether this reader can vote."""
    round_ = rounds.by_slug(slug)
    return _ballot_page(round_, TypedBallot({}))


@blueprint.post("/rounds/<slug>/ballot")
@act("ballot.cast")
def look_over(slug: str) -> Page:
    """The ballot read back in words, not yet cast; or the ballot again with what was typed."""
    round_ = rounds.by_slug(slug)
    typed = _typed(round_)
    if "change" in request.form or "organised" in request.form or not _is_sound(round_, typed):
        return _ballot_page(round_, typed)
    page = ballot_view.page(round_, current_actor())
    return render_template(
        "voting/review.html", words=ballot_view.in_words(typed.choices or {}, page["lines"]),
        fields=hidden_fields(typed.values), request_key=secrets.token_urlsafe(18), **page,
    )  # fmt: skip


@blueprint.post("/rounds/<slug>/ballot/cast")
@act("ballot.cast")
def cast(slug: str) -> Page:
    """Cast the ballot that was looked over."""
    round_ = rounds.by_slug(slug)
    typed = _typed(round_)
    if typed.choices is None:
        return _ballot_page(round_, typed)
    try:
        service.cast(current_actor(), round_.id, typed.choices, request.form.get("request", "")[: service.KEY_LENGTH])
    except Invalid as refusal:
        typed.refuse(refusal)
        return _ballot_page(round_, typed)
    return redirect(f"/rounds/{slug}/ballot/cast", 303)


@blueprint.get("/rounds/<slug>/ballot/cast")
@act("ballot.cast")
def receipt(slug: str) -> Page:
    """Your vote is cast: the receipt, and what stands beside the ballot."""
    round_ = rounds.by_slug(slug)
    actor = current_actor()
    person_id = actor.person_id or 0
    page = ballot_view.page(round_, actor)
    form = ReasonForm(formdata=None)
    form.option.choices = [("*", _("The whole round")), *((line.id, line.name) for line in page["lines"])]
    return render_template(
        "voting/cast.html", receipt=service.receipt_of(round_, person_id), reason_form=form,
        took_part=service.has_taken_part(round_.id, person_id), pledged=beside.own_pledges(round_.id, person_id), **page,
    )  # fmt: skip


@blueprint.get("/rounds/<slug>/ballot/sort")
@act("ballot.preview")
def sort_first(slug: str) -> Page:
    """Sort a long list before voting; nothing of it is kept."""
    return render_template("voting/organise.html", **ballot_view.page(rounds.by_slug(slug), current_actor()))


@blueprint.get("/rounds/<slug>/rehearsal")
@act("ballot.rehearse")
def rehearse_page(slug: str) -> Page:
    """Try the ballot out before voting opens."""
    return _rehearsal_page(rounds.by_slug(slug), TypedBallot({}))


@blueprint.post("/rounds/<slug>/rehearsal")
@act("ballot.rehearse")
def rehearse(slug: str) -> Page:
    """Check a trial ballot like a real one, and say what would happen to it."""
    round_ = rounds.by_slug(slug)
    typed = _typed(round_)
    if typed.choices is None:
        return _rehearsal_page(round_, typed)
    try:
        rehearsal.rehearse(round_.id, typed.choices, by=current_actor())
    except Invalid as refusal:
        typed.refuse(refusal)
        return _rehearsal_page(round_, typed)
    words = ballot_view.in_words(typed.choices, ballot_view.lines(round_, rounds.rules(round_)))
    return _rehearsal_page(round_, TypedBallot({}), words)


def _typed(round_: Round) -> TypedBallot:
    rules = ballot_view.rules_shown(round_)
    return read_ballot(request.form, rules["form"], [one["id"] for one in rules["options"]])


def _is_sound(round_: Round, typed: TypedBallot) -> bool:
    """Whether a ballot is one that could be cast; if not, its errors say why."""
    if typed.choices is None:
        return False
    try:
        typed.choices = ballot_choices.read(typed.choices, ballot_view.rules_shown(round_))
    except Invalid as refusal:
        typed.refuse(refusal)
        return False
    return True


def _ballot_page(round_: Round, typed: TypedBallot) -> Page:
    groups = {
        name.removeprefix("group-"): value for name, value in request.form.items() if name.startswith("group-")
    }  # fmt: skip
    page = render_template(
        "voting/ballot.html", values=typed.values, errors=typed.errors, groups=groups or None,
        **ballot_view.page(round_, current_actor()),
    )  # fmt: skip
    return page, 422 if typed.errors else 200


def _rehearsal_page(round_: Round, typed: TypedBallot, words: Any = None) -> Page:
    page = render_template(
        "voting/rehearsal.html", values=typed.values, errors=typed.errors, words=words,
        tried=rehearsal.rehearsed(round_.id), **ballot_view.page(round_, current_actor()),
    )  # fmt: skip
    return page, 422 if typed.errors else 200


from fund.voting import views_beside, views_groups, views_manage  # noqa: E402, F401  (register on this blueprint)
