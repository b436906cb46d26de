"""An application from the first word to being handed in: draft, return code, limits, details, withdrawal.

It works without an account: who has none gets a code that opens this one application and nothing else. Until it is
admitted its author may mend it; each change of the public text after handing in is a version. A page in the directory
is made from it when it is handed in, and stays unlisted until the proposal is admitted.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from flask import current_app
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, func, or_, select

from fund import audit, db
from fund.businesses import service as businesses
from fund.businesses.models import OWNERSHIP, Business
from fund.db import Transaction
from fund.errors import Invalid, NotFound, WrongState
from fund.members.models import Person
from fund.permissions import Actor, Role, require
from fund.proposals import access, budget, conflicts, eligibility, news, returning, versions
from fund.proposals.access import Keys
from fund.proposals.models import PRODUCTS, Attachment, Proposal, ProposalAnswer
from fund.rounds import service as rounds
from fund.rounds.models import Round, RoundQuestion
from fund.slugs import slug

RESERVED = frozenset({"new"})
BEFORE_ADMISSION = ("draft", "submitted", "in_review")
TEXTS = ("title", "summary", "purpose", "benefits", "contact_name")
LIMITS = {"title": 160, "contact_name": 120, "summary": 400, "purpose": 4000, "benefits": 4000}


@dataclass(frozen=True)
class Application:
    """What an applicant writes on the one page. Amounts in minor units; answers by number of the round's question."""

    title: str = ""
    summary: str = ""
    purpose: str = ""
    benefits: str = ""
    ask_minor: int | None = None
    least_minor: int | None = None
    product: str | None = "grant"
    neighbourhood: str | None = None
    ownership: str = "other"
    contact_name: str = ""
    contact_email: str | None = None
    contact_phone: str | None = None
    name_public_if_refused: bool = False
    business_id: int | None = None
    answers: Mapping[int, str] = field(default_factory=dict)
    standards: Mapping[str, str] = field(default_factory=dict)
    budget: Sequence[budget.Line] = ()


def start(
    round_id: int, written: Application, *, told_by_phone: bool = False, by: Actor
) -> tuple[Proposal, str | None]:
    """Save a first draft. Gives it with its return code, which is shown once; people with an account need none.

    `told_by_phone`: a steward types what somebody says; the code is then for that person. Raises WrongState when the
    round does not take applications now, Invalid when the author has as many as the fund allows.
    """
    require(by, "application.work")
    for_another = told_by_phone and by.has(Role.STEWARD)
    with db.writing() as tx:
        round_ = tx.lock_shared(Round, round_id)
        _require_submissions(tx, round_)
        author_id = None if for_another else by.person_id
        _refuse_too_many(tx, round_.id, author_id)
        proposal = Proposal(
            round_id=round_.id, slug=f"draft-{secrets.token_hex(8)}", applicant_id=author_id, started_at=tx.now(),
            state="draft", title="", told_by_phone=for_another, typed_by=by.person_id if for_another else None,
            language=str(get_locale() or "en"),
        )  # fmt: skip
        _write(tx, proposal, written, by)
        code = returning.new_code(tx, proposal) if author_id is None else None
        audit.record(tx, "application.start", by=by.person_id, on=("proposal", proposal.id), phone=int(for_another))
        if code is not None and proposal.contact_email:
            returning.mail_code(tx, proposal, round_, code)
    return proposal, code


def save(proposal_id: int, written: Application, *, by: Actor, keys: Keys) -> Proposal:
    """Save what was changed. After handing in it stays complete, and the change is a version that anybody can compare.

    Raises WrongState from admission on, and for a draft whose round takes no applications any more.
    """
    require(by, "application.work")
    with db.writing() as tx:
        round_, proposal = access.locked(tx, proposal_id, by=by, keys=keys)
        _require_open_to_change(tx, round_, proposal)
        _write(tx, proposal, written, by)
        if proposal.state != "draft":
            _refuse_problems(tx, proposal, round_, by)
            versions.keep(tx, proposal, by=by.person_id)
        audit.record(tx, "application.save", by=by.person_id, on=("proposal", proposal.id))
    return proposal


def submit(proposal_id: int, *, by: Actor, keys: Keys) -> Proposal:
    """Hand an application in. Raises Invalid with each field that is missing or that the charter does not allow.

    Makes the business's page (unlisted), the first version, and recuses the stewards who act for the business.
    """
    require(by, "application.work")
    with db.writing() as tx:
        round_, proposal = access.locked(tx, proposal_id, by=by, keys=keys)
        if proposal.state != "draft":
            raise WrongState(_l("This application is handed in already."))
        _require_submissions(tx, round_)
        _refuse_problems(tx, proposal, round_, by)
        _attach_business(tx, proposal)
        proposal.slug = slug(
            proposal.title, taken=lambda one: _slug_taken(tx, round_.id, one), reserved=RESERVED, otherwise="proposal"
        )
        proposal.state, proposal.submitted_at = "submitted", tx.now()
        versions.keep(tx, proposal, by=by.person_id)
        conflicts.recuse_insiders(tx, proposal)
        audit.record(tx, "application.submit", by=by.person_id, on=("proposal", proposal.id), slug=proposal.slug)
        news.tell(tx, proposal, "proposal_submitted")
    return proposal


