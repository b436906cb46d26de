"""What time erases: names after the charter's days, whom the fund helped after others. Run by the clock (`fund.jobs`).

Days count from the day of asking, so that nobody is known longer because they had to wait; a request that waits still
is kept whole until it is paid or taken back.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete, or_, select

from fund import audit, db
from fund.foundation import service as foundation
from fund.micro_grants import sealing
from fund.micro_grants.models import MicroHelped, MicroRequest

RETAIN_DAYS = 30
AGAIN_AFTER_DAYS = 90
ENDED = ("paid", "withdrawn", "unpaid")


def erase_due() -> int:
    """Erase what is personal in requests that ended and are old enough; gives how many. Doing it twice changes nothing."""
    if foundation.current_version() is None:
        return 0
    rules = foundation.current_charter().micro_grants
    retain = rules.retain_days if rules is not None else RETAIN_DAYS
    again = rules.again_after_days if rules is not None else AGAIN_AFTER_DAYS
    with db.writing() as tx:
        today = foundation.today_in(tx)
        due = tx.lock_all(
            select(MicroRequest)
            .where(
                MicroRequest.state.in_(ENDED), MicroRequest.asked_on <= today - dt.timedelta(days=retain),
                or_(
                    MicroRequest.name_sealed.is_not(None), MicroRequest.code_hash.is_not(None),
                    MicroRequest.urgent_by.is_not(None),
                ),
            )
            .order_by(MicroRequest.id)
        )  # fmt: skip
        for request in due:
            sealing.erase_all(tx, request)
        tx.session.execute(delete(MicroHelped).where(MicroHelped.helped_on <= today - dt.timedelta(days=again)))
        tx.session.flush()
        if due:
            audit.record(tx, "micro_grant.erase", by=None, on=("fund", 1), requests=len(due))
    return len(due)
