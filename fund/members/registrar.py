"""The steward's queue: who waits, what each still needs, and the acts that move a membership on (FIELD B1, A4).

Whoever decides on a membership is not the newcomer; whoever decides an appeal is not the steward who refused. A refusal
has a written reason, goes to the person refused and can be appealed against once, in the days the charter gives.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import selectinload

from fund import audit, db
from fund.charter.model import MemberClass
from fund.db import Transaction, outbox
from fund.errors import Forbidden, Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.members import likeness, verification
from fund.members.likeness import Likeness
from fund.members.models import AccessNeed, Membership, Person, Verification
from fund.members.service import LIVE
from fund.members.verification import Standing
from fund.permissions import Actor, require

WAITING = ("applied", "appealed")
VOUCHING_YEAR = dt.timedelta(days=365)


@dataclass(frozen=True)
class Waiting:
    """One membership in the queue. `refuser` is who refused it, or who suspended it or let it lapse."""

    membership: Membership
    class_name: str
    standing: Standing | None
    alike: Sequence[Likeness]
    wants_help: bool
    helper_id: int | None
    refuser: str | None


def queue(*, page_size: int = 50, after: int = 0) -> list[Waiting]:
    """Who waits for a steward, longest first, after a membership's number: newcomers, appeals, objections."""
    rows = db.session.scalars(
        select(Membership)
        .where(_waits(), Membership.id > after)
        .options(selectinload(Membership.person), selectinload(Membership.verifications))
        .order_by(Membership.id)
        .limit(page_size)
    ).all()
    return _described(rows)


def waiting(membership_id: int) -> Waiting:
    """One membership as the queue shows it, whatever its state. Raises NotFound."""
    row = db.session.scalars(
        select(Membership)
        .where(Membership.id == membership_id)
        .options(selectinload(Membership.person), selectinload(Membership.verifications))
    ).one_or_none()
    if row is None:
        raise NotFound(_l("There is no such membership."))
    return _described([row])[0]


def count_waiting() -> dict[str, int]:
    """How many wait, by state: to be verified, for the decision of an appeal, for the answer to an objection."""
    rows = db.session.execute(select(Membership.state, func.count()).where(_waits()).group_by(Membership.state))
    return dict(rows.all())


def count_without_help() -> int:
    """How many people ask for help to take part, which no steward has offered yet."""
    return db.session.scalar(select(func.count()).where(AccessNeed.helper_id.is_(None))) or 0


def mark_seen(membership_id: int, *, note: str = "", by: Actor) -> Membership:
    """A steward has met the newcomer. Raises Forbidden about oneself, WrongState when nothing waits."""
    return _step(membership_id, "seen_in_person", note, by)


def accept_word(membership_id: int, *, note: str = "", by: Actor) -> Membership:
    """A steward has looked at what the newcomer said and found it good; what the charter asks besides stays needed."""
    return _step(membership_id, verification.LOOKED, note, by)


def follows(found: Waiting, way: str) -> tuple[bool, MemberClass | None, dt.datetime | None]:
    """What a steward's step would bring about now: whether it verifies, as which class, from when the vote begins."""
    charter, row = foundation.current_charter(), found.membership
    member_class = verification.class_of(charter, row.class_code)
    if member_class is None:
        return False, None, None
    then = verification.standing(charter, member_class, row, alike=False, and_then=(way,))
    begins = db.now() + dt.timedelta(days=member_class.waiting_days) if member_class.votes else None
    return then.met is not None, member_class, begins


def refuse(membership_id: int, *, reason: str, by: Actor) -> Membership:
    """Refuse a newcomer with a written reason, which is sent to them with the way to appeal."""
    require(by, "member.refuse")
    if not reason.strip():
        raise Invalid(_l("Write the reason: the person will read it and can appeal."), field="reason")
    with db.writing() as tx:
        membership = _locked(tx, membership_id, ("applied",))
        require(by, "member.refuse", membership)
        _refuse(tx, membership, reason.strip(), by)
    return membership


