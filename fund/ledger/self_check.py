"""The books compared with themselves: stored balances against the sum of postings (TRUST 4).

The comparison adds up every posting, so it runs at start and then once a night; what it found is stored in one row that
every booking reads. While that row names a fault, money stands still and pages say why.
"""

from __future__ import annotations

import datetime as dt
import logging

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fund import db
from fund.db.engine import alchemy
from fund.ledger.models import OPEN_DISBURSEMENTS, Account, Balance, BooksCheck, Disbursement, Posting

log = logging.getLogger("fund.ledger")
EVERY = dt.timedelta(hours=20)
AGAIN_AFTER_A_FAULT = dt.timedelta(minutes=10)


def differences(session: Session) -> list[str]:
    """Every account whose stored balance is not the sum of its postings, or whose reserved sum is not that of its open
    payments, in words."""
    posted = (
        select(Posting.account_id, func.sum(Posting.amount_minor).label("total"))
        .group_by(Posting.account_id)
        .subquery()
    )
    pending = (
        select(Disbursement.source_account_id.label("account_id"), func.sum(Disbursement.amount_minor).label("total"))
        .where(Disbursement.state.in_(OPEN_DISBURSEMENTS))
        .group_by(Disbursement.source_account_id)
        .subquery()
    )
    total, reserved = func.coalesce(posted.c.total, 0), func.coalesce(pending.c.total, 0)
    rows = session.execute(
        select(Account.code, Balance.posted_minor, total, Balance.reserved_minor, reserved)
        .outerjoin(Balance, Balance.account_id == Account.id)
        .outerjoin(posted, posted.c.account_id == Account.id)
        .outerjoin(pending, pending.c.account_id == Account.id)
        .order_by(Account.id)
    )
    faults = []
    for code, stored, summed, held, asked in rows:
        if stored is None:
            faults.append(f"account {code} has no balance")
            continue
        if stored != int(summed):
            faults.append(f"account {code}: its balance is {stored}, its postings add up to {int(summed)}")
        if held != int(asked):
            faults.append(f"account {code}: {held} are reserved, its open payments add up to {int(asked)}")
    return faults


def self_check() -> list[str]:
    """Compare the books with themselves when it is time to, and store what was found. Returns the faults found."""
    found = db.session.get(BooksCheck, 1)
    if found is not None:
        wait = AGAIN_AFTER_A_FAULT if found.faults else EVERY
        if db.now() - found.checked_at < wait:
            return list(found.faults)
    return check_at_start()


def check_at_start() -> list[str]:
    """Compare the books with themselves now, in one snapshot, and store what was found. Returns the faults found."""
    with Session(alchemy.engines[None]) as session, session.begin():
        if session.get_bind().dialect.name == "postgresql":
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        faults = differences(session)
    with db.writing() as tx:
        row = tx.session.get(BooksCheck, 1)
        if row is None:
            tx.add(BooksCheck(id=1, faults=faults, checked_at=tx.now()))
        else:
            row.faults, row.checked_at = faults, tx.now()
    if faults:
        log.error("the books disagree: %s", "; ".join(faults[:5]))
    return faults
