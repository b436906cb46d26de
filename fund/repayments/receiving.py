"""Money comes back: for what is due, ahead of it, to buy shares back, freely, or after it was given up.

What comes is set against the oldest due first; of a loan with interest the interest first, of a share the capital first.
More than is owed is refused unless it is marked: paid ahead, or an aporte, which is a gift after everything is paid
back. A repayment is recorded, never collected, by this program.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fund import audit, db
from fund.awards import standing
from fund.awards.models import Award
from fund.awards.offering import tell
from fund.currency import written
from fund.db import MINOR_LIMIT, Transaction
from fund.errors import Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.ledger import accounts, books
from fund.ledger.models import Account
from fund.permissions import Actor, require
from fund.repayments import plan, schedule
from fund.repayments.models import Arrangement, Repayment, RepaymentDue, RepaymentPart
from fund.repayments.plan import Open, State


@dataclass(frozen=True)
class NewRepayment:
    """What came: how much, what for (`due`, `ahead`, `redemption`, `aporte`, `recovery`), on which day. `entry_id` is made
    by whoever asks, before asking."""

    amount_minor: int
    paid_on: dt.date
    entry_id: uuid.UUID
    kind: str = "due"


def receive(award_id: int, new: NewRepayment, *, by: Actor) -> Repayment:
    """Record what a business paid. Asking twice with the same id writes once.

    Raises Invalid for an amount that is nothing or more than is owed, and for a day to come; WrongState when nothing of
    this kind can come.
    """
    require(by, "repayment.record")
    with db.writing() as tx:
        award = tx.lock(Award, award_id)
        who = standing.of_award(tx.session, award)
        require(by, "repayment.record", who)
        known = tx.session.scalars(select(Repayment).where(Repayment.entry_id == new.entry_id)).one_or_none()
        if known is not None:
            return _same(award_id, new, known)
        plan.catch_up(tx, award, by=by.person_id)
        state = plan.of(tx.session, award)
        _refuse_day(tx, new, state)
        if not 0 < new.amount_minor <= MINOR_LIMIT:
            raise Invalid(_l("An amount must be more than nothing, and not too large."), field="amount")
        made = _WAYS[new.kind](tx, state, new, who.business_name, by)
        plan.settle_state(tx, award)
        audit.record(
            tx,
            "repayment.record",
            by=by.person_id,
            on=("award", award.id),
            kind=new.kind,
            amount_minor=new.amount_minor,
        )
        tell(tx, award, "repayment_received", part_minor=new.amount_minor, paid_on=new.paid_on.isoformat())
    return made


def take_back(repayment_id: int, *, reason: str, new_id: uuid.UUID, by: Actor) -> Repayment:
    """Take back a repayment that was recorded by mistake: a mirrored entry, and it is owed again as before.

    Raises Invalid without a reason, WrongState when it was taken back already.
    """
    require(by, "repayment.record")
    with db.writing() as tx:
        award = tx.lock(Award, _get(tx, repayment_id).award_id)
        require(by, "repayment.record", standing.of_award(tx.session, award))
        taken = tx.lock(Repayment, repayment_id)
        if taken.undone_by_id is not None:
            raise WrongState(_l("This repayment was taken back already."))
        books.reverse(tx, taken.entry_id, new_id=new_id, reason=reason, by=by.person_id)
        lost = _owed_anew(tx, award, taken)
        taken.undone_by_id = new_id
        tx.session.flush()
        if lost:
            state = plan.of(tx.session, award)
            rows = sorted([one.row for one in state.open] + lost, key=lambda row: (row[0], row[1] or 0))
            plan.make_version(tx, award, rows, reason="taken_back", rate_bp=state.rate_bp, by=by.person_id)
        elif taken.kind == "redemption" or (taken.kind == "ahead" and plan.of(tx.session, award).terms.is_contingent):
            state = plan.of(tx.session, award)
            rows = [one.row for one in state.open]
            plan.make_version(tx, award, rows, reason="taken_back", rate_bp=state.rate_bp, by=by.person_id)
        plan.settle_state(tx, award)
        audit.record(tx, "repayment.take_back", by=by.person_id, on=("award", award.id), repayment=taken.id)
    return taken


def payable(state: State, today: dt.date) -> list[Open]:
    """What may be paid without a mark: everything due by today, and the one due that comes next."""
    by_now = [one for one in state.open if one.due.due_on <= today]
    coming = [one for one in state.open if one.due.due_on > today]
    return by_now + (coming if state.terms.is_contingent else coming[:1])


def written_off_minor(tx: Transaction, award_id: int) -> int:
    """What was given up of an award and has not been recovered."""
    given_up = sum(
        int(one.facts["amount_minor"])
        for one in tx.session.scalars(
            select(Arrangement).where(
                Arrangement.award_id == award_id, Arrangement.kind == "write_off", Arrangement.state == "in_force"
            )
        )
    )
    recovered = tx.session.scalar(
        select(func.coalesce(func.sum(Repayment.amount_minor), 0)).where(
            Repayment.award_id == award_id, Repayment.kind == "recovery", Repayment.undone_by_id.is_(None)
        )
    )
    return given_up - int(recovered or 0)


def _for_what_is_due(tx: Transaction, state: State, new: NewRepayment, name: str, by: Actor) -> Repayment:
    owed = payable(state, foundation.today_in(tx))
    parts, left = _set_against(owed, new.amount_minor, capital_first=state.terms.is_contingent)
    if left:
        raise Invalid(_too_much(state, new.amount_minor - left), field="amount")
    return _book(tx, state, new, name, by, parts)


def _ahead(tx: Transaction, state: State, new: NewRepayment, name: str, by: Actor) -> Repayment:
    """What is due by now first; the rest is capital, and the plan is made anew."""
    today = foundation.today_in(tx)
    due_now = [one for one in state.open if one.due.due_on <= today or state.terms.is_contingent]
    parts, left = _set_against(due_now, new.amount_minor, capital_first=state.terms.is_contingent)
    most = state.capital_minor - sum(one.principal_minor for one in due_now)
    if left > most:
        raise Invalid(_too_much(state, new.amount_minor - left + most, ahead=True), field="amount")
    made = _book(tx, state, new, name, by, parts, beyond_minor=left)
    if left:
        after = plan.of(tx.session, state.award)
        keep = [one.row for one in after.open if one.due.due_on <= today or state.terms.is_contingent]
        if state.terms.is_dated:
            coming = [one.row[0] for one in after.open if one.due.due_on > today]
            keep += [(due, None) for due in schedule.prepaid(coming, left, after.rate_bp)]
        plan.make_version(tx, state.award, keep, reason="paid_ahead", rate_bp=after.rate_bp, by=by.person_id)
    return made


def _redeemed(tx: Transaction, state: State, new: NewRepayment, name: str, by: Actor) -> Repayment:
    """The business buys shares back, once their time has come."""
    if state.terms.kind != "nonvoting_share" or state.first_paid_on is None:
        raise WrongState(_l("Only shares can be bought back."))
    from_day = schedule.add_months(state.first_paid_on, state.terms.redeem_after_months)
    if new.paid_on < from_day:
        raise Invalid(_l("These shares can be bought back from %(day)s on.", day=from_day.isoformat()), field="paid_on")
    if new.amount_minor > state.capital_minor:
        raise Invalid(_too_much(state, state.capital_minor, ahead=True), field="amount")
    made = _book(tx, state, new, name, by, [], beyond_minor=new.amount_minor)
    rows = [one.row for one in state.open]
    plan.make_version(tx, state.award, rows, reason="paid_ahead", rate_bp=0, by=by.person_id)
    return made


def _given_freely(tx: Transaction, state: State, new: NewRepayment, name: str, by: Actor) -> Repayment:
    if not state.terms.aporte:
        raise WrongState(_l("This agreement knows no aporte."))
    if not state.paid_out_minor or state.capital_minor or state.open:
        raise WrongState(_l("An aporte is given once everything is paid back."))
    return _plain(tx, state, new, by, account=accounts.APORTES, kind="contribution", memo=str(_l("Aporte")))


def _recovered(tx: Transaction, state: State, new: NewRepayment, name: str, by: Actor) -> Repayment:
    most = written_off_minor(tx, state.award.id)
    if new.amount_minor > most:
        raise Invalid(
            _l("%(sum)s was written off and has not come back; no more can be recovered.",
               sum=written(most, foundation.fund().currency)), field="amount",
        )  # fmt: skip
    return _plain(tx, state, new, by, account=accounts.RECOVERIES, kind="recovery", memo=name)


_WAYS = {
    "due": _for_what_is_due, "ahead": _ahead, "redemption": _redeemed, "aporte": _given_freely, "recovery": _recovered,
}  # fmt: skip

Part = tuple[RepaymentDue, int, int]


def _set_against(owed: Sequence[Open], amount_minor: int, *, capital_first: bool) -> tuple[list[Part], int]:
    """How an amount is set against dues, the oldest first: (due, capital, gain), and what is left."""
    left, parts = amount_minor, []
    for one in owed:
        first, second = (
            (one.principal_minor, one.gain_minor) if capital_first else (one.gain_minor, one.principal_minor)
        )
        a = min(left, first)
        b = min(left - a, second)
        left -= a + b
        if a + b:
            parts.append((one.due, a, b) if capital_first else (one.due, b, a))
    return parts, left


def _book(
    tx: Transaction, state: State, new: NewRepayment, name: str, by: Actor, parts: Sequence[Part], *, beyond_minor: int = 0
) -> Repayment:  # fmt: skip
    """One entry: money comes, capital leaves the claim, what the fund gains is its income."""
    principal = sum(p for _due, p, _g in parts) + beyond_minor
    gain = sum(g for _due, _p, g in parts)
    income = accounts.INTEREST if state.terms.kind == "fixed" else accounts.PROFIT_SHARE
    lines: list[tuple[Account, int]] = [(accounts.free(tx), new.amount_minor)]
    if principal:
        lines.append((accounts.owed_by_award(tx, state.award.id), -principal))
    if gain:
        lines.append((accounts.named(tx, income), -gain))
    made = _write(tx, state, new, by, lines, kind="repayment" if principal else "interest", memo=name,
                  principal_minor=principal)  # fmt: skip
    for due, p, g in parts:
        tx.add(RepaymentPart(repayment_id=made.id, due_id=due.id, principal_minor=p, gain_minor=g))
    return made


def _plain(
    tx: Transaction, state: State, new: NewRepayment, by: Actor, *, account: str, kind: str, memo: str
) -> Repayment:  # fmt: skip
    lines = [(accounts.free(tx), new.amount_minor), (accounts.named(tx, account), -new.amount_minor)]
    return _write(tx, state, new, by, lines, kind=kind, memo=memo, principal_minor=0)


def _write(
    tx: Transaction, state: State, new: NewRepayment, by: Actor, lines: Sequence[tuple[Account, int]], *, kind: str,
    memo: str, principal_minor: int,
) -> Repayment:  # fmt: skip
    entry = books.post_entry(
        tx,
        books.Draft(id=new.entry_id, kind=kind, memo=memo[:300], lines=lines, occurred_on=new.paid_on, by=by.person_id),
    )
    return tx.add(
        Repayment(
            award_id=state.award.id, kind=new.kind, amount_minor=new.amount_minor, principal_minor=principal_minor,
            gain_minor=new.amount_minor - principal_minor, paid_on=new.paid_on, entry_id=entry.id,
            recorded_by=by.person_id, recorded_at=tx.now(),
        )
    )  # fmt: skip


def _owed_anew(tx: Transaction, award: Award, taken: Repayment) -> list[tuple[schedule.Due, int | None]]:
    """Rows that a new version must bring back: dues of earlier versions, and capital that was paid ahead."""
    current = plan.current_of(tx.session, award.id)
    parts = tx.session.execute(
        select(RepaymentPart, RepaymentDue)
        .join(RepaymentDue, RepaymentDue.id == RepaymentPart.due_id)
        .where(RepaymentPart.repayment_id == taken.id)
    ).all()
    rows = [
        (schedule.Due(due.due_on, part.principal_minor, part.gain_minor), due.figure_id)
        for part, due in parts
        if current is None or due.schedule_id != current.id
    ]
    beyond = taken.principal_minor - sum(part.principal_minor for part, _due in parts)
    if taken.kind == "ahead" and beyond and schedule.Terms.of(award.product, award.terms).is_dated:
        rows.append((schedule.Due(schedule.add_months(foundation.today_in(tx), 1), beyond, 0), None))
    return rows


def _too_much(state: State, most_minor: int, *, ahead: bool = False) -> Any:
    sum_ = written(most_minor, foundation.fund().currency)
    if not state.capital_minor and not state.open:
        return _l("Everything is paid back. What is given now is an aporte, if the agreement knows one.")
    if ahead:
        return _l("Only %(sum)s is still to be paid back.", sum=sum_)
    return _l("Only %(sum)s can be paid now. If it is paid ahead, say so.", sum=sum_)


def _refuse_day(tx: Transaction, new: NewRepayment, state: State) -> None:
    if new.kind not in _WAYS:
        raise Invalid(_l("Say what this money is for."), field="kind")
    if new.paid_on > foundation.today_in(tx):
        raise Invalid(_l("This day has not come yet."), field="paid_on")
    if state.first_paid_on is None or new.paid_on < state.first_paid_on:
        raise Invalid(_l("Nothing had been paid to the business by this day."), field="paid_on")


def _same(award_id: int, new: NewRepayment, known: Repayment) -> Repayment:
    """What was recorded for this id before. Raises Invalid when something else was asked for."""
    told = NewRepayment(known.amount_minor, known.paid_on, known.entry_id, known.kind)
    if known.award_id != award_id or told != replace(new):
        raise Invalid(_l("This form was already sent with other content. Please open the page again."))
    return known


def _get(tx: Transaction, repayment_id: int) -> Repayment:
    found = tx.session.get(Repayment, repayment_id)
    if found is None:
        raise NotFound(_l("There is no such repayment."))
    return found
