"""Payments of an award: ask for an instalment, approve, refuse, record that it was paid or came back.

As many distinct people approve as the round's own charter asks for the amount; never who asked, nobody with a tie,
nobody who acts for the business. The program records payments and never makes them (FIELD 0.12, TRUST 4).
"""

from __future__ import annotations

import datetime as dt
import uuid

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.awards import standing
from fund.awards.evidence import Evidence, keep
from fund.awards.models import Award, Tranche
from fund.awards.offering import frozen_charter, tell
from fund.db import Transaction
from fund.errors import Invalid, NotFound, WrongState
from fund.ledger import accounts, disbursements
from fund.ledger.models import Disbursement
from fund.permissions import Actor, require
from fund.rounds.models import Round

UNPROVEN = ("signature", "date")
"""Conditions on which nothing has to be shown."""
PAYABLE = ("agreement_signed", "active")


def request_tranche(tranche_id: int, *, note: str = "", evidence: Evidence | None = None, by: Actor) -> Disbursement:
    """Ask for an instalment, with what its condition asks to be shown: a note, a file, or both.

    Raises Invalid when nothing is shown where something must be, WrongState when the award is not signed, an earlier
    instalment is unpaid, or this one is on its way.
    """
    require(by, "tranche.request")
    with db.writing() as tx:
        award = tx.lock(Award, tx.get(Tranche, tranche_id).award_id)
        tranche = tx.lock(Tranche, tranche_id)
        require(by, "tranche.request", standing.of_award(tx.session, award))
        _refuse_too_early(tx, award, tranche)
        if tranche.condition not in UNPROVEN and not note.strip() and evidence is None:
            raise Invalid(_l("Say or show what this instalment asks for."), field="note")
        tranche.evidence_note = note.strip()
        if evidence is not None:
            keep(tx, tranche, evidence)
        return _request(tx, award, tranche, by=_person(by))


def request_what_signing_makes_due(tx: Transaction, award: Award) -> Disbursement | None:
    """Ask for the first instalment when it is due at signature; the business asked by signing."""
    first = tx.session.scalars(select(Tranche).where(Tranche.award_id == award.id).order_by(Tranche.number)).first()
    if first is None or first.condition != "signature":
        return None
    signer = next(one.person_id for one in award.signatures if one.party == "business")
    return _request(tx, award, tx.lock(Tranche, first.id), by=signer)


def approve_payment(disbursement_id: int, *, seen_hash: bytes, by: Actor) -> Disbursement:
    """Say yes to one payment, as it was read. Raises Forbidden with the reason for who may not, WrongState when the
    payment changed or is no longer asked for."""
    require(by, "payment.approve")
    with db.writing() as tx:
        award, tranche, disbursement = _locked(tx, disbursement_id)
        require(by, "payment.approve", standing.of_payment(tx.session, disbursement))
        disbursements.approve(tx, disbursement, seen_hash=seen_hash, by=_person(by))
        if disbursement.state == "approved":
            tranche.state = "approved"
            tx.session.flush()
        audit.record(
            tx, "payment.approve", by=by.person_id, on=("disbursement", disbursement.id),
            hash=disbursement.payload_hash.hex(),
        )  # fmt: skip
        _ = award
    return disbursement


def end_payment(disbursement_id: int, *, reason: str, by: Actor) -> Disbursement:
    """Refuse a payment (or, for who asked for it, withdraw it); what it reserved is given back and the instalment may
    be asked for anew. Raises Invalid without a reason, WrongState when it was made."""
    require(by, "payment.end")
    with db.writing() as tx:
        award, tranche, disbursement = _locked(tx, disbursement_id)
        who = standing.of_payment(tx.session, disbursement)
        require(by, "payment.end", who)
        own = by.person_id in who.party or by.person_id == disbursement.requested_by
        disbursements.end(tx, disbursement, state="voided" if own else "refused", reason=reason)
        tranche.state = "planned"
        tx.session.flush()
        audit.record(tx, "payment.end", by=by.person_id, on=("disbursement", disbursement.id), state=disbursement.state)
        if not own:
            tell(tx, award, "payment_refused", number=tranche.number, reason=reason.strip())
    return disbursement


