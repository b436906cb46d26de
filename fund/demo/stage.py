"""The stage of the demo: its clock, and the people as actors.

The clock starts in the past and is moved forward from scene to scene; at each step everything that is due is done, as
the worker would. When the demo has loaded, the clock stands at the database's own time. Phases of rounds begin and end
at full hours counted from `hour`, the last full hour before the loading began, so that "five days" in the bar of the
demo are enough to reach what ends in five days.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from fund import db, jobs
from fund.db import Clock
from fund.foundation import service as foundation
from fund.identity import actor_for
from fund.members.models import Person
from fund.permissions import Actor
from fund.rounds.models import Round
from fund.rounds.schedule import Span
from fund.voting import service as voting

NAMESPACE = uuid.UUID("6d696c6c-7261-4365-8000-000000000000")
BEGINS_DAYS_AGO = 361
NOT_NOW = "send messages"
"""The one thing that is due and not done: nobody in Port Alder has a mailbox."""


class Stage:
    """Moves the clock and finds people by name."""

    def __init__(self) -> None:
        self.people: dict[str, int] = {}
        self.hour = self._real_now().replace(minute=0, second=0, microsecond=0)

    def to(self, days_ago: float) -> None:
        """Move the clock to so many days before today (0: now), then do what is due."""
        with db.writing() as tx:
            clock = tx.lock(Clock, 1)
            clock.offset_seconds = max(clock.offset_seconds, -round(days_ago * 86_400))
        self.look()

    def look(self) -> None:
        """Do what is due now, as the worker would, except sending messages."""
        for name, verb in jobs.due():
            if name != NOT_NOW:
                verb()
        db.session.rollback()

    def actor(self, name: str) -> Actor:
        """Somebody as they are now."""
        return actor_for(self.number(name))

    def number(self, name: str) -> int:
        """The number of a person."""
        if name not in self.people:
            self.people[name] = db.session.scalars(select(Person.id).where(Person.display_name == name)).one()
        return self.people[name]

    def cast(self, round_: Round, ballots: Mapping[str, Mapping[str, Any]]) -> None:
        """These people cast these ballots, in one go."""
        with db.writing():
            for name, choices in ballots.items():
                voting.cast(self.actor(name), round_.id, choices, str(key(round_.slug, name)))

    def day(self, days_ago: int) -> dt.date:
        """The date so many days before today, in the fund's zone."""
        return self._real_now().astimezone(foundation.zone()).date() - dt.timedelta(days=days_ago)

    def spans(self, **days_ago: tuple[int, int]) -> list[Span]:
        """Phases of a round, each from so many to so many days ago, at the full hour."""
        return [
            Span(label, self.hour - dt.timedelta(days=first), self.hour - dt.timedelta(days=last))
            for label, (first, last) in days_ago.items()
        ]

    def _real_now(self) -> dt.datetime:
        offset = db.session.scalars(select(Clock.offset_seconds)).one()
        return db.now() - dt.timedelta(seconds=offset)


def key(*parts: object) -> uuid.UUID:
    """The same id for the same thing, so that loading twice could write nothing twice."""
    return uuid.uuid5(NAMESPACE, "/".join(str(part) for part in parts))
