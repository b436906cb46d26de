"""Random acts on a small fund, told by Hypothesis: whatever is tried in whatever order, every invariant holds.

The same steps run in a model of plain numbers beside the books; both must agree after each step.
"""

from __future__ import annotations

import os
import tempfile
import uuid
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from fund import db
from fund.awards import invariants as award_invariants
from fund.awards import payments
from fund.awards import service as awards
from fund.errors import FundError
from fund.foundation import service as foundation
from fund.ledger import contributions, invariants, reading
from fund.ledger.models import Disbursement
from fund.payments import asking
from fund.payments import service as requests
from tests import factories
from tests.awards import winners
from tests.conftest import Databases
from tests.ledger import money
from tests.payments import bills

STEPS = int(os.environ.get("FUND_LEDGER_STEPS", "60"))
RUNS = int(os.environ.get("FUND_LEDGER_RUNS", "3"))
AMOUNTS = st.one_of(st.integers(1, 60_000), st.sampled_from([-1, 0, 10**15 + 1, 2**63]))


class Ledger(RuleBasedStateMachine):
    """One fund with a treasurer, two stewards, a rule for costs and awards that were offered."""

    databases: Databases

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.url = self.databases.fresh()
        self.context = factories.application(self.url, Path(self.folder.name)).app_context()
        self.context.push()
        factories.found()
        factories.adopt()

    @initialize()
    def begin(self) -> None:
        """A pool, a rule, two awards."""
        self.imani = money.treasurer("Imani T.")
        self.hands = [factories.actor(factories.officer(name)) for name in ("Wren", "Dana")]
        self.rule_for_costs = money.rule_for_costs(100_000)
        self.ended = winners.final_round(
            [("bread", 90_000, "revenue_share"), ("care", 40_000, "grant")], budget_minor=150_000, pool_minor=200_000
        )
        self.awards = dict(zip(("bread", "care"), winners.offered(self.ended, "bread", "care"), strict=True))
        self.cash = 200_000
        self.spent = 0
        self.gifts: list[int] = []
        self.costs: list[tuple[int, int]] = []

    @rule(amount=AMOUNTS)
    def give(self, amount: int) -> None:
        """A gift, perhaps an impossible one."""
        made = self._try(lambda: money.gift(amount, by=self.imani))
        if made is not None:
            assert 0 < amount <= 10**15
            self.cash += amount
            self.gifts.append(made.id)

    @rule(amount=AMOUNTS)
    def spend(self, amount: int) -> None:
        """A cost, perhaps more than there is or than the rule allows."""
        made = self._try(lambda: self._bill(amount))
        if made is not None:
            assert 0 < amount <= 100_000 - self.spent
            self.cash -= amount
            self.spent += amount
            self.costs.append((made.id, amount))

    def _bill(self, amount: int) -> Disbursement:
        """A cost that is asked for, approved by as many as it needs, and paid."""
        new = asking.Expense("cost", "Copy Shop", amount, "Ballot papers", self.rule_for_costs.id)
        made = asking.ask_expense(new, by=self.imani)
        for one in self.hands:
            if made.state == "requested":
                read = bills.warned(made)
                made = requests.approve(made.id, seen_hash=made.payload_hash, warnings_read=read, by=one)
        return requests.settle(made.id, paid_on=foundation.today(), entry_id=uuid.uuid4(), by=self.imani)

    @precondition(lambda self: self.costs)
    @rule(data=st.data())
    def correct(self, data: st.DataObject) -> None:
        """The bank sends a cost back, perhaps a second time."""
        number, amount = data.draw(st.sampled_from(self.costs))
        if self._try(lambda: requests.bounce(number, reason="Closed", new_id=uuid.uuid4(), by=self.imani)) is not None:
            self.cash += amount
            self.spent -= amount

    @precondition(lambda self: self.gifts)
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        """A gift was a mistake; perhaps its money is gone."""
        number = data.draw(st.sampled_from(self.gifts))
        taken = self._try(lambda: contributions.void(number, reason="Mistake", new_id=uuid.uuid4(), by=self.imani))
        if taken is not None:
            self.cash -= taken.amount_minor

    @rule(slug=st.sampled_from(["bread", "care"]), act=st.sampled_from(["accept", "sign", "countersign", "decline"]))
    def answer(self, slug: str, act: str) -> None:
        """A business or a steward acts on an award, in its moment or out of it."""
        award, agent, seen = self.awards[slug], self.ended.agent(slug), self.awards[slug].agreement_hash or b""
        self._try(
            {
                "accept": lambda: awards.accept(award.id, by=agent),
                "sign": lambda: awards.sign(award.id, typed_name="Lee", seen_hash=seen, by=agent),
                "countersign": lambda: awards.countersign(
                    award.id, typed_name="Wren", seen_hash=seen, by=self.hands[0]
                ),
                "decline": lambda: awards.decline(award.id, reason="", by=agent),
            }[act]
        )

    @rule(slug=st.sampled_from(["bread", "care"]), number=st.integers(0, 2), act=st.sampled_from(
        ["ask", "yes-0", "yes-1", "yes-2", "pay", "end", "bounce"]
    ))  # fmt: skip
    def pay(self, slug: str, number: int, act: str) -> None:
        """Somebody asks for, approves, ends, pays or bounces an instalment, in its moment or out of it."""
        parts = winners.tranches(self.awards[slug].id)
        part = parts[min(number, len(parts) - 1)]
        payment = winners.payment_of(part)
        people = [*self.hands, self.imani]
        if act == "ask":
            self._try(lambda: payments.request_tranche(part.id, note="Receipt", by=self.ended.agent(slug)))
        elif payment is None:
            return
        elif act.startswith("yes"):
            who = people[int(act[-1])]
            self._try(lambda: payments.approve_payment(payment.id, seen_hash=payment.payload_hash, by=who))
        elif act == "end":
            self._try(lambda: payments.end_payment(payment.id, reason="Changed", by=self.imani))
        elif act == "pay":
            before = payment.state
            done = self._try(
                lambda: payments.record_paid(
                    payment.id, paid_on=foundation.today(), entry_id=uuid.uuid4(), by=self.imani
                )
            )
            if done is not None:
                assert before == "approved"
                self.cash -= payment.amount_minor
        elif (
            self._try(lambda: payments.record_bounced(payment.id, reason="Closed", new_id=uuid.uuid4(), by=self.imani))
            is not None
        ):
            self.cash += payment.amount_minor

    @invariant()
    def everything_holds(self) -> None:
        """Every invariant of `fund check` on money, and the model's cash."""
        if not hasattr(self, "cash"):
            return
        for sentence, look in (*invariants.INVARIANTS, *award_invariants.INVARIANTS):
            assert look() == [], sentence
            db.session.rollback()
        pool = reading.money()
        assert pool.adds_up
        assert pool.cash_minor == self.cash
        db.session.rollback()

    def teardown(self) -> None:
        """Throw the fund away."""
        factories.dispose()
        self.context.pop()
        self.databases.drop(self.url)
        self.folder.cleanup()

    def _try(self, act: Any) -> Any:
        """The answer of an act, None for a refusal; any other error fails the run."""
        try:
            return act()
        except FundError:
            return None
        finally:
            db.session.rollback()


def test_whatever_is_tried_the_books_hold(databases: Databases) -> None:
    Ledger.databases = databases
    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=RUNS, stateful_step_count=STEPS, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