def record_paid(
    disbursement_id: int, *, paid_on: dt.date, bank_reference: str = "", entry_id: uuid.UUID, by: Actor
) -> Disbursement:
    """Record that an approved payment was made, on which day and under which reference of the bank. Sending the form
    twice records it once. Raises WrongState unless enough people approved exactly this payment."""
    require(by, "payment.pay")
    with db.writing() as tx:
        award, tranche, disbursement = _locked(tx, disbursement_id)
        who = standing.of_payment(tx.session, disbursement)
        require(by, "payment.pay", who)
        again = disbursement.state == "paid"
        disbursements.settle(
            tx, disbursement, paid_on=paid_on, bank_reference=bank_reference, memo=who.business_name,
            entry_id=entry_id, by=_person(by),
        )  # fmt: skip
        if again:
            return disbursement
        tranche.state, tranche.paid_on = "paid", paid_on
        _move_on(tx, award)
        audit.record(tx, "payment.paid", by=by.person_id, on=("disbursement", disbursement.id))
        tell(tx, award, "payment_made", number=tranche.number, paid_on=paid_on.isoformat(),
             part_minor=disbursement.amount_minor)  # fmt: skip
    return disbursement


def record_bounced(disbursement_id: int, *, reason: str, new_id: uuid.UUID, by: Actor) -> Disbursement:
    """Record that the bank sent a payment back; the money is the award's again and the instalment can be asked for anew."""
    require(by, "payment.pay")
    with db.writing() as tx:
        award, tranche, disbursement = _locked(tx, disbursement_id)
        require(by, "payment.pay", standing.of_payment(tx.session, disbursement))
        disbursements.bounce(tx, disbursement, reason=reason, new_id=new_id, by=_person(by))
        tranche.state, tranche.paid_on = "planned", None
        award.state = "active" if award.state == "completed" else award.state
        tx.session.flush()
        audit.record(tx, "payment.bounced", by=by.person_id, on=("disbursement", disbursement.id))
        tell(tx, award, "payment_bounced", number=tranche.number, reason=reason.strip())
    return disbursement


def get(disbursement_id: int) -> Disbursement:
    """One payment. Raises NotFound."""
    found = db.session.get(Disbursement, disbursement_id)
    if found is None or found.tranche_id is None:
        raise NotFound(_l("There is no such payment."))
    return found


def _request(tx: Transaction, award: Award, tranche: Tranche, *, by: int) -> Disbursement:
    charter = frozen_charter(tx.get(Round, award.round_id))
    name = standing.of_award(tx.session, award).business_name
    is_grant = award.product == "grant"
    disbursement = disbursements.request(
        tx,
        disbursements.Ask(
            kind="award", source=accounts.of_award(tx, award.id), amount_minor=tranche.amount_minor, payee_name=name,
            target=accounts.named(tx, accounts.GRANTS) if is_grant else accounts.owed_by_award(tx, award.id, name),
            decision_id=award.decision_id, tranche_id=tranche.id,
            approvals_needed=charter.safeguards.approvers_for(tranche.amount_minor),
        ),
        by=by,
    )  # fmt: skip
    tranche.state = "requested"
    tx.session.flush()
    audit.record(
        tx, "payment.request", by=by, on=("disbursement", disbursement.id), hash=disbursement.payload_hash.hex()
    )
    tx.wake()
    return disbursement


def _refuse_too_early(tx: Transaction, award: Award, tranche: Tranche) -> None:
    if award.state not in PAYABLE:
        raise WrongState(_l("Instalments are paid once both sides have signed the agreement."))
    if tranche.state != "planned":
        raise WrongState(_l("This payment is on its way already."))
    earlier = tx.session.scalars(
        select(Tranche.number).where(
            Tranche.award_id == award.id, Tranche.number < tranche.number, Tranche.state != "paid"
        )
    ).first()
    if earlier is not None:
        raise WrongState(_l("Instalment %(n)s comes first.", n=earlier))


def _move_on(tx: Transaction, award: Award) -> None:
    """The first payment makes an award active; the last may complete it."""
    award.state = "active"
    tx.session.flush()
    complete_if_done(tx, award)


def complete_if_done(tx: Transaction, award: Award) -> None:
    """Complete a grant that is paid whole and of which no report is waited for any more."""
    states = set(tx.session.scalars(select(Tranche.state).where(Tranche.award_id == award.id)))
    if (
        states == {"paid"}
        and award.product == "grant"
        and (award.reported_on is not None or not award.terms.get("report_days"))
    ):
        award.state = "completed"
        tx.session.flush()


def _locked(tx: Transaction, disbursement_id: int) -> tuple[Award, Tranche, Disbursement]:
    """Hold a payment with its award and instalment, in the one order in which they are always taken."""
    found = tx.get(Disbursement, disbursement_id)
    if found.tranche_id is None:
        raise NotFound(_l("There is no such payment."))
    award = tx.lock(Award, tx.get(Tranche, found.tranche_id).award_id)
    return award, tx.lock(Tranche, found.tranche_id), tx.lock(Disbursement, disbursement_id)


def _person(by: Actor) -> int:
    if by.person_id is None:
        raise NotFound(_l("There is no such person."))
    return by.person_id
