"""Who is who to one payment, read anew inside each transaction, so that a tie declared at this moment counts."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from fund.ledger.models import Approval, Disbursement
from fund.payments import kinds
from fund.payments.models import Payee, PayeeTie, StandIn


@dataclass(frozen=True)
class Standing:
    """`party` is paid; `tied` may decide nothing about it; the rest says who has done what so far."""

    name: str
    party: frozenset[int]
    tied: frozenset[int]
    substitutes: frozenset[int]
    requested_by: int | None
    approved_by: frozenset[int]
    approvals_needed: int


def of_payment(session: Session, payment: Disbursement) -> Standing:
    """Who is who to a payment: what its kind knows, and those who are close to the payee."""
    parties = kinds.way_of(payment).parties(session, payment)
    approved = session.scalars(select(Approval.approver_id).where(Approval.disbursement_id == payment.id))
    close = near(session, payment.payee_id)
    stand_in = set(session.scalars(select(StandIn.person_id).where(StandIn.disbursement_id == payment.id)))
    tied = parties.tied | close
    return Standing(
        name=parties.name, party=parties.party, tied=tied, substitutes=(parties.substitutes | stand_in) - tied,
        requested_by=payment.requested_by, approved_by=frozenset(approved), approvals_needed=payment.approvals_needed,
    )  # fmt: skip


def near(session: Session, payee_id: int | None) -> frozenset[int]:
    """The payee in person, and everybody who declared a tie to the payee."""
    if payee_id is None:
        return frozenset()
    declared = set(session.scalars(select(PayeeTie.person_id).where(PayeeTie.payee_id == payee_id)))
    payee = session.get_one(Payee, payee_id)
    return frozenset(declared | ({payee.person_id} if payee.person_id is not None else set()))
