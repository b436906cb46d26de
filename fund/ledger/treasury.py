"""What the treasurer's desk shows beside what is to do."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from fund import db
from fund.desk import Item
from fund.errors import NotFound
from fund.ledger import reading
from fund.ledger.models import Entry
from fund.presentation import date, money


def figures() -> list[tuple[str, str]]:
    """The few figures a treasurer looks at first, in words."""
    pool = reading.money()
    return [
        (_("Cash"), money(pool.cash_minor)),
        (_("On its way out"), money(pool.on_its_way_minor)),
        (_("Free"), money(pool.free_minor)),
    ]


ABOUT_MONEY = ("/treasury", "/payments/", "/awards/", "/decisions", "/money", "/micro-grants", "/surplus")
ROOMS = ("ledger", "awards", "payments", "bank", "repayments", "notes", "surplus", "micro_grants")
"""Rooms whose work is a treasurer's."""


def today(items: Sequence[Item]) -> list[tuple[str, Any, str, str]]:
    """What is to do about money as lines of a checklist: state, words, note, address. The rest of what waits for a
    person who also is a steward stands on the steward's desk."""
    lines = []
    for item in (one for one in items if one.url.startswith(ABOUT_MONEY)):
        notes = [_("for %(who)s", who=item.who)] if item.who else []
        notes += [_("until %(day)s", day=date(item.due_at))] if item.due_at else []
        notes += [str(item.note)] if item.note else []
        lines.append(("late" if item.late else "todo", item.text, " · ".join(notes), item.url))
    return lines


def entry(entry_id: uuid.UUID) -> Entry:
    """One entry. Raises NotFound."""
    found = db.session.get(Entry, entry_id)
    if found is None:
        raise NotFound(_l("There is no such entry."))
    return found
