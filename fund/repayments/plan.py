"""The plan of an award: made with its first payment, and made anew, as a new version, whatever happens to it.

What holds at every moment: the capital that is out is the plan's capital less what has come of it since. Reads and
writes inside a transaction that is open and holds the award's row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fund import audit
from fund.awards.models import Award, Tranche
from fund.db import Transaction
from fund.errors import WrongState
from fund.foundation import service as foundation
from fund.ledger.models import Account, Balance, PeriodTotal
from fund.repayments import schedule
from fund.repayments.models import Repayment, RepaymentDue, RepaymentPart, RepaymentSchedule
from fund.repayments.schedule import Due, Terms

OF_THE_LOAN = ("due", "ahead", "redemption")
"""Kinds of repayments that count for the loan itself; an aporte and a recovery do not."""

PAID_OUT_BY = ("payment", "opening")
"""Kinds of entries by which a claim on a business comes to be: a payment, or a loan brought over from older books."""
GIVEN_UP = ("forgiven", "defaulted")
"""States of awards whose rest was given up by a decision."""


@dataclass(frozen=True)
class Open:
    """What is left of one due."""

    due: RepaymentDue
    principal_minor: int
    gain_minor: int

    @property
    def amount_minor(self) -> int:
        """Capital and gain together."""
        return self.principal_minor + self.gain_minor

    @property
    def row(self) -> tuple[Due, int | None]:
        """It as a row of a plan, with the figure it follows from."""
        return Due(self.due.due_on, self.principal_minor, self.gain_minor), self.due.figure_id


@dataclass(frozen=True)
class State:
    """Where an award stands: its terms, its plan, what is open of it, capital that is out, gain that has come."""

    award: Award
    terms: Terms
    current: RepaymentSchedule | None
    open: list[Open]
    first_paid_on: dt.date | None
    paid_out_minor: int
    capital_minor: int
    gained_minor: int

    @property
    def open_minor(self) -> int:
        """Everything that is due or planned, with what the fund gains."""
        return sum(one.amount_minor for one in self.open)

    @property
    def not_yet_due_capital_minor(self) -> int:
        """Capital that no due has asked for yet (contingent products)."""
        return self.capital_minor - sum(one.principal_minor for one in self.open)

    @property
    def room_minor(self) -> int:
        """How much may still become due, below the cap (contingent products)."""
        if self.terms.kind == "nonvoting_share":
            return self.paid_out_minor
        used = self.paid_out_minor - self.capital_minor + self.gained_minor + self.open_minor
        return max(0, self.terms.cap_minor(self.paid_out_minor) - used)

    @property
    def rate_bp(self) -> int:
        """The rate of the plan in force."""
        return self.terms.rate_bp if self.current is None else self.current.rate_bp

    @property
    def is_paid_back(self) -> bool:
        """Whether nothing is or will be owed."""
        if self.capital_minor or self.open:
            return False
        return not self.terms.is_contingent or self.terms.kind == "nonvoting_share" or not self.room_minor


def of(session: Session, award: Award) -> State:
    """Where an award stands."""
    return states(session, [award])[award.id]


def states(session: Session, awards: Sequence[Award]) -> dict[int, State]:
    """Where each of these awards stands, in the same few questions however many there are."""
    ids = [award.id for award in awards]
    newest = _newest(session, ids)
    dues = _open_dues(session, [one.id for one in newest.values()])
    first_paid = _by_award(session, select(Tranche.award_id, func.min(Tranche.paid_on)), Tranche.award_id, ids)
    paid_out, capital, gained = _paid_out(session, ids), _capital(session, ids), _gained(session, ids)
    return {
        award.id: State(
            award=award, terms=Terms.of(award.product, award.terms), current=newest.get(award.id),
            open=dues.get(newest[award.id].id, []) if award.id in newest else [],
            first_paid_on=first_paid.get(award.id), paid_out_minor=int(paid_out.get(award.id, 0)),
            capital_minor=int(capital.get(award.id, 0)), gained_minor=int(gained.get(award.id, 0)),
        )
        for award in awards
    }  # fmt: skip


def catch_up(tx: Transaction, award: Award, *, by: int | None = None) -> RepaymentSchedule | None:
    """Plan what was paid out since the plan in force was made, or came back from the bank; None for a grant, or while
    nothing is paid. Doing it twice changes nothing."""
    if award.product == "grant":
        return None
    state = of(tx.session, award)
    before = state.current.paid_out_minor if state.current is not None else 0
    if state.paid_out_minor == before:
        return state.current
    rows = [one.row for one in state.open] if state.paid_out_minor else []
    if state.terms.is_dated and state.first_paid_on is not None:
        days = schedule.instalment_days(state.terms, state.first_paid_on)
        added = state.paid_out_minor - before
        if state.current is None:
            made = schedule.level(added, state.terms.rate_bp, days)
        else:
            dues = [due for due, _figure in rows]
            made = schedule.extended(dues, added, state.rate_bp, foundation.today_in(tx), otherwise=days)
        rows = [(due, None) for due in made]
    return make_version(tx, award, rows, reason="paid_out", rate_bp=state.rate_bp, by=by)


def unplanned(session: Session) -> list[int]:
    """Awards whose plan does not hold everything that was paid to them."""
    planned = {
        award_id: paid_out
        for award_id, paid_out in session.execute(
            select(RepaymentSchedule.award_id, RepaymentSchedule.paid_out_minor).order_by(RepaymentSchedule.version)
        )
    }
    rows = session.execute(
        select(Account.award_id, func.sum(PeriodTotal.amount_minor))
        .join(PeriodTotal, PeriodTotal.account_id == Account.id)
        .where(Account.award_id.is_not(None), Account.kind == "receivable", PeriodTotal.kind.in_(PAID_OUT_BY))
        .group_by(Account.award_id)
        .order_by(Account.award_id)
    )
    return [award_id for award_id, paid in rows if award_id is not None and planned.get(award_id, 0) != int(paid)]


def make_version(
    tx: Transaction, award: Award, rows: Iterable[tuple[Due, int | None]], *, reason: str, rate_bp: int,
    decision_id: int | None = None, by: int | None = None,
) -> RepaymentSchedule:  # fmt: skip
    """Write the next version of a plan; its rows take over what is owed. Raises WrongState when a plan of days does not
    add up to the capital that is out."""
    kept = [(due, figure_id) for due, figure_id in rows if due.amount_minor]
    capital = int(_capital(tx.session, [award.id]).get(award.id, 0))
    if Terms.of(award.product, award.terms).is_dated and sum(due.principal_minor for due, _f in kept) != capital:
        raise WrongState(_l("The instalments do not add up to what is still to be paid back."))
    before = current_of(tx.session, award.id)
    made = tx.add(
        RepaymentSchedule(
            award_id=award.id, version=1 if before is None else before.version + 1, reason=reason,
            principal_minor=capital, paid_out_minor=int(_paid_out(tx.session, [award.id]).get(award.id, 0)),
            rate_bp=rate_bp,
            decision_id=decision_id, made_by=by, made_at=tx.now(),
        )
    )  # fmt: skip
    for number, (due, figure_id) in enumerate(kept, start=1):
        tx.add(
            RepaymentDue(
                schedule_id=made.id, number=number, due_on=due.due_on, principal_minor=due.principal_minor,
                gain_minor=due.gain_minor, figure_id=figure_id,
            )
        )  # fmt: skip
    audit.record(tx, "repayment.plan", by=by, on=("award", award.id), version=made.version, reason=reason)
    return made


def add_due(tx: Transaction, current: RepaymentSchedule, due: Due, figure_id: int) -> RepaymentDue:
    """Add what a figure made due to the plan in force."""
    last = tx.session.scalar(select(func.max(RepaymentDue.number)).where(RepaymentDue.schedule_id == current.id))
    return tx.add(
        RepaymentDue(
            schedule_id=current.id, number=(last or 0) + 1, due_on=due.due_on, principal_minor=due.principal_minor,
            gain_minor=due.gain_minor, figure_id=figure_id,
        )
    )  # fmt: skip


def settle_state(tx: Transaction, award: Award, *, end: str = "completed") -> None:
    """An award that is paid whole and paid back is completed, once no report is waited for; one that is owed on again is
    active. `end` names how it ended: completed, forgiven, defaulted."""
    state = of(tx.session, award)
    tranches = set(tx.session.scalars(select(Tranche.state).where(Tranche.award_id == award.id)))
    told = award.reported_on is not None or not award.terms.get("report_days") or end != "completed"
    nothing_left = bool(state.paid_out_minor) and not state.capital_minor and not state.open
    given_up = award.state in GIVEN_UP or end in GIVEN_UP
    over = nothing_left and tranches <= {"paid", "cancelled"} and (state.is_paid_back or given_up)
    if award.state == "active" and over and told:
        award.state = end
    elif award.state in ("completed", *GIVEN_UP) and not over:
        award.state = "active"
    tx.session.flush()


def current_of(session: Session, award_id: int) -> RepaymentSchedule | None:
    """The newest version of an award's plan."""
    return _newest(session, [award_id]).get(award_id)


