"""What pages of applications and reviews show, each in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from fund import db
from fund.businesses.models import Business
from fund.errors import Forbidden, NotFound
from fund.foundation import service as foundation
from fund.members.models import Person
from fund.permissions import OVERSIGHT, Actor, Role, require
from fund.proposals import access, eligibility
from fund.proposals.models import Appeal, Conflict, Proposal, ProposalAnswer, PublicQuestion, Review, Substitute
from fund.rounds import service as rounds
from fund.rounds.models import Phase, Round, RoundQuestion
from fund.stewards.models import StewardTerm

REVIEWABLE = ("submitted", "in_review", "appealed")


@dataclass(frozen=True)
class Line:
    """One proposal in the reviewers' list: its reviews, what is late, whether the reader has a tie."""

    proposal: Proposal
    round: Round
    reviews: Sequence[tuple[Review, str]]
    late: bool
    tied: bool


def taking_applications() -> Sequence[tuple[Round, dt.datetime]]:
    """Rounds that take applications at this moment, with the end of that phase, the one that ends first first."""
    now = db.now()
    rows = db.session.execute(
        select(Round, Phase.ends_at)
        .join(Phase, Phase.round_id == Round.id)
        .where(
            Round.status == "draft", Round.decides == "money", Phase.label == "submissions", Phase.starts_at <= now,
            Phase.ends_at > now,
        )
        .order_by(Phase.ends_at)
    ).all()  # fmt: skip
    return [(round_, ends_at) for round_, ends_at in rows]


def takes_applications(round_: Round) -> bool:
    """Whether a round takes applications at this moment."""
    return round_.decides == "money" and rounds.phase_open(round_, "submissions", db.now())


def questions(round_id: int, stage: str) -> Sequence[RoundQuestion]:
    """The round's own questions of one stage (application or details)."""
    return db.session.scalars(
        select(RoundQuestion)
        .where(RoundQuestion.round_id == round_id, RoundQuestion.stage == stage)
        .order_by(RoundQuestion.position)
    ).all()


def with_answers(proposal_id: int) -> Proposal:
    """A proposal with its answers loaded."""
    return db.session.scalars(
        select(Proposal).where(Proposal.id == proposal_id).options(selectinload(Proposal.answers))
    ).one()


def missing(proposal: Proposal, round_: Round, *, by: Actor) -> dict[str, Any]:
    """What keeps a draft from being handed in, a sentence for each field of the form."""
    return eligibility.problems(db.session(), proposal, round_, rounds.charter(round_), by=by)


def answers(proposal_id: int) -> Sequence[tuple[RoundQuestion, str]]:
    """The round's questions that were answered, public and private."""
    rows = db.session.execute(
        select(RoundQuestion, ProposalAnswer.text)
        .join(ProposalAnswer, ProposalAnswer.question_id == RoundQuestion.id)
        .where(ProposalAnswer.proposal_id == proposal_id, ProposalAnswer.text != "")
        .order_by(RoundQuestion.stage, RoundQuestion.position)
    ).all()
    return [(question, text) for question, text in rows]


def reviewers_list(actor: Actor) -> list[Line]:
    """What is in review: for stewards everything, for others what was given to them; late things first."""
    found = (
        select(Proposal, Round)
        .join(Round, Round.id == Proposal.round_id)
        .where(Proposal.state.in_(REVIEWABLE), Round.status == "draft")
        .order_by(Proposal.next_answer_by.is_(None), Proposal.next_answer_by, Proposal.submitted_at)
    )
    if not actor.has(Role.STEWARD):
        given = select(Review.proposal_id).where(Review.reviewer_id == actor.person_id, Review.state == "assigned")
        named = select(Substitute.proposal_id).where(
            Substitute.person_id == actor.person_id, Substitute.task == access.REVIEWING
        )
        found = found.where(Proposal.id.in_(given) | Proposal.id.in_(named))
    rows = db.session.execute(found).all()
    by_proposal = _reviews_of([proposal.id for proposal, _round in rows])
    today = foundation.today()
    return [
        Line(
            proposal, round_, by_proposal.get(proposal.id, []),
            late=proposal.next_answer_by is not None and proposal.next_answer_by < today,
            tied=access.no_tie(actor, proposal) is not None,
        )
        for proposal, round_ in rows
    ]  # fmt: skip


def to_tell() -> Sequence[Proposal]:
    """Applications whose author waits to be told by phone."""
    return db.session.scalars(select(Proposal).where(Proposal.tell_by_phone.is_not(None)).order_by(Proposal.id)).all()


def given_to(person_id: int) -> Sequence[tuple[Review, Proposal, Round]]:
    """Reviews a person was given and has not handed in."""
    rows = db.session.execute(
        select(Review, Proposal, Round)
        .join(Proposal, Proposal.id == Review.proposal_id)
        .join(Round, Round.id == Proposal.round_id)
        .where(Review.reviewer_id == person_id, Review.state == "assigned", Proposal.state.in_(REVIEWABLE))
        .where(Round.status == "draft")
        .order_by(Review.assigned_at)
    ).all()
    return [(review, proposal, round_) for review, proposal, round_ in rows]


def unanswered(proposal_ids: Sequence[int]) -> Mapping[int, int]:
    """How many public questions wait for an answer, by proposal."""
    rows = db.session.execute(
        select(PublicQuestion.proposal_id, func.count())
        .where(
            PublicQuestion.proposal_id.in_(proposal_ids), PublicQuestion.answer.is_(None),
            PublicQuestion.hidden_reason.is_(None),
        )
        .group_by(PublicQuestion.proposal_id)
    ).all()  # fmt: skip
    return dict(rows)


