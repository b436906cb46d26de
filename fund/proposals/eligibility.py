"""Who may ask for how much: what the charter of a round says, checked when an application is handed in (FIELD B2).

Each rule that is not kept gives one sentence beside its field. Standards are not judged here: an applicant says whether
they are met, reviewers look, and falling short means help before it means refusal.
"""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fund import db
from fund.businesses.words import OWNERSHIP_WORDS
from fund.charter import Charter
from fund.currency import written
from fund.permissions import Actor
from fund.proposals import budget
from fund.proposals.models import Proposal, ProposalAnswer
from fund.rounds.models import Round, RoundQuestion

ELSEWHERE = "elsewhere"
"""What somebody chooses whose business is in none of the neighbourhoods of the charter."""
LIVE_AWARDS = ("offered", "accepted", "agreement_signed", "active")
MOST_PER_PERSON = 3
"""Applications one person may have in one round, drafts included; one business has one."""
CHOOSE_KIND = _l("Choose the kind of money that you ask for.")
NEEDED = ("title", "summary", "purpose", "benefits")


def products(charter: Charter) -> dict[str, Any]:
    """Kinds of money that the charter offers, each with its name."""
    return {one.kind: one.name for one in reversed(charter.products)} or {"grant": _l("Grant")}


def must_standards(charter: Charter) -> list[str]:
    """Standards that a business must meet."""
    return [one.text for one in charter.eligibility.standards if one.kind == "must"]


def promises(charter: Charter) -> list[str]:
    """Questions whose answer is a promise shown on the ballot."""
    return [one.text for one in charter.eligibility.standards if one.kind == "promise"]


def most_ask(charter: Charter, round_: Round, kind: str | None = None) -> int | None:
    """The most that can be asked for (with one kind of money), in minor units; None without a limit."""
    grows = charter.round_type(round_.round_type).percent_of_available is not None and round_.status == "draft"
    limits = [charter.eligibility.max_ask_minor, None if grows else round_.budget_minor or None]
    limits += [one.max_minor for one in charter.products if one.kind == kind]
    return min((limit for limit in limits if limit is not None), default=None)


def problems(session: Session, proposal: Proposal, round_: Round, charter: Charter, *, by: Actor) -> dict[str, Any]:
    """What keeps an application from being handed in, one sentence for each field; empty when nothing does."""
    found: dict[str, Any] = {}
    for name in NEEDED:
        if not getattr(proposal, name).strip():
            found[name] = _l("Please fill this in.")
    found |= _amounts(proposal, round_, charter)
    found |= _who(proposal, charter, by)
    found |= _standards(proposal, charter)
    found |= _answers(session, proposal, "application")
    if not (proposal.contact_email or proposal.contact_phone or proposal.applicant_id):
        found["contact_phone"] = _l("Leave a telephone number or an e-mail address, so that you can be told.")
    if not proposal.contact_name.strip():
        found["contact_name"] = _l("Please fill this in.")
    return found | _live_awards(session, proposal, charter)


def _amounts(proposal: Proposal, round_: Round, charter: Charter) -> dict[str, Any]:
    kinds = {one.kind: one for one in charter.products}
    found: dict[str, Any] = {}
    if proposal.product is None:
        found["product"] = CHOOSE_KIND
    elif kinds and proposal.product not in kinds:
        found["product"] = _l("Choose one of the kinds of money that this fund gives.")
    most = most_ask(charter, round_, proposal.product)
    if proposal.ask_minor <= 0:
        found["ask"] = _l("Please write an amount.")
    elif most is not None and proposal.ask_minor > most:
        found["ask"] = _l("The most you can ask for here is %(most)s.", most=written(most, charter.currency))
    if proposal.budget:
        found = budget.problems(
            proposal.budget, ask_minor=proposal.ask_minor, least_minor=proposal.least_minor, currency=charter.currency
        ) | found  # fmt: skip
    elif charter.round_type(round_.round_type).itemised_budget:
        found["line0_what"] = budget.LINES_WANTED
    return found


def _who(proposal: Proposal, charter: Charter, by: Actor) -> dict[str, Any]:
    found: dict[str, Any] = {}
    rules = charter.eligibility
    if "anyone" not in rules.proposers and not proposal.told_by_phone and by.class_code not in rules.proposers:
        names = ", ".join(one.name for one in charter.classes if one.code in rules.proposers)
        found["title"] = _l("In this fund applications come from: %(who)s. Please sign in as one.", who=names)
    if charter.fund.neighbourhoods and not proposal.neighbourhood:
        found["neighbourhood"] = _l("Choose the neighbourhood.")
    if rules.where == "in_area" and proposal.neighbourhood == ELSEWHERE:
        found["neighbourhood"] = _l("This fund is for businesses in its area: %(area)s", area=charter.fund.area)
    if not proposal.ownership:
        found["ownership"] = _l("Choose who owns it.")
    elif rules.ownership and proposal.ownership not in rules.ownership:
        found["ownership"] = _l(
            "This fund gives to: %(forms)s.", forms="; ".join(str(OWNERSHIP_WORDS[code]) for code in rules.ownership)
        )
    return found


def _standards(proposal: Proposal, charter: Charter) -> dict[str, Any]:
    return {
        f"standard{i}": _l("Please answer this.")
        for i, one in enumerate(charter.eligibility.standards)
        if not proposal.standards.get(one.text)
    }


def _answers(session: Session, proposal: Proposal, stage: str) -> dict[str, Any]:
    answered = {
        row.question_id for row in session.scalars(
            select(ProposalAnswer).where(ProposalAnswer.proposal_id == proposal.id, ProposalAnswer.text != "")
        )
    }  # fmt: skip
    needed = session.scalars(
        select(RoundQuestion.id).where(
            RoundQuestion.round_id == proposal.round_id, RoundQuestion.stage == stage, RoundQuestion.required.is_(True)
        )
    )
    return {f"answer{number}": _l("Please answer this.") for number in needed if number not in answered}


def _live_awards(session: Session, proposal: Proposal, charter: Charter) -> dict[str, Any]:
    most = charter.eligibility.max_live_awards
    if most is None or proposal.business_id is None:
        return {}
    award = db.Model.metadata.tables["award"]
    mine = select(Proposal.id).where(Proposal.business_id == proposal.business_id)
    live = session.scalar(
        select(func.count()).select_from(award).where(
            award.c.proposal_id.in_(mine), award.c.state.in_(LIVE_AWARDS)
        )
    )  # fmt: skip
    if (live or 0) < most:
        return {}
    reason = _l("This business still has money from the fund under way; the charter allows %(n)s at a time.", n=most)
    return {"title": reason}
