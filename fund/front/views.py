"""Home, help, health, language; and what every template may use."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, session
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund import desk
from fund.demo import bar
from fund.errors import NotFound
from fund.foundation import service as foundation
from fund.front import home, round_view
from fund.members import vouching
from fund.permissions import Role, act
from fund.pictures import look
from fund.presentation import LANGUAGES, direction
from fund.web import current_actor, safe_next, whole

blueprint = Blueprint("front", __name__)


@blueprint.get("/")
@act("page.read")
def index() -> str | Response:
    """What the fund is, what is going on now, and where to begin."""
    if foundation.current_version() is None:
        return render_template("front/empty.html")
    return render_template("front/home.html", **home.overview(current_actor()))


@blueprint.get("/help")
@blueprint.get("/help/<page>")
@act("page.read")
def help_page(page: str = "index") -> str:
    """How it works, the words we use, accessibility."""
    if page == "look" and foundation.fund().instance != "production":
        return render_template("help/look.html", **look.samples())
    if page not in HELP_PAGES:
        abort(404)
    return render_template(f"help/{page}.html")


@blueprint.post("/language")
@act("page.read")
def language() -> Response:
    """Remember the language chosen on this device."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
    return redirect(safe_next("/"), 303)


@blueprint.get("/healthz")
@act("page.read")
def healthz() -> tuple[str, int, dict[str, str]]:
    """The process answers."""
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/readyz")
@act("page.read")
def readyz() -> tuple[str, int, dict[str, str]]:
    """The database answers and its tables are those of this program."""
    faults = home.readiness()
    body = "".join(f"{fault}\n" for fault in faults) or "ready\n"
    return body, 503 if faults else 200, {"Content-Type": "text/plain; charset=utf-8"}


@blueprint.get("/rounds")
@act("page.read")
def rounds() -> str:
    """Every round, the running ones first, a page at a time."""
    return render_template("front/rounds.html", **home.rounds_page(whole(request.args.get("page"), default=1)))


@blueprint.get("/rounds/<slug>")
@act("page.read")
def round_page(slug: str) -> str:
    """One round: what it is about, where it stands, its proposals, its figures."""
    return render_template("front/round.html", **round_view.everything_about(slug, current_actor()))


@blueprint.get("/steward")
@act("desk.steward")
def steward_desk() -> str:
    """What to do next, what waits for whom, what is late."""
    return render_template("front/desk.html", items=desk.waiting_for(current_actor()), rounds=home.going_on())


@blueprint.get("/me")
@act("self.read")
def me() -> str:
    """What a person has going on with the fund."""
    actor = current_actor()
    desks = [(label, url) for label, url, _current in navigation(actor) if url in ("/steward", "/treasury")]
    return render_template("front/me.html", items=desk.mine_of(actor), desks=desks, vouches=vouching.is_voucher(actor))


@blueprint.get("/log")
@act("audit.read")
def log() -> str:
    """The log of acts, newest first."""
    page = whole(request.args.get("page"), default=1)
    return render_template("front/log.html", **home.log_page(page))


HELP_PAGES = frozenset({"index", "words", "accessibility"})


@blueprint.app_context_processor
def around() -> dict[str, Any]:
    """What base.html needs: the fund, the actor, the navigation, the language."""
    actor = current_actor()
    try:
        row = foundation.fund()
        name, zone, instance = row.name, row.timezone, row.instance
    except NotFound:
        name, zone, instance = _("A new fund"), "UTC", "production"
    return {
        "fund_name": name,
        "timezone_name": zone,
        "actor": actor,
        "nav": navigation(actor),
        "language": _language(),
        "direction": direction(),
        "asset_version": current_app.config.get("ASSET_VERSION"),
        "demo_bar": bar.shown() if instance == "demo" else None,
    }


def navigation(actor: Any) -> list[tuple[str, str, bool]]:
    """The main links, with the desks a person works at."""
    links = [
        (_("Rounds"), "/rounds"),
        (_("Businesses"), "/businesses"),
        (_("Money"), "/money"),
        (_("Charter"), "/charter"),
        (_("Help"), "/help"),
    ]
    if actor.has(Role.STEWARD):
        links.insert(0, (_("Steward's desk"), "/steward"))
    if actor.has(Role.TREASURER):
        links.insert(0, (_("Treasury"), "/treasury"))
    return [(label, url, request.path == url or request.path.startswith(url + "/")) for label, url in links]


def _language() -> str:
    from flask_babel import get_locale

    return str(get_locale() or "en")
