"""The ledger as a file of our own (TRUST 4, I15): out, into an empty fund, and out again is the same, byte for byte."""

from __future__ import annotations

import hashlib
import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from fund import db
from fund.db import canonical_bytes
from fund.errors import FundError, Invalid, WrongState
from fund.ledger import bringing, own_file, years
from fund.ledger import service as ledger
from fund.ledger.models import Entry
from fund.operations.check import examined, invariants
from fund.operator import OPERATOR
from tests import factories
from tests.conftest import Databases
from tests.ledger import money
from tests.ledger.test_years import month_end


def written() -> bytes:
    return b"".join(own_file.lines())


def some_books() -> None:
    """Gifts, a cost under a decision, a correction."""
    by, rule = money.treasurer(), money.rule_for_costs(900_000)
    money.gift(50_000, by=by)
    money.cost(700, rule, by=by)
    wrong = money.cost(900, rule, by=by)
    ledger.reverse_entry(wrong.id, new_id=uuid.uuid4(), reason="Twice “typed”", by=by)


def test_no_name_of_a_person_is_in_the_file(app: Flask) -> None:
    factories.adopt()
    some_books()
    assert b"Imani" not in written()


CHANGES: list[tuple[str, Any, str]] = [
    ("one amount", lambda data: data.replace(b"50000", b"50001"), "hash is not that"),
    ("cut short", lambda data: data[:-20], "cut short"),
    ("a line taken out", lambda data: b"\n".join(data.split(b"\n")[:4] + data.split(b"\n")[5:]), "changed or cut short|not in it"),
    ("two lines in another order", lambda data: swapped(data, 1, -3), "wrong place|changed or cut"),
    ("not canonical", lambda data: data.replace(b'{"ledger":', b'{ "ledger":'), "canonical"),
    ("another format", lambda data: data.replace(b"commonpool-ledger/1", b"commonpool-ledger/9"), "not a ledger|changed"),
    ("no JSON", lambda data: b"x\ny\nz\n", "canonical"),
    ("nothing", lambda data: b"", "not a ledger"),
    ("deep", lambda data: b"[" * 100_000 + b"\n\n\n", "canonical"),
]  # fmt: skip


def swapped(data: bytes, one: int, other: int) -> bytes:
    rows = data.split(b"\n")
    rows[one], rows[other] = rows[other], rows[one]
    return b"\n".join(rows)


@pytest.mark.parametrize(("change", "words"), [pytest.param(*rest, id=name) for name, *rest in CHANGES])
def test_a_file_that_was_changed_is_refused_in_words(app: Flask, change: Any, words: str) -> None:
    factories.adopt()
    some_books()
    data = change(written())
    with pytest.raises(Invalid, match=words):
        own_file.read(data)


def test_a_file_made_up_with_right_hashes_is_still_checked(app: Flask) -> None:
    from fund.ledger.books import entry_hash

    factories.adopt()
    some_books()
    rows = [json.loads(row) for row in written().splitlines()]
    entry = json.loads(next(row["entry"]["bytes"] for row in rows if "entry" in row))
    for change in ({"lines": [["cash:free", 5], ["income:gift", -4]]}, {"kind": "cost"}, {"occurred_on": "2026-02-31"},
                   {"lines": [["cash:free", 2**51], ["income:gift", -(2**51)]]}, {"lines": []}, {"lines": None}):  # fmt: skip
        data = canonical_bytes({**entry, **change})
        value = {"bytes": data.decode(), "hash": entry_hash(data).hex()}
        with pytest.raises(Invalid):
            own_file._checked_entry(value, 7)


def test_another_currency_and_no_charter_are_refused(app: Flask) -> None:
    factories.adopt()
    some_books()
    data = written()
    assert db.session.scalar(select(func.count()).select_from(Entry)) == 4
    with pytest.raises(WrongState, match="empty fund"):
        bringing.bring_ledger(data, by=OPERATOR)


@pytest.fixture
def closed(app: Flask) -> bytes:
    """The file of a fund whose books are closed up to two months ago."""
    factories.adopt()
    one, two = factories.officer("Imani", "treasurer"), factories.officer("Wren")
    money.gift(9_000, by=factories.actor(one), on=month_end(3))
    year = years.propose_to_close(month_end(2), by=factories.actor(one))
    years.close(year.id, seen_hash=year.trial_hash, by=factories.actor(two))
    money.gift(500, by=factories.actor(one))
    return written()


def test_closed_years_leave_with_the_ledger(closed: bytes) -> None:
    (year,) = own_file.read(closed).years
    assert (year.first_day, year.last_day) == (None, month_end(2))
    assert b"Imani" not in closed


@pytest.mark.parametrize(
    "change", [{"last": "2020-01-31"}, {"last": "x"}, {"hash": "00"}, {"trial": "{}"}, {"first": 7}, {"more": 1}]
)
def test_a_closed_year_that_is_not_that_of_the_entries_is_refused(closed: bytes, change: dict[str, Any]) -> None:
    rows = [json.loads(row) for row in closed.splitlines()]
    kept = [{"year": {**row["year"], **change}} if "year" in row else row for row in rows[:-1]]
    lines = b"".join(canonical_bytes(row) + b"\n" for row in kept)
    end = {"end": {**rows[-1]["end"], "sha256": hashlib.sha256(lines).hexdigest()}}
    with pytest.raises(Invalid, match="closed year"):
        own_file.read(lines + canonical_bytes(end) + b"\n")


@pytest.mark.own_app
def test_closed_years_come_back_closed(closed: bytes, databases: Databases, tmp_path: Path) -> None:
    db.session.rollback()
    url = databases.fresh()
    context = factories.application(url, tmp_path / "other").app_context()
    context.push()
    try:
        factories.found()
        factories.adopt()
        bringing.bring_ledger(closed, by=OPERATOR)
        assert written() == closed
        assert years.closed_through() == month_end(2)
        assert [fault for _s, faults in examined(invariants()) for fault in faults] == []
        with pytest.raises(FundError, match="closed"):
            money.gift(100, by=OPERATOR, on=month_end(2))
    finally:
        factories.dispose()
        context.pop()
        databases.drop(url)
