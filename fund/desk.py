"""What waits for whom: each feature tells, the desks and the person's own page gather.

A feature with something to say has `fund/<feature>/desk.py` with `waiting(actor)` (work for stewards and treasurers)
or `mine(actor)` (what a person has going on with the fund), each a list of `Item`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from fund import FEATURES
from fund.permissions import Actor


@dataclass(frozen=True)
class Item:
    """One line: what to do, where, for whom it waits, until when. `late` items come first."""

    text: Any
    url: str
    who: Any = ""
    due_at: dt.datetime | None = None
    late: bool = False
    note: Any = ""


def waiting_for(actor: Actor, *features: str) -> list[Item]:
    """Everything that waits for this actor's hands, late things first, then by date; of these features alone if named."""
    return _gather("waiting", actor, features or FEATURES)


def mine_of(actor: Actor) -> list[Item]:
    """Everything this person has going on with the fund."""
    return _gather("mine", actor, FEATURES)


def _gather(name: str, actor: Actor, features: Sequence[str]) -> list[Item]:
    items: list[Item] = []
    for feature in features:
        if find_spec(f"fund.{feature}.desk"):
            tell = getattr(import_module(f"fund.{feature}.desk"), name, None)
            items += tell(actor) if tell is not None else []
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    return sorted(items, key=lambda item: (not item.late, item.due_at or far))
