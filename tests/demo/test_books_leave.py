"""The demo's books leave: as pages, as files that other programs accept, as a file that an empty fund reads back."""

from __future__ import annotations

import csv
import io
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from fund import db
from fund.errors import WrongState
from fund.foundation import service as foundation
from fund.ledger import bringing
from fund.ledger.models import Account, Balance, PeriodTotal
from fund.operations.check import examined, invariants
from fund.operator import OPERATOR
from fund.reports import files, letter, plaintext, reading
from tests import factories
from tests.conftest import Databases
from tests.demo.conftest import Demo
from tests.ledger.test_own_file import written
from tests.reports.test_plaintext import BEANCOUNT, by_beancount, by_hledger, expected, not_nothing


def state() -> tuple[Any, ...]:
    """What the books hold now: balances and totals by account."""
    held = db.session.execute(
        select(Account.code, Balance.posted_minor).join(Balance, Balance.account_id == Account.id)
        .where(Balance.posted_minor != 0).order_by(Account.code)
    ).all()  # fmt: skip
    totals = db.session.execute(
        select(PeriodTotal.month, Account.code, PeriodTotal.kind, PeriodTotal.amount_minor, PeriodTotal.entries_n)
        .join(Account, Account.id == PeriodTotal.account_id).order_by(PeriodTotal.month, Account.code, PeriodTotal.kind)
    ).all()  # fmt: skip
    return tuple(map(tuple, held)), tuple(map(tuple, totals))


def empty_fund(databases: Databases, home: Path) -> Any:
    """Another fund with a charter and no books, inside its context."""
    url = databases.fresh()
    context = factories.application(url, home).app_context()
    context.push()
    factories.found()
    factories.adopt()
    return context, url


@pytest.mark.own_app
def test_out_in_and_out_again_is_the_same(demo: Demo, databases: Databases, tmp_path: Path) -> None:
    with demo.app.app_context():
        first, before = written(), state()
        db.session.rollback()
    context, url = empty_fund(databases, tmp_path / "other")
    try:
        factories.person("Somebody with number 1")
        count = bringing.bring_ledger(first, by=OPERATOR)
        assert count == first.count(b'{"entry":')
        assert written() == first
        assert state() == before, "the state that follows from the entries alone is the state there was (I10)"
        faults = [fault for sentence, found in examined(invariants()) for fault in found]
        assert faults == []
        with pytest.raises(WrongState, match="empty fund"):
            bringing.bring_ledger(first, by=OPERATOR)
    finally:
        factories.dispose()
        context.pop()
        databases.drop(url)


@pytest.mark.parametrize("exact", [True, False])
def test_every_file_of_the_demo_adds_up_to_the_same(demo: Demo, exact: bool, tmp_path: Path) -> None:
    with demo.app.test_request_context():
        books = reading.books(exact=exact)
        cash = sum(one.balance_minor for one in books.accounts if one.kind == "cash")
        assert cash == 5_358_600
        assert sum(one.balance_minor for one in books.accounts) == 0
        made = {
            name: files.make(name, exact=exact).data
            for name, kind in files.FILES.items()
            if exact or not kind.only_exact
        }
        db.session.rollback()
    journal = list(csv.DictReader(io.StringIO(made["journal.csv"].decode("utf-8-sig"))))
    assert sum(round(float(row["amount"]) * 100) for row in journal if row["account"].startswith("cash:")) == cash
    quick = list(csv.DictReader(io.StringIO(made["quickbooks.csv"].decode("utf-8-sig"))))
    assert sum(round(float(row["Debits"] or 0) * 100) for row in quick) == sum(
        round(float(row["Credits"] or 0) * 100) for row in quick
    )
    with zipfile.ZipFile(io.BytesIO(made["xero.zip"])) as packed:
        assert all(packed.read(name).decode("utf-8-sig").startswith("*Narration") for name in packed.namelist())
    if shutil.which("hledger"):
        (tmp_path / "l.journal").write_bytes(made["ledger.journal"])
        names = {one.code: plaintext._hledger_name(one) for one in books.accounts}
        assert not_nothing(by_hledger(tmp_path / "l.journal")) == expected(books, names)
    if BEANCOUNT:
        (tmp_path / "l.beancount").write_bytes(made["ledger.beancount"])
        assert not_nothing(by_beancount(tmp_path / "l.beancount")) == expected(
            books, plaintext._beancount_names(books.accounts)
        )


