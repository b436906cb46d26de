"""What stewards must know of messages: those that could not be sent, and a fund without a mail server."""

from __future__ import annotations

from flask import current_app
from flask_babel import ngettext
from sqlalchemy import func, select

from fund import db
from fund.db.outbox import OutboxMessage
from fund.desk import Item
from fund.messages import service
from fund.permissions import Actor, may


def waiting(actor: Actor) -> list[Item]:
    """Failed messages, and messages that wait because no mail server is named."""
    if not may(actor, "message.failed"):
        return []
    items = []
    failed = db.session.scalar(select(func.count()).where(OutboxMessage.state == "failed")) or 0
    if failed:
        text = ngettext("%(num)s message could not be sent", "%(num)s messages could not be sent", failed)
        items.append(Item(text, "/messages"))
    waits = service.waiting_count() if current_app.config["FUND"].smtp_url is None else 0
    if waits:
        text = ngettext("%(num)s message waits: no mail server is set up",
                        "%(num)s messages wait: no mail server is set up", waits)  # fmt: skip
        items.append(Item(text, "/messages"))
    return items
