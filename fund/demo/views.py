"""The bar of a demo: become one of its people with one click, let its clock move forward. Elsewhere: not found."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund import jobs
from fund.demo import bar
from fund.foundation import service as foundation
from fund.identity import sign_in
from fund.permissions import act
from fund.web import current_actor, safe_next, say

blueprint = Blueprint("demo", __name__, url_prefix="/demo")


@blueprint.post("/become")
@act("demo.become")
def become() -> Response:
    """Be somebody else from now on."""
    person = bar.character(request.form.get("person", ""))
    sign_in(person.id)
    say(_("You are %(name)s now.", name=person.display_name))
    return redirect(safe_next("/me"), 303)


@blueprint.post("/clock")
@act("demo.clock")
def clock() -> Response:
    """Let time pass, and do what the clock then owes."""
    bar.require_demo()
    days = request.form.get("days", "")
    seconds = int(days) * 86_400 if days.isascii() and days.isdigit() and len(days) < 4 else 0
    if request.form.get("until") == "next":
        seconds = bar.seconds_until(bar.next_event())
    foundation.move_clock(seconds, by=current_actor())
    jobs.tick()
    say(_("The clock has moved on."))
    return redirect(safe_next("/"), 303)
