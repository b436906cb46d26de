"""How a proposal comes onto a ballot, for every round of the demo: applied, reviewed by two, asked about, admitted.

An `Applicant` is what one business says and what is said of it. Amounts here are whole dollars.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fund import db
from fund.demo.stage import Stage
from fund.proposals import application, deciding, questions, review
from fund.proposals.application import Application
from fund.proposals.models import Proposal
from fund.proposals.review import Finding
from fund.rounds import service as rounds
from fund.rounds.models import Round

CENTS = 100
KINDS = ("standards", "diligence")
STANDARDS_MEMO = "It meets what the charter asks of a business, and it is in Port Alder. {wages}"


@dataclass(frozen=True)
class Applicant:
    """One business: who applies for it, what it asks for, and what the memo and the questions say.

    `reviewers` are two stewards; `asked` holds (who asks, question, answer).
    """

    title: str
    who: str
    ask: int
    product: str
    neighbourhood: str
    ownership: str
    summary: str
    purpose: str
    benefits: str
    wages: str
    promise: str
    memo: str
    reviewers: tuple[str, str]
    asked: tuple[tuple[str, str, str], ...] = ()
    plan: str = ""
    phone: str = "555 0100"


def hand_in(stage: Stage, round_: Round, one: Applicant, *, business_id: int | None = None) -> Proposal:
    """Write an application and hand it in, as the applicant."""
    by = stage.actor(one.who)
    with db.writing():
        proposal, _code = application.start(round_.id, written(round_, one, business_id=business_id), by=by)
        return application.submit(proposal.id, by=by, keys={})


def written(
    round_: Round, one: Applicant, *, business_id: int | None = None, named_if_refused: bool = False
) -> Application:
    """The one page of the application."""
    must, promise = (standard.text for standard in rounds.charter(round_).eligibility.standards)
    return Application(
        title=one.title,
        summary=one.summary,
        purpose=one.purpose,
        benefits=one.benefits,
        ask_minor=one.ask * CENTS,
        product=one.product,
        neighbourhood=one.neighbourhood,
        ownership=one.ownership,
        contact_name=one.who,
        contact_phone=one.phone,
        name_public_if_refused=named_if_refused,
        business_id=business_id,
        standards={must: one.wages, promise: one.promise},
    )


def look_at(stage: Stage, round_: Round, proposal: Proposal, one: Applicant, *, outcome: str = "pass") -> None:
    """Two stewards review: one the standards, one the figures with the public memo."""
    with db.writing():
        for kind, name in zip(KINDS, one.reviewers, strict=True):
            steward = stage.actor(name)
            given = review.assign(proposal.id, kind=kind, reviewer_id=stage.number(name), by=steward)
            memo = one.memo if kind == "diligence" else STANDARDS_MEMO.format(wages=one.wages)
            review.write(given.id, _finding(round_, kind, memo, outcome), done=True, by=steward)


def admit(stage: Stage, round_: Round, proposal: Proposal, one: Applicant) -> None:
    """Review and admit; who has more to tell is asked for a plan first."""
    steward = stage.actor(one.reviewers[0])
    with db.writing():
        if one.plan:
            review.shortlist(proposal.id, by=steward)
            by = stage.actor(one.who)
            application.save_details(proposal.id, plan=one.plan, details="", answers={}, by=by, keys={})
        look_at(stage, round_, proposal, one)
        deciding.admit(proposal.id, by=steward)


def ask_and_answer(stage: Stage, proposals: Sequence[tuple[Proposal, Applicant]]) -> None:
    """Members ask in public, applicants answer."""
    for proposal, one in proposals:
        for who, question, answer in one.asked:
            row = questions.ask(proposal.id, question, by=stage.actor(who))
            if answer:
                questions.answer(row.id, answer, by=stage.actor(one.who), keys={})


def _finding(round_: Round, kind: str, memo: str, outcome: str) -> Finding:
    asked = review.points(rounds.charter(round_), kind)
    said = "yes" if outcome == "pass" else "no"
    return Finding(dict.fromkeys(asked, said), outcome, "", memo)
