"""Who may not certify: whoever is recused from a proposal on this round's ballot."""

from __future__ import annotations

from sqlalchemy import select

from fund import db
from fund.permissions import Actor
from fund.proposals.models import Proposal
from fund.rounds.models import Round


def conflicted_in_round(actor: Actor, round_: Round) -> bool:
    """Whether the actor is recused from any proposal of this round."""
    if not actor.conflicts:
        return False
    found = db.session.scalars(
        select(Proposal.id).where(Proposal.round_id == round_.id, Proposal.id.in_(actor.conflicts)).limit(1)
    ).first()
    return found is not None
