"""The verbs of repayments in one place, and what they owe the clock.

Plans are in `plan`, what comes in `receiving`, figures in `figures`, arrangements in `arrangements`, the arithmetic in
`schedule` and `fair`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import db
from fund.awards import payments, standing
from fund.awards.models import Award
from fund.db import outbox
from fund.errors import NotFound
from fund.foundation import service as foundation
from fund.repayments import arrangements, figures, plan, taking_over
from fund.repayments.arrangements import NewArrangement, confirm, propose, withdraw
from fund.repayments.figures import accept, give_back
from fund.repayments.figures import tell as tell_figure
from fund.repayments.models import Repayment, RepaymentSchedule
from fund.repayments.plan import State
from fund.repayments.receiving import NewRepayment, receive, take_back

__all__ = [
    "NewArrangement", "NewRepayment", "accept", "confirm", "give_back", "propose", "receive", "remind_due", "repayment",
    "settle_due", "take_back", "taking_over", "tell_figure", "withdraw",
]  # fmt: skip

BEFORE = dt.timedelta(days=7)
"""A reminder goes out so long before something is due, once."""
AFTER = dt.timedelta(days=14)
"""One kind word goes out so long after, once; then people talk."""


def settle_due() -> int:
    """Plan what was paid and has no plan yet, and put confirmed arrangements in force. Safe to repeat; returns how many."""
    unplanned = plan.unplanned(db.session())
    for award_id in unplanned:
        with db.writing() as tx:
            plan.catch_up(tx, tx.lock(Award, award_id))
    return len(unplanned) + arrangements.settle_confirmed()


def remind_due() -> int:
    """Post what is owed to a business in words: one message before a day, one kind word after. Nobody is told twice.

    Returns how many messages were posted; safe to repeat.
    """
    today = foundation.today()
    found = {
        f"{kind}:{key}:{person_id}": (award, kind, person_id, facts)
        for award, state in _running()
        for _award, kind, key, facts in _to_say(award, state, today)
        for person_id in sorted(standing.of_award(db.session(), award).party)
    }
    if found:
        found = {key: found[key] for key in found.keys() - outbox.said(found)}
    if not found:
        return 0
    with db.writing() as tx:
        for key, (award, kind, person_id, facts) in sorted(found.items()):
            name = standing.of_award(tx.session, award).business_name
            outbox.post(tx, kind, person_id=person_id, dedupe_key=key, award=award.id, business=name, **facts)
    return len(found)


def repayment(repayment_id: int, award_id: int) -> Repayment:
    """One repayment of an award. Raises NotFound."""
    found = db.session.get(Repayment, repayment_id)
    if found is None or found.award_id != award_id:
        raise NotFound(_l("There is no such repayment."))
    return found


Saying = tuple[Award, str, str, dict[str, Any]]


def _running() -> list[tuple[Award, State]]:
    """Awards that are being paid back, with where they stand."""
    session = db.session()
    awards = session.scalars(
        select(Award)
        .where(
            Award.state == "active", select(RepaymentSchedule.id).where(RepaymentSchedule.award_id == Award.id).exists()
        )
        .order_by(Award.id)
    ).all()
    states = plan.states(session, awards)
    return [(award, states[award.id]) for award in awards]


def _to_say(award: Award, state: State, today: dt.date) -> Iterator[Saying]:
    """What this business has still to be told today."""
    late = [one for one in state.open if one.due.due_on + AFTER <= today]
    if late:
        oldest = min(one.due.due_on for one in late)
        owed = sum(one.amount_minor for one in state.open if one.due.due_on <= today)
        yield award, "repayment_kind_word", f"{award.id}:{oldest}", {"due_minor": owed, "due_on": oldest.isoformat()}
    for one in state.open:
        if today <= one.due.due_on <= today + BEFORE:
            facts = {"due_minor": one.amount_minor, "due_on": one.due.due_on.isoformat()}
            yield award, "repayment_soon", f"{award.id}:{one.due.due_on}", facts
    wanted = figures.next_period(state, figures.of_award(db.session(), award.id))
    if wanted is not None and wanted[1].ends_on < today:
        facts = {"starts_on": wanted[1].starts_on.isoformat(), "ends_on": wanted[1].ends_on.isoformat()}
        yield award, "figure_wanted", f"{award.id}:{wanted[0]}", facts
        if wanted[1].ends_on + 2 * AFTER <= today:
            yield award, "figure_kind_word", f"{award.id}:{wanted[0]}", facts


payments.MOVED.append(plan.catch_up)
