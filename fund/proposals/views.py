"""Pages of applying: the rounds that take applications, the one page, coming back by code, checking, handing in.

More pages on the same blueprint: views_mine.py (an application once it is handed in), views_public.py (what everybody
sees), views_review.py and views_decide.py (reviewers and stewards).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, redirect, render_template, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund.businesses import service as businesses
from fund.businesses.words import OWNERSHIP_WORDS
from fund.errors import WrongState
from fund.members import limits
from fund.permissions import Role, act
from fund.proposals import application, eligibility, holding, reading, returning
from fund.proposals.budget import MOST_LINES
from fund.proposals.forms import ApplicationForm, ReturnForm, application_form
from fund.proposals.words import MEETS_WORDS, PRODUCT_WORDS
from fund.rounds import service as rounds
from fund.web import attempt, current_actor, done, say, status_of

if TYPE_CHECKING:
    from fund.rounds.models import Round

blueprint = Blueprint("proposals", __name__)

Page = str | Response | tuple[str, int]


@blueprint.get("/apply")
@act("application.work")
def apply() -> Page:
    """Rounds that take applications now, and one's own applications."""
    return render_template(
        "proposals/apply.html", rounds=reading.taking_applications(),
        mine=application.mine(current_actor(), holding.keys()), where=reading.where_to_talk(),
    )  # fmt: skip


@blueprint.route("/apply/<round_slug>", methods=["GET", "POST"])
@act("application.work")
@limits.by_place
def begin(round_slug: str) -> Page:
    """The one page, empty. Saving makes a draft; handing in comes after a look at the whole."""
    round_ = rounds.by_slug(round_slug)
    if not reading.takes_applications(round_):
        raise WrongState(_("This round does not take applications now."))
    form = _form(round_)
    if form.sent():
        made = attempt(form, lambda: application.start(
            round_.id, form.application(), told_by_phone=bool(form.told_by_phone.data), by=current_actor()
        ))  # fmt: skip
        if made is not None:
            draft, code = made
            holding.hold(draft)
            session["return_code"] = code
            return redirect(_after_saving(draft.id), 303)
    return _shown(form, round_)


@blueprint.route("/applications/<int:proposal_id>/edit", methods=["GET", "POST"])
@act("application.work")
def edit(proposal_id: int) -> Page:
    """The one page with what was saved."""
    actor, keys = current_actor(), holding.keys()
    _proposal, round_ = application.one(proposal_id, by=actor, keys=keys)
    form = _form(round_, proposal_id)
    return done(
        form,
        lambda: application.save(proposal_id, form.application(), by=actor, keys=keys),
        _("Saved."),
        _after_saving(proposal_id),
    ) or _shown(form, round_, proposal_id)


@blueprint.route("/applications/<int:proposal_id>/check", methods=["GET", "POST"])
@act("application.work")
def check(proposal_id: int) -> Page:
    """Everything on one page as it will stand, what is still missing, the button that hands it in; a new code, once."""
    actor, keys = current_actor(), holding.keys()
    proposal, round_ = application.one(proposal_id, by=actor, keys=keys)
    if request.method == "POST":
        application.submit(proposal_id, by=actor, keys=keys)
        say(_("Your application has arrived."))
        return redirect(f"/applications/{proposal_id}", 303)
    names = {field.name: field.label.text for field in _form(round_, proposal_id)}
    return render_template(
        "proposals/check.html", proposal=proposal, round=round_, missing=reading.missing(proposal, round_, by=actor),
        names=names, answers=reading.answers(proposal_id), products=PRODUCT_WORDS, ownership=OWNERSHIP_WORDS,
        meets=MEETS_WORDS, code=session.pop("return_code", None),
    )  # fmt: skip


@blueprint.route("/applications/return", methods=["GET", "POST"])
@blueprint.route("/applications/return/<code>", methods=["GET", "POST"])
@act("application.work")
@limits.by_place
def come_back(code: str = "") -> Page:
    """Type the return code; a link only fills it in, and a click opens the application."""
    form = ReturnForm(code=code[:40])
    if form.sent():
        found = attempt(form, lambda: returning.open_with(form.code.data))
        if found is not None:
            holding.hold(found)
            return redirect(f"/applications/{found.id}", 303)
    return render_template("proposals/return.html", form=form), status_of(form)


def _form(round_: Round, proposal_id: int | None = None) -> ApplicationForm:
    questions = reading.questions(round_.id, "application")
    draft = reading.with_answers(proposal_id) if proposal_id is not None else None
    return application_form(rounds.charter(round_), questions, businesses.of_person(current_actor()), draft)


def _shown(form: ApplicationForm, round_: Round, proposal_id: int | None = None) -> Page:
    charter = rounds.charter(round_)
    page = render_template(
        "proposals/application.html", form=form, round=round_, charter=charter, proposal_id=proposal_id,
        may_type_for_another=current_actor().has(Role.STEWARD) and proposal_id is None, currency=charter.currency,
        most_minor=eligibility.most_ask(charter, round_), products=eligibility.products(charter), most_lines=MOST_LINES,
        itemised=charter.round_type(round_.round_type).itemised_budget,
    )  # fmt: skip
    return page, status_of(form)


def _after_saving(proposal_id: int) -> str:
    return f"/applications/{proposal_id}" + ("/check" if request.form.get("go") == "next" else "")


from fund.proposals import views_decide, views_mine, views_public, views_review  # noqa: E402,F401
