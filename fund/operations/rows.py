"""Rows as text: every table of a database written as lines of JSON and read back, the same from either database.

Tables are taken as they stand in the database, not as the program knows them, so an old backup can be read by a newer
program and then migrated. Rows are written in the order of their primary key, never in the order in which they were
stored: the order of storage could tie a ballot to the person who cast it at that moment (TRUST 3.4). Because the text
is the same on SQLite and PostgreSQL, a fund moves from one to the other by a backup and a restore.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    Table,
    Uuid,
    func,
    insert,
    select,
)

BATCH_ROWS = 1000
REVISION_TABLE = "alembic_version"


@dataclass(frozen=True)
class Kind:
    """How values of one kind of column are written and read."""

    name: str
    write: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _write_time(value: dt.datetime) -> str:
    utc = value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)
    return utc.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _same(value: Any) -> Any:
    return value


_KINDS: list[tuple[type[Any], Kind]] = [
    (Boolean, Kind("boolean", bool, _same)),
    (Integer, Kind("integer", _same, _same)),
    (Numeric, Kind("decimal", str, Decimal)),
    (DateTime, Kind("time", _write_time, dt.datetime.fromisoformat)),
    (Date, Kind("date", dt.date.isoformat, dt.date.fromisoformat)),
    (LargeBinary, Kind("bytes", lambda value: base64.b64encode(value).decode(), base64.b64decode)),
    (Uuid, Kind("text", str, _same)),
    (String, Kind("text", _same, _same)),
]


def kind_of(column: Column[Any]) -> Kind:
    """The kind of a column. Raises TypeError for a type that backups cannot carry."""
    for type_, kind in _KINDS:
        if isinstance(column.type, type_):
            return kind
    raise TypeError(f"backups cannot carry {column.table.name}.{column.name} of type {column.type!r}")


def tables_of(connection: Connection) -> dict[str, Table]:
    """Every table in the database by name."""
    metadata = MetaData()
    metadata.reflect(connection)
    return {name: metadata.tables[name] for name in sorted(metadata.tables) if name != REVISION_TABLE}


def lines_of(connection: Connection, table: Table) -> Iterator[bytes]:
    """A table as lines: first its columns with their kinds, then one JSON array a row, by primary key."""
    columns = sorted(table.columns, key=lambda column: column.name)
    kinds = [kind_of(column) for column in columns]
    yield _line([[column.name, kind.name] for column, kind in zip(columns, kinds, strict=True)])
    statement = select(*columns).order_by(*(_by_bytes(connection, key) for key in _keys(table)))
    for row in connection.execution_options(yield_per=BATCH_ROWS).execute(statement):
        yield _line([None if v is None else kind.write(v) for v, kind in zip(row, kinds, strict=True)])


def load(connection: Connection, table: Table, lines: Iterable[bytes]) -> int:
    """Insert what `lines_of` wrote; returns the number of rows. Raises ValueError if the columns are not the same."""
    rows = iter(lines)
    named = [tuple(pair) for pair in json.loads(next(rows))]
    expected = [(column.name, kind_of(column).name) for column in sorted(table.columns, key=lambda c: c.name)]
    if named != expected:
        raise ValueError(f"table {table.name} has other columns in the backup than in the database")
    readers = [(name, kind_of(table.columns[name]).read) for name, _ in named]
    naive = connection.dialect.name == "sqlite"
    count = 0
    for batch in _batches(rows):
        values = [
            {
                name: _read(read, value, naive=naive)
                for (name, read), value in zip(readers, json.loads(line), strict=True)
            }
            for line in batch
        ]
        connection.execute(insert(table), values)
        count += len(values)
    return count


def continue_numbering(connection: Connection, table: Table) -> None:
    """Let PostgreSQL number new rows after the loaded ones; SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        if not isinstance(column.type, Integer):
            continue
        sequence = connection.scalar(select(func.pg_get_serial_sequence(f'"{table.name}"', column.name)))
        highest = connection.scalar(select(func.max(column)))
        if sequence and highest is not None:
            connection.execute(select(func.setval(sequence, highest)))


def _keys(table: Table) -> list[Column[Any]]:
    return list(table.primary_key.columns) or list(table.columns)


def _by_bytes(connection: Connection, column: Column[Any]) -> Any:
    """Text sorts by its bytes on both databases, whatever the language of the PostgreSQL server."""
    if connection.dialect.name == "postgresql" and isinstance(column.type, String):
        return column.collate("C")
    return column


def _line(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _read(read: Callable[[Any], Any], value: Any, *, naive: bool) -> Any:
    if value is None:
        return None
    found = read(value)
    return found.replace(tzinfo=None) if naive and isinstance(found, dt.datetime) else found


def _batches(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    while batch := list(islice(lines, BATCH_ROWS)):
        yield batch
