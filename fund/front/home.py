"""What the home page tells, whether the installation is ready, and the bar of a demo."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from fund import db
from fund.db import guards
from fund.db.clock import Clock
from fund.permissions import Actor
from fund.rounds.models import Round

OPEN_TO_SEE = (
    "draft",
    "frozen",
    "open",
    "closed",
    "opened",
    "awaiting_draw",
    "counted",
    "certified",
    "final",
    "lapsed",
)


def overview(actor: Actor) -> dict[str, Any]:
    """Rounds that are going on and the newest that ended."""
    rounds = db.session.scalars(
        select(Round).where(Round.status.in_(OPEN_TO_SEE)).order_by(Round.id.desc()).limit(12)
    ).all()
    return {
        "running": [
            r for r in rounds if r.status in ("draft", "frozen", "open", "closed", "opened", "awaiting_draw", "counted")
        ],
        "ended": [r for r in rounds if r.status in ("certified", "final", "lapsed")],
    }


def readiness() -> list[str]:
    """What keeps this installation from serving, in words; empty when it is ready."""
    try:
        missing = guards.missing(db.session.connection())
        if db.session.get(Clock, 1) is None:
            return ["the database is empty: run `fund migrate`"]
    except Exception as error:  # noqa: BLE001  (any driver's error means the same here)
        return [f"the database does not answer: {type(error).__name__}"]
    return [f"trigger missing or changed: {name}" for name in missing]


def demo_bar() -> dict[str, Any]:
    """What the bar of a demo shows: the clock's offset and whom one may become."""
    clock = db.session.get(Clock, 1)
    return {"offset_seconds": clock.offset_seconds if clock else 0, "now": db.now()}
