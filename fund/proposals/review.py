"""Review: given to people without a tie, written with the charter's checklist, private notes, a public memo.

Done reviews of people who have no tie count for admission; a tie that is found late takes a review out of the count
(FIELD B3). The applicant is told by when the next answer comes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from fund import audit, db
from fund.charter import Charter
from fund.db import Transaction, outbox
from fund.errors import Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.members.models import Person
from fund.permissions import Actor, require
from fund.proposals import access, eligibility, news
from fund.proposals.models import REVIEW_KINDS, REVIEW_OUTCOMES, Proposal, Review, Substitute
from fund.proposals.words import POINT_WORDS
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.stewards.models import StewardTerm

IN_REVIEW = ("submitted", "in_review", "appealed")
ANSWER_WITHIN_DAYS = 180


@dataclass(frozen=True)
class Finding:
    """What a reviewer found. `checklist` maps each point to yes, partly, no or unknown."""

    checklist: Mapping[str, str]
    outcome: str | None = None
    private_notes: str = ""
    memo: str = ""


def points(charter: Charter, kind: str) -> tuple[str, ...]:
    """The points of one kind of review: the charter's checklist, for standards also each standard that must be met."""
    own = charter.review.checklists.of(kind)
    return (*own, *eligibility.must_standards(charter)) if kind == "standards" else own


def assign(proposal_id: int, *, kind: str, reviewer_id: int, by: Actor) -> Review:
    """Give one kind of review to a steward or a substitute without a tie. The proposal is then in review.

    Raises Invalid when the person has a tie, is neither steward nor substitute, or has this review already.
    """
    require(by, "review.assign")
    if kind not in REVIEW_KINDS:
        raise Invalid(_l("Choose a kind of review."), field="kind")
    with db.writing() as tx:
        _round, proposal = _held(tx, proposal_id, by, "review.assign")
        if proposal.state not in IN_REVIEW:
            raise WrongState(_l("This proposal is not in review."))
        if reviewer_id in access.tied(tx.session, proposal):
            raise Invalid(_l("This person has a tie to the proposal."), field="reviewer")
        if reviewer_id not in serving(tx.session) and not access.stands_in(
            tx.session, reviewer_id, proposal, access.REVIEWING
        ):
            raise Invalid(_l("Reviews are given to stewards, or to those who stand in for them."), field="reviewer")
        known = tx.session.scalars(
            select(Review).where(
                Review.proposal_id == proposal.id, Review.kind == kind, Review.reviewer_id == reviewer_id,
                Review.state == "assigned",
            )
        ).first()  # fmt: skip
        if known is not None:
            raise Invalid(_l("This person has this review already."), field="reviewer")
        for left in tx.lock_all(
            select(Review).where(Review.proposal_id == proposal.id, Review.kind == kind, Review.state == "conflicted")
        ):
            left.state = "reassigned"
        review = tx.add(
            Review(proposal_id=proposal.id, kind=kind, reviewer_id=reviewer_id, checklist={}, assigned_at=tx.now())
        )
        proposal.state = "in_review" if proposal.state == "submitted" else proposal.state
        audit.record(tx, "review.assign", by=by.person_id, on=("proposal", proposal.id), kind=kind, to=reviewer_id)
        if reviewer_id != by.person_id:
            outbox.post(tx, "review_assigned", person_id=reviewer_id, title=proposal.title, review_kind=kind,
                        proposal_id=proposal.id, review_id=review.id)  # fmt: skip
    return review


def write(review_id: int, finding: Finding, *, done: bool, by: Actor) -> Review:
    """Save a review that was given to one; with `done` hand it in, which needs an outcome and every point answered.

    Raises Forbidden when it is another's or a tie was declared, WrongState when it is handed in already.
    """
    require(by, "review.write")
    with db.writing() as tx:
        review = tx.get(Review, review_id)
        round_ = tx.lock_shared(Round, tx.get(Proposal, review.proposal_id).round_id)
        proposal = tx.lock(Proposal, review.proposal_id)
        review = tx.lock(Review, review_id)
        require(by, "review.write", review)
        access.refuse_tied(tx, by, proposal)
        if review.state != "assigned" or proposal.state not in IN_REVIEW:
            raise WrongState(_l("This review is finished, or the proposal is no longer in review."))
        asked = points(rounds.charter(round_), review.kind)
        review.checklist = {
            point: said for point, said in finding.checklist.items() if point in asked and said in POINT_WORDS
        }
        review.private_notes, review.memo = finding.private_notes.strip(), finding.memo.strip()
        review.outcome = finding.outcome if finding.outcome in REVIEW_OUTCOMES else None
        if done:
            _finish(tx, review, asked)
        audit.record(tx, "review.write", by=by.person_id, on=("review", review.id), done=int(done))
    return review


def hand_back(review_id: int, *, by: Actor) -> Review:
    """Give a review back that one cannot do, without a tie; a steward then gives it to somebody else."""
    require(by, "review.write")
    with db.writing() as tx:
        review = tx.lock(Review, review_id)
        require(by, "review.write", review)
        if review.state != "assigned":
            raise WrongState(_l("This review is finished."))
        review.state = "reassigned"
        audit.record(tx, "review.hand_back", by=by.person_id, on=("review", review.id))
        tx.wake()
    return review


