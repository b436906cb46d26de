"""Giving out of a pot that a council decides about: handed over to its own body, or granted to whom it names (FIELD C6).

No application and no ballot of the members: what it rests on is the council's own decision, consented to and confirmed
by a second person. The payment itself goes the way of every payment (`fund.payments`): asked for, approved by as many
as the charter says, none of them who asked, recorded once it was made. The program moves no money.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.db import Transaction
from fund.decisions.models import Consent, Decision
from fund.errors import Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.ledger import accounts, books
from fund.ledger.models import OPEN_DISBURSEMENTS, Account, Disbursement
from fund.payments import kinds, payees
from fund.payments import service as payments
from fund.permissions import Actor, require
from fund.pots import lots

KIND = "hand_over"
POT = "cash:pot-"


@dataclass(frozen=True)
class Ask:
    """What is asked to be paid out of a pot: under which decision, to whom, how much in minor units."""

    pot_code: str
    decision_id: int
    payee: str
    amount_minor: int


def ask(new: Ask, *, by: Actor) -> Disbursement:
    """Ask for a payment out of a pot. Raises Invalid unless a decision of the council about this very pot stands, or
    when the pot or the decision's limit is not enough."""
    require(by, "pot.give")
    payments.refuse_zero(new.amount_minor)
    with db.writing() as tx:
        decision = _decision_about(tx, new)
        _refuse_beyond(tx, decision, new.amount_minor)
        source = accounts.of_pot(tx, new.pot_code)
        target = accounts.HANDED_OVER if mode_of(new.pot_code) == "hand_over" else accounts.GRANTS
        asked = payments.ask(
            tx,
            payments.Request(
                kind=KIND, source=source, target=accounts.named(tx, target), amount_minor=new.amount_minor,
                payee=payees.by_name(tx, new.payee), decision_id=decision.id, purpose=decision.title,
            ),
            by=payments.person(by),
        )  # fmt: skip
        audit.record(tx, "pot.give", by=by.person_id, on=("disbursement", asked.id), pot=new.pot_code)
    return asked


def decider_of(pot_code: str) -> str:
    """Code of who decides about a pot by the charter in force: `members`, a council or a class. Raises NotFound."""
    charter = foundation.current_charter()
    for pool in charter.pools:
        if pot_code == pool.code or (pool.land_reserve and pot_code == pool.reserve_code):
            return pool.decided_by
    for aside in charter.setasides:
        if aside.code == pot_code:
            return aside.who_decides
    raise NotFound(_l("There is no such pot."))


def mode_of(pot_code: str) -> str:
    """How a pot is given: as its pool says; a set-aside and a land reserve go to those whom a decision names."""
    return next((one.mode for one in foundation.current_charter().pools if one.code == pot_code), "council_decides")


def _decision_about(tx: Transaction, new: Ask) -> Decision:
    """The decision that the payment rests on: about this pot, by who decides about it, confirmed."""
    who = decider_of(new.pot_code)
    consent = tx.session.scalars(select(Consent).where(Consent.decision_id == new.decision_id)).one_or_none()
    if consent is None or consent.pot_code != new.pot_code or consent.body_code != who:
        raise Invalid(
            _l("This needs a decision about this pot by those who decide about it; members have no vote here."),
            field="decision",
        )
    decision = tx.lock(Decision, new.decision_id)
    if not decision.stands:
        raise WrongState(_l("This decision waits for a second person to confirm it."))
    return decision


def _refuse_beyond(tx: Transaction, decision: Decision, amount_minor: int) -> None:
    """A decision's limit counts what was paid and what is on its way."""
    if decision.limit_minor is None:
        return
    waiting = tx.session.scalars(
        select(Disbursement.amount_minor).where(
            Disbursement.decision_id == decision.id, Disbursement.state.in_(OPEN_DISBURSEMENTS)
        )
    )
    if sum(waiting) + books.spent_under(tx, decision.id) + amount_minor > decision.limit_minor:
        raise Invalid(_l("This goes beyond what the decision allows."), field="amount")


def _moved(tx: Transaction, payment: Disbursement, step: kinds.Step) -> None:
    """A payment that was made is spent; one that came back after it was made lies in the pot again."""
    code = tx.get(Account, payment.source_account_id).code
    if not code.startswith(POT):
        return
    if step.state == "paid":
        lots.spend(tx, code.removeprefix(POT), payment.amount_minor)
    elif step.state == "bounced" and payment.entry_id is not None:
        lots.put_in(tx, code.removeprefix(POT), payment.amount_minor, came_from="returned")


kinds.register(KIND, kinds.Way(moved=_moved))
