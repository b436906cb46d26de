"""`fund check`: it holds on a fund that lives, and names each thing that was changed behind the program's back."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from fund import db
from fund.awards import payments
from fund.db import guards
from fund.ledger import service as ledger
from fund.operations.check import check, examined, invariants
from tests import factories
from tests.awards import winners
from tests.ledger import money


@pytest.fixture
def living(app: Flask) -> None:
    """A fund with gifts, a cost, a correction, awards paid in part, an offer that was declined."""
    factories.adopt()
    imani, wren, dana = money.treasurer("Imani T."), _steward("Wren"), _steward("Dana")
    rule = money.rule_for_costs(100_000)
    ended = winners.final_round(
        [("bread", 900_000, "revenue_share"), ("care", 400_000, "grant"), ("gym", 100_000, "grant")], reserve=("gym",)
    )
    money.cost(10_000, rule, by=imani)
    wrong = money.cost(20_000, rule, by=imani)
    ledger.reverse_entry(wrong.id, new_id=uuid.uuid4(), reason="Typed twice", by=imani)
    bread, care = winners.offered(ended, "bread", "care")
    winners.signed(ended, "bread", bread, wren)
    first, second, _third = winners.tranches(bread.id)
    winners.paid(first, wren, dana, treasurer=imani)
    payments.request_tranche(second.id, note="Invoice", by=ended.agent("bread"))
    payments.approve_payment((asked := winners.payment_of(second)).id, seen_hash=asked.payload_hash, by=wren)
    from fund.awards import service as awards

    awards.decline(care.id, reason="", by=ended.agent("care"))


def faults() -> list[str]:
    """Everything `fund check` finds."""
    return [fault for _sentence, found in examined(invariants()) for fault in found]


def behind_the_back(statement: str) -> None:
    """Change the database as its owner could: triggers dropped, changed, put back."""
    with db.writing() as tx:
        connection = tx.session.connection()
        guards.remove(connection)
        assert connection.execute(text(statement)).rowcount == 1, statement
        guards.install(connection)


def test_a_fund_that_lives_holds(living: None) -> None:
    assert faults() == []


CHANGES: list[tuple[str, str]] = [
    ("UPDATE posting SET amount_minor = amount_minor + 1 WHERE amount_minor = 10000", "add up to 1"),
    ("UPDATE entry SET memo = 'Nothing to see' WHERE kind = 'payment'", "memo is not what its bytes say"),
    ("UPDATE entry SET occurred_on = '2020-01-01' WHERE kind = 'payment'", "occurred_on is not what its bytes say"),
    ("UPDATE entry SET entry_hash = entry_bytes WHERE kind = 'payment'", "its hash is not that of its bytes"),
    ("UPDATE balance SET posted_minor = posted_minor + 1 WHERE account_id = (SELECT id FROM account WHERE code = 'cash:free')", "account cash:free: its balance is"),
    ("UPDATE balance SET reserved_minor = 0 WHERE reserved_minor > 0", "are reserved, its open payments add up to"),
    ("UPDATE balance SET floor_minor = -9 WHERE account_id = (SELECT id FROM account WHERE code = 'cash:free')", "its floor is 0"),
    ("UPDATE period_total SET amount_minor = amount_minor - 5 WHERE kind = 'payment' AND amount_minor > 0", "is stored, the postings"),
    ("UPDATE disbursement SET amount_minor = 1 WHERE state = 'paid'", "columns, bytes and hash do not agree"),
    ("UPDATE disbursement SET payee_name = 'Me' WHERE state = 'requested'", "columns, bytes and hash do not agree"),
    ("UPDATE disbursement SET state = 'approved' WHERE state = 'requested'", "is approved with 1 of 2 approvals"),
    ("DELETE FROM approval WHERE id = (SELECT MIN(id) FROM approval)", "is paid with 1 of 2 approvals"),
    ("UPDATE contribution SET amount_minor = 1", "was received, its entry says"),
    ("UPDATE decision SET limit_minor = 1 WHERE kind = 'standing_rule'", "its limit is 1"),
    ("UPDATE entry SET decision_id = (SELECT id FROM decision WHERE kind = 'standing_rule') WHERE kind = 'payment'", "its entry names another decision"),
    ("UPDATE tranche SET amount_minor = amount_minor + 1 WHERE state = 'paid'", "its instalments add up to"),
    ("UPDATE tranche SET state = 'planned' WHERE state = 'paid'", "is planned, its payment is paid"),
    ("UPDATE award SET agreement_bytes = agreement_hash WHERE state = 'active'", "is not the text that was hashed"),
    ("UPDATE award SET amount_minor = 2 WHERE state = 'active'", "lies on its account, it should be 1"),
    ("UPDATE round SET budget_minor = 5", "awarded of a budget of 5"),
    ("UPDATE audit_event SET subject_id = subject_id, event_bytes = hash WHERE seq = 3", "audit event 3 does not follow"),
    ("UPDATE charter_version SET text_bytes = text_hash", "its text is not the one that was hashed"),
    ("UPDATE count_run SET result_bytes = result_hash", "its result is not the one that was hashed"),
    ("DELETE FROM certification WHERE id = (SELECT MIN(id) FROM certification)", "certified by 1 of 2 people"),
    ("UPDATE round SET rules_bytes = rules_hash", "its rules are not the ones that were hashed"),
]  # fmt: skip


def test_each_change_behind_the_back_is_named(living: None) -> None:
    known: set[str] = set()
    for change, named in CHANGES:
        behind_the_back(change)
        found = set(faults())
        assert any(named in fault for fault in found - known), (change, found - known)
        known = found


def test_a_deleted_entry_and_a_dropped_trigger_are_named(living: None) -> None:
    behind_the_back("DELETE FROM approval WHERE id = 1")
    with db.writing() as tx:
        guards.remove(tx.session.connection())
    assert any("Triggers that guard votes and money are missing" in fault for fault in faults())


def test_the_command_says_what_is_broken_and_exits_with_1(
    living: None, app: Flask, database_url: str, tmp_path: Path
) -> None:
    settings = {"FUND_DATABASE_URL": database_url, "FUND_HOME": str(tmp_path)}
    whole = CliRunner().invoke(check, env=settings)
    assert whole.exit_code == 0, whole.output
    assert "holds  every entry adds up to nothing" in whole.output
    behind_the_back(CHANGES[0][0])
    torn = CliRunner().invoke(check, env=settings)
    assert torn.exit_code == 1
    assert "BROKEN every entry adds up to nothing" in torn.output


def _steward(name: str) -> Any:
    return factories.actor(factories.officer(name))
