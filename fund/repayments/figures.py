"""A period's figure: the business tells its surplus or its sales, another person accepts it, and only then is anything
due. A period that ends without a surplus ends with nothing due, which is a normal state (FIELD 0.8).

A figure is told once for each period, in order. What was told never changes: a wrong one is returned with a sentence and
told anew.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from fund import audit, db
from fund.awards import standing
from fund.awards.models import Award
from fund.awards.offering import tell as tell_the_business
from fund.db import MINOR_LIMIT, Transaction
from fund.errors import Forbidden, Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.permissions import Actor, require
from fund.repayments import plan, schedule
from fund.repayments.models import BusinessFigure
from fund.repayments.plan import State
from fund.repayments.schedule import Due, Period

DUE_DAYS = 30
"""What a figure makes due is due so many days after it was accepted."""
LIVE = ("told", "accepted")


def tell(award_id: int, *, period: int, amount_minor: int, by: Actor) -> BusinessFigure:
    """Tell a period's figure. A surplus may be below nothing, sales may not.

    Raises Invalid for a figure that cannot be or was told before, WrongState when no figure is waited for, or the period
    has not ended.
    """
    require(by, "figure.tell")
    with db.writing() as tx:
        award = tx.lock(Award, award_id)
        require(by, "figure.tell", standing.of_award(tx.session, award))
        plan.catch_up(tx, award)
        wanted = _wanted(tx, award, period)
        if award.product == "revenue_share" and amount_minor < 0:
            raise Invalid(_l("Sales cannot be less than nothing."), field="amount")
        if abs(amount_minor) > MINOR_LIMIT:
            raise Invalid(_l("This amount is too large."), field="amount")
        try:
            with tx.session.begin_nested():
                told = tx.add(
                    BusinessFigure(
                        award_id=award.id, period=period, starts_on=wanted.starts_on, ends_on=wanted.ends_on,
                        amount_minor=amount_minor, told_by=_person(by), told_at=tx.now(),
                    )
                )  # fmt: skip
        except IntegrityError:
            raise Invalid(_l("The figure of this period was told already."), field="amount") from None
        audit.record(tx, "figure.tell", by=by.person_id, on=("award", award.id), period=period)
        tx.wake()
    return told


def accept(figure_id: int, *, by: Actor) -> BusinessFigure:
    """Accept a figure; what follows from it is due from now on. Raises WrongState when it was answered."""
    require(by, "figure.answer")
    with db.writing() as tx:
        award, told = _locked(tx, figure_id, by)
        state = plan.of(tx.session, award)
        if state.current is None:
            raise WrongState(_l("Nothing has been paid to this business yet."))
        amount_minor = schedule.share_due(
            state.terms, told.amount_minor, room_minor=state.room_minor, capital_minor=state.capital_minor
        )
        day = foundation.today_in(tx) + dt.timedelta(days=DUE_DAYS)
        told.state, told.answered_by, told.answered_at = "accepted", by.person_id, tx.now()
        told.due_minor = amount_minor
        tx.session.flush()
        if amount_minor:
            capital = 0 if state.terms.kind == "nonvoting_share" else state.not_yet_due_capital_minor
            plan.add_due(tx, state.current, Due(day, *schedule.divided(amount_minor, capital)), told.id)
        audit.record(tx, "figure.accept", by=by.person_id, on=("award", award.id), period=told.period)
        tell_the_business(
            tx, award, "figure_accepted", due_minor=amount_minor, due_on=day.isoformat(),
            starts_on=told.starts_on.isoformat(), ends_on=told.ends_on.isoformat(),
        )  # fmt: skip
    return told


def give_back(figure_id: int, *, answer: str, by: Actor) -> BusinessFigure:
    """Return a figure with a question, so that it can be told anew. Raises Invalid without a sentence."""
    require(by, "figure.answer")
    if not answer.strip():
        raise Invalid(_l("Say what should be looked at again."), field="answer")
    with db.writing() as tx:
        award, told = _locked(tx, figure_id, by)
        told.state, told.answered_by, told.answered_at = "returned", by.person_id, tx.now()
        told.answer = answer.strip()[:300]
        tx.session.flush()
        audit.record(tx, "figure.return", by=by.person_id, on=("award", award.id), period=told.period)
        tell_the_business(tx, award, "figure_returned", answer=told.answer)
    return told


def of_award(session: Session, award_id: int) -> list[BusinessFigure]:
    """Every figure that was told, by period."""
    return of_awards(session, [award_id]).get(award_id, [])


def of_awards(session: Session, award_ids: Sequence[int]) -> dict[int, list[BusinessFigure]]:
    """The same for several awards at once."""
    found: dict[int, list[BusinessFigure]] = {}
    for one in session.scalars(
        select(BusinessFigure)
        .where(BusinessFigure.award_id.in_(award_ids))
        .order_by(BusinessFigure.period, BusinessFigure.id)
    ):
        found.setdefault(one.award_id, []).append(one)
    return found


def next_period(state: State, told: list[BusinessFigure]) -> tuple[int, Period] | None:
    """The period whose figure comes next, with its number; None where none is asked for any more."""
    if not state.terms.is_contingent or state.first_paid_on is None or state.is_paid_back:
        return None
    if state.award.state != "active" or not state.room_minor:
        return None
    number = max((one.period for one in told if one.state in LIVE), default=-1) + 1
    span = schedule.period(state.terms, state.first_paid_on, number)
    return None if span is None else (number, span)


def get(figure_id: int, award_id: int) -> BusinessFigure:
    """One figure of an award. Raises NotFound."""
    found = db.session.get(BusinessFigure, figure_id)
    if found is None or found.award_id != award_id:
        raise NotFound(_l("There is no such figure."))
    return found


def _wanted(tx: Transaction, award: Award, period: int) -> Period:
    """The period that may be told now, which must be the one that was on the page."""
    state = plan.of(tx.session, award)
    told = of_award(tx.session, award.id)
    if any(one.period == period and one.state in LIVE for one in told):
        raise Invalid(_l("The figure of this period was told already."), field="amount")
    wanted = next_period(state, told)
    if wanted is None or wanted[0] != period:
        raise WrongState(_l("No figure is waited for."))
    if wanted[1].ends_on >= foundation.today_in(tx):
        raise WrongState(_l("This period has not ended yet. There is nothing to tell until then."))
    return wanted[1]


def _locked(tx: Transaction, figure_id: int, by: Actor) -> tuple[Award, BusinessFigure]:
    """Hold a figure with its award; it must wait for an answer, and not for the answer of who told it."""
    award = tx.lock(Award, tx.get(BusinessFigure, figure_id).award_id)
    told = tx.lock(BusinessFigure, figure_id)
    require(by, "figure.answer", standing.of_award(tx.session, award))
    if told.told_by == by.person_id:
        raise Forbidden(_l("You told this figure, so another person answers it."))
    if told.state != "told":
        raise WrongState(_l("This figure was answered already."))
    return award, told


def _person(by: Actor) -> int:
    if by.person_id is None:
        raise NotFound(_l("There is no such person."))
    return by.person_id
