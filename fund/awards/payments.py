"""Payments of an award: ask for an instalment, and what follows for the award as its payment moves on.

Approving, refusing, paying and coming back are those of every payment (`fund.payments`); here stands what they mean for
the instalment and the award, and who is who to them (FIELD B1, TRUST 4).
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.awards import budgets, standing
from fund.awards.evidence import Evidence, keep
from fund.awards.models import Award, Tranche
from fund.awards.offering import frozen_charter, tell
from fund.db import Transaction
from fund.errors import Invalid, WrongState
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.models import Disbursement
from fund.payments import kinds, payees
from fund.payments.kinds import Step
from fund.payments.models import Payee
from fund.payments.service import Request, ask, person
from fund.payments.service import approve as approve_payment
from fund.payments.service import bounce as record_bounced
from fund.payments.service import end as end_payment
from fund.payments.service import settle as record_paid
from fund.permissions import Actor, require
from fund.proposals.models import Proposal
from fund.rounds.models import Round

__all__ = [
    "approve_payment", "ask_for_what_is_due", "complete_if_done", "decided_yes", "end_payment", "link_vote",
    "record_bounced", "record_paid", "request_tranche", "request_what_signing_makes_due", "set_dates",
]  # fmt: skip

UNPROVEN = ("signature", "date", "member_vote")
"""Conditions on which nothing has to be shown."""
PAYABLE = ("agreement_signed", "active")
MOVED: list[Callable[[Transaction, Award], object]] = []
"""Rooms above that must know at once when money of an award was paid or came back put their verb here: it is called in the
same transaction."""


@dataclass(frozen=True)
class Bill:
    """What an instalment pays: the number of the receipt, what was quoted, and how much of it is for which line of the
    budget (minor units, by the line's number)."""

    receipt: str = ""
    quote_minor: int | None = None
    lines: Mapping[int, int] = field(default_factory=dict)


NO_BILL = Bill()


def request_tranche(
    tranche_id: int, *, note: str = "", evidence: Evidence | None = None, bill: Bill = NO_BILL, by: Actor
) -> Disbursement:
    """Ask for an instalment, with what its condition asks to be shown: a note, a file, or both.

    Raises Invalid when nothing is shown where something must be, or the lines of the budget do not fit; WrongState when
    the award is not signed, an earlier instalment is unpaid, or this one is on its way.
    """
    require(by, "tranche.request")
    with db.writing() as tx:
        award = tx.lock(Award, tx.get(Tranche, tranche_id).award_id)
        tranche = tx.lock(Tranche, tranche_id)
        require(by, "tranche.request", standing.of_award(tx.session, award))
        _refuse_too_early(tx, award, tranche)
        if tranche.condition not in UNPROVEN and not note.strip() and evidence is None:
            raise Invalid(_l("Say or show what this instalment asks for."), field="note")
        if bill.quote_minor is not None and bill.quote_minor <= 0:
            raise Invalid(_l("An amount must be more than nothing, and not too large."), field="quote")
        budgets.name_lines(tx, award, tranche, bill.lines)
        tranche.evidence_note = note.strip()
        if evidence is not None:
            keep(tx, tranche, evidence)
        return _request(tx, award, tranche, bill, by=person(by))


def request_what_signing_makes_due(tx: Transaction, award: Award) -> Disbursement | None:
    """Ask for the first instalment when it is due at signature; the business asked by signing."""
    first = tx.session.scalars(select(Tranche).where(Tranche.award_id == award.id).order_by(Tranche.number)).first()
    if first is None or first.condition != "signature":
        return None
    signer = next(one.person_id for one in award.signatures if one.party == "business")
    return _request(tx, award, tx.lock(Tranche, first.id), by=signer)


def _request(tx: Transaction, award: Award, tranche: Tranche, bill: Bill = NO_BILL, *, by: int) -> Disbursement:
    name = standing.of_award(tx.session, award).business_name
    is_grant = award.product == "grant"
    payment = ask(
        tx,
        Request(
            kind="award", source=accounts.of_award(tx, award.id), amount_minor=tranche.amount_minor,
            target=accounts.named(tx, accounts.GRANTS) if is_grant else accounts.owed_by_award(tx, award.id, name),
            payee=_payee(tx, award, name), decision_id=award.decision_id, tranche_id=tranche.id,
            charter=frozen_charter(tx.get(Round, award.round_id)), quote_minor=bill.quote_minor, receipt=bill.receipt,
            receipt_hash=tranche.evidence_hash,
        ),
        by=by,
    )  # fmt: skip
    tranche.state = "requested"
    tx.session.flush()
    return payment


def _payee(tx: Transaction, award: Award, name: str) -> Payee:
    proposal = tx.get(Proposal, award.proposal_id)
    if proposal.business_id is not None:
        return payees.of_business(tx, proposal.business_id, name)
    if proposal.applicant_id is not None:
        return payees.of_person(tx, proposal.applicant_id, name)
    return payees.by_name(tx, name)


def _hold(tx: Transaction, payment: Disbursement) -> None:
    """Hold the award and the instalment of a payment, in the one order in which they are always taken."""
    assert payment.tranche_id is not None
    tx.lock(Award, tx.get(Tranche, payment.tranche_id).award_id)
    tx.lock(Tranche, payment.tranche_id)


def _moved(tx: Transaction, payment: Disbursement, step: Step) -> None:
    """What a step of the payment means for its instalment and award; both are held."""
    tranche = tx.get(Tranche, payment.tranche_id)
    award = tx.get(Award, tranche.award_id)
    if step.state == "approved":
        tranche.state = "approved"
    elif step.state == "paid":
        tranche.state, tranche.paid_on = "paid", step.paid_on
        _move_on(tx, award)
        tell(tx, award, "payment_made", number=tranche.number, paid_on=step.paid_on.isoformat(),
             part_minor=payment.amount_minor)  # fmt: skip
    elif step.state == "bounced":
        tranche.state, tranche.paid_on = "planned", None
        award.state = "active" if award.state == "completed" else award.state
        tell(tx, award, "payment_bounced", number=tranche.number, reason=step.reason)
    else:
        tranche.state = "planned"
        if step.state == "refused":
            tell(tx, award, "payment_refused", number=tranche.number, reason=step.reason)
    tx.session.flush()
    for verb in MOVED if step.state in ("paid", "bounced") else ():
        verb(tx, award)


kinds.register(
    "award",
    kinds.Way(
        hold=_hold,
        parties=standing.of_its_payment,
        story=standing.story_of_payment,
        cautions=budgets.cautions,
        moved=_moved,
    ),
)


def set_dates(tx: Transaction, award: Award) -> None:
    """Set the days of instalments that are due so many days after both sides have signed."""
    days = award.terms.get("days_after_signing", {})
    for tranche in tx.session.scalars(select(Tranche).where(Tranche.award_id == award.id)):
        if str(tranche.number) in days:
            tranche.due_on = foundation.today_in(tx) + dt.timedelta(days=days[str(tranche.number)])


def ask_for_what_is_due() -> int:
    """Ask for instalments whose day has come, for whoever signed for the business. Returns how many; safe to repeat."""
    rows = db.session.scalars(
        select(Tranche.id)
        .join(Award, Award.id == Tranche.award_id)
        .where(Tranche.state == "planned", Tranche.due_on <= foundation.today(), Award.state.in_(PAYABLE))
        .order_by(Tranche.award_id, Tranche.number)
    ).all()
    return sum(_ask_for(tranche_id) for tranche_id in rows)


def _ask_for(tranche_id: int) -> bool:
    """Ask for one instalment whose day has come; False while an earlier one is unpaid, or it was ended by a person."""
    with db.writing() as tx:
        award = tx.lock(Award, tx.get(Tranche, tranche_id).award_id)
        tranche = tx.lock(Tranche, tranche_id)
        asked = select(Disbursement.id).where(Disbursement.tranche_id == tranche_id).limit(1)
        if tx.session.scalar(asked) is not None or tranche.state != "planned" or _unpaid_before(tx, tranche):
            return False
        tx.session.refresh(award, ["signatures"])
        signer = next(one.person_id for one in award.signatures if one.party == "business")
        _request(tx, award, tranche, by=signer)
    return True


def link_vote(tranche_id: int, round_slug: str, *, by: Actor) -> Tranche:
    """Say which vote of the members releases an instalment. Raises Invalid for a round that is no resolution."""
    require(by, "tranche.link_vote")
    with db.writing() as tx:
        award = tx.lock(Award, tx.get(Tranche, tranche_id).award_id)
        tranche = tx.lock(Tranche, tranche_id)
        require(by, "tranche.link_vote", standing.of_award(tx.session, award))
        if tranche.condition != "member_vote" or tranche.state != "planned":
            raise WrongState(_l("This instalment waits for no vote."))
        vote = tx.session.scalars(select(Round).where(Round.slug == round_slug.strip())).one_or_none()
        if vote is None or vote.decides != "resolution" or vote.created_at < award.offered_at:
            raise Invalid(_l("Choose a yes-or-no vote that was made after the award."), field="round_slug")
        tranche.resolution_round_id = vote.id
        tx.session.flush()
        audit.record(tx, "tranche.link_vote", by=by.person_id, on=("award", award.id), round=vote.id)
    return tranche


def decided_yes(round_id: int | None) -> bool:
    """Whether a vote on a yes-or-no question is final and was decided yes."""
    from fund.results import service as results

    round_ = db.session.get(Round, round_id) if round_id is not None else None
    run = results.current(round_.id) if round_ is not None and round_.status == "final" else None
    return run is not None and bool(json.loads(run.result_bytes)["elected"])


def _unpaid_before(tx: Transaction, tranche: Tranche) -> int | None:
    return tx.session.scalars(
        select(Tranche.number).where(
            Tranche.award_id == tranche.award_id, Tranche.number < tranche.number, Tranche.state != "paid"
        )
    ).first()


def _refuse_too_early(tx: Transaction, award: Award, tranche: Tranche) -> None:
    if award.state not in PAYABLE:
        raise WrongState(_l("Instalments are paid once both sides have signed the agreement."))
    if tranche.due_on is not None and tranche.due_on > foundation.today_in(tx):
        raise WrongState(_l("This instalment is due on %(day)s.", day=tranche.due_on.isoformat()))
    if tranche.condition == "member_vote" and not decided_yes(tranche.resolution_round_id):
        raise WrongState(_l("This instalment is paid after a vote of the members has decided yes."))
    if tranche.state != "planned":
        raise WrongState(_l("This payment is on its way already."))
    earlier = _unpaid_before(tx, tranche)
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
        states - {"cancelled"} == {"paid"}
        and award.product == "grant"
        and (award.reported_on is not None or not award.terms.get("report_days"))
    ):
        award.state = "completed"
        tx.session.flush()
