"""Questions and answers in public: members ask, the applicant answers, freezing closes both (FIELD A1, A4).

A question that breaks the rules is hidden by a steward with a reason that stands in its place; it is not deleted.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fund import audit, db
from fund.db import Transaction
from fund.errors import Invalid, NotFound, TooMany, WrongState
from fund.members.models import Person
from fund.permissions import Actor, require
from fund.proposals import access, news
from fund.proposals.access import Keys
from fund.proposals.models import Proposal, PublicQuestion
from fund.rounds.models import Round

MOST_UNANSWERED = 5
"""Questions of one member about one proposal that wait for an answer."""
LONGEST = 1000


def ask(proposal_id: int, text: str, *, by: Actor) -> PublicQuestion:
    """Ask about an admitted proposal, where everybody can read it. Raises WrongState from freezing on.

    Who has a tie asks nothing: an applicant, and a steward who stepped back, do not speak among the members here.
    """
    require(by, "proposal.ask")
    _check(text, "text")
    with db.writing() as tx:
        proposal = _open(tx, proposal_id)
        require(by, "proposal.ask", proposal)
        access.refuse_tied(tx, by, proposal)
        waits = tx.session.scalar(
            select(func.count()).select_from(PublicQuestion).where(
                PublicQuestion.proposal_id == proposal.id, PublicQuestion.asked_by == by.person_id,
                PublicQuestion.answer.is_(None), PublicQuestion.hidden_reason.is_(None),
            )
        )  # fmt: skip
        if (waits or 0) >= MOST_UNANSWERED:
            raise TooMany(_l("%(n)s of your questions still wait for an answer.", n=waits))
        row = tx.add(
            PublicQuestion(proposal_id=proposal.id, asked_by=by.person_id, text=text.strip(), asked_at=tx.now())
        )
        audit.record(tx, "question.ask", by=by.person_id, on=("proposal", proposal.id), question=row.id)
        news.tell(tx, proposal, "proposal_question", question=row.text)
    return row


def answer(question_id: int, text: str, *, by: Actor, keys: Keys) -> PublicQuestion:
    """Answer a question about one's own proposal; an answer may be mended until freezing."""
    require(by, "proposal.answer")
    _check(text, "answer")
    with db.writing() as tx:
        row = tx.get(PublicQuestion, question_id)
        proposal = _open(tx, row.proposal_id)
        access.require_theirs(by, proposal, keys)
        row = tx.lock(PublicQuestion, question_id)
        row.answer, row.answered_by, row.answered_at = text.strip(), by.person_id, tx.now()
        audit.record(tx, "question.answer", by=by.person_id, on=("proposal", proposal.id), question=row.id)
    return row


def hide(question_id: int, reason: str, *, by: Actor) -> PublicQuestion:
    """Hide a question with its answer; the reason stands in its place."""
    require(by, "question.hide")
    _check(reason, "reason")
    with db.writing() as tx:
        proposal = tx.lock(Proposal, tx.get(PublicQuestion, question_id).proposal_id)
        require(by, "question.hide", proposal)
        access.refuse_tied(tx, by, proposal)
        row = tx.lock(PublicQuestion, question_id)
        row.hidden_reason = reason.strip()
        audit.record(tx, "question.hide", by=by.person_id, on=("proposal", proposal.id), question=row.id)
    return row


def of(proposal_id: int) -> Sequence[tuple[PublicQuestion, str | None]]:
    """Every question, oldest first, with the name of who asked."""
    rows = db.session.execute(
        select(PublicQuestion, Person.display_name)
        .outerjoin(Person, Person.id == PublicQuestion.asked_by)
        .where(PublicQuestion.proposal_id == proposal_id)
        .order_by(PublicQuestion.id)
    ).all()
    return [(row, name) for row, name in rows]


def for_steward(question_id: int, *, by: Actor) -> tuple[PublicQuestion, Proposal, Round]:
    """One question with its proposal and round, for a steward without a tie. Raises NotFound or Forbidden."""
    row = db.session.get(PublicQuestion, question_id)
    if row is None:
        raise NotFound(_l("There is no such question."))
    proposal = db.session.get_one(Proposal, row.proposal_id)
    require(by, "question.hide", proposal)
    return row, proposal, db.session.get_one(Round, proposal.round_id)


def _open(tx: Transaction, proposal_id: int) -> Proposal:
    round_ = tx.lock_shared(Round, tx.get(Proposal, proposal_id).round_id)
    proposal = tx.lock(Proposal, proposal_id)
    if proposal.state != "admitted" or round_.status != "draft":
        raise WrongState(_l("Questions are open from admission until the ballot is fixed."))
    return proposal


def _check(text: str, field: str) -> None:
    if not text.strip():
        raise Invalid(_l("Please fill this in."), field=field)
    if len(text) > LONGEST:
        raise Invalid(_l("This is too long: at most %(n)s characters.", n=LONGEST), field=field)