def versions(session: Session, award_id: int) -> Sequence[RepaymentSchedule]:
    """Every version of an award's plan, the first one first."""
    return session.scalars(
        select(RepaymentSchedule).where(RepaymentSchedule.award_id == award_id).order_by(RepaymentSchedule.version)
    ).all()


def _newest(session: Session, award_ids: Sequence[int]) -> dict[int, RepaymentSchedule]:
    last = (
        select(RepaymentSchedule.award_id, func.max(RepaymentSchedule.version).label("version"))
        .where(RepaymentSchedule.award_id.in_(award_ids))
        .group_by(RepaymentSchedule.award_id)
        .subquery()
    )
    found = session.scalars(
        select(RepaymentSchedule).join(
            last, (last.c.award_id == RepaymentSchedule.award_id) & (last.c.version == RepaymentSchedule.version)
        )
    )
    return {one.award_id: one for one in found}


def _open_dues(session: Session, schedule_ids: Sequence[int]) -> dict[int, list[Open]]:
    """What is left of the dues of these versions, by day."""
    paid = {
        due_id: (int(principal), int(gain))
        for due_id, principal, gain in session.execute(
            select(RepaymentPart.due_id, func.sum(RepaymentPart.principal_minor), func.sum(RepaymentPart.gain_minor))
            .join(Repayment, Repayment.id == RepaymentPart.repayment_id)
            .join(RepaymentDue, RepaymentDue.id == RepaymentPart.due_id)
            .where(RepaymentDue.schedule_id.in_(schedule_ids), Repayment.undone_by_id.is_(None))
            .group_by(RepaymentPart.due_id)
        )
    }
    left: dict[int, list[Open]] = {}
    for due in session.scalars(
        select(RepaymentDue)
        .where(RepaymentDue.schedule_id.in_(schedule_ids))
        .order_by(RepaymentDue.due_on, RepaymentDue.number)
    ):
        principal, gain = paid.get(due.id, (0, 0))
        one = Open(due, due.principal_minor - principal, due.gain_minor - gain)
        if one.amount_minor:
            left.setdefault(due.schedule_id, []).append(one)
    return left