def shortlist(proposal_id: int, *, by: Actor) -> Proposal:
    """Ask the applicant for details: the plan, figures, the round's further questions, files."""
    require(by, "proposal.shortlist")
    with db.writing() as tx:
        _round, proposal = _held(tx, proposal_id, by, "proposal.shortlist")
        if proposal.state not in IN_REVIEW:
            raise WrongState(_l("This proposal is not in review."))
        if proposal.shortlisted_at is not None:
            raise WrongState(_l("Details were asked for already."))
        proposal.shortlisted_at = tx.now()
        audit.record(tx, "proposal.shortlist", by=by.person_id, on=("proposal", proposal.id))
        news.tell(tx, proposal, "proposal_shortlisted")
    return proposal


def promise_answer(proposal_id: int, *, on: dt.date, by: Actor) -> Proposal:
    """Say by which day the applicant hears again, and tell them."""
    require(by, "review.assign")
    with db.writing() as tx:
        _round, proposal = _held(tx, proposal_id, by, "review.assign")
        if proposal.state not in IN_REVIEW:
            raise WrongState(_l("This proposal is not in review."))
        today = foundation.today_in(tx)
        if not today <= on <= today + dt.timedelta(days=ANSWER_WITHIN_DAYS):
            raise Invalid(_l("Choose a day between today and half a year from now."), field="on")
        proposal.next_answer_by = on
        audit.record(tx, "proposal.next_answer", by=by.person_id, on=("proposal", proposal.id), day=on.isoformat())
        news.tell(tx, proposal, "proposal_next_answer", day=on.isoformat())
    return proposal


def counted(session: Session, proposal: Proposal) -> Sequence[Review]:
    """Reviews that are done and whose authors have no tie, the latest last."""
    tied = access.tied(session, proposal)
    rows = session.scalars(
        select(Review)
        .where(Review.proposal_id == proposal.id, Review.state == "done")
        .order_by(Review.done_at, Review.id)
    )
    return [row for row in rows if row.reviewer_id not in tied]


def of(proposal_id: int) -> Sequence[tuple[Review, str]]:
    """Every review of a proposal with the reviewer's name."""
    rows = db.session.execute(
        select(Review, Person.display_name)
        .join(Person, Person.id == Review.reviewer_id)
        .where(Review.proposal_id == proposal_id)
        .order_by(Review.id)
    ).all()
    return [(row, name) for row, name in rows]


def get(review_id: int, *, proposal_id: int, by: Actor) -> tuple[Review, Proposal, Round]:
    """One review for the person it was given to. Raises Forbidden with the reason for everybody else."""
    review = db.session.get(Review, review_id)
    if review is None or review.proposal_id != proposal_id:
        raise NotFound(_l("There is no such review."))
    require(by, "review.write", review)
    proposal = db.session.get_one(Proposal, review.proposal_id)
    require(by, "review.read", proposal)
    return review, proposal, rounds.get(proposal.round_id)


def candidates(proposal: Proposal) -> list[tuple[int, str]]:
    """Stewards and substitutes without a tie, by name: who may be given a review."""
    tied = access.tied(db.session(), proposal)
    stewards = serving(db.session())
    named = select(Substitute.person_id).where(
        Substitute.round_id == proposal.round_id, Substitute.task == access.REVIEWING,
        (Substitute.proposal_id == proposal.id) | Substitute.proposal_id.is_(None),
    )  # fmt: skip
    rows = db.session.execute(
        select(Person.id, Person.display_name)
        .where(Person.id.in_(stewards) | Person.id.in_(named))
        .order_by(Person.display_name, Person.id)
    )
    return [(number, name) for number, name in rows if number not in tied]


def serving(session: Session) -> set[int]:
    """Numbers of the stewards who serve today."""
    today = foundation.today()
    return set(
        session.scalars(
            select(StewardTerm.person_id).where(
                StewardTerm.role == "steward", StewardTerm.runs_on(today),
            )
        )
    )  # fmt: skip


def _held(tx: Transaction, proposal_id: int, by: Actor, act: str) -> tuple[Round, Proposal]:
    round_ = tx.lock_shared(Round, tx.get(Proposal, proposal_id).round_id)
    proposal = tx.lock(Proposal, proposal_id)
    require(by, act, proposal)
    access.refuse_tied(tx, by, proposal)
    return round_, proposal


def _finish(tx: Transaction, review: Review, asked: tuple[str, ...]) -> None:
    missing: dict[str, Any] = {
        f"point{i}": _l("Please answer this point: %(point)s", point=point)
        for i, point in enumerate(asked)
        if point not in review.checklist
    }
    if not review.memo:
        missing["memo"] = _l("Write the memo: what members should know before they vote.")
    if review.outcome is None:
        missing["outcome"] = _l("Choose how it came out.")
    if missing:
        raise Invalid(_l("To hand the review in, everything that is asked has to be answered."), fields=missing)
    review.state, review.done_at = "done", tx.now()
