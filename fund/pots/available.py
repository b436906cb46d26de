"""How much there is to be decided about: the one place that says it, for rounds, budgets by percent and pages.

A round's budget is an amount, or a percent of what is available (FIELD B2): of the free money less what is kept back,
or of all dues received less what earlier rounds of that type took, so that dues count once and what a round left over
counts again (B3). It is never more than what may be granted at that moment.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import func, select

from fund.charter.model_rounds import RoundType
from fund.db import Transaction
from fund.ledger import service as ledger
from fund.ledger.models import OUTFLOW_KINDS, Account, Balance, PeriodTotal


def grantable_minor(tx: Transaction) -> int:
    """Minor units that may be promised to a round now: what no round, award, pot or open payment holds."""
    return ledger.free_now(tx)


def budget_minor(tx: Transaction, type_: RoundType, *, earlier: Collection[int]) -> int:
    """What a budget by percent comes to now, in minor units; `earlier` are all other rounds of this type by number."""
    assert type_.percent_of_available is not None, "this type of round has a budget by percent"
    there = max(0, grantable_minor(tx))
    there -= -(-there * type_.reserve_percent // 100)
    if type_.available == "free_money":
        return there * type_.percent_of_available // 100
    share = dues_received_minor(tx) * type_.percent_of_available // 100
    return max(0, min(there, share - taken_minor(tx, earlier)))


def dues_received_minor(tx: Transaction) -> int:
    """All dues that came in, in minor units, corrections taken off."""
    posted = tx.session.scalar(
        select(Balance.posted_minor)
        .join(Account, Account.id == Balance.account_id)
        .where(Account.code == "income:dues")
    )
    return -int(posted or 0)


def taken_minor(tx: Transaction, rounds: Collection[int]) -> int:
    """What these rounds hold still, committed to awards or have paid out, in minor units."""
    mine = (Account.kind == "cash") & Account.round_id.in_(list(rounds))
    held = tx.session.scalar(
        select(func.coalesce(func.sum(Balance.posted_minor), 0))
        .join(Account, Account.id == Balance.account_id)
        .where(mine)
    )
    paid = tx.session.scalar(
        select(func.coalesce(func.sum(PeriodTotal.amount_minor), 0))
        .join(Account, Account.id == PeriodTotal.account_id)
        .where(mine, PeriodTotal.kind.in_(OUTFLOW_KINDS))
    )
    return int(held or 0) - int(paid or 0)