def save_details(
    proposal_id: int, *, plan: str, details: str, answers: Mapping[int, str], by: Actor, keys: Keys
) -> Proposal:
    """Save what a shortlisted applicant adds: the plan (public), figures and answers for reviewers only."""
    require(by, "application.work")
    with db.writing() as tx:
        round_, proposal = access.locked(tx, proposal_id, by=by, keys=keys)
        _require_open_to_change(tx, round_, proposal)
        if proposal.shortlisted_at is None:
            raise WrongState(_l("Details are asked for only when an application is shortlisted."))
        proposal.plan, proposal.details = plan.strip(), details.strip()
        _write_answers(tx, proposal, answers, "details")
        versions.keep(tx, proposal, by=by.person_id)
        audit.record(tx, "application.details", by=by.person_id, on=("proposal", proposal.id))
    return proposal


def withdraw(proposal_id: int, reason: str, *, by: Actor, keys: Keys) -> Proposal:
    """Take an application back. A draft is thrown away; what was handed in stays on record as withdrawn.

    Raises WrongState from freezing on: a proposal on the ballot may decline what it wins.
    """
    require(by, "application.work")
    with db.writing() as tx:
        _round, proposal = access.locked(tx, proposal_id, by=by, keys=keys)
        if proposal.state == "draft":
            _throw_away(tx, proposal)
            return proposal
        if proposal.state not in (*BEFORE_ADMISSION, "admitted", "appealed", "refused"):
            raise WrongState(_l("It is on the ballot, which cannot change any more. If it wins, you can decline."))
        proposal.state, proposal.withdrawn_reason = "withdrawn", reason.strip() or None
        audit.record(tx, "application.withdraw", by=by.person_id, on=("proposal", proposal.id))
        news.tell(tx, proposal, "proposal_withdrawn")
    return proposal


def _write(tx: Transaction, proposal: Proposal, written: Application, by: Actor) -> None:
    _check(written, by)
    if proposal.state == "draft":
        proposal.business_id = written.business_id
    elif written.product is None:
        raise Invalid(eligibility.CHOOSE_KIND, field="product")
    for name in TEXTS:
        setattr(proposal, name, getattr(written, name).strip())
    proposal.ask_minor, proposal.least_minor = _amounts(written)
    proposal.product, proposal.neighbourhood = written.product, written.neighbourhood or None
    proposal.ownership = written.ownership
    proposal.contact_email, proposal.contact_phone = businesses.checked_contact(
        written.contact_email, written.contact_phone
    )
    proposal.name_public_if_refused = written.name_public_if_refused
    proposal.standards = {text: said.strip() for text, said in written.standards.items() if said.strip()}
    tx.session.add(proposal)
    tx.session.flush()
    budget.write(tx, proposal, written.budget)
    _write_answers(tx, proposal, written.answers, "application")


def _amounts(written: Application) -> tuple[int, int | None]:
    """What is asked, and the least that helps: as they were written, else what the lines of the budget add up to."""
    total = budget.sums(written.budget)
    ask = written.ask_minor or total.whole_minor
    fits = 0 < total.least_minor <= ask
    return ask, written.least_minor or (total.least_minor if fits else None)


def _check(written: Application, by: Actor) -> None:
    budget.refuse_unreadable(written.budget)
    for name, most in LIMITS.items():
        if len(getattr(written, name)) > most:
            raise Invalid(_l("This is too long: at most %(n)s characters.", n=most), field=name)
    if written.product is not None and written.product not in PRODUCTS:
        raise Invalid(_l("Choose one of the kinds of money that this fund gives."), field="product")
    if written.ownership not in ("", *OWNERSHIP):
        raise Invalid(_l("Choose who owns it."), field="ownership")
    ask = written.ask_minor or budget.sums(written.budget).whole_minor
    if written.least_minor is not None and not 0 < written.least_minor <= (ask or written.least_minor):
        raise Invalid(_l("The least useful amount is more than nothing and at most what you ask for."), field="least")
    if written.business_id is not None and written.business_id not in by.businesses:
        raise Invalid(_l("You can only apply for a business that you act for."), field="business")


def _write_answers(tx: Transaction, proposal: Proposal, answers: Mapping[int, str], stage: str) -> None:
    known = tx.session.scalars(
        select(RoundQuestion.id).where(RoundQuestion.round_id == proposal.round_id, RoundQuestion.stage == stage)
    )
    for question_id in known:
        if question_id not in answers:
            continue
        row = tx.session.get(ProposalAnswer, (proposal.id, question_id))
        if row is None:
            tx.add(ProposalAnswer(proposal_id=proposal.id, question_id=question_id, text=answers[question_id].strip()))
        else:
            row.text = answers[question_id].strip()
    tx.session.flush()


