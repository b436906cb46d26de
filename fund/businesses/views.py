"""Pages of the directory: the list, one business, naming, claiming, and what its people may change."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, redirect, render_template, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund.businesses import agents, nominations, service
from fund.businesses.forms import CodeForm, LetInForm, NameForm, described_form
from fund.businesses.models import Business
from fund.businesses.words import OWNERSHIP_WORDS
from fund.members import limits
from fund.permissions import Actor, act, may, require
from fund.prose import paragraphs
from fund.web import attempt, current_actor, done, say, status_of, whole

blueprint = Blueprint("businesses", __name__)
blueprint.add_app_template_filter(paragraphs, "paragraphs")

Page = str | Response | tuple[str, int]


@blueprint.get("/businesses")
@act("business.read")
def directory() -> Page:
    """The public directory."""
    asked = {key: request.args.get(key, "") for key in ("neighbourhood", "ownership")}
    chosen = {
        "neighbourhood": asked["neighbourhood"] if asked["neighbourhood"] in service.neighbourhoods() else "",
        "ownership": asked["ownership"] if asked["ownership"] in OWNERSHIP_WORDS else "",
    }
    page = service.directory(**chosen, number=whole(request.args.get("page"), default=1))
    return render_template(
        "businesses/directory.html", page=page, chosen=chosen, neighbourhoods=service.neighbourhoods(),
        ownership=OWNERSHIP_WORDS, standing=service.standing, may_name=may(current_actor(), "business.name"),
    )  # fmt: skip


@blueprint.get("/businesses/<slug>")
@act("business.read")
def business(slug: str) -> Page:
    """The page of one business."""
    actor = current_actor()
    found = service.by_slug(slug, by=actor)
    return render_template(
        "businesses/business.html", business=found, standing=service.standing(found), tags=service.public_tags(found),
        ownership=OWNERSHIP_WORDS, reasons=nominations.reasons(found.id), is_agent=found.id in actor.businesses,
        may_certify=may(actor, "business.certify", found), may_reach=may(actor, "business.reach"),
        asked=_asked(found),
    )  # fmt: skip


@blueprint.route("/businesses/name", methods=["GET", "POST"])
@act("business.name")
def name() -> Page:
    """Name a business that the fund should know."""
    form = NameForm().fit()
    if form.sent() and attempt(form, lambda: nominations.name_business(form.named(), by=current_actor())) is not None:
        say(_("Thank you. A steward will reach out to it."))
        return redirect("/businesses", 303)
    return render_template("businesses/name.html", form=form), status_of(form)


@blueprint.route("/businesses/claim", methods=["GET", "POST"])
@blueprint.route("/businesses/claim/<code>", methods=["GET", "POST"])
@act("business.claim")
@limits.by_place
def claim(code: str = "") -> Page:
    """Type the code that lets one act for a business; opening the page uses nothing up."""
    form = CodeForm(code=code[:40])
    return done(
        form,
        lambda: agents.claim(form.code.data, by=current_actor()),
        _("You now act for this business."),
        lambda claimed: f"/businesses/{claimed.slug}",
    ) or (render_template("businesses/claim.html", form=form), status_of(form))


@blueprint.route("/businesses/<slug>/edit", methods=["GET", "POST"])
@act("business.edit")
def edit(slug: str) -> Page:
    """Change what the page says."""
    found = _own(slug)
    form = described_form(found)
    return done(
        form,
        lambda: service.describe(found.id, form.described(), by=current_actor()),
        _("Saved."),
        f"/businesses/{slug}",
    ) or (render_template("businesses/edit.html", business=found, form=form), status_of(form))


@blueprint.route("/businesses/<slug>/people", methods=["GET", "POST"])
@act("business.edit")
def people(slug: str) -> Page:
    """Who acts for the business; make a code for another."""
    found = _own(slug)
    form = LetInForm()
    if form.sent():
        hands_over = form.way.data == "instead"
        session["business_code"] = agents.let_in(found.id, hands_over=hands_over, by=current_actor())
        return redirect(f"/businesses/{slug}/people", 303)
    page = render_template(
        "businesses/people.html", business=found, form=form, people=agents.listed(found.id),
        code=session.pop("business_code", None), days=agents.CODE_DAYS,
    )  # fmt: skip
    return page, status_of(form)


@blueprint.post("/businesses/<slug>/people/<int:agent_id>/end")
@act("business.edit")
def end_agent(slug: str, agent_id: int) -> Page:
    """End that somebody acts for the business."""
    ended = agents.end(agent_id, by=current_actor())
    say(_("Done. It stays on record from when to when."))
    still = current_actor().person_id in service.agents_of(ended.id)
    return redirect(f"/businesses/{slug}/people" if still else "/me", 303)


@blueprint.post("/businesses/<slug>/listing")
@act("business.edit")
def listing(slug: str) -> Page:
    """Take the page out of the directory, or put it in."""
    changed = service.withdraw(_own(slug).id, by=current_actor())
    say(_("The page is in the directory.") if changed.state == "listed" else _("The page is out of the directory."))
    return redirect(f"/businesses/{slug}", 303)


def _own(slug: str) -> Business:
    found = service.by_slug(slug, by=current_actor())
    require(current_actor(), "business.edit", found)
    return found


def _asked(found: Business) -> list[Any]:
    return [row for tell in TOLD_BY for row in tell(found.id, current_actor())]


TOLD_BY: list[Callable[[int, Actor], Sequence[Any]]] = []
"""Features above that know what a business asked for put their question here: it gives (proposal, round) pairs."""

from fund.businesses import views_steward  # noqa: E402,F401  (more pages on the same blueprint)
