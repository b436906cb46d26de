"""What the treasurer's desk shows beside what is to do."""

from __future__ import annotations

import uuid

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from fund import db
from fund.errors import NotFound
from fund.ledger import reading
from fund.ledger.models import Entry
from fund.presentation import money


def figures() -> list[tuple[str, str]]:
    """The few figures a treasurer looks at first, in words."""
    pool = reading.money()
    return [
        (_("Cash"), money(pool.cash_minor)),
        (_("On its way out"), money(pool.on_its_way_minor)),
        (_("Free"), money(pool.free_minor)),
    ]


def entry(entry_id: uuid.UUID) -> Entry:
    """One entry. Raises NotFound."""
    found = db.session.get(Entry, entry_id)
    if found is None:
        raise NotFound(_l("There is no such entry."))
    return found