def _require_submissions(tx: Transaction, round_: Round) -> None:
    if round_.decides != "money" or not rounds.phase_open(round_, "submissions", tx.now()):
        raise WrongState(_l("This round does not take applications now."))


def _require_open_to_change(tx: Transaction, round_: Round, proposal: Proposal) -> None:
    if proposal.state == "draft":
        _require_submissions(tx, round_)
    elif proposal.state not in BEFORE_ADMISSION or round_.status != "draft":
        raise WrongState(_l("The application can no longer be changed. Ask a steward if something is wrong in it."))


def _refuse_problems(tx: Transaction, proposal: Proposal, round_: Round, by: Actor) -> None:
    found = eligibility.problems(tx.session, proposal, round_, rounds.charter(round_), by=by)
    if found:
        raise Invalid(_l("Some things are still missing or not possible."), fields=found)


def _refuse_too_many(tx: Transaction, round_id: int, author_id: int | None) -> None:
    if author_id is None:
        return
    tx.lock(Person, author_id)
    count = tx.session.scalar(
        select(func.count()).select_from(Proposal).where(
            Proposal.round_id == round_id, Proposal.applicant_id == author_id, Proposal.state != "withdrawn"
        )
    )  # fmt: skip
    if (count or 0) >= eligibility.MOST_PER_PERSON:
        raise WrongState(_l("You have %(n)s applications in this round already.", n=count))


def _attach_business(tx: Transaction, proposal: Proposal) -> None:
    """Tie the application to its business: the one chosen, a named one that nobody claimed, or a new unlisted page."""
    if proposal.business_id is None:
        known = businesses.find_unclaimed(tx, proposal.title)
        proposal.business_id = (known or businesses.make(tx, _described(proposal), agent_id=proposal.applicant_id,
                                                         listed=False)).id  # fmt: skip
    tx.lock(Business, proposal.business_id)
    another = tx.session.scalar(
        select(Proposal.id).where(
            Proposal.round_id == proposal.round_id, Proposal.business_id == proposal.business_id,
            Proposal.id != proposal.id, Proposal.state.not_in(("draft", "withdrawn")),
        )
    )  # fmt: skip
    if another is not None:
        raise Invalid(_l("This business has an application in this round already."), field="title")


def _described(proposal: Proposal) -> businesses.Described:
    return businesses.Described(
        name=proposal.title, ownership=proposal.ownership, contact_name=proposal.contact_name,
        contact_email=proposal.contact_email, contact_phone=proposal.contact_phone, about=proposal.summary,
        neighbourhood=None if proposal.neighbourhood == eligibility.ELSEWHERE else proposal.neighbourhood,
    )  # fmt: skip


def _throw_away(tx: Transaction, proposal: Proposal) -> None:
    files = current_app.extensions["files"]
    for row in tx.session.scalars(select(Attachment).where(Attachment.proposal_id == proposal.id)).all():
        tx.after_commit(partial(files.remove, row.storage_key))
        tx.session.delete(row)
    for answer in tx.session.scalars(select(ProposalAnswer).where(ProposalAnswer.proposal_id == proposal.id)).all():
        tx.session.delete(answer)
    budget.remove(tx, proposal.id)
    tx.session.flush()
    tx.session.delete(proposal)
    tx.session.flush()
    audit.record(tx, "application.throw_away", by=None, on=("proposal", proposal.id))


def _slug_taken(tx: Transaction, round_id: int, one: str) -> bool:
    found = select(Proposal.id).where(Proposal.round_id == round_id, Proposal.slug == one)
    return tx.session.scalar(found) is not None


def mine(actor: Actor, keys: Keys) -> list[dict[str, Any]]:
    """The actor's applications with their rounds, newest first."""
    whose: list[ColumnElement[bool]] = [Proposal.id.in_(list(keys))]
    if actor.person_id is not None:
        whose.append(Proposal.applicant_id == actor.person_id)
    if actor.businesses:
        whose.append(Proposal.business_id.in_(actor.businesses))
    rows = db.session.execute(
        select(Proposal, Round).join(Round, Round.id == Proposal.round_id).where(or_(*whose))
        .order_by(Proposal.id.desc())
    ).all()  # fmt: skip
    return [{"proposal": p, "round": r} for p, r in rows if access.is_theirs(actor, p, keys)]


def one(proposal_id: int, *, by: Actor, keys: Keys) -> tuple[Proposal, Round]:
    """One's own application with its round. Raises NotFound."""
    proposal = db.session.get(Proposal, proposal_id)
    if proposal is None:
        raise NotFound(_l("There is no such application here. Open it with your return code, or sign in."))
    access.require_theirs(by, proposal, keys)
    return proposal, rounds.get(proposal.round_id)