def _paid_out(session: Session, award_ids: Sequence[int]) -> dict[int, int]:
    """What was paid to each award and is owed back, less what the bank sent back."""
    statement = (
        select(Account.award_id, func.sum(PeriodTotal.amount_minor))
        .join(PeriodTotal, PeriodTotal.account_id == Account.id)
        .where(Account.kind == "receivable", PeriodTotal.kind.in_(PAID_OUT_BY))
    )
    return _by_award(session, statement, Account.award_id, award_ids)


def _capital(session: Session, award_ids: Sequence[int]) -> dict[int, int]:
    """What is owed back by the books."""
    statement = (
        select(Account.award_id, func.sum(Balance.posted_minor))
        .join(Balance, Balance.account_id == Account.id)
        .where(Account.kind == "receivable")
    )
    return _by_award(session, statement, Account.award_id, award_ids)


def _gained(session: Session, award_ids: Sequence[int]) -> dict[int, int]:
    """What the fund gained on each."""
    statement = select(Repayment.award_id, func.sum(Repayment.gain_minor)).where(
        Repayment.undone_by_id.is_(None), Repayment.kind.in_(OF_THE_LOAN)
    )
    return _by_award(session, statement, Repayment.award_id, award_ids)


def _by_award(session: Session, statement: Any, column: Any, award_ids: Sequence[int]) -> dict[int, Any]:
    """A value for each award."""
    rows = session.execute(statement.where(column.in_(award_ids)).group_by(column))
    return {award_id: value for award_id, value in rows}
