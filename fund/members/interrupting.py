"""A membership that stands still: suspended for a reason, or lapsed, and taken up again (FIELD B1).

Either takes the person off the next roll, not off one that is fixed: who may vote in a round is decided when it is frozen,
so nobody can be kept from a vote that runs. The reason is written to the member, who may object to a suspension once;
another steward than the one who suspended answers. Dues are never a reason, and nobody acts on their own membership.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from fund import audit, db
from fund.db import Transaction, outbox
from fund.errors import Invalid, WrongState
from fund.foundation import service as foundation
from fund.members import verification
from fund.members.models import Membership
from fund.permissions import Actor, require

RUNNING = ("verified", "active")
STOPPED = ("suspended", "lapsed")


def suspend(membership_id: int, *, reason: str, by: Actor) -> Membership:
    """Suspend a membership with a written reason. Raises Forbidden about oneself, WrongState unless it is running."""
    return _stop(membership_id, "suspended", reason, by)


def let_lapse(membership_id: int, *, reason: str, by: Actor) -> Membership:
    """Let a membership lapse: the person moved away, was written down twice, is not to be found. Raises as `suspend`."""
    return _stop(membership_id, "lapsed", reason, by)


def take_up(membership_id: int, *, reason: str, by: Actor) -> Membership:
    """Take a suspended or lapsed membership up again, as it was: verified, with the waiting days that had run.

    Raises Forbidden about oneself, WrongState when it does not stand still or the charter has its class no more.
    """
    require(by, "member.take_up")
    if not reason.strip():
        raise Invalid(_l("Write why; the member will read it."), field="reason")
    with db.writing() as tx:
        membership = tx.lock(Membership, membership_id)
        require(by, "member.take_up", membership)
        verification.require_state(membership, STOPPED)
        _go_on(tx, membership)
        audit.record(tx, "member.take_up", by=by.person_id, on=("membership", membership.id))
        votes = membership.voting_from is not None
        outbox.post(tx, "membership_taken_up", person_id=membership.person_id, reason=reason.strip(), votes=votes)
    return membership


def may_object(membership: Membership) -> bool:
    """Whether the member can still object: a suspension, and no objection yet."""
    return membership.state == "suspended" and membership.appealed_at is None


def object_to(membership_id: int, *, text: str, by: Actor) -> Membership:
    """Object to one's suspension, once. Raises Forbidden for another's, WrongState when there is nothing to object to."""
    require(by, "member.object")
    if not text.strip():
        raise Invalid(_l("Say why the suspension is wrong."), field="text")
    with db.writing() as tx:
        membership = tx.lock(Membership, membership_id)
        require(by, "member.object", membership)
        if not may_object(membership):
            raise WrongState(_l("There is no suspension here that can still be objected to."))
        membership.appeal_text, membership.appealed_at = text.strip(), tx.now()
        audit.record(tx, "member.object", by=by.person_id, on=("membership", membership.id))
    return membership


def answer_objection(membership_id: int, *, grant: bool, answer: str, by: Actor) -> Membership:
    """Answer an objection, as another steward than the one who suspended: the membership goes on, or stays suspended."""
    require(by, "member.answer_objection")
    if not answer.strip():
        raise Invalid(_l("Write the answer: the person will read it."), field="answer")
    with db.writing() as tx:
        membership = tx.lock(Membership, membership_id)
        require(by, "member.answer_objection", membership)
        if not objection_waits(membership):
            raise WrongState(_l("This has already been decided, perhaps by somebody else a moment ago."))
        membership.appeal_answer = answer.strip()
        if grant:
            _go_on(tx, membership)
        audit.record(
            tx, "member.answer_objection", by=by.person_id, on=("membership", membership.id), granted=int(grant)
        )
        outbox.post(tx, "objection_answered", person_id=membership.person_id, granted=grant, answer=answer.strip())
    return membership


def objection_waits(membership: Membership) -> bool:
    """Whether a member has objected to their suspension and nobody has answered."""
    objected = membership.state == "suspended" and membership.appealed_at is not None
    return objected and membership.appeal_answer is None


def _stop(membership_id: int, state: str, reason: str, by: Actor) -> Membership:
    act = "member.suspend" if state == "suspended" else "member.lapse"
    require(by, act)
    if not reason.strip():
        raise Invalid(_l("Write the reason: the member will read it."), field="reason")
    with db.writing() as tx:
        membership = tx.lock(Membership, membership_id)
        require(by, act, membership)
        verification.require_state(membership, RUNNING)
        membership.state, membership.ended_reason = state, reason.strip()
        membership.ended_at, membership.ended_by = tx.now(), by.person_id
        membership.appeal_text = membership.appealed_at = membership.appeal_answer = None
        audit.record(tx, act, by=by.person_id, on=("membership", membership.id))
        kind = "membership_suspended" if state == "suspended" else "membership_lapsed"
        outbox.post(tx, kind, person_id=membership.person_id, reason=reason.strip())
    return membership


def _go_on(tx: Transaction, membership: Membership) -> None:
    if verification.class_of(foundation.current_charter(), membership.class_code) is None:
        raise WrongState(_l("The charter in force has this kind of membership no more."))
    waits = membership.voting_from is not None and membership.voting_from > tx.now()
    membership.state = "verified" if waits else "active"
    membership.ended_at = membership.ended_reason = membership.ended_by = None
