"""A fund in which anything is tried in any order, and what must hold after it: I1 to I15 of TRUST 4.

`Tried` acts through the services alone and keeps a model of plain numbers beside the books and beside the bank
(`money_at_bank`); `holds` names every invariant that does not. Whoever drives it (Hypothesis, dice, a planted bug) only chooses what is tried next.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable

from sqlalchemy import func, select

from fund import db
from fund.audit import service as audit
from fund.audit.models import AuditEvent
from fund.awards import invariants as award_invariants
from fund.awards import payments as tranches
from fund.awards import service as awards
from fund.errors import FundError
from fund.foundation import service as foundation
from fund.ledger import contributions, invariants, own_file, reading, years
from fund.ledger import service as ledger
from fund.ledger.models import Account, Balance, Disbursement, Entry, Posting
from fund.payments import service as payments
from fund.repayments import invariants as repayment_invariants
from fund.repayments import service as repayments
from fund.repayments.service import NewArrangement, NewRepayment
from tests import factories
from tests.awards import winners
from tests.ledger import money
from tests.ledger.money_at_bank import AtBank

ACTS = (
    "give", "spend", "correct", "take_back", "answer", "ask", "ask", "approve", "approve", "approve", "approve", "settle",
    "settle", "end", "bounce", "repay", "repay", "unpay", "arrange", "again", "other", "bill", "close", "correct_correction",
    "statement", "accept", "accept", "match", "unmatch", "leave_out", "take_up", "paid_at_bank",
)  # fmt: skip
ARRANGED = ("holiday", "deferral", "restructure", "waiver", "write_off")
COMES = ("due", "ahead", "due", "recovery", "aporte")
BAD = (-1, 0, 10**15 + 1, 2**63)
CHOICES = 24


class Tried(AtBank):
    """One fund with a treasurer, two stewards, a rule for costs, a bank, and two awards, one of which is a loan."""

    def __init__(self) -> None:
        factories.adopt()
        self.imani = money.treasurer("Imani T.")
        self.wren, self.dana = (factories.actor(factories.officer(name)) for name in ("Wren", "Dana"))
        self.rule = money.rule_for_costs(100_000)
        self.ended = winners.final_round(
            [("bread", 90_000, "zero_interest"), ("care", 40_000, "grant")], budget_minor=150_000, pool_minor=200_000
        )
        offered = winners.offered(self.ended, "bread", "care")
        self.awards = dict(zip(("bread", "care"), offered, strict=True))
        for slug, award in self.awards.items():
            winners.signed(self.ended, slug, award, self.wren)
        self.cash, self.spent = 200_000, 0
        self.gifts: list[int] = []
        self.costs: list[tuple[uuid.UUID, int]] = []
        self.mirrors: list[uuid.UUID] = []
        self.keys: list[tuple[uuid.UUID, int, bytes]] = []
        self.steps = 0
        self.prefix: list[tuple[str, int, bytes]] = []
        self.repaid = self.lent = self.given_up = 0
        self.came: list[int] = []
        self.at_the_bank()

    def step(self, act: str, amount: int, pick: int) -> bool:
        """Try one thing; tells whether it was done. A refusal is an answer like any other; every other error fails."""
        self.steps += 1
        try:
            getattr(self, f"_{act}")(amount, pick)
            return True
        except FundError:
            return False
        finally:
            db.session.rollback()

    def holds(self) -> list[str]:
        """Every invariant that does not hold, by its number."""
        looked: list[tuple[str, Callable[[], list[str]]]] = [
            ("I1", invariants.entries_add_up), ("I1", invariants.no_posting_stands_alone),
            ("I2 I4", invariants.balances_are_sums), ("I2", invariants.totals_are_sums), ("I3", invariants.floors_are_kept),
            ("I5", award_invariants_of), ("I6", invariants.payments_are_approved), ("I7", invariants.reversals_mirror),
            ("I8", self.one_effect), ("I9", invariants.entries_are_their_bytes), ("I9", self.prefix_is_stable),
            ("I10", self.replayed), ("I11", audit.broken_links), ("I12", self.cash_is_what_moved),
            ("I12", self.bank_agrees), ("I13", repayment_invariants_of), ("I13", self.owed_is_what_is_left), ("outflows", invariants.outflows_have_decisions),
            ("years", invariants.years_are_their_trial_balances),
        ]  # fmt: skip
        found = [f"{number}: {fault}" for number, look in looked for fault in look()]
        db.session.rollback()
        return found

    def quick(self) -> list[str]:
        """What is cheap enough to be asked after every step: the books' figures against the model's."""
        pool = reading.money()
        found = [] if pool.adds_up else ["the figures of /money do not add up"]
        found += self.cash_is_what_moved()
        db.session.rollback()
        return found

    def one_effect(self) -> list[str]:
        """I8: one key, one entry, with the bytes it had when it was first answered."""
        faults = []
        for key, _amount, data in self.keys:
            rows = db.session.scalars(select(Entry).where(Entry.id == key)).all()
            if [row.entry_bytes for row in rows] != [data]:
                faults.append(f"key {key} has {len(rows)} effects, or another one")
        total = db.session.scalar(select(func.count()).select_from(Disbursement).where(Disbursement.state == "paid"))
        entries = db.session.scalar(
            select(func.count(Disbursement.entry_id.distinct())).where(Disbursement.state == "paid")
        )
        faults += [] if total == entries else ["two payments share an entry"]
        costs = db.session.scalar(
            select(func.count()).select_from(Entry).where(Entry.kind == "cost", Entry.memo == "Stamps")
        )
        asked = len(self.costs)
        return faults if costs == asked else [*faults, f"{asked} costs were asked for, {costs} are in the books"]

    def prefix_is_stable(self) -> list[str]:
        """I9: what was written by the last look is still there, row for row."""
        faults = []
        for table, until, digest in self.prefix:
            if self._digest(table, until) != digest:
                faults.append(f"rows of {table} changed")
        self.prefix = [(table, count, self._digest(table, count)) for table, count in self._counts()]
        return faults

    def replayed(self) -> list[str]:
        """I10: balances added up from nothing but the entries' bytes are the balances there are."""
        held: dict[str, int] = {}
        for told, _data, _hash in own_file.read(b"".join(own_file.lines())).entries:
            for code, amount in told["lines"]:
                held[code] = held.get(code, 0) + amount
        stored = dict(
            db.session.execute(
                select(Account.code, Balance.posted_minor).join(Balance, Balance.account_id == Account.id)
            ).all()
        )
        return [f"{code} is {stored[code]}, its events say {held.get(code, 0)}"
                for code in stored if stored[code] != held.get(code, 0)]  # fmt: skip

    def cash_is_what_moved(self) -> list[str]:
        """I12 beside the statements: all cash of the books is what the model saw come and go at the bank."""
        cash = int(db.session.scalar(
            select(func.sum(Balance.posted_minor)).join(Account, Account.id == Balance.account_id).where(Account.kind == "cash")
        ) or 0)  # fmt: skip
        return [] if cash == self.cash else [f"the books hold {cash}, {self.cash} came and stayed"]

    def owed_is_what_is_left(self) -> list[str]:
        """I13: a loan's claim is what was lent, less what came back of it and what was given up."""
        owed = int(db.session.scalar(
            select(func.sum(Balance.posted_minor)).join(Account, Account.id == Balance.account_id)
            .where(Account.kind == "receivable")
        ) or 0)  # fmt: skip
        left = self.lent - self.repaid - self.given_up
        return [] if owed == left else [f"{owed} is owed by the books, {left} was lent and is left"]

    def _counts(self) -> list[tuple[str, int]]:
        newest = db.session.scalar(select(func.count()).select_from(Entry)) or 0
        last = db.session.scalar(select(func.max(AuditEvent.seq))) or 0
        return [("entry", newest), ("audit_event", last)]

    def _digest(self, table: str, until: int) -> bytes:
        whole = hashlib.sha256()
        if table == "audit_event":
            statement = select(AuditEvent.seq, AuditEvent.hash).where(AuditEvent.seq <= until).order_by(AuditEvent.seq)
            for row in db.session.execute(statement):
                whole.update(repr(tuple(row)).encode())
            return whole.digest()
        first = select(Entry.id).order_by(Entry.posted_at, Entry.id).limit(until).subquery()
        statement = (
            select(Entry.id, Entry.kind, Entry.memo, Entry.occurred_on, Entry.entry_hash, Posting.line, Posting.account_id,
                   Posting.amount_minor)
            .join(Posting, Posting.entry_id == Entry.id).where(Entry.id.in_(select(first.c.id)))
            .order_by(Entry.posted_at, Entry.id, Posting.line)
        )  # fmt: skip
        for row in db.session.execute(statement):
            whole.update(repr(tuple(row)).encode())
        return whole.digest()

    def _give(self, amount: int, pick: int) -> None:
        key = uuid.uuid4()
        made = money.gift(amount, by=self.imani, key=key, on=self._day(pick))
        self._came(amount)
        self.gifts.append(made.id)
        self.keys.append((key, amount, db.session.get_one(Entry, key).entry_bytes))

    def _spend(self, amount: int, pick: int) -> None:
        key = uuid.uuid4()
        made = money.cost(amount, self.rule, by=self.imani, key=key, on=self._day(pick))
        self._came(-amount)
        self.spent += amount
        self.costs.append((made.id, amount))
        self.keys.append((key, amount, made.entry_bytes))

    def _again(self, amount: int, pick: int) -> None:
        """The same key with the same content: nothing more happens."""
        if self.costs:
            number, spent = self.costs[pick % len(self.costs)]
            entry = db.session.get_one(Entry, number)
            money.cost(spent, self.rule, by=self.imani, key=number, on=entry.occurred_on)

    def _other(self, amount: int, pick: int) -> None:
        """The same key with other content: refused."""
        if self.costs:
            number, spent = self.costs[pick % len(self.costs)]
            money.cost(spent + 1, self.rule, by=self.imani, key=number)
            self.cash -= spent + 1

    def _correct(self, amount: int, pick: int) -> None:
        if self.costs:
            number, spent = self.costs[pick % len(self.costs)]
            made = ledger.reverse_entry(number, new_id=uuid.uuid4(), reason="Mistake", by=self.imani)
            self.mirrors.append(made.id)
            self.cash, self.spent = self.cash + spent, self.spent - spent

    def _correct_correction(self, amount: int, pick: int) -> None:
        """A correction is never corrected."""
        if self.mirrors:
            number = self.mirrors[pick % len(self.mirrors)]
            ledger.reverse_entry(number, new_id=uuid.uuid4(), reason="Mistake", by=self.imani)
            self.cash = -1

    def _take_back(self, amount: int, pick: int) -> None:
        if self.gifts:
            taken = contributions.void(
                self.gifts[pick % len(self.gifts)], reason="Mistake", new_id=uuid.uuid4(), by=self.imani
            )
            self.cash -= taken.amount_minor

    def _answer(self, amount: int, pick: int) -> None:
        slug = ("bread", "care")[pick % 2]
        awards.decline(self.awards[slug].id, reason="", by=self.ended.agent(slug))

    def _ask(self, amount: int, pick: int) -> None:
        slug = ("bread", "care")[pick % 2]
        parts = winners.tranches(self.awards[slug].id)
        tranches.request_tranche(parts[pick % len(parts)].id, note="Receipt", by=self.ended.agent(slug))

    def _bill(self, amount: int, pick: int) -> None:
        from fund.payments import asking

        asking.ask_expense(asking.Expense("cost", "Copy Shop", amount, "Paper", self.rule.id), by=self.imani)

    def _payment(self, pick: int, state: str) -> Disbursement | None:
        """One of the newest payments in this state; now and then in any."""
        newest = select(Disbursement).order_by(Disbursement.id.desc()).limit(6)
        found = db.session.scalars(newest.where(Disbursement.state == state) if pick % 6 else newest).all()
        return found[pick % len(found)] if found else None

    def _approve(self, amount: int, pick: int) -> None:
        payment = self._payment(pick, "requested")
        if payment is not None:
            who = (self.wren, self.dana, self.imani)[pick % 3]
            payments.approve(payment.id, seen_hash=payment.payload_hash, by=who)

    def _settle(self, amount: int, pick: int) -> None:
        payment = self._payment(pick, "approved")
        if payment is not None:
            state = payment.state
            payments.settle(payment.id, paid_on=foundation.today(), entry_id=uuid.uuid4(), by=self.imani)
            if state != "paid":
                self._moved(payment, 1)

    def _bounce(self, amount: int, pick: int) -> None:
        payment = self._payment(pick, "paid")
        if payment is not None and pick % 2:
            state = payment.state
            payments.bounce(payment.id, reason="Closed", new_id=uuid.uuid4(), by=self.imani)
            if state == "paid":
                self._moved(payment, -1)

    def _moved(self, payment: Disbursement, sign: int) -> None:
        self._came(-sign * payment.amount_minor)
        if db.session.get_one(Account, payment.target_account_id).kind == "receivable":
            self.lent += sign * payment.amount_minor
        if payment.decision_id == self.rule.id:
            self.spent += sign * payment.amount_minor

    def _end(self, amount: int, pick: int) -> None:
        payment = self._payment(pick, "requested")
        if payment is not None and pick % 4 == 0:
            payments.end(payment.id, reason="Changed", by=self.imani)

    def _came(self, amount: int) -> None:
        """Money came (or went) in the books; the bank tells of it in a later statement."""
        self.cash += amount
        self.moved.append(amount)

    def _repay(self, amount: int, pick: int) -> None:
        amount = 1 + amount % 1_000 if pick % 2 and amount > 0 else amount
        new = NewRepayment(amount, foundation.today(), uuid.uuid4(), COMES[pick % len(COMES)])
        made = repayments.receive(self.awards["bread"].id, new, by=self.imani)
        self._came(amount)
        self.repaid += made.principal_minor
        self.came.append(made.id)

    def _unpay(self, amount: int, pick: int) -> None:
        """A repayment was a mistake."""
        if self.came:
            made = repayments.take_back(
                self.came[pick % len(self.came)], reason="Mistake", new_id=uuid.uuid4(), by=self.imani
            )
            self.cash, self.repaid = self.cash - made.amount_minor, self.repaid - made.principal_minor

    def _arrange(self, amount: int, pick: int) -> None:
        """What is owed is put off, planned anew or given up, by a decision of two; seldom much of it."""
        kind, today = ARRANGED[pick % len(ARRANGED)], foundation.today()
        given_up = min(amount, 700) if kind in ("waiver", "write_off") else None
        new = NewArrangement(
            kind,
            "As we agreed.",
            months=1 + pick % 5,
            until=today + dt.timedelta(days=30 + pick),
            amount_minor=given_up,
        )
        made = repayments.propose(self.awards["bread"].id, new, by=self.imani)
        if pick % 4 == 0:
            repayments.withdraw(made.id, reason="Not now", by=self.imani)
            return
        repayments.confirm(made.id, by=self.wren)
        self.given_up += given_up or 0

    def _close(self, amount: int, pick: int) -> None:
        """A month is closed, seldom."""
        if pick % 12 == 0:
            first = foundation.today().replace(day=1)
            for _ in range(6 - pick % 5):
                first = (first - dt.timedelta(days=1)).replace(day=1)
            year = years.propose_to_close(first - dt.timedelta(days=1), by=self.imani)
            years.close(year.id, seen_hash=year.trial_hash, by=self.wren)

    def _day(self, pick: int) -> dt.date:
        return foundation.today() - dt.timedelta(days=(pick * 37) % 300 if pick % 3 == 0 else 0)


def award_invariants_of() -> list[str]:
    """I5 and what else must hold of awards."""
    return [fault for _sentence, look in award_invariants.INVARIANTS for fault in look()]


def repayment_invariants_of() -> list[str]:
    """I13 and what else must hold between plans, what came and the books."""
    return [fault for _sentence, look in repayment_invariants.INVARIANTS for fault in look()]
