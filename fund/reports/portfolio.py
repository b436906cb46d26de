"""What the fund has out with businesses: planned, paid, paid back, still owed, written off, and what stands against it.

Sums come from the books alone. What a single business paid back is for those who handle money; everybody sees the sums.
Outcomes are what businesses stated themselves; nobody checked them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from fund import db
from fund.awards.models import Award
from fund.ledger.models import Account, Balance, PeriodTotal
from fund.proposals.models import Proposal

NOT_OURS = ("declined", "expired")
RESERVES = ("equity:loss-reserve", "liability:loss-reserve", "cash:loss-reserve", "equity:reserve")
WRITTEN_OFF = ("write_off", "loss")


@dataclass(frozen=True)
class Holding:
    """One award in the portfolio; the last three are None for a reader who may not see them one by one."""

    award_id: int
    name: str
    product: str
    state: str
    planned_minor: int
    paid_minor: int
    repaid_minor: int | None
    owed_minor: int | None
    written_off_minor: int | None


@dataclass(frozen=True)
class Portfolio:
    """All awards with their sums, and the reserve that bears losses first."""

    holdings: tuple[Holding, ...]
    planned_minor: int
    paid_minor: int
    repaid_minor: int
    owed_minor: int
    written_off_minor: int
    older_minor: int
    reserve_minor: int


def portfolio(*, exact: bool) -> Portfolio:
    """The portfolio as it stands."""
    sums = _sums()
    rows = db.session.execute(
        select(Award, Proposal.title)
        .join(Proposal, Proposal.id == Award.proposal_id)
        .where(Award.state.not_in(NOT_OURS))
        .order_by(Award.id)
    ).all()
    whole = [_holding(award, title, sums) for award, title in rows]
    older = db.session.scalar(
        select(func.coalesce(func.sum(Balance.posted_minor), 0))
        .join(Account, Account.id == Balance.account_id)
        .where(Account.kind == "receivable", Account.award_id.is_(None))
    )
    return Portfolio(
        holdings=tuple(whole if exact else [_in_public(one) for one in whole]),
        planned_minor=sum(one.planned_minor for one in whole), paid_minor=sum(one.paid_minor for one in whole),
        repaid_minor=sum(one.repaid_minor or 0 for one in whole), owed_minor=sum(one.owed_minor or 0 for one in whole),
        written_off_minor=sum(one.written_off_minor or 0 for one in whole), older_minor=int(older or 0),
        reserve_minor=_reserve(),
    )  # fmt: skip


def _holding(award: Award, title: str, sums: dict[tuple[int, str, str], int]) -> Holding:
    def of(kind: str, entry: str) -> int:
        return sums.get((award.id, kind, entry), 0)

    owed = sum(total for (number, kind, _entry), total in sums.items() if (number, kind) == (award.id, "receivable"))
    return Holding(
        award.id, title, award.product, award.state, award.amount_minor, -of("cash", "payment"),
        -of("receivable", "repayment"), owed, -sum(of("receivable", kind) for kind in WRITTEN_OFF),
    )  # fmt: skip


def _in_public(one: Holding) -> Holding:
    return Holding(one.award_id, one.name, one.product, one.state, one.planned_minor, one.paid_minor, None, None, None)


def _sums() -> dict[tuple[int, str, str], int]:
    """What entries of each kind did to each award's accounts."""
    rows = db.session.execute(
        select(Account.award_id, Account.kind, PeriodTotal.kind, func.sum(PeriodTotal.amount_minor))
        .join(Account, Account.id == PeriodTotal.account_id)
        .where(Account.award_id.is_not(None))
        .group_by(Account.award_id, Account.kind, PeriodTotal.kind)
    )
    return {(number, kind, entry): int(total) for number, kind, entry, total in rows if number is not None}


def _reserve() -> int:
    """What lies aside to bear losses."""
    held: Sequence[tuple[str, int]] = [
        (kind, amount)
        for kind, amount in db.session.execute(
            select(Account.kind, Balance.posted_minor)
            .join(Balance, Balance.account_id == Account.id)
            .where(Account.code.in_(RESERVES))
        )
    ]
    return sum(amount if kind == "cash" else -amount for kind, amount in held)
