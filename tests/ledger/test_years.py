"""Years of the books: closed by two people over one trial balance; then nothing is dated into them, by whatever way."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from fund import db
from fund.db import guards
from fund.errors import Forbidden, Invalid, WrongState
from fund.foundation import service as foundation
from fund.ledger import books, years
from fund.ledger import service as ledger
from fund.ledger.models import BooksYear, Entry
from fund.permissions import Actor
from tests import factories
from tests.ledger import money


@pytest.fixture(autouse=True)
def _charter(app: Flask) -> None:
    factories.adopt()


def month_end(months_ago: int) -> dt.date:
    """The last day of a month so many months ago."""
    day = foundation.today().replace(day=1)
    for _ in range(months_ago - 1):
        day = (day - dt.timedelta(days=1)).replace(day=1)
    return day - dt.timedelta(days=1)


def closed(last_day: dt.date, one: Actor, other: Actor) -> BooksYear:
    """A year that was closed."""
    proposed = years.propose_to_close(last_day, by=one)
    return years.close(proposed.id, seen_hash=proposed.trial_hash, by=other)


def test_a_closed_year_keeps_its_trial_balance_and_takes_no_entry(app: Flask) -> None:
    imani, wren = money.treasurer(), factories.actor(factories.officer("Wren"))
    money.gift(50_000, by=imani, on=month_end(3))
    money.gift(7_000, by=imani, on=foundation.today())
    year = closed(month_end(2), imani, wren)
    told = json.loads(year.trial_bytes)
    assert told["accounts"] == [["cash:free", "USD", 50_000], ["income:gift", "USD", -50_000]]
    assert (year.first_day, year.state, years.closed_through()) == (None, "closed", month_end(2))
    with pytest.raises(Invalid, match="closed up to"):
        money.gift(100, by=imani, on=month_end(2))
    assert money.gift(100, by=imani, on=month_end(2) + dt.timedelta(days=1)).state == "received"
    assert money.held("cash:free") == 57_100


def test_a_form_sent_again_after_the_close_still_answers_the_same(app: Flask) -> None:
    imani, wren = money.treasurer(), factories.actor(factories.officer("Wren"))
    rule, key = money.rule_for_costs(), uuid.uuid4()
    money.gift(9_000, by=imani, on=month_end(3))
    paid = money.cost(100, rule, by=imani, key=key, on=month_end(2))
    closed(month_end(2), imani, wren)
    assert money.cost(100, rule, by=imani, key=key, on=month_end(2)).id == paid.id


def test_a_correction_of_a_closed_year_bears_todays_date(app: Flask) -> None:
    imani, wren = money.treasurer(), factories.actor(factories.officer("Wren"))
    money.gift(9_000, by=imani, on=month_end(3))
    paid = money.cost(100, money.rule_for_costs(), by=imani, on=month_end(2))
    open_one = money.cost(200, money.rule_for_costs(), by=imani, on=month_end(1))
    closed(month_end(2), imani, wren)
    key = uuid.uuid4()
    wrong = ledger.reverse_entry(paid.id, new_id=key, reason="Twice", by=imani)
    assert wrong.occurred_on == foundation.today()
    factories.later(days=1)
    assert ledger.reverse_entry(paid.id, new_id=key, reason="Twice", by=imani).id == wrong.id
    other = ledger.reverse_entry(open_one.id, new_id=uuid.uuid4(), reason="Twice", by=imani)
    assert other.occurred_on == month_end(1)


def test_closing_takes_two_people_who_saw_the_same(app: Flask) -> None:
    imani, wren = money.treasurer(), factories.actor(factories.officer("Wren"))
    money.gift(9_000, by=imani, on=month_end(3))
    proposed = years.propose_to_close(month_end(2), by=imani)
    with pytest.raises(Forbidden, match="You proposed this"):
        years.close(proposed.id, seen_hash=proposed.trial_hash, by=imani)
    with pytest.raises(WrongState, match="have changed since"):
        years.close(proposed.id, seen_hash=bytes(32), by=wren)
    with pytest.raises(WrongState, match="Another year waits"):
        years.propose_to_close(month_end(1), by=wren)
    money.gift(1, by=imani, on=month_end(2))
    with pytest.raises(WrongState, match="have changed since"):
        years.close(proposed.id, seen_hash=proposed.trial_hash, by=wren)
    years.withdraw(proposed.id, by=wren)
    again = closed(month_end(2), imani, wren)
    with pytest.raises(WrongState, match="does not wait"):
        years.withdraw(again.id, by=imani)
    with pytest.raises(WrongState, match="does not wait"):
        years.close(again.id, seen_hash=again.trial_hash, by=wren)
    with pytest.raises(Forbidden):
        years.propose_to_close(month_end(1), by=factories.actor(factories.member("Rosa")))
    following = closed(month_end(1), wren, imani)
    assert following.first_day == month_end(2) + dt.timedelta(days=1)


def test_days_that_end_no_year_are_refused_in_words(app: Flask) -> None:
    imani, wren = money.treasurer(), factories.actor(factories.officer("Wren"))
    for day, words in (
        (foundation.today() + dt.timedelta(days=40), "has passed"), (foundation.today(), "has passed"),
        (month_end(2) - dt.timedelta(days=1), "last day of a month"),
    ):  # fmt: skip
        with pytest.raises(Invalid, match=words):
            years.propose_to_close(day, by=imani)
    closed(month_end(2), imani, wren)
    with pytest.raises(Invalid, match="already"):
        years.propose_to_close(month_end(3), by=imani)


def test_the_database_itself_refuses_an_entry_in_a_closed_year(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    imani, wren = money.treasurer(), factories.actor(factories.officer("Wren"))
    closed(month_end(2), imani, wren)
    monkeypatch.setattr(books, "last_closed_day", lambda tx: None)
    with pytest.raises(Invalid, match="refused by the books"):
        money.gift(100, by=imani, on=month_end(2))
    with db.writing() as tx:  # the control: without the guard it would be written
        guards.remove(tx.session.connection())
    assert money.gift(100, by=imani, on=month_end(2)).state == "received"


@pytest.mark.parametrize("change", [
    "UPDATE books_closed SET closed_through = '2001-01-31'", "UPDATE books_closed SET closed_through = NULL",
    "UPDATE books_closed SET closed_through = '2199-01-31'", "DELETE FROM books_closed", "DELETE FROM books_year",
    "UPDATE books_year SET state = 'proposed'", "UPDATE books_year SET last_day = '2001-01-31'",
])  # fmt: skip
def test_a_closed_year_is_not_opened_behind_the_program(app: Flask, change: str) -> None:
    closed(month_end(2), money.treasurer(), factories.actor(factories.officer("Wren")))
    with pytest.raises(DBAPIError), db.writing() as tx:
        tx.session.execute(text(change))
    assert years.closed_through() == month_end(2)


def test_a_closed_year_that_changed_is_named(app: Flask) -> None:
    from fund.ledger import invariants

    imani = money.treasurer()
    money.gift(9_000, by=imani, on=month_end(3))
    closed(month_end(2), imani, factories.actor(factories.officer("Wren")))
    assert invariants.years_are_their_trial_balances() == []
    later = month_end(1)  # read before the guards go, for taking them off holds their tables
    with db.writing() as tx:
        connection = tx.session.connection()
        guards.remove(connection)
        connection.execute(text("UPDATE period_total SET amount_minor = amount_minor + 1"))
        connection.execute(text("UPDATE entry SET occurred_on = :day").bindparams(day=later))
    found = invariants.years_are_their_trial_balances()
    assert any("trial balance" in fault for fault in found), found
    assert db.session.query(Entry).count() == 1
