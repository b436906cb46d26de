"""Ready-made payments of the fund itself: hands that may handle them, a rule to spend under, bills on their way."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from fund import db
from fund.decisions.models import Decision
from fund.foundation import service as foundation
from fund.ledger.models import Disbursement
from fund.payments import asking, cautions, service
from fund.permissions import Actor
from tests import factories
from tests.ledger import money


@dataclass
class Hands:
    """Two stewards, the treasurer, and the rule that costs rest on."""

    wren: Actor
    dana: Actor
    imani: Actor
    rule: Decision


def hands(*, pool_minor: int = 1_000_000, charter: str | None = None) -> Hands:
    """A fund with a charter, money and hands."""
    factories.adopt(text=charter) if charter else factories.adopt()
    imani = money.treasurer("Imani T.")
    if pool_minor:
        money.gift(pool_minor, by=imani)
    return Hands(
        factories.actor(factories.officer("Wren")), factories.actor(factories.officer("Dana")), imani,
        money.rule_for_costs(),
    )  # fmt: skip


def bill(
    who: Hands, amount_minor: int = 12_000, payee: str = "Copy Shop", *, kind: str = "cost", by: Actor | None = None
) -> Disbursement:
    """A cost that the treasurer asks to be paid."""
    new = asking.Expense(kind, payee, amount_minor, "Ballot papers", who.rule.id)
    return asking.ask_expense(new, by=by or who.imani)


def approved(who: Hands, payment: Disbursement, *by: Actor) -> Disbursement:
    """The same with the yes of two stewards, or of those that are named."""
    for one in by or (who.wren, who.dana):
        payment = service.approve(payment.id, seen_hash=payment.payload_hash, warnings_read=warned(payment), by=one)
    return payment


def warned(payment: Disbursement) -> list[str]:
    """The warnings that stand on a payment's page, by their tokens."""
    db.session.rollback()
    return [one.token for one in cautions.of_one(db.session(), service.get(payment.id))]


def paid(who: Hands, payment: Disbursement, *, by: Actor | None = None) -> Disbursement:
    """The same, recorded as paid today."""
    return service.settle(payment.id, paid_on=foundation.today(), entry_id=uuid.uuid4(), by=by or who.imani)


def iban(country: str, rest: str) -> str:
    """An IBAN with the check digits that fit."""
    turned = "".join(str(int(sign, 36)) for sign in f"{rest}{country}00")
    return f"{country}{98 - int(turned) % 97:02d}{rest}"
