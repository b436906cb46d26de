"""The stage of the demo: its clock, and the people as actors.

The clock starts in the past and is moved forward from scene to scene; at each step everything that is due is done, as
the worker would. When the demo has loaded the clock stands at the database's own time.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

from sqlalchemy import select

from fund import db, jobs
from fund.db import Clock
from fund.identity import actor_for
from fund.members.models import Person
from fund.permissions import Actor

NAMESPACE = uuid.UUID("6d696c6c-7261-4365-8000-000000000000")
BEGINS_DAYS_AGO = 345


class Stage:
    """Moves the clock and finds people by name. `tell` is called with a line for each scene."""

    def __init__(self, tell: Callable[[str], None] = lambda _line: None) -> None:
        self.tell = tell
        self.people: dict[str, int] = {}

    def to(self, days_ago: float) -> None:
        """Move the clock to so many days before today (0: now), then do what is due."""
        with db.writing() as tx:
            clock = tx.lock(Clock, 1)
            clock.offset_seconds = max(clock.offset_seconds, -round(days_ago * 86_400))
        self.look()

    def look(self) -> None:
        """Do what is due, except sending messages: nobody in Port Alder has a mailbox."""
        for name, verb in jobs.due():
            if name != "send messages":
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

    def day(self, days_ago: int) -> dt.date:
        """The date so many days before today."""
        real = db.session.scalars(select(Clock.offset_seconds)).one()
        return (db.now() - dt.timedelta(seconds=real)).date() - dt.timedelta(days=days_ago)

    def moment(self, days_ago: float) -> dt.datetime:
        """The time so many days before now."""
        real = db.session.scalars(select(Clock.offset_seconds)).one()
        return db.now() - dt.timedelta(seconds=real) - dt.timedelta(days=days_ago)


def key(*parts: object) -> uuid.UUID:
    """The same id for the same thing, so that loading twice could write nothing twice."""
    return uuid.uuid5(NAMESPACE, "/".join(str(part) for part in parts))
