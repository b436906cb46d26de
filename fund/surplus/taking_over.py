"""Members' accounts of an old fund come into this program: each goes on as a share, to be paid out when its day has come.

They are kept like a surplus that was shared whole into member accounts, by the amounts instead of by hours, under a
decision that a second person confirms before the first is paid. Their money lies where the old books kept it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fund import audit, db
from fund.db import Transaction
from fund.decisions import service as decisions
from fund.ledger import takeover
from fund.ledger.takeover import Taken
from fund.ledger.takeover_reading import Fault, Row
from fund.permissions import Actor
from fund.surplus.models import BROUGHT_OVER, SurplusPeriod, SurplusRun, SurplusShare
from fund.surplus.splitting import PATRONAGE


def refused(rows: Sequence[Row]) -> list[Fault]:
    """Each account needs a person of this fund, or nobody could ask for it; and each has one line."""
    faults, seen = [], set[tuple[int, dt.date | None]]()
    for row in [one for one in rows if one.what == "member"]:
        person_id = takeover.person_called(db.session(), row.name)
        if person_id is None:
            faults.append(
                Fault(
                    row.line,
                    "name",
                    _l("one person whom the fund knows, by name or e-mail address: bring the roll in first"),
                )
            )
        elif (person_id, row.due) in seen:
            faults.append(Fault(row.line, "name", _l("each member once")))
        else:
            seen.add((person_id, row.due))
    return faults


def take_accounts(tx: Transaction, taken: Sequence[Taken], on: dt.date, by: Actor) -> None:
    """Note whose each account is, and from which day it is paid out: its own, or the day of the position."""
    mine = [one for one in taken if one.row.what == "member" and one.entry is not None]
    for due in sorted({one.row.due or on for one in mine}):
        _run(tx, [one for one in mine if (one.row.due or on) == due], due, on, by)


def _run(tx: Transaction, mine: Sequence[Taken], due: dt.date, on: dt.date, by: Actor) -> None:
    total = sum(-one.row.amount_minor for one in mine)
    number = tx.session.scalar(select(func.count()).select_from(SurplusPeriod)) or 0
    period = tx.add(
        SurplusPeriod(name=_("Older books, %(n)s", n=f"{on.isoformat()} ({number + 1})"), starts_on=on, ends_on=on)
    )
    decision = decisions.record(
        tx, "consent", _("Members’ accounts of our older books"), "", limit_minor=total, decided_on=on, by=by.person_id
    )
    entry = mine[0].entry
    assert entry is not None
    run = tx.add(
        SurplusRun(
            period_id=period.id, surplus_minor=total, nonmember_minor=0, reserve_minor=0, patronage_minor=total,
            cash_minor=0, accounts_minor=total, pot_minor=0, redeem_on=due, decision_id=decision.id, entry_id=entry.id,
            terms={PATRONAGE: 100, "cash_percent": 0, "nonmember_hundredths": 0, BROUGHT_OVER: 1},
            recorded_by=by.person_id, recorded_at=tx.now(),
        )
    )  # fmt: skip
    for one in mine:
        person_id = takeover.person_called(tx.session, one.row.name)
        amount = -one.row.amount_minor
        tx.add(SurplusShare(run_id=run.id, person_id=person_id, hundredths=amount, cash_minor=0, account_minor=amount))
    audit.record(tx, "surplus.take_over", by=by.person_id, on=("surplus_run", run.id), amount_minor=total)


takeover.CHECKS.append(refused)
takeover.TAKEN.append(take_accounts)
