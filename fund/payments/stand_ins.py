"""The way out when too few people may approve a payment: somebody more is found, the number of approvals stays.

A member drawn by lot from a public draw, where the charter says so, or somebody whom a recorded decision names, which
two people stand for and which was taken after the payment was asked for. Who was found, and how, is kept.
"""

from __future__ import annotations

import hashlib

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from fund import audit, db
from fund.db import Transaction, outbox
from fund.decisions.models import Decision
from fund.errors import Invalid, WrongState
from fund.foundation import service as foundation
from fund.ledger.models import Disbursement
from fund.members.models import Membership, Person
from fund.payments import standing
from fund.payments.models import StandIn
from fund.payments.service import held, person
from fund.permissions import Actor, require
from fund.stewards.models import StewardTerm

CONTEXT = b"commonpool/v1/payment-stand-in\x00"
HANDS = ("steward", "treasurer")


def lacking(session: Session, payment: Disbursement) -> int:
    """How many people a payment lacks who could still approve it; 0 is enough."""
    who = standing.of_payment(session, payment)
    out = who.tied | who.party | {payment.requested_by}
    people = (_serving(session) | who.substitutes | who.approved_by) - out
    return max(0, payment.approvals_needed - len(people))


def draw(payment_id: int, *, source: str, text: str, by: Actor) -> StandIn:
    """Draw a member by lot, from the text of a public draw that `source` names.

    Raises WrongState when enough people can approve, the charter knows no lot, or nobody is left to draw.
    """
    require(by, "payment.stand_in")
    for field, said in (("source", source), ("text", text)):
        if not said.strip():
            raise Invalid(_l("Please fill this in."), field=field)
    with db.writing() as tx:
        payment = _short(tx, payment_id, by)
        rules = foundation.current_charter()
        if "member_by_lot" not in rules.safeguards.substitutes:
            raise WrongState(_l("The charter does not know this way of finding a substitute."))
        members = eligible(tx.session, payment)
        if not members:
            raise WrongState(_l("No member without a tie and without an office is left to draw."))
        ticket = payment.payload_hash + text.strip().encode()
        drawn = members[int.from_bytes(hashlib.sha256(CONTEXT + ticket).digest()) % len(members)]
        how = _l("drawn by lot among %(n)s members; %(source)s: %(text)s", n=len(members), source=source.strip(),
                 text=text.strip())  # fmt: skip
        return _name(tx, payment, drawn, "lot", str(how), None, by)


def name(payment_id: int, *, decision_id: int, email: str, by: Actor) -> StandIn:
    """Let somebody approve whom a recorded decision names.

    Raises WrongState when enough people can approve, or the decision does not stand or is older than the payment;
    Invalid when nobody, or somebody with a tie, has this address.
    """
    require(by, "payment.stand_in")
    with db.writing() as tx:
        payment = _short(tx, payment_id, by)
        decision = tx.get(Decision, decision_id)
        if not decision.stands or decision.count_id is not None or decision.recorded_at < payment.requested_at:
            raise WrongState(_l("It takes a decision that names this person, taken after the payment was asked for."))
        found = tx.session.scalars(select(Person.id).where(Person.email == email.strip().lower())).all()
        if len(found) != 1:
            raise Invalid(_l("Not exactly one person signed in here with this address."), field="email")
        who = standing.of_payment(tx.session, payment)
        if found[0] in who.tied | who.party | {payment.requested_by}:
            raise Invalid(_l("This person asked for the payment or has a tie to who is paid."), field="email")
        return _name(tx, payment, found[0], "decision", decision.title, decision.id, by)


def eligible(session: Session, payment: Disbursement) -> list[int]:
    """Members who can be drawn, in the order of their numbers: they vote, hold no office, have no tie, were not drawn."""
    charter = foundation.current_charter()
    members = session.scalars(
        select(Membership.person_id)
        .where(
            Membership.state == "active", Membership.class_code.in_(charter.voting_classes),
            Membership.voting_from <= db.now(),
        )
        .order_by(Membership.person_id)
    )  # fmt: skip
    who = standing.of_payment(session, payment)
    out = _officers(session) | who.tied | who.party | who.substitutes | {payment.requested_by}
    return [number for number in members if number not in out]


def _short(tx: Transaction, payment_id: int, by: Actor) -> Disbursement:
    payment = held(tx, payment_id)
    if by.person_id in standing.of_payment(tx.session, payment).tied:
        raise WrongState(_l("You have a tie to who is paid, so others take this on."))
    if payment.state != "requested":
        raise WrongState(_l("This payment is no longer waiting for approval."))
    if not lacking(tx.session, payment):
        raise WrongState(_l("Enough people without a tie are there; nobody needs to stand in."))
    return payment


def _name(
    tx: Transaction, payment: Disbursement, person_id: int, way: str, how: str, decision_id: int | None, by: Actor
) -> StandIn:
    row = tx.add(
        StandIn(
            disbursement_id=payment.id, person_id=person_id, way=way, found_how=how[:300], decision_id=decision_id,
            named_by=person(by), named_at=tx.now(),
        )
    )  # fmt: skip
    audit.record(tx, "payment.stand_in", by=by.person_id, on=("disbursement", payment.id), person=person_id, way=way)
    outbox.post(tx, "payment_stand_in", person_id=person_id, payment=payment.id, how=how)
    return row


def _serving(session: Session) -> set[int]:
    """Stewards and treasurers of today."""
    today = foundation.today()
    return set(
        session.scalars(
            select(StewardTerm.person_id).where(
                StewardTerm.role.in_(HANDS), StewardTerm.runs_on(today),
            )
        )
    )  # fmt: skip


def _officers(session: Session) -> set[int]:
    return set(session.scalars(select(StewardTerm.person_id).where(StewardTerm.not_over_on(foundation.today()))))
