"""Ready-made notes for tests: a treasurer, decisions that stand, notes of the classes of C1."""

from __future__ import annotations

import datetime as dt
import uuid

from fund.decisions import service as decisions
from fund.decisions.models import Decision
from fund.foundation import service as foundation
from fund.notes import payouts
from fund.notes import service as notes
from fund.notes.holders import NewHolder
from fund.notes.models import Note
from fund.notes.service import NewNote
from fund.permissions import Actor
from tests import factories


def treasurer(name: str = "Imani", class_code: str = "voting") -> Actor:
    """A treasurer."""
    return factories.actor(factories.officer(name, "treasurer", class_code=class_code))


def note(
    code: str, amount: int, *, by: Actor, days_ago: int = 0, holder: NewHolder | None = None, **more: object
) -> Note:
    """A note of so many whole units, issued so many days ago."""
    new = NewNote(
        code, holder or NewHolder("Somebody"), amount * 100, foundation.today() - dt.timedelta(days=days_ago),
        uuid.uuid4(), **more,  # type: ignore[arg-type]
    )  # fmt: skip
    return notes.record_note(new, by=by)


def decided(kind: str, *, by: Actor, second: Actor, limit_minor: int | None = None) -> Decision:
    """A decision of any kind that two people stand for."""
    if kind == "note_schedule":
        made = payouts.decide_schedule(title="Notes by their terms", text="", limit_minor=limit_minor, by=by)
    else:
        new = decisions.NewDecision(kind, "As the assembly said", "", foundation.today(), limit_minor)
        made = decisions.record_decision(new, by=by)
    return decisions.confirm(made.id, by=second)
