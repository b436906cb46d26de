"""Ready-made loans for tests: an award under a charter's terms, signed, with its instalments paid."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from fund import db
from fund.awards import payments
from fund.awards.models import Award
from fund.foundation import service as foundation
from fund.members.models import Person
from fund.permissions import Actor
from fund.repayments import plan, service
from fund.repayments.models import Repayment
from fund.repayments.plan import State
from fund.repayments.service import NewRepayment
from fund.stewards.models import StewardTerm
from tests import factories
from tests.awards import winners


@dataclass
class Loan:
    """An award that is being paid back, with everybody around it."""

    award_id: int
    shop: Person
    treasurer: Person
    steward: Person
    second: Person

    @property
    def by(self) -> Actor:
        """The treasurer."""
        return factories.actor(self.treasurer)

    @property
    def page(self) -> str:
        """Where everything about it stands."""
        return f"/awards/{self.award_id}/repayments"

    def award(self) -> Award:
        """The award as it is now."""
        db.session.rollback()
        return db.session.get_one(Award, self.award_id)

    def state(self) -> State:
        """Where it stands now."""
        return plan.of(db.session(), self.award())

    def tell_and_accept(self, amount_minor: int) -> int:
        """The next period's figure is told and accepted. Gives what it makes due."""
        from fund.repayments import figures

        wanted = figures.next_period(self.state(), figures.of_award(db.session(), self.award_id))
        assert wanted is not None
        told = service.tell_figure(
            self.award_id, period=wanted[0], amount_minor=amount_minor, by=factories.actor(self.shop)
        )
        return service.accept(told.id, by=self.by).due_minor or 0

    def pays(self, amount_minor: int, kind: str = "due", **more: Any) -> Repayment:
        """Money comes and is recorded."""
        new = NewRepayment(amount_minor, more.get("on") or foundation.today(), more.get("key") or uuid.uuid4(), kind)
        return service.receive(self.award_id, new, by=self.by)

    def arranged(self, kind: str, **facts: Any) -> int:
        """An arrangement is proposed by the treasurer and confirmed by a steward. Gives its number."""
        new = service.NewArrangement(kind=kind, public_line="As we agreed.", private_reason="hush: illness", **facts)
        made = service.propose(self.award_id, new, by=self.by)
        service.confirm(made.id, by=factories.actor(self.steward))
        return made.id


def people(class_code: str = "member") -> dict[str, Person]:
    """A treasurer and two stewards, who serve long enough for the slowest loan."""
    made = {
        "treasurer": factories.officer("Imani Treasurer", "treasurer", class_code=class_code),
        "steward": factories.officer("Wren Okafor", class_code=class_code),
        "second": factories.officer("Dana Okonjo", class_code=class_code),
    }
    with db.writing() as tx:
        for term in tx.lock_all(select(StewardTerm)):
            term.ends_on += dt.timedelta(days=4000)
    return made


def loan(
    product: str, amount_minor: int, *, parts: int | None = None, agreed: bool = False, hands: dict[str, Person] | None = None,
    slug: str = "wheelhouse", **terms: Any,
) -> Loan:  # fmt: skip
    """A loan on these terms (those of the charter, with `terms` instead where given), all or some of its parts paid."""
    hands = hands or people()
    ended = winners.final_round([(slug, amount_minor, product)], budget_minor=amount_minor, pool_minor=amount_minor)
    (award,) = winners.offered(ended, slug)
    with db.writing() as tx:
        row = tx.get(Award, award.id)
        row.terms = {**row.terms, **terms, "report_days": None, "repayments_shown": agreed}
    wren, dana, imani = (factories.actor(hands[name]) for name in ("steward", "second", "treasurer"))
    _signed(ended, slug, award, wren, agreed=agreed)
    for number, part in enumerate(winners.tranches(award.id)[:parts]):
        if number:
            payments.request_tranche(part.id, note="Here is the invoice.", by=ended.agent(slug))
        winners.paid(part, wren, dana, treasurer=imani)
    return Loan(award.id, ended.agents[slug], hands["treasurer"], hands["steward"], hands["second"])


def _signed(ended: winners.Ended, slug: str, award: Award, steward: Actor, *, agreed: bool) -> None:
    from fund.awards import service as awards

    assert award.agreement_hash is not None
    agent = ended.agent(slug)
    awards.accept(award.id, show_repayments=agreed, by=agent)
    awards.sign(award.id, typed_name="Rosa Diaz", seen_hash=award.agreement_hash, by=agent)
    awards.countersign(award.id, typed_name="Wren Okafor", seen_hash=award.agreement_hash, by=steward)


def broken() -> list[str]:
    """What `fund check` finds."""
    from fund.operations import check

    db.session.rollback()
    return [one for _sentence, found in check.examined(check.invariants()) for one in found]


def day(months: int = 0, **delta: float) -> dt.date:
    """A day counted from today in the fund's zone."""
    from fund.repayments.schedule import add_months

    return add_months(foundation.today(), months) + dt.timedelta(**delta)
