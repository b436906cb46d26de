"""One byte changed behind the program's back, anywhere in a posting, an entry, a balance or an audit event of the demo:
`fund check` names it, whichever it was. The control: unchanged, it names nothing."""

from __future__ import annotations

import datetime as dt
import random
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Table, create_engine, select, text
from sqlalchemy.exc import DBAPIError

from fund import db
from fund.audit import service as audit
from fund.audit.models import AuditEvent
from fund.db import guards
from fund.ledger import invariants
from fund.ledger.models import Account, Balance, Entry, Posting
from fund.operations.check import examined
from tests.demo.conftest import Demo

TABLES: tuple[Table, ...] = tuple(one.__table__ for one in (Posting, Entry, Balance, AuditEvent))  # type: ignore[misc]
LOOKED_AT = (("the log of acts", audit.broken_links), *invariants.INVARIANTS)


@pytest.fixture
def behind(own_demo: Demo) -> Iterator[Connection]:
    """A connection of the database's owner, for whom no guard, key or check stands in the way."""
    engine = create_engine(own_demo.url)
    with own_demo.app.app_context(), engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("PRAGMA foreign_keys=OFF"))
            connection.execute(text("PRAGMA ignore_check_constraints=ON"))
        guards.remove(connection)
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        connection.commit()
        yield connection
    engine.dispose()


def one_byte_off(value: Any, dice: random.Random) -> Any:
    """The value with one byte, sign, day or moment of it changed."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value ^ (1 << dice.randrange(16))
    if isinstance(value, uuid.UUID):
        return uuid.UUID(bytes=one_byte_off(value.bytes, dice))
    if isinstance(value, dt.datetime):
        return value + dt.timedelta(microseconds=dice.choice((-1, 1, 1_000, 10**6, -3_600 * 10**6)))
    if isinstance(value, dt.date):
        return value + dt.timedelta(days=dice.choice((-1, 1, 31, -365)))
    place = dice.randrange(len(value)) if value else None
    if place is None:
        return None
    if isinstance(value, str):
        return value[:place] + chr((ord(value[place]) ^ (1 << dice.randrange(4))) or 65) + value[place + 1 :]
    return value[:place] + bytes([value[place] ^ (1 << dice.randrange(8))]) + value[place + 1 :]


def faults() -> list[str]:
    found = [fault for _sentence, told in examined(LOOKED_AT) for fault in told]
    db.session.rollback()
    return found


def changed(connection: Connection, dice: random.Random) -> tuple[str, str, Any]:
    """Change one byte; tells where, what must be named, and how to take it back. Draws again what the database refuses."""
    while True:
        table = dice.choice(TABLES)
        rows = connection.execute(select(table).order_by(*table.primary_key)).mappings().all()
        row, column = dice.choice(rows), dice.choice(list(table.columns))
        value = one_byte_off(row[column.name], dice)
        if value is None or value == row[column.name]:
            continue
        at = [one == row[one.name] for one in table.primary_key]
        after = [one == (value if one is column else row[one.name]) for one in table.primary_key]
        try:
            connection.execute(table.update().where(*at).values({column.name: value}))
            connection.commit()
        except DBAPIError:
            connection.rollback()
            continue
        back = table.update().where(*after).values({column.name: row[column.name]})
        return f"{table.name}.{column.name}: {row[column.name]!r} -> {value!r}", named(connection, table, row), back


def named(connection: Connection, table: Table, row: Any) -> str:
    """What tells a reader which row it was."""
    if table.name == "audit_event":
        return f"audit event {row['seq']}"
    if table.name == "balance":
        code = connection.execute(select(Account.code).where(Account.id == row["account_id"])).scalar_one()
        return f"account {code}"
    return str(row["entry_id"] if table.name == "posting" else row["id"])


def all_are_named(connection: Connection, times: int, seed: int) -> None:
    dice = random.Random(seed)
    assert faults() == []
    for number in range(times):
        what, name, back = changed(connection, dice)
        told = faults()
        assert any(re.search(rf"{re.escape(name)}\b", fault) for fault in told), (number, what, name, told[:5])
        assert connection.execute(back).rowcount == 1
        connection.commit()
    assert faults() == []


def test_one_changed_byte_is_named(behind: Connection) -> None:
    all_are_named(behind, 15, 20261123)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
def test_a_hundred_changed_bytes_are_named(behind: Connection, seed: int) -> None:
    all_are_named(behind, 100, seed)
