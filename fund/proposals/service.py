"""Proposals: the verbs and questions that other features use, gathered from the rooms that hold them.

application: draft to handing in · returning: the return code · review, deciding: review, admission, refusal, appeal ·
conflicts, substitutes: ties and who stands in · questions, versions, attachments, public: what everybody sees.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import String, cast, literal, select

from fund import audit, db
from fund.db import outbox
from fund.errors import NotFound
from fund.proposals import conflicts as conflict
from fund.proposals import news
from fund.proposals.access import stands_in, tied
from fund.proposals.application import Application, save, start, submit, withdraw
from fund.proposals.deciding import (
    admit,
    answer_appeal,
    appeal,
    mark_on_ballot,
    mark_outcome,
    refuse,
    unsettled,
)
from fund.proposals.models import Proposal
from fund.proposals.public import (
    Funnel,
    admitted,
    by_slug,
    conflicted_people,
    funnel,
    grants_asked,
    is_public,
    of_business,
    public_on,
)
from fund.proposals.review import Finding, assign, promise_answer, shortlist, write
from fund.proposals.substitutes import stand_in
from fund.rounds.models import Phase, Round

__all__ = [
    "Application", "Finding", "Funnel", "admit", "admitted", "answer_appeal", "appeal", "assign", "by_slug", "conflict",
    "conflicted_people", "funnel", "get", "grants_asked", "is_public", "mark_on_ballot", "mark_outcome", "of_business",
    "promise_answer",
    "public_on", "refuse", "save", "settle_phases", "shortlist", "stand_in", "stands_in", "start", "submit", "tied",
    "unsettled", "withdraw", "write",
]  # fmt: skip

CLOSED_DRAFT = "proposals_closed_draft"


def get(proposal_id: int) -> Proposal:
    """The proposal with this number, for code that has already asked who may see it. Raises NotFound."""
    found = db.session.get(Proposal, proposal_id)
    if found is None:
        raise NotFound(_l("There is no such proposal."))
    return found


def settle_phases() -> int:
    """Do what the clock owes: what was handed in goes into review when that phase starts; authors of drafts that were
    never handed in are told, once, that the time is over. Gives how many proposals moved or were told of."""
    now = db.now()
    ended = select(Phase.round_id).join(Round, Round.id == Phase.round_id).where(Round.status == "draft")
    due = db.session.scalars(
        select(Proposal.id).where(
            Proposal.state == "submitted",
            Proposal.round_id.in_(ended.where(Phase.label == "review", Phase.starts_at <= now)),
        )
    ).all()  # fmt: skip
    told = select(outbox.OutboxMessage.id).where(
        outbox.OutboxMessage.dedupe_key == literal(f"{CLOSED_DRAFT}:") + cast(Proposal.id, String)
    )
    left = db.session.scalars(
        select(Proposal.id).where(
            Proposal.state == "draft", Proposal.applicant_id.is_not(None) | Proposal.contact_email.is_not(None),
            Proposal.round_id.in_(ended.where(Phase.label == "submissions", Phase.ends_at <= now)), ~told.exists(),
        )
    ).all()  # fmt: skip
    if not due and not left:
        return 0
    with db.writing() as tx:
        for number in due:
            proposal = tx.lock(Proposal, number)
            if proposal.state == "submitted":
                proposal.state = "in_review"
                audit.record(tx, "proposal.in_review", by=None, on=("proposal", number))
        for number in left:
            news.tell(tx, tx.lock(Proposal, number), CLOSED_DRAFT, dedupe_key=f"{CLOSED_DRAFT}:{number}")
    return len(due) + len(left)
