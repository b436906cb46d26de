"""Who has not voted yet, for those whom the charter names: reminders, phone banks, a knock at the door (TRUST 3.3).

Never what anybody chose, and no mail is tracked. `participation_visible_to` of the frozen rules decides who sees the
list; members see names, outreach stewards also how a person can be reached.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fund import audit, db
from fund.audit.models import AuditEvent
from fund.db import outbox
from fund.errors import Forbidden, WrongState
from fund.members.models import Person
from fund.permissions import Actor, Role, require
from fund.presentation import moment
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting.models import Elector, Participation

BETWEEN_REMINDERS = dt.timedelta(hours=48)
MOST_REMINDERS = 2
REMINDER = "vote_reminder"


@dataclass(frozen=True)
class NotYet:
    """Somebody on the roll who has not voted. `email` and `phone` are empty for who may see names only."""

    person_id: int
    name: str
    email: str | None
    phone: str | None


def refusal(round_: Round, actor: Actor) -> Any:
    """Why this person may not see who has not voted, in words; None when they may."""
    if round_.status != "open":
        return _l("There is such a list only while voting is open.")
    visible_to = rounds.rules(round_)["participation_visible_to"]
    if visible_to == "nobody":
        return _l("The charter lets nobody see who has not voted yet.")
    if actor.has(Role.STEWARD) and actor.has_task(round_.id, "outreach"):
        return None
    if visible_to == "members" and actor.has(Role.MEMBER):
        return None
    return _l("Only stewards with the task “outreach” in this round see who has not voted yet.")


def not_yet(round_: Round, actor: Actor) -> Sequence[NotYet]:
    """Who has not voted yet, by name. Raises Forbidden with the reason."""
    require(actor, "outreach.read")
    reason = refusal(round_, actor)
    if reason is not None:
        raise Forbidden(reason)
    with_contact = actor.has_task(round_.id, "outreach")
    people = db.session.scalars(_missing(round_.id).order_by(Person.display_name, Person.id))
    return [
        NotYet(one.id, one.display_name, one.email if with_contact else None, one.phone if with_contact else None)
        for one in people
    ]


@dataclass(frozen=True)
class Reminders:
    """Reminders of a round: when the last went out, and why none can go out now (None: one can)."""

    last_at: dt.datetime | None
    why_not: Any


def reminders(round_: Round, at: dt.datetime) -> Reminders:
    """Whether a reminder can be sent at this moment, and what was sent before. Reads only."""
    sent, last_at = db.session.execute(
        select(func.count(), func.max(AuditEvent.happened_at)).where(
            AuditEvent.act == "outreach.remind",
            AuditEvent.subject_kind == "round",
            AuditEvent.subject_id == str(round_.id),
        )
    ).one()
    if last_at is None:
        return Reminders(None, None)
    if sent >= MOST_REMINDERS:
        return Reminders(last_at, _l("Two reminders went out: that is all for this round. Calls and visits are left."))
    next_at = last_at + BETWEEN_REMINDERS
    if at >= next_at:
        return Reminders(last_at, None)
    if round_.closes_at is not None and next_at >= round_.closes_at:
        return Reminders(last_at, _l("Voting ends before another reminder may go out. Calls and visits are left."))
    words = _l("The next reminder can go out from %(moment)s, and it is the last.", moment=moment(next_at))
    return Reminders(last_at, words)


def remind(round_id: int, *, by: Actor) -> int:
    """Send everybody on the roll who has not voted one plain reminder: twice in a round, 48 hours apart; gives how many.

    Raises Forbidden for who may not see the list, WrongState when voting is not open, the last one is too fresh, or two
    went out already.
    """
    require(by, "outreach.read")
    with db.writing() as tx:
        round_ = tx.lock(Round, round_id)
        if round_.status != "open":
            raise WrongState(_l("Voting is not open in this round."))
        if not by.has_task(round_id, "outreach") or refusal(round_, by) is not None:
            raise Forbidden(_l("Only stewards with the task “outreach” in this round send reminders."))
        why_not = reminders(round_, tx.now()).why_not
        if why_not is not None:
            raise WrongState(why_not)
        people = tx.session.scalars(_missing(round_id).order_by(Person.id)).all()
        number = int(tx.now().timestamp())
        for person in people:
            outbox.post(
                tx, REMINDER, person_id=person.id, dedupe_key=f"{REMINDER}:{round_id}:{person.id}:{number}",
                round=round_.title, slug=round_.slug,
                closes_at=round_.closes_at.isoformat(timespec="minutes") if round_.closes_at else "",
            )  # fmt: skip
        audit.record(tx, "outreach.remind", by=by.person_id, on=("round", round_id), people=len(people))
    return len(people)


def _missing(round_id: int) -> Any:
    took_part = select(Participation.member_id).where(Participation.round_id == round_id)
    return (
        select(Person)
        .join(Elector, Elector.member_id == Person.id)
        .where(Elector.round_id == round_id, Person.id.not_in(took_part), Person.erased_at.is_(None))
    )
