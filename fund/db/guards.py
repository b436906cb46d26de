"""Guards: what the database itself refuses, whoever asks. One registry for every trigger there is.

A guard says: before this operation on this table, if this condition holds, abort with this sentence. The condition is
written once, with OLD and NEW, in the part of SQL that SQLite and PostgreSQL share. Alembic's batch mode drops triggers
silently on SQLite, so they are made anew after every migration and compared with this registry at start and by
`fund check`. The owner of a database can still take them away; what finds that out is `missing` (TRUST 4).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import Connection, text

PREFIX = "guard_"


@dataclass(frozen=True)
class Guard:
    """Abort `operation` on `table` when `condition` holds ('' means always)."""

    table: str
    operation: str
    condition: str
    message: str

    @cached_property
    def name(self) -> str:
        """Name of the trigger; it carries a hash of the rule, so a changed rule is a missing trigger."""
        rule = "\x00".join((self.table, self.operation, self.condition, self.message))
        return f"{PREFIX}{self.table}_{self.operation.lower()}_{hashlib.sha256(rule.encode()).hexdigest()[:10]}"

    def sqlite(self) -> str:
        """The CREATE TRIGGER statement for SQLite."""
        condition = self.condition.replace("IS DISTINCT FROM", "IS NOT").replace("IS NOT DISTINCT FROM", "IS")
        when = f" WHEN {condition}" if condition else ""
        return (
            f"CREATE TRIGGER {self.name} BEFORE {self.operation} ON {_quoted(self.table)} FOR EACH ROW{when} "
            f"BEGIN SELECT RAISE(ABORT, '{_literal(self.message)}'); END"
        )

    def postgresql(self) -> tuple[str, str]:
        """The function and the trigger for PostgreSQL; errors come as integrity violations."""
        returned = "OLD" if self.operation == "DELETE" else "NEW"
        body = (
            f"BEGIN IF {self.condition or 'TRUE'} THEN RAISE EXCEPTION '{_literal(self.message).replace('%', '%%')}' "
            f"USING ERRCODE = 'restrict_violation'; END IF; RETURN {returned}; END"
        )
        return (
            f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS $guard${body}$guard$",
            f"CREATE TRIGGER {self.name} BEFORE {self.operation} ON {_quoted(self.table)} FOR EACH ROW "
            f"EXECUTE FUNCTION {self.name}()",
        )


_registry: dict[str, Guard] = {}
_untruncatable: set[str] = set()


def forbid(table: str, operation: str, *, when: str = "", message: str) -> Guard:
    """Register one guard. `operation` is INSERT, UPDATE or DELETE."""
    guard = Guard(table, operation, when, message)
    _registry[guard.name] = guard
    return guard


def append_only(table: str, *, but: Iterable[str] = (), columns: Iterable[str] = ()) -> None:
    """Rows of `table` are never deleted and never changed, except in the columns named in `but`.

    With `but`, `columns` lists the columns that must stay as they are.
    """
    message = f"rows of {table} are never changed"
    forbid(table, "DELETE", message=f"rows of {table} are never deleted")
    if but:
        distinct = " OR ".join(
            f"NEW.{_quoted(c)} IS DISTINCT FROM OLD.{_quoted(c)}" for c in columns if c not in set(but)
        )
        forbid(table, "UPDATE", when=distinct, message=message)
    else:
        forbid(table, "UPDATE", message=message)
    _untruncatable.add(table)


def registered() -> list[Guard]:
    """Every guard, in a stable order."""
    return [_registry[name] for name in sorted(_registry)]


def remove(connection: Connection) -> None:
    """Drop every guard the database has; only migrations and `fund restore` do, and both install them again."""
    if connection.dialect.name == "sqlite":
        for name in _present(connection):
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        return
    functions = connection.execute(
        text("SELECT proname FROM pg_proc WHERE proname LIKE :p AND pronamespace = current_schema()::regnamespace"),
        {"p": PREFIX.replace("_", r"\_") + "%"},
    ).scalars()
    for name in list(functions):
        connection.exec_driver_sql(f"DROP FUNCTION {name}() CASCADE")


def install(connection: Connection) -> None:
    """Drop every guard the database has and make those of the registry for the tables that exist."""
    remove(connection)
    tables = _tables(connection)
    if connection.dialect.name == "sqlite":
        for guard in registered():
            if guard.table in tables:
                connection.exec_driver_sql(guard.sqlite())
        return
    for guard in registered():
        if guard.table in tables:
            for statement in guard.postgresql():
                connection.exec_driver_sql(statement.replace("%", "%%"))
    for table in sorted(_untruncatable & tables):
        function, trigger = _truncate_guard(table)
        connection.exec_driver_sql(function)
        connection.exec_driver_sql(trigger)


def missing(connection: Connection) -> list[str]:
    """Names of guards that the database lacks, has in another form, or has switched off; empty when all is well."""
    expected = {guard.name: guard for guard in registered() if guard.table in _tables(connection)}
    present = _present(connection)
    wrong = [name for name in expected if name not in present]
    if connection.dialect.name == "sqlite":
        wrong += [name for name, guard in expected.items() if name in present and present[name] != guard.sqlite()]
    else:
        wrong += [name for name in expected if present.get(name, "O") != "O"]
        wrong += [
            n for t in sorted(_untruncatable & _tables(connection)) if (n := f"{PREFIX}{t}_truncate") not in present
        ]
    return sorted(wrong)


def _present(connection: Connection) -> dict[str, str]:
    """Name of each guard in the database with its SQL (SQLite) or its enabled flag (PostgreSQL)."""
    if connection.dialect.name == "sqlite":
        rows = connection.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND substr(name, 1, :n) = :p"),
            {"n": len(PREFIX), "p": PREFIX},
        )
    else:
        rows = connection.execute(
            text(
                "SELECT t.tgname, t.tgenabled::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
                "WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace "
                "AND substr(t.tgname, 1, :n) = :p"
            ),
            {"n": len(PREFIX), "p": PREFIX},
        )
    return dict(rows.all())


def _tables(connection: Connection) -> set[str]:
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))
    else:
        rows = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"))
    return set(rows.scalars())


def _truncate_guard(table: str) -> tuple[str, str]:
    name = f"{PREFIX}{table}_truncate"
    body = f"BEGIN RAISE EXCEPTION 'rows of {table} are never deleted' USING ERRCODE = 'restrict_violation'; END"
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $guard${body}$guard$",
        f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {_quoted(table)} FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
    )


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(message: str) -> str:
    return message.replace("'", "''")