def late_conflicts() -> Sequence[tuple[Proposal, int]]:
    """Admitted proposals of rounds not yet frozen where a review was done by somebody who now has a tie, and how many."""
    rows = db.session.execute(
        select(Proposal, func.count(Review.id))
        .join(Review, Review.proposal_id == Proposal.id)
        .join(Conflict, (Conflict.proposal_id == Proposal.id) & (Conflict.person_id == Review.reviewer_id))
        .join(Round, Round.id == Proposal.round_id)
        .where(
            Proposal.state == "admitted", Review.state == "done", Conflict.state != "cleared_by_other",
            Round.status == "draft",
        )
        .group_by(Proposal.id)
        .order_by(Proposal.id)
    ).all()  # fmt: skip
    return [(proposal, count) for proposal, count in rows]


def where_to_talk() -> str:
    """Where stewards are met, as the charter in force states it; empty when it states nothing."""
    return foundation.current_charter().verification.seen_in_person.where if foundation.current_version() else ""


def next_step(proposal: Proposal, appeal_until: dt.datetime | None) -> Any:
    """What an applicant does or waits for next, in one sentence."""
    if proposal.state in ("submitted", "in_review") and proposal.shortlisted_at is not None:
        return _l("Details are asked for: add your plan, figures and files.")
    if proposal.state == "refused" and appeal_until is not None and db.now() < appeal_until:
        return _l("Read the reason. You can appeal.")
    return NEXT_STEPS[proposal.state]


NEXT_STEPS: dict[str, Any] = {
    "draft": _l("Not handed in yet: go on writing, then hand it in."),
    "submitted": _l("It has arrived. Stewards will look at it."),
    "in_review": _l("It is being reviewed. You need not do anything."),
    "admitted": _l("It is admitted and public. Answer questions until the ballot is fixed."),
    "refused": _l("It was refused. The reason is on the page."),
    "appealed": _l("Somebody who did not refuse it looks at your appeal."),
    "on_ballot": _l("It is on the ballot. Members vote."),
    "winner": _l("It is funded. The page of the award says what comes next."),
    "reserve": _l("It is on the reserve list: if money comes free, you hear of it."),
    "not_funded": _l("It was not funded this time. The result page says what was missing."),
    "withdrawn": _l("You have taken it back."),
}


def still_to_come(round_: Round) -> dict[str, Phase]:
    """Phases of a round that is being prepared and that have not ended, by label: their dates are what comes next."""
    now = db.now()
    return {one.label: one for one in round_.phases if round_.status == "draft" and now < one.ends_at}


def reached_by(proposal: Proposal) -> tuple[str, str]:
    """How the applicant hears of each step, as `news.tell` does it: (email | phone | account, address or number)."""
    if proposal.applicant_id is not None:
        address = db.session.get_one(Person, proposal.applicant_id).email
        return ("email", address) if address else ("account", "")
    return ("email", proposal.contact_email) if proposal.contact_email else ("phone", proposal.contact_phone or "")


def _reviews_of(proposal_ids: Sequence[int]) -> dict[int, list[tuple[Review, str]]]:
    found: dict[int, list[tuple[Review, str]]] = {}
    for review, name in db.session.execute(
        select(Review, Person.display_name)
        .join(Person, Person.id == Review.reviewer_id)
        .where(Review.proposal_id.in_(proposal_ids))
        .order_by(Review.id)
    ):
        found.setdefault(review.proposal_id, []).append((review, name))
    return found


def appeals(proposal_id: int) -> Sequence[Appeal]:
    """Appeals against a refusal, oldest first."""
    return db.session.scalars(select(Appeal).where(Appeal.proposal_id == proposal_id).order_by(Appeal.id)).all()


def still_open(until: dt.datetime | None) -> bool:
    """Whether a moment is still to come."""
    return until is not None and db.now() < until


def handed_in(proposal_id: int) -> Proposal:
    """A proposal that was handed in. Raises NotFound for drafts too."""
    found = db.session.get(Proposal, proposal_id)
    if found is None or found.state == "draft":
        raise NotFound(_l("There is no such proposal."))
    return found


def for_review(proposal_id: int, *, by: Actor) -> Proposal:
    """A proposal that this actor may read with its private parts. Raises NotFound, Forbidden with the reason."""
    found = handed_in(proposal_id)
    require(by, "review.read", found)
    return found


def for_ties(proposal_id: int, *, by: Actor) -> tuple[Proposal, list[tuple[int, str]]]:
    """A proposal and whose tie this actor may declare: their own, and of those who serve the fund if they do too."""
    found = handed_in(proposal_id)
    if not by.has(*OVERSIGHT) and not access.asked(db.session(), by, found):
        raise Forbidden(_l("Ties are declared by those who review or serve the fund."))
    mine = [(by.person_id or 0, by.display_name)]
    if not by.has(*OVERSIGHT):
        return found, mine
    today = foundation.today()
    rows = db.session.execute(
        select(Person.id, Person.display_name)
        .join(StewardTerm, StewardTerm.person_id == Person.id)
        .where(StewardTerm.not_over_on(today), Person.id != by.person_id)
        .distinct()
        .order_by(Person.display_name, Person.id)
    )
    return found, mine + [(number, name) for number, name in rows]


def reviewers_needed() -> int:
    """How many people review a proposal under the charter in force."""
    return foundation.current_charter().review.reviewers


def business_of(proposal: Proposal) -> Business | None:
    """The business that applies, listed or not, for reviewers."""
    return db.session.get(Business, proposal.business_id) if proposal.business_id is not None else None
