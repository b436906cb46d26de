"""Recorded decisions: record one, confirm one, and say which one a payment rests on (FIELD B2 `decides`).

A certified result is recorded when a count is published, by the program. A standing rule, a council's or a consent
decision, a refund is recorded by one person and stands once another has confirmed it; until then no money moves on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.db import MINOR_LIMIT, Transaction
from fund.decisions.models import DECISION_KINDS, Decision
from fund.errors import Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.foundation.models import CharterVersion
from fund.permissions import Actor, require

RECORDED_BY_PEOPLE = ("standing_rule", "consent", "council", "refund")


@dataclass(frozen=True)
class NewDecision:
    """What a person records: kind, a title and the text as decided, the day, the most that may be spent under it."""

    kind: str
    title: str
    text: str
    decided_on: dt.date
    limit_minor: int | None


def record(
    tx: Transaction,
    kind: str,
    title: str,
    text: str = "",
    *,
    decided_on: dt.date | None = None,
    round_id: int | None = None,
    count_id: int | None = None,
    charter_version_id: int | None = None,
    limit_minor: int | None = None,
    by: int | None = None,
) -> Decision:
    """Record a decision inside an open transaction; one for each count, so that recording it twice writes once.

    The charter in force is noted with it unless the round's own is given. Raises Invalid for an unknown kind or limit.
    """
    if kind not in DECISION_KINDS:
        raise Invalid(_l("There is no such kind of decision."), field="kind")
    if limit_minor is not None and not 0 <= limit_minor <= MINOR_LIMIT:
        raise Invalid(_l("This limit cannot be."), field="limit")
    if count_id is not None:
        known = tx.session.scalars(select(Decision).where(Decision.count_id == count_id)).one_or_none()
        if known is not None:
            return known
    decision = tx.add(
        Decision(
            kind=kind, title=title, text=text, decided_on=decided_on or _today(tx), round_id=round_id,
            count_id=count_id, charter_version_id=charter_version_id or _version_in_force(tx), limit_minor=limit_minor,
            recorded_by=by, recorded_at=tx.now(),
        )
    )  # fmt: skip
    audit.record(tx, "decision.record", by=by, on=("decision", decision.id), kind=kind)
    return decision


def record_decision(new: NewDecision, *, by: Actor) -> Decision:
    """Record a decision that people took: a standing rule for costs, a council's decision, a refund.

    It stands once another person has confirmed it. Raises Invalid for what was typed.
    """
    require(by, "decision.record")
    if new.kind not in RECORDED_BY_PEOPLE:
        raise Invalid(_l("Choose what kind of decision this is."), field="kind")
    if not new.title.strip():
        raise Invalid(_l("Give the decision a title."), field="title")
    with db.writing() as tx:
        if new.decided_on > _today(tx):
            raise Invalid(_l("This day has not come yet."), field="decided_on")
        return record(
            tx, new.kind, new.title.strip(), new.text.strip(), decided_on=new.decided_on, limit_minor=new.limit_minor,
            by=by.person_id,
        )  # fmt: skip


def confirm(decision_id: int, *, by: Actor) -> Decision:
    """Confirm a decision that another person recorded. Raises Forbidden for its recorder, WrongState when it stands."""
    require(by, "decision.confirm")
    with db.writing() as tx:
        decision = tx.lock(Decision, decision_id)
        require(by, "decision.confirm", decision)
        _refuse_settled(decision)
        decision.confirmed_by, decision.confirmed_at = by.person_id, tx.now()
        tx.session.flush()
        audit.record(tx, "decision.confirm", by=by.person_id, on=("decision", decision.id))
    return decision


def refuse(tx: Transaction, decision_id: int, *, reason: str, by: Actor) -> Decision:
    """Note, inside an open transaction, why a decision is not confirmed; it never stands. Raises Forbidden for its
    recorder, Invalid without a reason, WrongState when it stands or was refused."""
    decision = tx.lock(Decision, decision_id)
    require(by, "decision.confirm", decision)
    if not reason.strip():
        raise Invalid(_l("Say why, in a sentence."), field="reason")
    _refuse_settled(decision)
    decision.refused_by, decision.refused_reason = by.person_id, reason.strip()[:300]
    tx.session.flush()
    audit.record(tx, "decision.refuse", by=by.person_id, on=("decision", decision.id))
    return decision


def _refuse_settled(decision: Decision) -> None:
    if decision.stands:
        raise WrongState(_l("This decision stands already."))
    if decision.refused_reason is not None:
        raise WrongState(_l("This decision was not confirmed: %(reason)s", reason=decision.refused_reason))


def get(decision_id: int) -> Decision:
    """One decision. Raises NotFound."""
    found = db.session.get(Decision, decision_id)
    if found is None:
        raise NotFound(_l("There is no such decision."))
    return found


def of_count_in_round(tx: Transaction, round_id: int) -> Decision:
    """The newest certified result of a round. Raises NotFound while there is none."""
    found = tx.session.scalars(
        select(Decision)
        .where(Decision.round_id == round_id, Decision.kind == "certified_result")
        .order_by(Decision.id.desc())
    ).first()
    if found is None:
        raise NotFound(_l("This round has no certified result yet."))
    return found


def standing() -> Sequence[Decision]:
    """Decisions that people recorded and confirmed, newest first: what a cost may rest on."""
    return db.session.scalars(
        select(Decision)
        .where(Decision.kind.in_(RECORDED_BY_PEOPLE), Decision.confirmed_by.is_not(None))
        .order_by(Decision.id.desc())
        .limit(200)
    ).all()


def unconfirmed() -> Sequence[Decision]:
    """Decisions that wait for a second person, oldest first."""
    return db.session.scalars(
        select(Decision)
        .where(Decision.kind != "certified_result", Decision.confirmed_by.is_(None), Decision.refused_reason.is_(None))
        .order_by(Decision.id)
        .limit(200)
    ).all()


def all_decisions(*, before: int | None = None, most: int = 50) -> Sequence[Decision]:
    """Decisions, newest first, those with a smaller number than `before`."""
    statement = select(Decision).order_by(Decision.id.desc()).limit(most)
    return db.session.scalars(statement if before is None else statement.where(Decision.id < before)).all()


def _today(tx: Transaction) -> dt.date:
    return foundation.today_in(tx)


def _version_in_force(tx: Transaction) -> int:
    version = tx.session.scalars(
        select(CharterVersion.id).where(CharterVersion.state == "adopted").order_by(CharterVersion.number.desc())
    ).first()
    if version is None:
        raise WrongState(_l("This fund has not adopted a charter yet."))
    return version
