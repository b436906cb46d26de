"""Money that an old fund had set aside comes into its pots: one lot of the day of the position for each line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l

from fund.db import Transaction
from fund.foundation import service as foundation
from fund.ledger import takeover
from fund.ledger.takeover import Taken
from fund.ledger.takeover_reading import Fault, Row
from fund.permissions import Actor
from fund.pots import lots, reading

POT = "cash:pot-"


def refused(rows: Sequence[Row]) -> list[Fault]:
    """A pot is one that the charter has."""
    mine = [row for row in rows if row.code.startswith(POT)]
    known = {pot.code for pot in reading.pots()} if mine and foundation.current_version() is not None else set()
    return [
        Fault(
            row.line,
            "account",
            _l("a pot of the charter: %(codes)s", codes=", ".join(sorted(known)) or _l("there is none")),
        )
        for row in mine
        if row.code.removeprefix(POT) not in known
    ]


def take_pots(tx: Transaction, taken: Sequence[Taken], on: dt.date, by: Actor) -> None:
    """Put each sum into its pot; what the charter releases after some days, it releases so long after the position."""
    mine = [one for one in taken if one.row.code.startswith(POT) and one.entry is not None]
    days = {one.code: one.release_after_days for one in foundation.current_charter().setasides} if mine else {}
    for one in mine:
        code = one.row.code.removeprefix(POT)
        after = days.get(code)
        lots.put_in(
            tx, code, one.row.amount_minor, came_from="contribution", entry_id=one.entry.id if one.entry else None,
            releases_on=on + dt.timedelta(days=after) if after is not None else None,
        )  # fmt: skip


takeover.CHECKS.append(refused)
takeover.TAKEN.append(take_pots)
