"""What is read of surpluses: sums for everyone, one's own account for each member, names for those who pay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fund import db
from fund.decisions import service as decisions
from fund.decisions.models import Decision
from fund.errors import NotFound
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.models import Disbursement
from fund.members.models import Person
from fund.surplus.models import SurplusPeriod, SurplusRun, SurplusShare
from fund.surplus.payouts import ACCOUNT, CASH, OVER, about


@dataclass(frozen=True)
class Payment:
    """Where the payment of one part stands."""

    number: int
    state: str


@dataclass(frozen=True)
class Line:
    """One share with what it belongs to; `cash` and `account` are payments, None while none is asked for."""

    share: SurplusShare
    run: SurplusRun
    period: str
    name: str
    cash: Payment | None
    account: Payment | None


@dataclass(frozen=True)
class Sums:
    """What the public sees of all surpluses; minor units."""

    reserve_minor: int
    pot_minor: int
    member_accounts_minor: int
    patronage_due_minor: int


def shared() -> Sequence[tuple[SurplusRun, str]]:
    """Surpluses that were shared here and are in the books with their periods, newest first."""
    rows = db.session.execute(
        select(SurplusRun, SurplusPeriod.name)
        .join(SurplusPeriod, SurplusPeriod.id == SurplusRun.period_id)
        .where(SurplusRun.entry_id.is_not(None))
        .order_by(SurplusRun.id.desc())
        .limit(50)
    )
    return [(run, name) for run, name in rows if not run.brought_over]


def sums() -> Sums:
    """What lies in the reserve and the pot, and what members are owed together."""

    def held(code: str) -> int:
        row = accounts.balance_of(code)
        return row.posted_minor if row is not None else 0

    return Sums(
        held(accounts.INDIVISIBLE_RESERVE), held(accounts.SOLIDARITY_POT), -held(accounts.MEMBER_ACCOUNTS),
        -held(accounts.PATRONAGE_DUE),
    )  # fmt: skip


def periods() -> Sequence[tuple[SurplusPeriod, SurplusRun | None]]:
    """Periods with the run that shares them, newest first."""
    rows = db.session.execute(
        select(SurplusPeriod, SurplusRun)
        .outerjoin(SurplusRun, (SurplusRun.period_id == SurplusPeriod.id) & SurplusRun.dropped_at.is_(None))
        .order_by(SurplusPeriod.ends_on.desc(), SurplusPeriod.id.desc())
        .limit(50)
    )
    return [(period, run) for period, run in rows]


def run(run_id: int) -> tuple[SurplusRun, str, Decision]:
    """One run, its period's name and its decision. Raises NotFound."""
    found = db.session.get(SurplusRun, run_id)
    if found is None:
        raise NotFound(_l("There is no such surplus."))
    name = db.session.scalar(select(SurplusPeriod.name).where(SurplusPeriod.id == found.period_id))
    return found, name or "", decisions.get(found.decision_id)


def run_of(period_id: int) -> SurplusRun | None:
    """The run that shares a period's surplus, or is put up to."""
    return db.session.scalars(
        select(SurplusRun).where(SurplusRun.period_id == period_id, SurplusRun.dropped_at.is_(None))
    ).one_or_none()


def shares_of_run(run_id: int) -> list[Line]:
    """Every share of a run by name, for those who pay."""
    return _lines(SurplusShare.run_id == run_id)


def account_of(person_id: int) -> list[Line]:
    """One member's shares of what is shared, newest first."""
    return _lines(SurplusShare.person_id == person_id, SurplusRun.entry_id.is_not(None))


def standing(lines: Sequence[Line]) -> tuple[int, int]:
    """What a member is still paid in cash, and what stands in their account; minor units."""
    cash = sum(one.share.cash_minor for one in lines if one.cash is None or one.cash.state != "paid")
    kept = sum(one.share.account_minor for one in lines if one.account is None or one.account.state != "paid")
    return cash, kept


def redeemable(on: dt.date | None = None) -> int:
    """How many member accounts may be paid out and are not asked for."""
    day = on or foundation.today()
    rows = db.session.scalars(
        select(SurplusShare.id)
        .join(SurplusRun, SurplusRun.id == SurplusShare.run_id)
        .where(SurplusRun.entry_id.is_not(None), SurplusRun.redeem_on <= day, SurplusShare.account_minor > 0)
    ).all()
    if not rows:
        return 0
    asked = db.session.scalars(
        select(Disbursement.about).where(
            Disbursement.kind == "surplus_payout", Disbursement.state.not_in(OVER),
            Disbursement.about.in_([about(number, ACCOUNT) for number in rows]),
        )
    ).all()  # fmt: skip
    return len(rows) - len(set(asked))


def _lines(*where: object) -> list[Line]:
    rows = db.session.execute(
        select(SurplusShare, SurplusRun, SurplusPeriod.name, Person.display_name)
        .join(SurplusRun, SurplusRun.id == SurplusShare.run_id)
        .join(SurplusPeriod, SurplusPeriod.id == SurplusRun.period_id)
        .join(Person, Person.id == SurplusShare.person_id)
        .where(*where)  # type: ignore[arg-type]
        .order_by(SurplusRun.id.desc(), func.lower(Person.display_name), SurplusShare.id)
    ).all()
    keys = [about(share.id, part) for share, *_rest in rows for part in (CASH, ACCOUNT)]
    found = {
        key: Payment(number, state)
        for number, key, state in db.session.execute(
            select(Disbursement.id, Disbursement.about, Disbursement.state).where(
                Disbursement.kind == "surplus_payout", Disbursement.about.in_(keys), Disbursement.state.not_in(OVER)
            )
        )
    }
    return [
        Line(share, one, period, name, found.get(about(share.id, CASH)), found.get(about(share.id, ACCOUNT)))
        for share, one, period, name in rows
    ]
