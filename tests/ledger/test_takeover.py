"""A fund that already lives comes into the books: looked at first, whole or not at all, every bad line named."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from fund import db
from fund.awards.models import Award
from fund.errors import Forbidden, Invalid
from fund.foundation import service as foundation
from fund.ledger import reading, takeover
from fund.ledger.models import BroughtLine, Entry
from fund.members.models import Person
from fund.notes.models import Note
from fund.operations.check import examined, invariants
from fund.operations.importing import import_
from tests import factories
from tests.ledger import money

HEAD = "what,account,name,amount,currency,date,due,note\n"
POSITION = (
    HEAD
    + """balance,cash:free,,"53,000.50",USD,,,
balance,cash:youth,For young people,1000,,,,
balance,liability:sponsor,Our sponsor,(500),,,,
note,neighbour,Rosa,2500,,2024-05-01,2030-05-01,0 %
note,neighbour,Nobody Known,1500,USD,2024-06-01,2030-06-01,
loan,bread,Alder Bread,9000,,2024-07-01,2028-07-01,4 % of revenue
repayment,bread,,1026.50,,2025-01-31,,
repayment,bread,,500,,2025-02-28,,
loan,bike,Wheelhouse,6000,,2024-07-01,2031-07-01,
member,,Rosa,120,,,,
balance,equity:fund,What the fund owns,63354,,,,
"""
)
JOURNAL = """date,entry,account,name,debit,credit,memo
2024-02-01,2,cash:free,,,200.00,Stamps
2024-02-01,2,expense:costs,Costs,200.00,,Stamps
2024-01-05,1,cash:free,,500.00,,A gift
2024-01-05,1,income:gift,,,500.00,A gift
"""


@pytest.fixture(autouse=True)
def _charter(app: Flask) -> None:
    factories.adopt()


@pytest.fixture(autouse=True)
def rosa(_charter: None) -> Person:
    """A member whom the old books know too."""
    return factories.member("Rosa")


def brought(text: str, kind: str = "opening") -> Any:
    return takeover.bring(kind, text.encode(), on=foundation.today(), by=money.treasurer())


def faults_of(text: str, kind: str = "opening") -> list[str]:
    found = takeover.look(kind, text.encode(), on=foundation.today(), by=money.treasurer())
    return [takeover.told(fault) for fault in found.faults]


def right() -> str:
    """The position with a sum of its own that fits: 53,000.50 + 1,000 + 7,473.50 + 6,000 = 500 + 4,000 + 120 + 62,854."""
    return POSITION.replace("(500)", "500").replace("63354", "62854")


def everything_holds() -> bool:
    return [fault for _s, found in examined(invariants()) for fault in found] == []


def test_a_position_that_balances_is_brought_in_as_a_whole(app: Flask, rosa: Person) -> None:
    found = brought(right())
    assert (found.held_minor, found.owed_minor, found.own_minor) == (67_474_00, 4_620_00, 62_854_00)
    assert money.held("cash:free") == 53_000_50
    bread, bike = db.session.scalars(select(Award).order_by(Award.id)).all()
    assert (money.held(f"receivable:award-{bread.id}"), money.held(f"receivable:award-{bike.id}")) == (
        7_473_50,
        6_000_00,
    )
    assert money.held("liability:notes-neighbour") == -4_000_00
    assert money.held("liability:member-accounts") == -120_00
    assert money.held("income:opening") == 0
    pool = reading.money()
    assert pool.adds_up
    assert (pool.cash_minor, pool.owed_to_fund_minor) == (54_000_50, 13_473_50)
    notes = db.session.scalars(select(Note).order_by(Note.id)).all()
    assert [(one.holder.person_id, one.holder.name, one.owed_minor, one.issued_on) for one in notes] == [
        (rosa.id, "Rosa", 2_500_00, dt.date(2024, 5, 1)), (None, "Nobody Known", 1_500_00, dt.date(2024, 6, 1)),
    ]  # fmt: skip
    kept = {(one.what, one.name, one.amount_minor) for one in takeover.brought()}
    assert ("repayment", "", 1_026_50) in kept
    assert ("loan", "Alder Bread", 9_000_00) in kept
    assert everything_holds()
    with pytest.raises(Invalid, match="brought in already"):
        brought(right())


def test_a_position_that_does_not_balance_is_not_taken(app: Flask) -> None:
    wrong = right().replace("62854", "62853")
    (only,) = faults_of(wrong)
    assert "The whole file" in only
    assert "67,474 USD" in only
    assert "67,473 USD" in only
    with pytest.raises(Invalid, match="Nothing was brought in"):
        brought(wrong)
    assert db.session.scalars(select(Entry)).all() == []
    assert db.session.scalars(select(BroughtLine)).all() == []


LINES: list[tuple[str, str]] = [
    ("balance,cash:free,,-5,,,,", "amount: an amount of more than nothing"),
    ("balance,cash:free,,0,,,,", "amount: an amount of more than nothing"),
    ("balance,cash:free,,1.005,,,,", "amount: USD has 2 decimals"),
    ("balance,cash:free,,99999999999999999999,,,,", "amount: This amount is too large"),
    ("balance,cash:free,,ten,,,,", "amount: Please write an amount in figures"),
    ("balance,cash:free,,€10,,,,", "amount: Please write an amount in figures"),
    ("balance,cash:free,,10,EUR,,,", "currency: USD, or nothing"),
    ("balance,cash:award-3,,10,,,,", "account: an account of the chart"),
    ("balance,gold:bars,,10,,,,", "account: an account of the chart"),
    ("balance,=1+1,,10,,,,", "account: an account of the chart"),
    ("shares,cash:free,,10,,,,", "what: one of these words"),
    ("note,neighbour,,10,,2024-01-01,,", "name: who it is"),
    ("note,neighbour,Rosa,10,,,,", "date: a day as year-month-day"),
    ("note,neighbour,Rosa,10,,2024-02-30,,", "date: a day as year-month-day"),
    ("note,neighbour,Rosa,10,,2199-01-01,,", "date: a day that has come"),
    ("loan,Bread Shop,Bread,10,,2024-01-01,,", "account: a short name"),
    ("repayment,no-such,,10,,2024-01-01,,", "account: the short name of a loan in this file"),
    ("balance,cash:free,10", "8 values, as the first line has columns"),
]


@pytest.mark.parametrize(("line", "words"), LINES)
def test_every_bad_line_is_named(app: Flask, line: str, words: str) -> None:
    told = faults_of(HEAD + "balance,cash:ok,,10,,,,\n" + line + "\n")
    assert any(one.startswith("Line 3") and words in one for one in told), told


def test_all_bad_lines_are_named_at_once(app: Flask) -> None:
    told = faults_of(HEAD + "".join(line + "\n" for line, _words in LINES))
    assert {one.split(",")[0].split(":")[0] for one in told} == {f"Line {n}" for n in range(2, 2 + len(LINES))}


@pytest.mark.parametrize(("lines", "words"), [
    ("loan,a,A,10,,2024-01-01,,\nloan,a,A,10,,2024-01-01,,\n", "each loan once"),
    ("loan,a,A,10,,2024-01-01,,\nrepayment,a,,11,,2024-02-01,,\n", "no more than was lent"),
    ("loan,a,A,10,,2024-01-01,,\nrepayment,a,,1,,2023-02-01,,\n", "after the loan was paid out"),
    ("", "at least one line"),
])  # fmt: skip
def test_a_loan_and_its_history_must_fit(app: Flask, lines: str, words: str) -> None:
    assert any(words in one for one in faults_of(HEAD + lines))


@pytest.mark.parametrize(("data", "words"), [
    (b"\xff\xfe\x00w", "saved? as|CSV in UTF-8"), (b"", "first line of column names"), (b"what,amount\n\x00,1\n", "first line|CSV"),
])  # fmt: skip
def test_what_is_no_table_is_refused_in_words(app: Flask, data: bytes, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        takeover.look("opening", data, on=foundation.today(), by=money.treasurer())


def test_a_first_line_that_names_other_columns_is_a_fault(app: Flask) -> None:
    assert any("needed" in one for one in faults_of("what,betrag\nbalance,5\n"))


def test_an_old_journal_comes_in_on_its_own_days(app: Flask) -> None:
    found = brought(JOURNAL, "journal")
    assert found.entries == 2
    first, second = db.session.scalars(select(Entry).order_by(Entry.occurred_on)).all()
    assert (first.occurred_on, first.memo, first.kind) == (dt.date(2024, 1, 5), "A gift", "opening")
    assert second.occurred_on == dt.date(2024, 2, 1)
    assert money.held("cash:free") == 300_00
    assert reading.money().adds_up
    assert everything_holds()


@pytest.mark.parametrize(("old", "new", "words"), [
    ("2024-01-05,1,income:gift,,,500.00", "2024-01-05,1,income:gift,,,499.00", "lines that add up to nothing; entry 1 adds up to 1 USD"),
    ("2024-01-05,1,income:gift", "2024-01-06,1,income:gift", "one day for all lines"),
    ("2024-01-05,1,income:gift,,,500.00,A gift\n", "", "two lines or more"),
    ("2024-02-01", "2023-02-01", "no less than nothing on cash:free"),
    (",,200.00,Stamps", ",5,200.00,Stamps", "either a debit or a credit"),
    ("income:gift", "income:", "an account of the chart"),
    ("2024-02-01,2,", "2024-02-01,,", "a number that all lines"),
])  # fmt: skip
def test_a_journal_that_is_not_right_is_named(app: Flask, old: str, new: str, words: str) -> None:
    assert any(words in one for one in faults_of(JOURNAL.replace(old, new), "journal"))


def test_only_who_handles_money_may_and_a_day_to_come_is_refused(app: Flask) -> None:
    with pytest.raises(Forbidden):
        takeover.look("opening", right().encode(), on=None, by=factories.actor(factories.member("Rosa")))
    by = money.treasurer()
    with pytest.raises(Invalid, match="Say of which day"):
        takeover.look("opening", right().encode(), on=None, by=by)
    with pytest.raises(Invalid, match="has not come"):
        takeover.look("opening", right().encode(), on=foundation.today() + dt.timedelta(days=1), by=by)


def test_the_page_looks_first_and_brings_in_what_was_seen(client: FlaskClient) -> None:
    factories.sign_in(client, factories.officer("Imani", "treasurer"))

    def sent(data: bytes, **more: str) -> Any:
        token = factories.csrf(client, "/treasury/takeover")
        form = {"csrf_token": token, "what": "opening", "on": foundation.today().isoformat(), **more}
        return client.post("/treasury/takeover", data={**form, "file": (io.BytesIO(data), "old.csv")})

    wrong = sent((HEAD + "balance,cash:free,,-5,,,,\n").encode())
    assert wrong.status_code == 422
    assert "Line 2" in wrong.text
    looked = sent(right().encode())
    assert looked.status_code == 200
    assert "Nothing has been written yet" in looked.text
    assert db.session.scalars(select(Entry)).all() == []
    assert sent(b"", take_over="1", text=right()).status_code == 303
    assert money.held("cash:free") == 53_000_50
    assert "Alder Bread" in client.get("/treasury/takeover").text


def test_the_command_looks_and_brings_in(app: Flask, database_url: str, tmp_path: Path) -> None:
    settings = {"FUND_DATABASE_URL": database_url, "FUND_HOME": str(tmp_path)}
    file = tmp_path / "old.csv"
    file.write_text(right().replace("62854", "1"))
    day = foundation.today().isoformat()
    tried = CliRunner().invoke(import_, [str(file), "--as", "opening", "--on", day], env=settings)
    assert tried.exit_code == 1
    assert "The whole file" in tried.output
    file.write_text(right())
    looked = CliRunner().invoke(import_, [str(file), "--as", "opening", "--on", day, "--dry-run"], env=settings)
    assert "Nothing was written" in looked.output
    done = CliRunner().invoke(import_, [str(file), "--as", "opening", "--on", day], env=settings)
    assert "11 lines were brought in" in done.output, done.output
    db.session.rollback()
    assert money.held("cash:free") == 53_000_50
