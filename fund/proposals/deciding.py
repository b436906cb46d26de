"""Admission, refusal, appeal, and what freezing and the result do to a proposal (FIELD B1).

A refusal gives the applicant a written reason and opens the appeal of the charter; somebody who did not refuse answers
it. Nobody with a tie decides. What the public learns of a refusal is its code, and the name only with consent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from fund import audit, db
from fund.businesses import service as businesses
from fund.charter import Charter
from fund.db import Transaction
from fund.errors import Forbidden, Invalid, WrongState
from fund.foundation import service as foundation
from fund.permissions import Actor, require
from fund.proposals import access, eligibility, news, review
from fund.proposals.access import Keys
from fund.proposals.models import REFUSAL_CODES, Appeal, Proposal
from fund.rounds import service as rounds
from fund.rounds.models import Round

OUTCOMES = ("winner", "reserve", "not_funded")
UNDECIDED = ("submitted", "in_review", "appealed")


def admit(proposal_id: int, *, by: Actor) -> Proposal:
    """Admit a proposal: its text is locked, its page public as the charter says.

    Raises WrongState when it is not in review, the round is frozen, or reviews are still missing: as many people as
    the charter asks, one of them on standards where the charter has standards that must be met.
    """
    require(by, "proposal.decide")
    with db.writing() as tx:
        round_, proposal = _held(tx, proposal_id, by)
        if proposal.state not in ("submitted", "in_review"):
            raise WrongState(_l("Only a proposal in review is admitted."))
        missing = still_missing(tx.session, proposal, rounds.charter(round_))
        if missing:
            raise WrongState(missing[0])
        _admit(tx, proposal)
        audit.record(tx, "proposal.admit", by=by.person_id, on=("proposal", proposal.id))
        news.tell(tx, proposal, "proposal_admitted")
    return proposal


def refuse(proposal_id: int, *, code: str, reason: str, by: Actor) -> Proposal:
    """Refuse a proposal, with a code for the public count and a written reason for the applicant.

    Raises Invalid without either, WrongState when it is not in review or the round is frozen.
    """
    require(by, "proposal.decide")
    if code not in REFUSAL_CODES:
        raise Invalid(_l("Choose the kind of reason."), field="code")
    if len(reason.strip()) < 20:
        raise Invalid(_l("Write the reason so that the applicant can act on it: at least a sentence."), field="reason")
    with db.writing() as tx:
        round_, proposal = _held(tx, proposal_id, by)
        if proposal.state not in ("submitted", "in_review"):
            raise WrongState(_l("Only a proposal in review is refused."))
        proposal.refused_code, proposal.refused_reason = code, reason.strip()
        proposal.refused_by, proposal.refused_at = by.person_id, tx.now()
        proposal.state, proposal.next_answer_by = "refused", None
        audit.record(tx, "proposal.refuse", by=by.person_id, on=("proposal", proposal.id), code=code)
        until = appeal_until(proposal, round_)
        news.tell(
            tx, proposal, "proposal_refused", reason=proposal.refused_reason, code=code,
            appeal_until=until.isoformat() if until else None,
        )  # fmt: skip
    return proposal


def appeal(proposal_id: int, text: str, *, by: Actor, keys: Keys) -> Appeal:
    """Appeal against a refusal, once, in the time that the charter gives. Raises WrongState afterwards."""
    require(by, "application.work")
    if not text.strip():
        raise Invalid(_l("Say what was overlooked or what has changed."), field="text")
    with db.writing() as tx:
        round_, proposal = access.locked(tx, proposal_id, by=by, keys=keys)
        until = appeal_until(proposal, round_)
        if proposal.state != "refused" or until is None or tx.now() >= until:
            raise WrongState(_l("An appeal is not possible any more."))
        if tx.session.scalar(select(Appeal.id).where(Appeal.proposal_id == proposal.id)) is not None:
            raise WrongState(_l("The appeal was heard already."))
        row = tx.add(Appeal(proposal_id=proposal.id, text=text.strip(), made_at=tx.now()))
        proposal.state = "appealed"
        audit.record(tx, "appeal.make", by=by.person_id, on=("proposal", proposal.id))
        tx.wake()
    return row


def answer_appeal(proposal_id: int, *, admitted: bool, answer: str, by: Actor) -> Appeal:
    """Answer an appeal with reasons: the refusal stands, or the proposal is admitted after all.

    Raises Forbidden for whoever refused it, WrongState when no appeal waits or the round is frozen.
    """
    require(by, "proposal.decide")
    if len(answer.strip()) < 20:
        raise Invalid(_l("Write the answer so that the applicant understands it: at least a sentence."), field="answer")
    with db.writing() as tx:
        _round, proposal = _held(tx, proposal_id, by)
        if proposal.refused_by == by.person_id:
            raise Forbidden(_l("You refused this proposal, so somebody else answers the appeal."))
        row = tx.session.scalars(
            select(Appeal).where(Appeal.proposal_id == proposal.id, Appeal.outcome.is_(None))
        ).first()
        if proposal.state != "appealed" or row is None:
            raise WrongState(_l("No appeal waits here."))
        row.outcome, row.answer = "admitted" if admitted else "upheld", answer.strip()
        row.answered_by, row.answered_at = by.person_id, tx.now()
        if admitted:
            _admit(tx, proposal)
        else:
            proposal.state, proposal.next_answer_by = "refused", None
        audit.record(tx, "appeal.answer", by=by.person_id, on=("proposal", proposal.id), admitted=int(admitted))
        news.tell(tx, proposal, "proposal_appeal_answered", admitted=admitted, answer=row.answer)
    return row


def appeal_until(proposal: Proposal, round_: Round) -> dt.datetime | None:
    """Until when a refusal may be appealed: the charter's days after it, at least the round's appeal phase.

    None when the charter gives no appeal, nothing was refused, or the round is frozen.
    """
    days = rounds.type_of(round_).phases.appeal_days
    if proposal.refused_at is None or round_.status != "draft" or not days:
        return None
    local = proposal.refused_at.astimezone(foundation.zone()) + dt.timedelta(days=days)
    ends = [local.astimezone(dt.UTC)] + [phase.ends_at for phase in round_.phases if phase.label == "appeal"]
    voting = [phase.starts_at for phase in round_.phases if phase.label == "voting"]
    return min(max(ends), *voting) if voting else max(ends)


def still_missing(session: Session, proposal: Proposal, charter: Charter) -> list[object]:
    """What admission still waits for, in sentences."""
    done = review.counted(session, proposal)
    people = {row.reviewer_id for row in done}
    found: list[object] = []
    if len(people) < charter.review.reviewers:
        found.append(
            _l("%(done)s of %(needed)s reviewers have handed in.", done=len(people), needed=charter.review.reviewers)
        )
    latest = {row.kind: row for row in done}
    musts = eligibility.must_standards(charter)
    if musts and "standards" not in latest:
        found.append(_l("The review of standards is still missing."))
    elif musts:
        needed = charter.eligibility.standards_needed or len(musts)
        met = sum(latest["standards"].checklist.get(point) == "yes" for point in musts)
        if met < needed:
            found.append(_l("%(met)s of %(needed)s standards are met by the review.", met=met, needed=needed))
    if any(row.outcome == "fail" for row in latest.values()):
        found.append(_l("A review says that it does not pass. Refuse it, or have that reviewed again."))
    return found


def missing_for(proposal: Proposal) -> list[object]:
    """What the admission of one proposal still waits for, for its page."""
    return still_missing(db.session(), proposal, rounds.charter(rounds.get(proposal.round_id)))


def unsettled(tx: Transaction | None, round_id: int) -> Sequence[Proposal]:
    """Proposals that nobody has decided on yet, in the order of their slugs: a round is frozen when there are none."""
    session = tx.session if tx is not None else db.session()
    return session.scalars(
        select(Proposal).where(Proposal.round_id == round_id, Proposal.state.in_(UNDECIDED)).order_by(Proposal.slug)
    ).all()


def mark_on_ballot(tx: Transaction, round_id: int) -> Sequence[Proposal]:
    """Put every admitted proposal of a round on the ballot, inside the freezing of the round, which the caller holds.

    Text and questions are closed by that: nothing of them changes while a round is not a draft.
    """
    rows = tx.lock_all(
        select(Proposal).where(Proposal.round_id == round_id, Proposal.state == "admitted").order_by(Proposal.slug)
    )
    for proposal in rows:
        proposal.state = "on_ballot"
        news.tell(tx, proposal, "proposal_on_ballot")
    return rows


def mark_outcome(tx: Transaction, proposal_id: int, outcome: str) -> Proposal:
    """Tell a proposal how the vote came out, once the result is published; the same outcome again changes nothing."""
    if outcome not in OUTCOMES:
        raise ValueError(f"not an outcome of a proposal: {outcome}")
    proposal = tx.lock(Proposal, proposal_id)
    if proposal.state == outcome:
        return proposal
    if proposal.state not in ("on_ballot", *OUTCOMES):
        raise WrongState(_l("This proposal was not on the ballot."))
    proposal.state = outcome
    news.tell(tx, proposal, f"proposal_{outcome}")
    return proposal


def _held(tx: Transaction, proposal_id: int, by: Actor) -> tuple[Round, Proposal]:
    round_ = tx.lock_shared(Round, tx.get(Proposal, proposal_id).round_id)
    proposal = tx.lock(Proposal, proposal_id)
    require(by, "proposal.decide", proposal)
    access.refuse_tied(tx, by, proposal)
    if round_.status != "draft":
        raise WrongState(_l("The round is frozen: what is on the ballot no longer changes."))
    return round_, proposal


def _admit(tx: Transaction, proposal: Proposal) -> None:
    proposal.state, proposal.admitted_at, proposal.next_answer_by = "admitted", tx.now(), None
    if proposal.business_id is not None:
        businesses.list_admitted(tx, proposal.business_id)
