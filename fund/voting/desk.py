"""What waits because of votes: rounds to freeze, openings and closings that are late, people to reach, votes to cast."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import subqueryload

from fund import db
from fund.desk import Item
from fund.permissions import Actor, Role
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting import managing, outreach, turnout
from fund.voting.models import Elector, Participation

FREEZE_BEFORE = dt.timedelta(days=7)


def waiting(actor: Actor) -> list[Item]:
    """One line for each round that needs a steward's hand before or while people vote."""
    if not actor.has(Role.STEWARD):
        return []
    found = db.session.scalars(
        select(Round)
        .where(Round.status.in_(("draft", "frozen", "open", "closed")))
        .options(subqueryload(Round.phases))
        .order_by(Round.id)
    ).all()
    at = db.now()
    counts = turnout.live_counts(
        [one.id for one in found if one.status == "open" and actor.has_task(one.id, "outreach")]
    )
    return [item for round_ in found for item in _items(round_, actor, at, counts.get(round_.id, 0))]


def mine(actor: Actor) -> list[Item]:
    """Votes this person can cast now or soon, and whether theirs is cast."""
    if actor.person_id is None:
        return []
    rows = db.session.execute(
        select(Round, Participation.member_id)
        .join(Elector, (Elector.round_id == Round.id) & (Elector.member_id == actor.person_id))
        .outerjoin(Participation, (Participation.round_id == Round.id) & (Participation.member_id == actor.person_id))
        .where(Round.status.in_(("frozen", "open")))
        .order_by(Round.closes_at, Round.id)
    )
    at = db.now()
    return [
        _own(round_, took_part is not None) for round_, took_part in rows if round_.closes_at and round_.closes_at > at
    ]


def _items(round_: Round, actor: Actor, at: dt.datetime, cast: int) -> list[Item]:
    here = f"/rounds/{round_.slug}/manage"
    items = [Item(f"{round_.title}: {sentence}", here, late=True) for sentence in managing.late_things(round_, at)]
    if round_.status == "draft" and round_.opens_at is not None and at < round_.opens_at <= at + FREEZE_BEFORE:
        text = _("%(round)s: freeze it before voting opens.", round=round_.title)
        items.append(Item(text, f"/rounds/{round_.slug}/freeze", who=_("any steward"), due_at=round_.opens_at))
    if round_.status == "open" and actor.has_task(round_.id, "outreach") and outreach.refusal(round_, actor) is None:
        still = turnout.turnout(round_, cast=cast).still_needed
        if still and outreach.reminders(round_, at).why_not is None:
            text = _("%(round)s: %(n)s more votes are needed.", round=round_.title, n=still)
            items.append(Item(text, f"/rounds/{round_.slug}/outreach", who=_("outreach"), due_at=round_.closes_at))
    return items


def _own(round_: Round, took_part: bool) -> Item:
    if round_.status == "frozen":
        text = _("You are on the roll of “%(round)s”. Voting has not begun.", round=round_.title)
        return Item(text, f"/rounds/{round_.slug}/ballot", due_at=round_.opens_at)
    if took_part:
        text = _("Your vote in “%(round)s” is cast. You can change it until voting ends.", round=round_.title)
        return Item(text, f"/rounds/{round_.slug}/ballot/cast", due_at=round_.closes_at)
    text = _("You can vote in “%(round)s”.", round=round_.title)
    return Item(
        text, f"/rounds/{round_.slug}/ballot", due_at=round_.closes_at, note=rounds.status_words(round_, db.now())
    )
