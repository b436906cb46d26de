"""Who is who to an award: the business, those with a tie, those who stand in, who asked and who approved.

Read anew inside each transaction, so that a tie declared at this moment counts.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from fund.awards.models import Award, Tranche
from fund.businesses.models import Business, BusinessAgent
from fund.ledger.models import Approval, Disbursement
from fund.proposals import access
from fund.proposals.models import Proposal, Substitute

PAYING = "pay"
"""The task of a substitute who approves payments."""


@dataclass(frozen=True)
class Standing:
    """`party` acts for the business (or applied, where there is none); `tied` may decide nothing about it."""

    award_id: int
    proposal_id: int
    business_name: str
    party: frozenset[int]
    tied: frozenset[int]
    substitutes: frozenset[int]
    requested_by: int | None = None
    approved_by: frozenset[int] = frozenset()


def of_award(session: Session, award: Award) -> Standing:
    """Who is who to an award."""
    proposal = session.get_one(Proposal, award.proposal_id)
    return Standing(
        award_id=award.id, proposal_id=proposal.id, business_name=payee(session, proposal),
        party=_party(session, proposal), tied=frozenset(access.tied(session, proposal)),
        substitutes=_substitutes(session, proposal),
    )  # fmt: skip


def of_payment(session: Session, disbursement: Disbursement) -> Standing:
    """Who is who to the award of a payment, with who asked for it and who approved it."""
    tranche = session.get_one(Tranche, disbursement.tranche_id)
    plain = of_award(session, session.get_one(Award, tranche.award_id))
    approved = session.scalars(select(Approval.approver_id).where(Approval.disbursement_id == disbursement.id))
    return Standing(
        plain.award_id, plain.proposal_id, plain.business_name, plain.party, plain.tied, plain.substitutes,
        requested_by=disbursement.requested_by, approved_by=frozenset(approved),
    )  # fmt: skip


def payee(session: Session, proposal: Proposal) -> str:
    """Whose award it is, in public: the business, or the proposal's title where there is none."""
    business = session.get(Business, proposal.business_id) if proposal.business_id is not None else None
    return business.name if business is not None else proposal.title


def _party(session: Session, proposal: Proposal) -> frozenset[int]:
    """Those who may act: today's agents of the business; the applicant as long as nobody is an agent."""
    agents: frozenset[int] = frozenset()
    if proposal.business_id is not None:
        agents = frozenset(
            session.scalars(
                select(BusinessAgent.person_id).where(
                    BusinessAgent.business_id == proposal.business_id, BusinessAgent.until.is_(None)
                )
            )
        )
    if agents or proposal.applicant_id is None:
        return agents
    return frozenset({proposal.applicant_id})


def _substitutes(session: Session, proposal: Proposal) -> frozenset[int]:
    return frozenset(
        session.scalars(
            select(Substitute.person_id).where(
                Substitute.round_id == proposal.round_id, Substitute.task == PAYING,
                (Substitute.proposal_id == proposal.id) | Substitute.proposal_id.is_(None),
            )
        )
    )  # fmt: skip
