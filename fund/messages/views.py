"""Pages on messages: which could not be sent, and sending one again."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from fund.forms import Form
from fund.messages import service
from fund.permissions import act
from fund.web import current_actor, say

blueprint = Blueprint("messages", __name__)


@blueprint.get("/messages")
@act("message.failed")
def failed() -> str:
    """Messages that could not be sent, and how many wait."""
    return render_template(
        "messages/failed.html", rows=service.failed(), waiting=service.waiting_count(),
        has_server=current_app.config["FUND"].smtp_url is not None,
    )  # fmt: skip


@blueprint.post("/messages/<int:message_id>/again")
@act("message.try_again")
def try_again(message_id: int) -> Response:
    """Queue a message again."""
    if Form().sent():
        service.try_again(message_id, by=current_actor())
        say(_("The message waits to be sent."))
    return redirect("/messages", 303)
