"""What always holds between plans, what came, and the books (TRUST 4, I13)."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select

from fund import db
from fund.awards.models import Award
from fund.ledger.models import Account, Entry, Posting
from fund.repayments import fair, plan
from fund.repayments.models import BusinessFigure, Repayment, RepaymentDue, RepaymentPart, RepaymentSchedule
from fund.repayments.schedule import Terms


def plans_add_up() -> list[str]:
    """The instalments of every version of a plan of days add up to the capital that it plans."""
    rows = db.session.execute(
        select(
            Award.product, Award.terms, RepaymentSchedule.award_id, RepaymentSchedule.version,
            RepaymentSchedule.principal_minor, func.coalesce(func.sum(RepaymentDue.principal_minor), 0),
        )
        .join(RepaymentSchedule, RepaymentSchedule.award_id == Award.id)
        .outerjoin(RepaymentDue, RepaymentDue.schedule_id == RepaymentSchedule.id)
        .group_by(
            Award.product, Award.terms, RepaymentSchedule.award_id, RepaymentSchedule.version,
            RepaymentSchedule.principal_minor,
        )
        .order_by(RepaymentSchedule.award_id, RepaymentSchedule.version)
    )  # fmt: skip
    return [
        f"award {award_id}, plan {version}: its instalments add up to {int(total)}, it should be {capital}"
        for product, terms, award_id, version, capital, total in rows
        if Terms.of(product, terms).is_dated and int(total) != capital
    ]


def claims_follow_plans() -> list[str]:
    """What is owed by the books is what the plan in force holds, less what came of it and was written off."""
    session, faults = db.session(), []
    came = {
        schedule_id: int(total)
        for schedule_id, total in session.execute(
            select(RepaymentDue.schedule_id, func.sum(RepaymentPart.principal_minor))
            .join(RepaymentPart, RepaymentPart.due_id == RepaymentDue.id)
            .join(Repayment, Repayment.id == RepaymentPart.repayment_id)
            .where(Repayment.undone_by_id.is_(None))
            .group_by(RepaymentDue.schedule_id)
        )
    }
    awards = session.scalars(select(Award).where(Award.product != "grant").order_by(Award.id)).all()
    for award_id, state in plan.states(session, awards).items():
        planned = 0
        if state.current is not None:
            planned = state.current.principal_minor - came.get(state.current.id, 0)
        if planned != state.capital_minor:
            faults.append(f"award {award_id}: {state.capital_minor} is owed by the books, {planned} by its plan")
    return faults


def nothing_paid_beyond_its_due() -> list[str]:
    """I13: no due was paid more than it is, and what is not marked as paid ahead is set against dues in full."""
    parts = (
        select(
            RepaymentPart.due_id, func.sum(RepaymentPart.principal_minor).label("principal"),
            func.sum(RepaymentPart.gain_minor).label("gain"),
        )
        .join(Repayment, Repayment.id == RepaymentPart.repayment_id)
        .where(Repayment.undone_by_id.is_(None))
        .group_by(RepaymentPart.due_id)
        .subquery()
    )  # fmt: skip
    beyond = db.session.execute(
        select(RepaymentDue.id)
        .join(parts, parts.c.due_id == RepaymentDue.id)
        .where((parts.c.principal > RepaymentDue.principal_minor) | (parts.c.gain > RepaymentDue.gain_minor))
        .order_by(RepaymentDue.id)
    )
    faults = [f"due {due_id}: more came than is due" for (due_id,) in beyond]
    rows = db.session.execute(
        select(
            Repayment.id, Repayment.principal_minor, Repayment.gain_minor,
            func.coalesce(func.sum(RepaymentPart.principal_minor), 0), func.coalesce(func.sum(RepaymentPart.gain_minor), 0),
        )
        .outerjoin(RepaymentPart, RepaymentPart.repayment_id == Repayment.id)
        .where(Repayment.kind == "due")
        .group_by(Repayment.id, Repayment.principal_minor, Repayment.gain_minor)
        .order_by(Repayment.id)
    )  # fmt: skip
    return faults + [
        f"repayment {number}: {capital} and {gain} came, {int(set_capital)} and {int(set_gain)} is set against dues"
        for number, capital, gain, set_capital, set_gain in rows
        if (capital, gain) != (int(set_capital), int(set_gain))
    ]


def repayments_are_booked() -> list[str]:
    """Every repayment stands in the books in its amount: so much cash came, so much of it is capital."""
    cash = _sums("cash")
    capital = _sums("receivable")
    return [
        f"repayment {one.id}: {one.amount_minor} came, {one.principal_minor} of it capital; its entry says {in_cash} and "
        f"{back}"
        for one in db.session.scalars(select(Repayment).order_by(Repayment.id))
        if (in_cash := cash.get(one.entry_id, 0), back := -capital.get(one.entry_id, 0))
        != (one.amount_minor, one.principal_minor)
    ]


def nothing_is_added() -> list[str]:
    """No late fees: what a business owes grows only by what is paid out to it."""
    reversed_kinds = ("repayment", "write_off")
    original = select(Entry.id).where(Entry.kind.in_(reversed_kinds))
    rows = db.session.execute(
        select(Account.code, Entry.id)
        .join(Posting, Posting.account_id == Account.id)
        .join(Entry, Entry.id == Posting.entry_id)
        .where(
            Account.kind == "receivable", Account.award_id.is_not(None), Posting.amount_minor > 0,
            Entry.kind.not_in(plan.PAID_OUT_BY),
            ~((Entry.kind == "reversal") & Entry.reverses_id.in_(original)),
        )
    )  # fmt: skip
    return [f"account {code}: entry {entry_id} adds to what is owed" for code, entry_id in rows]


def gains_stay_within_the_agreement() -> list[str]:
    """The fund never gains more on an award than its terms allow, nor plans to."""
    session, faults = db.session(), []
    awards = session.scalars(select(Award).where(Award.product != "grant").order_by(Award.id)).all()
    for award_id, state in plan.states(session, awards).items():
        allowed = fair.gain_allowed(state.terms, max(state.paid_out_minor, 0))
        gain = state.gained_minor + sum(one.gain_minor for one in state.open)
        if allowed is not None and gain > allowed:
            faults.append(f"award {award_id}: {gain} is gained or planned, its terms allow {allowed}")
    return faults


def shares_rest_on_figures() -> list[str]:
    """What a share makes due rests on a figure that another person accepted, and asks no more than was told then."""
    rows = db.session.execute(
        select(RepaymentDue.id, BusinessFigure.state, BusinessFigure.due_minor, BusinessFigure.amount_minor,
               RepaymentDue.principal_minor + RepaymentDue.gain_minor)
        .join(BusinessFigure, BusinessFigure.id == RepaymentDue.figure_id)
        .order_by(RepaymentDue.id)
    )  # fmt: skip
    return [
        f"due {due_id}: {amount} is asked for on a figure of {figure} that is {state}"
        for due_id, state, due, figure, amount in rows
        if state != "accepted" or amount > (due or 0) or figure <= 0
    ]


INVARIANTS: tuple[tuple[str, Callable[[], list[str]]], ...] = (
    ("the instalments of every plan add up to its capital", plans_add_up),
    ("what a business owes by the books is what its plan holds", claims_follow_plans),
    ("nothing was paid beyond its due unless it is marked as paid ahead", nothing_paid_beyond_its_due),
    ("every repayment stands in the books as it came", repayments_are_booked),
    ("nothing is ever added to what a business owes", nothing_is_added),
    ("the fund gains no more than an agreement allows", gains_stay_within_the_agreement),
    ("a share is due only on a figure that was accepted", shares_rest_on_figures),
)


def _sums(kind: str) -> dict[object, int]:
    """What the entries of repayments moved on accounts of one kind."""
    return {
        entry_id: int(total)
        for entry_id, total in db.session.execute(
            select(Posting.entry_id, func.sum(Posting.amount_minor))
            .join(Account, Account.id == Posting.account_id)
            .join(Repayment, Repayment.entry_id == Posting.entry_id)
            .where(Account.kind == kind)
            .group_by(Posting.entry_id)
        )
    }