def appeal(membership_id: int, *, text: str, by: Actor) -> Membership:
    """Appeal against a refusal, once, in the days the charter gives. Raises WrongState, Forbidden, Invalid."""
    require(by, "member.appeal")
    if not text.strip():
        raise Invalid(_l("Say why the refusal is wrong."), field="text")
    with db.writing() as tx:
        membership = tx.lock(Membership, membership_id)
        require(by, "member.appeal", membership)
        if membership.state != "refused" or membership.appealed_at is not None:
            raise WrongState(_l("There is no refusal here that can still be appealed against."))
        if appeal_until(membership) <= tx.now():
            raise WrongState(_l("The days for an appeal are over. You can ask to join again."))
        live = select(Membership.id).where(Membership.person_id == membership.person_id, Membership.state.in_(LIVE))
        if tx.session.scalars(live).first() is not None:
            raise WrongState(_l("You have asked to join again, so there is nothing left to appeal against."))
        membership.state, membership.appeal_text, membership.appealed_at = "appealed", text.strip(), tx.now()
        membership.ended_at = None
        audit.record(tx, "member.appeal", by=by.person_id, on=("membership", membership.id))
    return membership


def decide_appeal(membership_id: int, *, grant: bool, answer: str, by: Actor) -> Membership:
    """Decide an appeal, as another steward than the one who refused. Granted, the newcomer is where they were before."""
    require(by, "member.decide_appeal")
    if not answer.strip():
        raise Invalid(_l("Write the answer: the person will read it."), field="answer")
    with db.writing() as tx:
        membership = _locked(tx, membership_id, ("appealed",))
        require(by, "member.decide_appeal", membership)
        membership.appeal_answer = answer.strip()
        membership.state = "applied" if grant else "refused"
        membership.ended_at = None if grant else tx.now()
        audit.record(tx, "member.decide_appeal", by=by.person_id, on=("membership", membership.id), granted=int(grant))
        outbox.post(tx, "appeal_decided", person_id=membership.person_id, granted=grant, answer=answer.strip())
        if grant:
            if all(row.by_id != by.person_id for row in membership.verifications):
                verification.note(tx, membership, verification.LOOKED, by_id=by.person_id)
            verification.advance(tx, foundation.current_charter(), membership)
    return membership


def vouch(membership_id: int, *, by: Actor) -> Membership:
    """An active voting member gives their word for a newcomer.

    Raises Forbidden about oneself, Invalid the second time or when the year's vouchings are used up.
    """
    require(by, "member.vouch")
    with db.writing() as tx:
        membership = _locked(tx, membership_id, ("applied",))
        require(by, "member.vouch", membership)
        charter = foundation.current_charter()
        tx.lock(Person, by.person_id)
        since = tx.now() - VOUCHING_YEAR
        given = tx.session.scalar(
            select(func.count()).where(
                Verification.handler == "vouched", Verification.by_id == by.person_id, Verification.made_at > since
            )
        )
        if (given or 0) >= charter.verification.vouched.cap_per_year:
            raise Invalid(
                _l(
                    "You have vouched for %(n)s people in the last twelve months, as many as the charter allows.",
                    n=given,
                )
            )
        verification.note(tx, membership, "vouched", by_id=by.person_id)
        audit.record(tx, "member.vouch", by=by.person_id, on=("membership", membership.id))
        verification.advance(tx, charter, membership)
    return membership


def leave(membership_id: int, *, reason: str = "", by: Actor) -> Membership:
    """Leave the fund. A ballot already cast still counts; who leaves may ask to join again.

    A suspended member objects first, so that nobody ends a suspension by leaving and joining anew.
    """
    require(by, "member.leave")
    with db.writing() as tx:
        membership = _locked(tx, membership_id, tuple(state for state in LIVE if state != "suspended"))
        require(by, "member.leave", membership)
        membership.state, membership.ended_at, membership.ended_reason = "left", tx.now(), reason.strip() or None
        membership.ended_by = None
        audit.record(tx, "member.leave", by=by.person_id, on=("membership", membership.id))
    return membership


