"""Asking for what the fund itself pays: a cost or a fee, from free money, under a decision that two people stand for."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from fund import db
from fund.errors import Invalid
from fund.ledger import accounts
from fund.ledger.models import Disbursement
from fund.payments import payees
from fund.payments.service import Request, ask, person, refuse_zero
from fund.permissions import Actor, require

EXPENSES = {"cost": accounts.COSTS, "fee": accounts.FEES}
"""What the fund pays for itself, and the account it goes to."""


@dataclass(frozen=True)
class Expense:
    """A cost or a fee that is to be paid: to whom, how much, what for, on which decision; `about` names what it pays, where
    it must be paid once only (as in `bank-line:7`). What was quoted for it, and the number of the invoice."""

    kind: str
    payee: str
    amount_minor: int
    purpose: str
    decision_id: int
    about: str | None = None
    quote_minor: int | None = None
    receipt: str = ""


def ask_expense(new: Expense, *, by: Actor) -> Disbursement:
    """Ask that a cost or a fee is paid; others approve it. Raises Invalid for what was typed or too little free money,
    WrongState while the decision waits for its second person."""
    require(by, "payment.ask")
    if new.kind not in EXPENSES:
        raise Invalid(_l("Choose what this is."), field="kind")
    if not new.purpose.strip():
        raise Invalid(_l("Say what it is for."), field="purpose")
    refuse_zero(new.amount_minor)
    with db.writing() as tx:
        request = Request(
            kind=new.kind, source=accounts.free(tx), target=accounts.named(tx, EXPENSES[new.kind]),
            amount_minor=new.amount_minor, payee=payees.by_name(tx, new.payee), decision_id=new.decision_id,
            purpose=new.purpose.strip(), about=new.about, quote_minor=new.quote_minor, receipt=new.receipt,
        )  # fmt: skip
        return ask(tx, request, by=person(by))
