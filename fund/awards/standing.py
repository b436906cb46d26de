"""Who is who to an award: the business, those with a tie, those who stand in.

Read anew inside each transaction, so that a tie declared at this moment counts.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from fund.awards import budgets
from fund.awards.models import Award, Tranche
from fund.businesses.models import Business, BusinessAgent
from fund.ledger.models import Disbursement
from fund.payments.kinds import Parties, Story
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


def of_award(session: Session, award: Award) -> Standing:
    """Who is who to an award."""
    proposal = session.get_one(Proposal, award.proposal_id)
    return Standing(
        award_id=award.id, proposal_id=proposal.id, business_name=payee(session, proposal),
        party=_party(session, proposal), tied=frozenset(access.tied(session, proposal)),
        substitutes=_substitutes(session, proposal),
    )  # fmt: skip


def of_its_payment(session: Session, payment: Disbursement) -> Parties:
    """Who is who to the award of a payment."""
    tranche = session.get_one(Tranche, payment.tranche_id)
    who = of_award(session, session.get_one(Award, tranche.award_id))
    return Parties(who.business_name, who.party, who.tied, who.substitutes)


def story_of_payment(session: Session, payment: Disbursement) -> Story:
    """What the payment of an instalment is about, and what was shown for it."""
    tranche = session.get_one(Tranche, payment.tranche_id)
    award = session.get_one(Award, tranche.award_id)
    facts = [(_("Asked for"), tranche.what_is_shown)] if tranche.what_is_shown else []
    facts += budgets.of_tranche(session, tranche.id)
    nothing = "" if tranche.evidence_key else _("Nothing.")
    if tranche.condition == "signature":
        nothing = _("This instalment is due when both sides have signed; nothing has to be shown.")
    at = f"/awards/{award.id}/instalments/{tranche.number}/evidence"
    return Story(
        title=_("Instalment %(n)s of the award", n=tranche.number), url=f"/awards/{award.id}", facts=facts,
        shown=tranche.evidence_note or nothing, file=(at, tranche.evidence_name or "") if tranche.evidence_key else None,
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