def offer_help(person_id: int, *, by: Actor) -> None:
    """Be the steward who helps this person, and so the only one who reads what help they need."""
    require(by, "member.offer_help")
    with db.writing() as tx:
        need = tx.lock(AccessNeed, person_id)
        if need.helper_id not in (None, by.person_id):
            raise WrongState(_l("Another steward already helps this person."))
        need.helper_id = by.person_id
        audit.record(tx, "member.offer_help", by=by.person_id, on=("person", person_id))


def hand_back(person_id: int, *, by: Actor) -> None:
    """Stop being the steward who helps; another can offer."""
    with db.writing() as tx:
        need = tx.lock(AccessNeed, person_id)
        require(by, "member.read_need", need)
        need.helper_id = None
        audit.record(tx, "member.hand_back", by=by.person_id, on=("person", person_id))


def need_of(person_id: int, *, by: Actor) -> tuple[bool, int | None, str | None]:
    """Whether a person wants help, who helps, and what is needed: the last only for the steward who helps."""
    row = db.session.get(AccessNeed, person_id)
    if row is None:
        return False, None, None
    try:
        require(by, "member.read_need", row)
    except Forbidden:
        return True, row.helper_id, None
    return True, row.helper_id, row.need


def appeal_until(membership: Membership) -> dt.datetime:
    """Until when a refused newcomer may appeal."""
    refused_at = membership.ended_at or membership.applied_at
    return refused_at + dt.timedelta(days=foundation.current_charter().membership.appeal_days)


def _waits() -> ColumnElement[bool]:
    objected = and_(
        Membership.state == "suspended", Membership.appealed_at.is_not(None), Membership.appeal_answer.is_(None)
    )
    return or_(Membership.state.in_(WAITING), objected)


def _step(membership_id: int, handler: str, note: str, by: Actor) -> Membership:
    require(by, "member.verify")
    with db.writing() as tx:
        membership = _locked(tx, membership_id, ("applied",))
        require(by, "member.verify", membership)
        verification.note(tx, membership, handler, by_id=by.person_id, text=note.strip() or None)
        audit.record(tx, "member.verify", by=by.person_id, on=("membership", membership.id), way=handler)
        verification.advance(tx, foundation.current_charter(), membership)
    return membership


def _locked(tx: Transaction, membership_id: int, states: Sequence[str]) -> Membership:
    membership = tx.lock(Membership, membership_id)
    verification.require_state(membership, states)
    return membership


def _refuse(tx: Transaction, membership: Membership, reason: str, by: Actor) -> None:
    membership.state, membership.refused_reason, membership.refused_by = "refused", reason, by.person_id
    membership.ended_at = tx.now()
    audit.record(tx, "member.refuse", by=by.person_id, on=("membership", membership.id))
    once = membership.appealed_at is None
    outbox.post(
        tx, "member_refused", person_id=membership.person_id, reason=reason,
        appeal_until=appeal_until(membership).isoformat() if once else None,
    )  # fmt: skip


def _described(rows: Sequence[Membership]) -> list[Waiting]:
    if not rows:
        return []
    charter = foundation.current_charter()
    alike = likeness.alike([row.person for row in rows])
    needs = dict(
        db.session.execute(
            select(AccessNeed.person_id, AccessNeed.helper_id).where(
                AccessNeed.person_id.in_([row.person_id for row in rows])
            )
        ).all()
    )
    refusers = {number for row in rows if (number := row.ended_by or row.refused_by) is not None}
    refuser_names = dict(
        db.session.execute(select(Person.id, Person.display_name).where(Person.id.in_(refusers))).all()
    )
    found = []
    for row in rows:
        member_class = verification.class_of(charter, row.class_code)
        others = alike[row.person_id]
        shares = any(likeness.NAME not in one.reasons or len(one.reasons) > 1 for one in others)
        where = verification.standing(charter, member_class, row, alike=shares) if member_class else None
        found.append(Waiting(
            row, member_class.name if member_class else row.class_code, where, others, row.person_id in needs,
            needs.get(row.person_id), _name_of(refuser_names, row.ended_by or row.refused_by),
        ))  # fmt: skip
    return found


def _name_of(names: dict[int, str], person_id: int | None) -> Any:
    return names.get(person_id) if person_id is not None else None
