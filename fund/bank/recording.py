"""A line of the bank that is not in the books yet is recorded from the line: its day and amount are the bank's.

Each verb records by the verb of the room to which the thing belongs, and matches the line in the same transaction.
"""

from __future__ import annotations

import uuid

from flask_babel import lazy_gettext as _l

from fund import db
from fund.bank import service
from fund.bank.models import BankLine
from fund.db import Transaction
from fund.errors import Invalid
from fund.ledger import contributions
from fund.ledger.contributions import NewContribution
from fund.ledger.models import Disbursement
from fund.payments import asking
from fund.payments.asking import Expense
from fund.permissions import Actor, require
from fund.repayments import receiving
from fund.repayments.receiving import NewRepayment

MONEY_KINDS = ("gift", "dues", "land_tax")


def as_contribution(
    line_id: int, *, kind: str, giver: str = "", note: str = "", request_id: uuid.UUID, by: Actor
) -> BankLine:
    """Record what is left of a line as something that was given. Raises Invalid for money that went."""
    require(by, "bank.match")
    with db.writing() as tx:
        line = _open(tx, line_id, came=True)
        if kind not in MONEY_KINDS:
            raise Invalid(_l("Choose what was given."), field="kind")
        given = contributions.record_contribution(
            NewContribution(
                kind, line.booked_on, left_of(line), person_id=contributions.person_named(giver), note=note,
                request_id=request_id,
            ),
            by=by,
        )  # fmt: skip
        assert given.entry_id is not None
        return service.settle_with(tx, line_id, given.entry_id, by=by)


def about(line_id: int) -> str:
    """How a payment names the line from which it was asked for, so that it is asked for once."""
    return f"bank-line:{line_id}"


def ask_for_cost(line_id: int, *, kind: str, payee: str, purpose: str, decision_id: int, by: Actor) -> Disbursement:
    """Ask that what is left of a line be a cost or a fee of the fund: it goes the way of every payment, and once others
    approved it, it is proposed for this line. Raises Invalid for money that came, WrongState when it was asked for."""
    require(by, "bank.match")
    with db.writing() as tx:
        line = _open(tx, line_id, came=False)
        return asking.ask_expense(
            Expense(kind, payee, -left_of(line), purpose, decision_id, about=about(line.id)), by=by
        )


def as_repayment(
    line_id: int, *, award_id: int, kind: str = "due", entry_id: uuid.UUID, by: Actor
) -> BankLine:  # fmt: skip
    """Record what is left of a line as money that a business paid back, for what is due or ahead of it. Raises Invalid
    for money that went, or for more than can be paid so."""
    require(by, "bank.match")
    with db.writing() as tx:
        line = _open(tx, line_id, came=True)
        made = receiving.receive(award_id, NewRepayment(left_of(line), line.booked_on, entry_id, kind), by=by)
        return service.settle_with(tx, line_id, made.entry_id, by=by)


def left_of(line: BankLine) -> int:
    """What of a line is not settled, with its sign."""
    return line.amount_minor - line.settled_minor


def _open(tx: Transaction, line_id: int, *, came: bool) -> BankLine:
    service.hold_accounts(tx)
    line = tx.lock(BankLine, line_id)
    if line.state != "open":
        raise Invalid(_l("This line was settled in the meantime."))
    if (line.amount_minor > 0) != came:
        raise Invalid(_l("On this line money came.") if line.amount_minor > 0 else _l("On this line money went."))
    return line
