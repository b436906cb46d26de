"""What the bar of a demo shows, and whom one may become."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from fund import db
from fund.demo.people import CHARACTERS, SECOND_STEWARD, STEWARDS, TREASURER
from fund.errors import NotFound
from fund.foundation import service as foundation
from fund.members.models import Person
from fund.rounds.models import Round
from fund.rounds.words import PHASE_WORDS


@dataclass(frozen=True)
class Bar:
    """The fund's time, how many days the clock was moved, (name, what they are) of those one may become, and what happens
    next by itself, in words."""

    now: str
    days_ahead: int
    people: list[tuple[str, str]]
    next_words: str = ""


def shown() -> Bar | None:
    """The bar, or None on an instance that is no demo."""
    from fund.db import Clock
    from fund.presentation import moment

    if foundation.fund().instance != "demo":
        return None
    clock = db.session.get(Clock, 1)
    return Bar(
        moment(db.now()),
        (clock.offset_seconds if clock else 0) // 86_400,
        [(name, role_of(name)) for name in CHARACTERS],
        f"{coming.words} ({moment(coming.at)})" if (coming := next_event()) is not None else "",
    )


@dataclass(frozen=True)
class Event:
    """Something that the clock brings about in a round: when, and what, in words."""

    at: dt.datetime
    words: str


def next_event() -> Event | None:
    """The next beginning or end in a round: voting of those that are frozen or open, the earlier phases of a draft."""
    now = db.now()
    rows = db.session.scalars(
        select(Round).where(Round.status.in_(("draft", "frozen", "open"))).options(selectinload(Round.phases))
    )
    ahead = [event for round_ in rows for event in _events(round_) if event.at > now]
    return min(ahead, key=lambda event: event.at, default=None)


def seconds_until(event: Event | None) -> int:
    """How far the clock moves so that this has come, rounded up to a whole second; 0 when there is nothing to come."""
    return 0 if event is None else max(0, math.ceil((event.at - db.now()).total_seconds()))


def _events(round_: Round) -> Iterator[Event]:
    if round_.status == "frozen" and round_.opens_at is not None:
        yield Event(round_.opens_at, _("%(round)s: voting opens", round=round_.title))
    if round_.status == "open" and round_.closes_at is not None:
        yield Event(round_.closes_at, _("%(round)s: voting ends", round=round_.title))
    if round_.status == "draft":
        for phase in round_.phases:
            if phase.label != "voting":
                words = {"round": round_.title, "phase": PHASE_WORDS[phase.label]}
                yield Event(phase.starts_at, _("%(round)s: “%(phase)s” begins", **words))
                yield Event(phase.ends_at, _("%(round)s: “%(phase)s” ends", **words))


def require_demo() -> None:
    """Raise NotFound on an instance that is no demo."""
    if foundation.fund().instance != "demo":
        raise NotFound(_("There is no such page."))


def character(name: str) -> Person:
    """One of those whom a visitor may become. Raises NotFound for anybody else, and outside a demo."""
    require_demo()
    allowed = {*CHARACTERS, *(steward for steward, _how in STEWARDS), TREASURER}
    person = db.session.scalars(select(Person).where(Person.display_name == name)).first() if name in allowed else None
    if person is None:
        raise NotFound(_("Nobody of that name lives in this demo."))
    return person


def role_of(name: str) -> str:
    """What a character is to the fund, in a word or two."""
    if name == TREASURER:
        return _("treasurer")
    if name == SECOND_STEWARD:
        return _("second steward")
    if name in {steward for steward, _how in STEWARDS}:
        return _("steward")
    return _("shopkeeper") if name.startswith("Lupe") else _("resident")
