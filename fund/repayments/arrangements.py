"""Arrangements: holiday, deferral, restructure, waiver, write-off; each by a recorded decision with a public line (FIELD B3).

One person proposes, which records the decision; another confirms it, and with that it is in force: the plan gets a new
version that names the decision. Reasons are private. What a fair plan may not ask (`fair`) is refused when it is proposed and
again when it takes effect. A waiver forgives; after a write-off the money may still come back.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.awards import standing
from fund.awards.models import Award
from fund.awards.offering import tell
from fund.db import Transaction
from fund.decisions import service as decisions
from fund.decisions.models import Decision
from fund.errors import Forbidden, FundError, Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.ledger import accounts, losses
from fund.ledger.losses import Loss
from fund.permissions import Actor, require
from fund.repayments import fair, plan, schedule
from fund.repayments.models import ARRANGEMENT_KINDS, Arrangement
from fund.repayments.plan import State
from fund.repayments.schedule import Due
from fund.repayments.words import ARRANGEMENT_WORDS

HOW = ("consent", "council", "standing_rule")
"""How an arrangement can be decided."""
MOST_MONTHS = 24
"""The longest holiday."""
Rows = list[tuple[Due, int | None]]


@dataclass(frozen=True)
class NewArrangement:
    """What is proposed. `months` of a holiday, or of a new plan; `until` a day, of a deferral or of the first instalment
    of a new plan; `amount_minor` of a waiver or a write-off; `rate_bp` of a new plan."""

    kind: str
    public_line: str
    private_reason: str = ""
    decided_how: str = "consent"
    months: int | None = None
    until: dt.date | None = None
    amount_minor: int | None = None
    rate_bp: int = 0

    def facts(self) -> dict[str, Any]:
        """What was decided, as it is stored."""
        values = {
            "months": self.months, "until": self.until.isoformat() if self.until else None,
            "amount_minor": self.amount_minor, "rate_bp": self.rate_bp if self.kind == "restructure" else None,
        }  # fmt: skip
        return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True)
class Effect:
    """What an arrangement does: the rows of the new plan, its rate, and how much capital is given up."""

    rows: Rows
    rate_bp: int
    lost_minor: int = 0


def propose(award_id: int, new: NewArrangement, *, by: Actor) -> Arrangement:
    """Propose an arrangement: its decision is recorded and waits for a second person.

    Raises Invalid for what cannot be, above all a plan that would take more than the agreement allows; WrongState while
    another arrangement waits.
    """
    require(by, "arrangement.propose")
    with db.writing() as tx:
        award = tx.lock(Award, award_id)
        who = standing.of_award(tx.session, award)
        require(by, "arrangement.propose", who)
        if new.kind not in ARRANGEMENT_KINDS or new.decided_how not in HOW:
            raise Invalid(_l("Choose what is arranged, and how it was decided."), field="kind")
        if not new.public_line.strip():
            raise Invalid(_l("Say in a sentence, which anyone can read, what was decided."), field="public_line")
        if _waiting(tx, award_id) is not None:
            raise WrongState(_l("Another arrangement waits for its second person. End it first."))
        plan.catch_up(tx, award, by=by.person_id)
        _effect(plan.of(tx.session, award), new.kind, new.facts(), foundation.today_in(tx))
        title = _("%(what)s: %(name)s", what=ARRANGEMENT_WORDS[new.kind], name=who.business_name)
        decision = decisions.record(
            tx, new.decided_how, title[:200], new.public_line.strip(), round_id=award.round_id, limit_minor=0,
            by=by.person_id,
        )  # fmt: skip
        made = tx.add(
            Arrangement(
                award_id=award.id, decision_id=decision.id, kind=new.kind, facts=new.facts(),
                public_line=new.public_line.strip()[:300], private_reason=new.private_reason.strip(),
                proposed_by=_person(by), proposed_at=tx.now(),
            )
        )  # fmt: skip
        audit.record(tx, "arrangement.propose", by=by.person_id, on=("award", award.id), kind=new.kind)
        tx.wake()
    return made


def confirm(arrangement_id: int, *, by: Actor) -> Arrangement:
    """Confirm a proposed arrangement as the second person: its decision stands, and it is in force at once.

    Raises Forbidden for who proposed it or has a tie, WrongState when it no longer waits.
    """
    require(by, "arrangement.confirm")
    with db.writing() as tx:
        award, arrangement = _locked(tx, arrangement_id)
        require(by, "arrangement.confirm", standing.of_award(tx.session, award))
        if arrangement.proposed_by == by.person_id:
            raise Forbidden(_l("You proposed this, so another person confirms it."))
        if arrangement.state != "proposed":
            raise WrongState(_l("This arrangement no longer waits."))
        if not tx.get(Decision, arrangement.decision_id).stands:
            decisions.confirm(arrangement.decision_id, by=by)
        _put_in_force(tx, award, arrangement, by=by.person_id)
    return arrangement


def withdraw(arrangement_id: int, *, reason: str, by: Actor) -> Arrangement:
    """End a proposed arrangement that nobody confirmed. Raises Invalid without a reason."""
    require(by, "arrangement.propose")
    if not reason.strip():
        raise Invalid(_l("Say why, in a sentence."), field="reason")
    with db.writing() as tx:
        award, arrangement = _locked(tx, arrangement_id)
        require(by, "arrangement.propose", standing.of_award(tx.session, award))
        if arrangement.state != "proposed":
            raise WrongState(_l("This arrangement no longer waits."))
        _end(tx, arrangement, "withdrawn", reason.strip(), by=by.person_id)
    return arrangement


def settle_confirmed() -> int:
    """Put in force arrangements whose decision was confirmed on its own page. Safe to repeat; returns how many."""
    waiting = db.session.scalars(
        select(Arrangement.id)
        .join(Decision, Decision.id == Arrangement.decision_id)
        .where(Arrangement.state == "proposed", Decision.confirmed_by.is_not(None))
        .order_by(Arrangement.id)
    ).all()
    for arrangement_id in waiting:
        _settle(arrangement_id)
    return len(waiting)


def proposed() -> Sequence[Arrangement]:
    """Arrangements that wait for a second person, oldest first."""
    return db.session.scalars(
        select(Arrangement).where(Arrangement.state == "proposed").order_by(Arrangement.id).limit(200)
    ).all()


def get(arrangement_id: int, award_id: int) -> Arrangement:
    """One arrangement of an award. Raises NotFound."""
    found = db.session.get(Arrangement, arrangement_id)
    if found is None or found.award_id != award_id:
        raise NotFound(_l("There is no such arrangement."))
    return found


def _settle(arrangement_id: int) -> None:
    with db.writing() as tx:
        award, arrangement = _locked(tx, arrangement_id)
        if arrangement.state != "proposed":
            return
        confirmer = tx.get(Decision, arrangement.decision_id).confirmed_by
        who = standing.of_award(tx.session, award)
        if confirmer in who.tied or confirmer in who.party:
            _end(tx, arrangement, "refused", str(_l("Who confirmed it has a tie to this business.")), by=None)
            return
        try:
            with db.writing():
                _put_in_force(tx, award, arrangement, by=confirmer)
        except FundError as refusal:
            tx.session.refresh(arrangement)
            _end(tx, arrangement, "refused", str(refusal)[:300], by=None)


def _put_in_force(tx: Transaction, award: Award, arrangement: Arrangement, *, by: int | None) -> None:
    """Book what is given up, make the plan anew, and tell the business."""
    plan.catch_up(tx, award, by=by)
    effect = _effect(plan.of(tx.session, award), arrangement.kind, arrangement.facts, foundation.today_in(tx))
    who = standing.of_award(tx.session, award)
    if effect.lost_minor:
        entry = losses.write_off(
            tx, accounts.owed_by_award(tx, award.id),
            Loss(award.id, effect.lost_minor, arrangement.decision_id, by, uuid.uuid5(_ENTRIES, str(arrangement.id))),
            memo=who.business_name,
        )  # fmt: skip
        arrangement.entry_id = entry.id
    plan.make_version(
        tx,
        award,
        effect.rows,
        reason=arrangement.kind,
        rate_bp=effect.rate_bp,
        decision_id=arrangement.decision_id,
        by=by,
    )
    arrangement.state, arrangement.in_force_at = "in_force", tx.now()
    tx.session.flush()
    plan.settle_state(
        tx, award, end={"waiver": "forgiven", "write_off": "defaulted"}.get(arrangement.kind, "completed")
    )
    audit.record(tx, "arrangement.in_force", by=by, on=("award", award.id), kind=arrangement.kind)
    tell(tx, award, "arrangement_in_force", line=arrangement.public_line)


def _effect(state: State, kind: str, facts: dict[str, Any], today: dt.date) -> Effect:
    """What an arrangement does to a plan. Raises Invalid with the reason when it may not be."""
    if state.current is None or (not state.open and not state.capital_minor):
        raise WrongState(_l("Nothing is owed, so there is nothing to arrange."))
    return _EFFECTS[kind](state, facts, today)


def _holiday(state: State, facts: dict[str, Any], today: dt.date) -> Effect:
    months = facts.get("months")
    if months is None or not 1 <= months <= MOST_MONTHS:
        raise Invalid(_l("A holiday lasts from one to %(n)s months.", n=MOST_MONTHS), field="months")
    rows = [(schedule.shifted([row], months, today)[0], figure) for row, figure in _rows(state)]
    return Effect(_changed(rows, state), state.rate_bp)


def _deferral(state: State, facts: dict[str, Any], today: dt.date) -> Effect:
    until = _day(facts)
    if until is None or until <= today:
        raise Invalid(_l("Choose a day that is still to come."), field="until")
    rows = [(schedule.deferred([row], until, today)[0], figure) for row, figure in _rows(state)]
    return Effect(_changed(sorted(rows, key=lambda one: one[0]), state), state.rate_bp)


def _restructure(state: State, facts: dict[str, Any], today: dt.date) -> Effect:
    months, first, rate = facts.get("months"), _day(facts), facts.get("rate_bp", 0)
    if months is None or not 1 <= months <= 360:
        raise Invalid(_l("A new plan has from 1 to 360 monthly instalments."), field="months")
    if first is None or first <= today:
        raise Invalid(_l("Choose a day that is still to come."), field="until")
    rows = schedule.level(state.capital_minor, rate, [schedule.add_months(first, n) for n in range(months)])
    for reason in fair.objections(
        state.terms, rows, principal_minor=state.capital_minor, paid_out_minor=state.paid_out_minor,
        gained_minor=state.gained_minor, currency=foundation.fund().currency,
    ):  # fmt: skip
        raise Invalid(reason, field="rate" if state.terms.is_dated else "kind")
    return Effect([(row, None) for row in rows], rate)


def _waiver(state: State, facts: dict[str, Any], today: dt.date) -> Effect:
    if not state.terms.forgivable:
        raise Invalid(_l("The charter does not let this product be forgiven."), field="kind")
    amount = _amount(facts, state.capital_minor + sum(one.gain_minor for one in state.open))
    rows: Rows = []
    left, capital = amount, 0
    for due, figure in sorted(_rows(state), key=lambda one: one[0]):
        after, principal, gain = schedule.forgiven([due], left)
        left, capital = left - principal - gain, capital + principal
        rows += [(row, figure) for row in after]
    return Effect(rows, state.rate_bp, capital + left)


def _write_off(state: State, facts: dict[str, Any], today: dt.date) -> Effect:
    amount = _amount(facts, state.capital_minor)
    rows = _rows(state)
    from_dues = max(0, amount - state.not_yet_due_capital_minor) if state.terms.is_contingent else amount
    if state.terms.is_dated and state.rate_bp:
        kept = schedule.prepaid([row for row, _f in rows], from_dues, state.rate_bp)
        rows = [(row, None) for row in kept]
    elif from_dues:
        less = schedule.lessened([row for row, _f in rows], from_dues)
        figures = {row.due_on: figure for row, figure in rows}
        rows = [(row, figures[row.due_on]) for row in less]
    if amount == state.capital_minor:
        rows = []
    return Effect(rows, state.rate_bp, amount)


_EFFECTS: dict[str, Callable[[State, dict[str, Any], dt.date], Effect]] = {
    "holiday": _holiday, "deferral": _deferral, "restructure": _restructure, "waiver": _waiver, "write_off": _write_off,
}  # fmt: skip
_ENTRIES = uuid.UUID("a3d0f0c4-62b6-4a86-9d39-5f6a0c8f1b03")
"""Namespace of the entries of what is given up: one for each arrangement."""


def _rows(state: State) -> Rows:
    return [one.row for one in state.open]


def _changed(rows: Rows, state: State) -> Rows:
    """The rows, if they differ from those that are. Raises Invalid when nothing would change."""
    if [row for row, _figure in rows] == [row for row, _figure in _rows(state)]:
        raise Invalid(_l("Nothing is due that this would change."), field="kind")
    return rows


def _day(facts: dict[str, Any]) -> dt.date | None:
    return dt.date.fromisoformat(facts["until"]) if "until" in facts else None


def _amount(facts: dict[str, Any], most_minor: int) -> int:
    amount = facts.get("amount_minor")
    if amount is None or amount <= 0:
        raise Invalid(_l("How much?"), field="amount")
    if amount > most_minor:
        raise Invalid(_l("This is more than is owed."), field="amount")
    return int(amount)


def _end(tx: Transaction, arrangement: Arrangement, state: str, reason: str, *, by: int | None) -> None:
    arrangement.state, arrangement.ended_reason = state, reason[:300]
    tx.session.flush()
    audit.record(tx, f"arrangement.{state}", by=by, on=("award", arrangement.award_id))


def _waiting(tx: Transaction, award_id: int) -> Arrangement | None:
    return tx.session.scalars(
        select(Arrangement).where(Arrangement.award_id == award_id, Arrangement.state == "proposed")
    ).first()


def _locked(tx: Transaction, arrangement_id: int) -> tuple[Award, Arrangement]:
    award = tx.lock(Award, tx.get(Arrangement, arrangement_id).award_id)
    return award, tx.lock(Arrangement, arrangement_id)


def _person(by: Actor) -> int:
    if by.person_id is None:
        raise NotFound(_l("There is no such person."))
    return by.person_id
