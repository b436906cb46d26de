"""A year of the demo fund's bank: reconciled as it is loaded, and again from each of the three statement formats."""

from __future__ import annotations

import pytest
from sqlalchemy import delete

from fund import db
from fund.audit.models import AuditEvent
from fund.bank import files, reading, service
from fund.bank.files import Told
from fund.bank.invariants import INVARIANTS
from fund.bank.models import BankAccount, BankLine, MappingProfile, Match, Statement, StatementLine
from fund.db import guards
from fund.demo import bank
from fund.demo.stage import Stage
from tests.bank.hands import accept_sure
from tests.bank.made import FORMATS, Said
from tests.demo.conftest import Demo

TABLES = (Match, StatementLine, BankLine, Statement, MappingProfile, BankAccount)


def test_the_demo_is_reconciled_to_yesterday(demo: Demo) -> None:
    with demo.app.app_context():
        found = reading.standing()
        assert found is not None
        assert (found.bank_minor, found.difference_minor, found.open_lines) == (5_358_600, 0, 0)
        assert all(month.reconciled for month in reading.months()[1:])
        assert reading.not_at_bank() == []
    page = demo.words("/money")
    assert "Port Alder Savings Bank $53,586 Cash in the books $53,586 Difference $0" in page
    assert "Every line of the bank is settled." in page
    assert "Reconciled" in demo.words("/treasury/bank", "Ruth Ansel")


def as_if_no_bank_had_been_seen() -> None:
    """Take everything of the bank out of this copy, behind its guards."""
    with db.writing() as tx:
        guards.remove(tx.session.connection())
        for model in TABLES:
            tx.session.execute(delete(model))
        guards.install(tx.session.connection())


@pytest.mark.parametrize("form", ["csv", "ofx", "camt"])
def test_the_year_is_reconciled_from_each_format(own_demo: Demo, form: str) -> None:
    with own_demo.app.app_context():
        as_if_no_bank_had_been_seen()
        stage = Stage()
        by = stage.actor("Ruth Ansel")
        first, last = stage.day(bank.BEGINS_DAYS_AGO), stage.day(1)
        account, held, sent = service.add_account("Savings", by=by), 0, []
        numbers = iter(range(10_000))
        for begins, ends, lines in bank.by_month(bank.the_year(last), first, last):
            said = [Said(one.day, one.amount_minor, one.name, one.text, f"N{next(numbers)}") for one in lines]
            data = FORMATS[form](said, held, begins, ends)
            if form == "csv":
                data = f"Statement of {begins}\n".encode() + data
            sent.append((f"{begins}.{form}", data))
            file = files.begin(account.id, *sent[-1], by=by)
            closing = held + sum(one.amount_minor for one in said)
            assert not isinstance(file, Statement)
            files.tell(file.id, Told(None, held, closing, begins, ends), by=by)
            held = files.take(file.id, by=by).closing_minor
        assert accept_sure(by=by) == db.session.query(BankLine).count() > 120
        found = reading.standing()
        assert found is not None
        assert (found.difference_minor, found.open_lines, found.bank_minor) == (0, 0, 5_358_600)
        assert (reading.gaps(), reading.not_at_bank(), reading.before_the_first()) == ([], [], 0)
        assert [fault for _sentence, look in INVARIANTS for fault in look()] == []
        before = db.session.query(AuditEvent).count(), db.session.query(BankLine).count()
        assert all(isinstance(files.begin(account.id, *one, by=by), Statement) for one in sent)
        assert (db.session.query(AuditEvent).count(), db.session.query(BankLine).count()) == before