def test_files_for_anyone_do_not_tell_what_one_business_paid_back(demo: Demo) -> None:
    texts = {}
    for exact in (True, False):
        with demo.app.test_request_context():
            texts[exact] = {name: files.make(name, exact=exact).data.decode("utf-8-sig")
                            for name in ("journal.csv", "ledger.journal", "ledger.beancount", "quickbooks.csv", "portfolio.csv",
                                         "trial-balance.csv", "chart.csv")}  # fmt: skip
            db.session.rollback()
    named = re.compile(r"Paid to ([^,\n]*), owed back")
    for name in ("trial-balance.csv", "chart.csv", "quickbooks.csv"):
        assert set(named.findall(texts[False][name])) == {"Wheelhouse Bike Repair"}, "it alone agreed to exact figures"
        assert len(set(named.findall(texts[True][name]))) == 3
    for name in ("journal.csv", "ledger.journal", "ledger.beancount"):
        coded = [set(re.findall(r"receivable:award-\d+", texts[exact][name].lower())) for exact in (False, True)]
        assert [len(codes) for codes in coded] == [1, 3]
    assert "1026.00" in texts[True]["portfolio.csv"]
    assert "1500.00" in texts[False]["portfolio.csv"], "Wheelhouse agreed to exact figures"
    assert "1026.00" not in texts[False]["portfolio.csv"]


def test_anyone_reads_the_reports_and_sees_sums(demo: Demo) -> None:
    told = demo.words("/money/reports")
    assert "$19,700" in told
    assert "$2,526" in told
    assert "$1,026" not in told
    whole = demo.words("/money/reports/trial-balance")
    assert "Owed by businesses" in whole
    assert "Wheelhouse" in whole, "it agreed to exact figures"
    assert "Paid to Alder Bread Co-op" not in whole
    exact = demo.words("/money/reports", "Ruth Ansel")
    assert "$1,026" in exact
    assert "owed back" in demo.words("/money/reports/trial-balance", "Ruth Ansel")
    assert "cash:free" in demo.words("/money/reports/chart")


def test_a_year_of_the_trial_balance_is_asked_for_by_its_number(demo: Demo) -> None:
    visitor = demo.visitor()
    for year in ("2025", "x", "-1", "99999999999", "1900"):
        assert visitor.get(f"/money/reports/trial-balance?year={year}").status_code == 200
    with demo.app.app_context():
        first = foundation.today().year - 1
    assert f"The year {first}" in demo.words(f"/money/reports/trial-balance?year={first}")


def test_files_are_told_by_name_and_the_exact_one_is_not_for_everybody(demo: Demo) -> None:
    visitor, imani = demo.visitor(), demo.visitor("Ruth Ansel")
    assert visitor.get("/money/reports/files/journal.csv").status_code == 200
    assert visitor.get("/money/reports/files/no-such.csv").status_code == 404
    assert visitor.get("/money/reports/files/ledger.jsonl").status_code in (302, 303, 401, 403)
    assert imani.get("/money/reports/files/ledger.jsonl").data.startswith(b'{"ledger":')


def test_the_letter_is_a_draft_with_the_figures(demo: Demo) -> None:
    assert "$53,586" in demo.words("/treasury/letter", "Ruth Ansel")
    assert demo.visitor().get("/treasury/letter").status_code in (302, 303, 401, 403)
    with demo.app.app_context():
        today = foundation.today()
    newest = letter.quarter_of(None, today)
    assert newest == letter.quarter_of("2026-q9", today) == letter.recent(today)[0]
    assert letter.quarter_of("2024-q4", today).last_day.isoformat() == "2024-12-31"
