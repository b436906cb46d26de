"""The books: what one entry does, what is refused, what cannot be changed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from fund import db
from fund.decisions import service as decisions
from fund.errors import BooksDisagree, Forbidden, Invalid, WrongState
from fund.foundation import service as foundation
from fund.ledger import accounts, contributions, history
from fund.ledger import service as ledger
from fund.ledger.contributions import NewContribution
from fund.ledger.models import Account, BooksCheck, Contribution, Entry, PeriodTotal, Posting
from fund.payments import asking
from tests import factories
from tests.ledger import money


@pytest.fixture(autouse=True)
def _charter(app: Flask) -> None:
    factories.adopt()


def test_a_gift_is_one_entry_that_adds_up_and_keeps_its_bytes(app: Flask) -> None:
    given = money.gift(50_000, by=money.treasurer())
    entry = db.session.get_one(Entry, given.entry_id)
    told = json.loads(entry.entry_bytes)
    assert told["lines"] == [["cash:free", 50_000], ["income:gift", -50_000]]
    assert entry.entry_hash == hashlib.sha256(b"commonpool/v1/entry\x00" + entry.entry_bytes).digest()
    assert sum(line.amount_minor for line in entry.postings) == 0
    assert money.held("cash:free") == 50_000
    total = db.session.scalars(
        select(PeriodTotal).join(Account, Account.id == PeriodTotal.account_id).where(Account.code == "income:gift")
    ).one()
    assert (total.amount_minor, total.entries_n, total.kind) == (-50_000, 1, "contribution")


def test_sending_the_same_form_twice_records_it_once_and_other_content_is_refused(app: Flask) -> None:
    by, key = money.treasurer(), uuid.uuid4()
    assert money.gift(50_000, by=by, key=key).id == money.gift(50_000, by=by, key=key).id
    with pytest.raises(Invalid, match="other content"):
        money.gift(50_001, by=by, key=key)
    rule, cost_key = money.rule_for_costs(), uuid.uuid4()
    first = money.cost(1_000, rule, by=by, key=cost_key)
    assert money.cost(1_000, rule, by=by, key=cost_key).entry_bytes == first.entry_bytes
    with pytest.raises(Invalid, match="other content"):
        money.cost(2_000, rule, by=by, key=cost_key)
    assert money.held("cash:free") == 49_000


@pytest.mark.parametrize("amount", [-5_000, 0, 10**15 + 1, 10**30])
def test_an_amount_that_cannot_be_is_refused(app: Flask, amount: int) -> None:
    by, rule = money.treasurer(), money.rule_for_costs()
    money.gift(50_000, by=by)
    with pytest.raises(Invalid):
        money.gift(amount, by=by)
    with pytest.raises(Invalid):
        asking.ask_expense(asking.Expense("cost", "Copy Shop", amount, "Stamps", rule.id), by=by)
    assert money.held("cash:free") == 50_000
    assert len(money.entries("cost")) == 0


def test_more_than_there_is_cannot_be_spent(app: Flask) -> None:
    by, rule = money.treasurer(), money.rule_for_costs()
    money.gift(50_000, by=by)
    with pytest.raises(Invalid, match="not enough money"):
        money.cost(50_001, rule, by=by)
    money.cost(50_000, rule, by=by)
    assert money.held("cash:free") == 0


def test_money_goes_out_only_on_a_decision_that_two_people_stand_for(app: Flask) -> None:
    by = money.treasurer()
    money.gift(50_000, by=by)
    new = decisions.NewDecision("standing_rule", "Rent", "", foundation.today(), 10_000)
    rule = decisions.record_decision(new, by=by)
    with pytest.raises(WrongState, match="second person"):
        money.cost(1_000, rule, by=by)
    with pytest.raises(Forbidden, match="another person"):
        decisions.confirm(rule.id, by=by)
    decisions.confirm(rule.id, by=money.treasurer("Tomas"))
    money.cost(6_000, rule, by=by)
    with pytest.raises(Invalid, match="beyond what the decision allows"):
        money.cost(4_001, rule, by=by)
    with pytest.raises(WrongState):
        decisions.confirm(rule.id, by=money.treasurer("Ana"))


def test_the_database_itself_refuses_an_outflow_without_a_standing_decision(app: Flask) -> None:
    by = money.treasurer()
    money.gift(50_000, by=by)
    rule = decisions.record_decision(
        decisions.NewDecision("standing_rule", "Rent", "", foundation.today(), None), by=by
    )
    for decision_id in (None, rule.id):
        with pytest.raises(DBAPIError), db.writing() as tx:
            _raw_entry(tx, [("cash:free", -100), ("expense:costs", 100)], decision_id=decision_id)


def test_hours_are_counted_and_never_priced(app: Flask) -> None:
    by = money.treasurer()
    day = foundation.today()
    ledger.record_contribution(NewContribution("hours", day, hours=63), by=by)
    ledger.record_contribution(NewContribution("dues", day, tier="zero"), by=by)
    with pytest.raises(Invalid, match="never priced"):
        ledger.record_contribution(NewContribution("hours", day, amount_minor=100, hours=3), by=by)
    assert db.session.scalar(select(func.count()).select_from(Entry)) == 0
    assert [c.state for c in db.session.query(Contribution)] == ["received", "received"]


def test_dues_are_pledged_on_joining_and_received_later(app: Flask) -> None:
    by, rosa = money.treasurer(), factories.member("Rosa")
    with db.writing() as tx:
        paying = ledger.pledge_dues(tx, rosa.id, "tier-2", 2_500)
        nothing = ledger.pledge_dues(tx, rosa.id, "zero", 0)
        hours = ledger.pledge_dues(tx, rosa.id, "hours", 0)
    assert (paying.state, nothing.state, hours.state) == ("pledged", "received", "pledged")
    key = uuid.uuid4()
    ledger.receive(paying.id, on=foundation.today(), entry_id=key, amount_minor=2_000, by=by)
    ledger.receive(paying.id, on=foundation.today(), entry_id=key, amount_minor=2_000, by=by)
    ledger.receive(hours.id, on=foundation.today(), entry_id=uuid.uuid4(), hours=3, by=by)
    assert money.held("cash:free") == 2_000
    with pytest.raises(WrongState):
        ledger.receive(paying.id, on=foundation.today(), entry_id=uuid.uuid4(), by=by)
    assert [c.hours for c in ledger.contributions_of(rosa.id)] == [3, 0, 0]


def test_a_mistake_is_corrected_once_by_its_mirror_image(app: Flask) -> None:
    by, rule = money.treasurer(), money.rule_for_costs(1_000)
    money.gift(50_000, by=by)
    wrong = money.cost(1_000, rule, by=by)
    right = ledger.reverse_entry(wrong.id, new_id=uuid.uuid4(), reason="Typed twice", by=by)
    assert right.reverses_id == wrong.id
    assert money.held("cash:free") == 50_000
    with pytest.raises(WrongState):
        ledger.reverse_entry(wrong.id, new_id=uuid.uuid4(), reason="Again", by=by)
    with pytest.raises(Invalid):
        ledger.reverse_entry(right.id, new_id=uuid.uuid4(), reason="Back", by=by)
    money.cost(1_000, rule, by=by)
    spent = db.session.scalars(
        select(PeriodTotal).join(Account, Account.id == PeriodTotal.account_id).where(Account.code == "expense:costs")
    ).one()
    assert (spent.kind, spent.amount_minor, spent.entries_n) == ("cost", 1_000, 1)


def test_a_gift_recorded_by_mistake_is_taken_back(app: Flask) -> None:
    by = money.treasurer()
    given = money.gift(50_000, by=by)
    taken = contributions.void(given.id, reason="It was for the choir", new_id=uuid.uuid4(), by=by)
    assert (taken.state, money.held("cash:free")) == ("void", 0)
    with pytest.raises(WrongState):
        contributions.void(given.id, reason="Again", new_id=uuid.uuid4(), by=by)


def test_only_money_hands_record_money(app: Flask) -> None:
    rosa = factories.actor(factories.member())
    with pytest.raises(Forbidden):
        money.gift(100, by=rosa)
    with pytest.raises(Forbidden):
        asking.ask_expense(asking.Expense("cost", "Copy Shop", 100, "Stamps", money.rule_for_costs().id), by=rosa)


@pytest.mark.parametrize(
    "lines",
    [
        [("cash:free", 100), ("income:gift", -99)],
        [("cash:free", 100)],
        [("cash:free", 0), ("income:gift", 0)],
    ],
)
def test_the_database_refuses_an_entry_that_does_not_add_up(app: Flask, lines: list[tuple[str, int]]) -> None:
    with pytest.raises(DBAPIError), db.writing() as tx:
        _raw_entry(tx, lines)


def test_nothing_in_the_books_is_changed_or_added_to(app: Flask) -> None:
    given = money.gift(50_000, by=money.treasurer())
    for statement in (
        lambda tx: tx.session.query(Posting).update({"amount_minor": 1}),
        lambda tx: tx.session.query(Entry).update({"memo": "x"}),
        lambda tx: tx.session.query(Posting).delete(),
        lambda tx: tx.session.query(Entry).delete(),
        lambda tx: tx.add(Posting(entry_id=given.entry_id, line=3, account_id=1, amount_minor=5)),
        lambda tx: tx.session.query(Account).update({"code": "cash:mine"}),
    ):
        with pytest.raises(DBAPIError), db.writing() as tx:
            statement(tx)


def test_a_round_holds_its_budget_until_it_goes_home(app: Flask) -> None:
    by = money.treasurer()
    money.gift(50_000, by=by)
    with pytest.raises(Invalid, match=r"500 USD free.*600 USD"), db.writing() as tx:
        ledger.reserve_for_round(tx, 1, 60_000)
    round_id = _a_round().id
    with db.writing() as tx:
        first = ledger.reserve_for_round(tx, round_id, 30_000, title="Spring")
        assert ledger.reserve_for_round(tx, round_id, 30_000, title="Spring").id == first.id
        assert ledger.free_minor(tx) == 20_000
    with db.writing() as tx:
        assert ledger.return_round_money(tx, round_id) is not None
        assert ledger.return_round_money(tx, round_id) is None
        assert ledger.free_minor(tx) == 50_000
    assert [amount for _label, amount in ledger.headline()] == [50_000, 0, 50_000]


def test_history_is_entered_on_its_own_day(app: Flask) -> None:
    by, day = money.treasurer(), foundation.today() - dt.timedelta(days=400)
    history.opening_balance(code="cash:free", amount_minor=7_000, on=day, entry_id=uuid.uuid4(), by=by)
    history.opening_balance(
        code="liability:notes-old", name="Old notes", amount_minor=2_000, on=day, entry_id=uuid.uuid4(), by=by
    )
    assert money.held("cash:free") == 7_000
    assert (money.held("liability:notes-old"), money.held("income:opening")) == (-2_000, -5_000)
    with pytest.raises(Invalid):
        history.opening_balance(code="cash:round-1", amount_minor=1, on=day, entry_id=uuid.uuid4(), by=by)
    with pytest.raises(Invalid, match="not come"):
        history.opening_balance(
            code="cash:free", amount_minor=1, on=day + dt.timedelta(days=999), entry_id=uuid.uuid4(), by=by
        )


def test_money_stands_still_while_the_books_disagree(app: Flask) -> None:
    by = money.treasurer()
    money.gift(50_000, by=by)
    assert ledger.check_at_start() == []
    with db.writing() as tx:
        row = accounts.lock_balances(tx, [accounts.free(tx).id])
        next(iter(row.values())).posted_minor += 1
    assert ledger.self_check() == [], "it looks once a night"
    factories.later(days=1)
    assert len(ledger.self_check()) == 1
    with pytest.raises(BooksDisagree):
        money.gift(100, by=by)
    with db.writing() as tx:
        next(iter(accounts.lock_balances(tx, [accounts.free(tx).id]).values())).posted_minor -= 1
    factories.later(hours=1)
    assert ledger.self_check() == []
    assert db.session.get_one(BooksCheck, 1).faults == []
    money.gift(100, by=by)


def _raw_entry(tx: Any, lines: list[tuple[str, int]], decision_id: int | None = None) -> None:
    """An entry written past the service, as somebody with the database in hand would."""
    entry_id = uuid.uuid4()
    for line, (code, amount) in enumerate(lines, start=1):
        account = accounts.named(tx, code)
        tx.add(Posting(entry_id=entry_id, line=line, account_id=account.id, amount_minor=amount))
    tx.add(
        Entry(
            id=entry_id, kind="cost" if lines[0][0] == "cash:free" and lines[0][1] < 0 else "contribution", memo="x",
            occurred_on=foundation.today(), posted_at=tx.now(), decision_id=decision_id, entry_bytes=b"", entry_hash=b"",
        )
    )  # fmt: skip


def _a_round() -> Any:
    from fund.rounds.models import Round

    with db.writing() as tx:
        version = foundation.current_version()
        assert version is not None
        return tx.add(
            Round(
                slug="spring", title="Spring", decides="money", round_type="ranked", charter_version_id=version.id,
                budget_minor=30_000, created_at=tx.now(),
            )
        )  # fmt: skip
