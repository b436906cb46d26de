"""Lists of rounds, a page at a time: a fund that has held a thousand rounds reads no more of them than it shows.

`going on` is every round that still has something to decide, from being prepared to its certified count; the others
are over: published, lapsed, cancelled or void.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import selectinload

from fund import db
from fund.rounds.models import STATUSES, Round

GOING_ON = ("draft", "frozen", "open", "closed", "opened", "awaiting_draw", "counted", "disputed")
OVER = tuple(status for status in STATUSES if status not in GOING_ON)
NEWEST = (Round.created_at.desc(), Round.id.desc())
WHERE_ONE_CAN_VOTE = case(
    (Round.status == "open", 0), (Round.status == "frozen", 1), (Round.status.in_(GOING_ON), 2), else_=3
)
BATCH = 100


@dataclass(frozen=True)
class Page:
    """Some of the rounds: which page this is, of how many."""

    rounds: Sequence[Round]
    number: int
    total: int


def newest(number: int, *, size: int) -> Page:
    """One page of all rounds, newest first; a page beyond the last one is empty."""
    return _page(NEWEST, number, size)


def by_standing(number: int, *, size: int) -> Page:
    """One page of all rounds: where one can vote first, then those about to open, then what goes on, then the rest."""
    return _page((WHERE_ONE_CAN_VOTE, *NEWEST), number, size)


def first(statuses: Sequence[str], most: int) -> Sequence[Round]:
    """The first few rounds of these statuses: where one can vote first, then the newest."""
    return db.session.scalars(
        select(Round)
        .where(Round.status.in_(statuses))
        .options(selectinload(Round.phases))
        .order_by(WHERE_ONE_CAN_VOTE, *NEWEST)
        .limit(most)
    ).all()


def every() -> Iterator[Round]:
    """Every round, newest first, read a page at a time: for the command line."""
    number, found = 1, newest(1, size=BATCH)
    while found.rounds:
        yield from found.rounds
        number += 1
        found = newest(number, size=BATCH)


def _page(order: tuple[Any, ...], number: int, size: int) -> Page:
    count = db.session.scalar(select(func.count()).select_from(Round)) or 0
    rows = db.session.scalars(
        select(Round)
        .options(selectinload(Round.phases))
        .order_by(*order)
        .limit(size)
        .offset((number - 1) * size)
    ).all()  # fmt: skip
    return Page(rows, number, max(1, -(-count // size)))
