"""What waits because of results: counts to certify, results to publish, draws, disputes."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from sqlalchemy import select

from fund import db
from fund.desk import Item
from fund.permissions import Actor, Role, may
from fund.results.conflicts import stands_in
from fund.results.models import Certification, CountRun, Dispute
from fund.rounds import service as rounds
from fund.rounds.models import Round


def waiting(actor: Actor) -> list[Item]:
    """One line for each round whose result waits for a steward's hand."""
    if not actor.is_signed_in:
        return []
    statuses = ("opened", "awaiting_draw", "counted", "certified", "disputed")
    found = db.session.scalars(select(Round).where(Round.status.in_(statuses)).order_by(Round.id)).all()
    certified = set(
        db.session.scalars(
            select(CountRun.round_id)
            .join(Certification)
            .where(Certification.person_id == actor.person_id, CountRun.state == "recounted")
        )
    )
    return [item for round_ in found if (item := _item(round_, actor, round_.id in certified)) is not None]


def _item(round_: Round, actor: Actor, has_certified: bool) -> Item | None:
    if not actor.has(Role.STEWARD) and not stands_in(actor, round_):
        return None
    url, who = f"/rounds/{round_.slug}/results", _("two stewards without a stake in a proposal")
    due_at = (
        round_.closed_at + dt.timedelta(days=rounds.charter(round_).publication.days_after_close)
        if round_.closed_at
        else None
    )
    if round_.status == "opened":
        return Item(
            _("%(round)s: the ballots are ready to be counted.", round=round_.title),
            url,
            who=_("the program"),
            due_at=due_at,
            late=late(due_at),
        )
    if not may(actor, "result.certify", round_):
        return None
    if round_.status == "awaiting_draw":
        return Item(
            _("%(round)s: enter the text of the public draw.", round=round_.title),
            f"{url}/draw",
            who=who,
            due_at=due_at,
            late=late(due_at),
        )
    if round_.status == "counted" and not has_certified:
        return Item(
            _("%(round)s: look at the count and certify it.", round=round_.title),
            url,
            who=who,
            due_at=due_at,
            late=late(due_at),
        )
    if round_.status == "certified" and round_.published_at is None:
        return Item(
            _("%(round)s: publish the certified result.", round=round_.title),
            url,
            who=_("a steward"),
            due_at=due_at,
            late=late(due_at),
        )
    if round_.status == "disputed" and _open_disputes(round_.id):
        return Item(_("%(round)s: a dispute waits for an answer.", round=round_.title), url, who=who)
    return None


def late(due_at: dt.datetime | None) -> bool:
    """Whether the charter's day for publishing has passed."""
    return due_at is not None and db.now() > due_at


def _open_disputes(round_id: int) -> bool:
    return (
        db.session.scalars(
            select(Dispute.id).where(Dispute.round_id == round_id, Dispute.outcome.is_(None)).limit(1)
        ).first()
        is not None
    )
