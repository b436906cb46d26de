"""What the page of an award tells: one thread from application to last repayment, and what happens next.

Amounts are public. Who the money goes to in detail, what was shown as evidence and who typed what are for the business
itself and those who handle its payments. What was paid back is exact only where the business agreed, else a band
(FIELD B2 `privacy.repayments`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from fund import db
from fund.awards import agreement, budgets, reports, standing
from fund.awards.budgets import LineTold
from fund.awards.models import Award, Report, Tranche
from fund.awards.offering import frozen_charter
from fund.awards.payments import PAYABLE
from fund.awards.standing import Standing
from fund.charter import Charter
from fund.charter.sentences_money import of_product
from fund.errors import NotFound
from fund.foundation import service as foundation
from fund.ledger import reading as books
from fund.ledger.models import Disbursement
from fund.payments import cautions
from fund.payments.kinds import Caution
from fund.permissions import Actor, may
from fund.presentation import date
from fund.proposals.models import BudgetLine, Proposal
from fund.rounds.models import Round

ENDED = ("declined", "expired")


@dataclass(frozen=True)
class Part:
    """One instalment with its newest payment."""

    tranche: Tranche
    payment: Disbursement | None
    approvals: int


@dataclass(frozen=True)
class Next:
    """What happens next: in words, and who is to act (`business`, `fund`, nobody)."""

    title: str
    text: str
    who: str = ""


@dataclass(frozen=True)
class AwardPage:
    """Everything the page shows to this reader."""

    award: Award
    who: Standing
    round: Round
    proposal: Proposal
    parts: list[Part]
    terms: Sequence[Any]
    next: Next
    paid_minor: int
    repaid: str
    owed: str
    report_due: dt.date | None
    report_late: bool
    may_report: bool
    reports: Sequence[Report]
    may_release: bool
    may_link_vote: bool
    is_party: bool
    sees_details: bool
    may_countersign: bool
    text: list[list[str]]
    signed: set[str]
    budget: list[LineTold]
    cautions: Sequence[Caution]


def page(award_id: int, actor: Actor) -> AwardPage:
    """The page of an award as this reader may see it. Raises NotFound."""
    award = db.session.scalars(
        select(Award)
        .where(Award.id == award_id)
        .options(selectinload(Award.tranches), selectinload(Award.signatures), selectinload(Award.reports))
    ).one_or_none()
    if award is None:
        raise NotFound(_("There is no such award."))
    session = db.session()
    who = standing.of_award(session, award)
    round_ = session.get_one(Round, award.round_id)
    charter = frozen_charter(round_)
    parts = _parts(award)
    paid, repaid, owed = books.of_award(award.id)
    party = actor.person_id in who.party
    details = party or may(actor, "evidence.read", who)
    if award.taken_over:
        if not details:
            raise NotFound(_("There is no such award."))
        paid, repaid = award.amount_minor, repaid + award.repaid_before_minor
    product = agreement.product_of(charter, award.product)
    due = reports.next_due(award)
    late = due is not None and due < foundation.today()
    return AwardPage(
        award=award, who=who, round=round_, proposal=session.get_one(Proposal, award.proposal_id), parts=parts,
        terms=[] if product is None else list(of_product(charter, product)),
        next=_next(award, parts, due, late), paid_minor=paid,
        repaid=paid_back(repaid, award, charter, exact=details), owed=_told_owed(owed, award, charter, details),
        report_due=due, report_late=late,
        may_report=award.state == "active" and due is not None and may(actor, "award.report", who), is_party=party,
        reports=award.reports if reports.may_read(award, actor, who.party) else [],
        may_release=party and award.state in PAYABLE and any(one.state == "planned" for one in award.tranches),
        may_link_vote=may(actor, "tranche.link_vote", who),
        sees_details=details, may_countersign=may(actor, "award.countersign", who),
        text=agreement.paragraphs((award.agreement_bytes or b"").decode()),
        signed={one.party for one in award.signatures}, budget=budgets.of_award(session, award),
        cautions=_cautions(parts, named=not party) if details else [],
    )  # fmt: skip


def budget_of(award_id: int) -> Sequence[BudgetLine]:
    """The lines of the budget that an award was made for. Raises NotFound."""
    award = db.session.get(Award, award_id)
    if award is None:
        raise NotFound(_("There is no such award."))
    return budgets.lines_of(db.session(), award.proposal_id)


def under_decision(decision_id: int) -> list[tuple[Award, str]]:
    """Awards that rest on a decision with the name of each business, in the order in which they were offered; loans of
    older books, which are not public, are left out."""
    found = db.session.scalars(select(Award).where(Award.decision_id == decision_id).order_by(Award.id))
    awards = [award for award in found if not award.taken_over]
    return [(award, name) for award, name in zip(awards, _names(awards), strict=True)]


def _cautions(parts: list[Part], *, named: bool) -> list[Caution]:
    """What is to be looked at twice about payments on their way, for the business too that has just asked."""
    under_way = [
        one.payment for one in parts if one.payment is not None and one.tranche.state in ("requested", "approved")
    ]
    twice = cautions.of(db.session(), under_way, named=named)
    return [found for one in under_way for found in twice[one.id]]


def _names(awards: Sequence[Award]) -> list[str]:
    from fund.businesses.models import Business

    rows = db.session.execute(
        select(Proposal.id, Proposal.title, Business.name)
        .outerjoin(Business, Business.id == Proposal.business_id)
        .where(Proposal.id.in_([award.proposal_id for award in awards]))
    )
    names = {number: business or title for number, title, business in rows}
    return [names.get(award.proposal_id, "") for award in awards]


def _parts(award: Award) -> list[Part]:
    """Instalments with their newest payments, in two queries however many there are."""
    numbers = [tranche.id for tranche in award.tranches]
    newest: dict[int | None, Disbursement] = {}
    for one in db.session.scalars(
        select(Disbursement)
        .where(Disbursement.tranche_id.in_(numbers))
        .options(selectinload(Disbursement.approvals))
        .order_by(Disbursement.id)
    ):
        newest[one.tranche_id] = one
    return [
        Part(tranche, found := newest.get(tranche.id), len(found.approvals) if found is not None else 0)
        for tranche in award.tranches
    ]


def _next(award: Award, parts: list[Part], due: dt.date | None, late: bool) -> Next:
    """What happens next, in words for everybody."""
    if award.state == "offered":
        return Next(
            _("The business accepts or declines"), _("The offer waits for an answer of the business."), "business"
        )
    if award.state == "accepted":
        return Next(
            _("Both sides sign the agreement"),
            _("Once the business and a steward have signed, the first part can be paid."), "both",
        )  # fmt: skip
    if award.state in ENDED:
        return Next(_("This award was not taken up"), _("Its money went to the next in line, or back to the fund."))
    open_part = next((part for part in parts if part.tranche.state in ("requested", "approved", "planned")), None)
    if open_part is not None:
        return _next_part(open_part)
    if late:
        return Next(
            _("The report has not come yet"),
            _("All instalments are paid. A few sentences on what the money did are enough; if something stands in the "
              "way, any steward helps."), "business",
        )  # fmt: skip
    if due is not None:
        return Next(
            _("A report is due"), _("All instalments are paid. The business tells what the money did."), "business"
        )
    return Next(_("All instalments are paid"), _("What is paid back follows the terms of the agreement."))


def _next_part(part: Part) -> Next:
    number, payment = part.tranche.number, part.payment
    if part.tranche.state == "requested" and payment is not None:
        missing = payment.approvals_needed - part.approvals
        return Next(
            _("Instalment %(n)s waits for approval", n=number),
            ngettext("%(num)s person still has to approve it.", "%(num)s people still have to approve it.", missing),
            "fund",
        )
    if part.tranche.state == "approved":
        return Next(
            _("Instalment %(n)s is to be paid", n=number),
            _("It is approved. The treasurer pays it at the bank."),
            "fund",
        )
    if part.tranche.due_on is not None:
        return Next(
            _("Instalment %(n)s has a day", n=number),
            _("It is asked for by itself on %(day)s.", day=date(part.tranche.due_on)),
        )  # fmt: skip
    if part.tranche.condition == "member_vote":
        return Next(
            _("Instalment %(n)s waits for a vote of the members", n=number),
            _("Once the members have decided yes, the business asks for it."),
        )
    if part.tranche.what_is_shown:
        return Next(
            _("The business asks for instalment %(n)s", n=number),
            _("It shows: %(what)s", what=part.tranche.what_is_shown), "business",
        )  # fmt: skip
    return Next(_("The business asks for instalment %(n)s", n=number), _("It is ready to be asked for."), "business")


def paid_back(repaid_minor: int, award: Award, charter: Charter, *, exact: bool) -> str:
    """What was paid back as a reader may know it: exact, or where the business agreed; else about how much."""
    if award.product == "grant":
        return _("A grant is not paid back.")
    if exact or agreed_to_exact(award, charter):
        return _amount(repaid_minor)
    if not repaid_minor:
        return _("nothing yet")
    quarters = repaid_minor * 4 // award.amount_minor
    words = (
        _("less than a quarter"), _("between a quarter and a half"), _("between a half and three quarters"),
        _("more than three quarters"),
    )  # fmt: skip
    return words[quarters] if quarters < 4 else _("all of it")


def _told_owed(owed_minor: int, award: Award, charter: Charter, details: bool) -> str:
    """What is still to be paid back; only where what was paid back is told exactly."""
    if award.product == "grant":
        return _("nothing")
    return (
        _amount(owed_minor)
        if details or agreed_to_exact(award, charter)
        else _("told to the business and the fund only")
    )


def agreed_to_exact(award: Award, charter: Charter) -> bool:
    """Whether anyone may see exactly what this business paid back: the charter allows it, and the business agreed."""
    return charter.privacy.repayments == "exact_if_agreed" and bool(award.terms.get("repayments_shown"))


def _amount(amount_minor: int) -> str:
    from fund.presentation import money

    return money(amount_minor)
