"""An attacker with a copy of the database, who wants to know whose ballot is which (TRUST 0, finding 1; part 5, row 30).

Each strategy puts people and ballots in some order that the database gives away, or joins them on a mark of it, and
claims that the n-th person cast the n-th ballot. What counts is how many claims are true.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, text

Claims = list[tuple[int, bytes]]


def claims(connection: Connection, people: tuple[str, str], ballots: tuple[str, str]) -> Iterator[tuple[str, Claims]]:
    """Every strategy on one pair of tables, each given as (table, column): its name and its claims (person, ballot)."""
    orders = ("xmin::text::bigint", "ctid", "xmax::text::bigint") if _is_postgresql(connection) else ("rowid",)
    for order in ("", *orders):
        for other in ("", *orders):
            first, second = _column(connection, *people, order), _column(connection, *ballots, other)
            if first is not None and second is not None:
                yield f"{people[0]} by {order or 'scan'} ~ {ballots[0]} by {other or 'scan'}", _pairs(first, second)
    if _is_postgresql(connection):
        rows = connection.execute(
            text(f"SELECT p.{people[1]}, b.{ballots[1]} FROM {people[0]} p JOIN {ballots[0]} b ON p.xmin = b.xmin")
        ).all()
        by_person: dict[int, bytes] = {}
        for person, ballot in rows:
            by_person.setdefault(int(person), bytes(ballot))
        yield f"{people[0]} ~ {ballots[0]} by one transaction", list(by_person.items())


def _pairs(people: list[object], ballots: list[object]) -> Claims:
    return [(int(str(person)), bytes(ballot)) for person, ballot in zip(people, ballots, strict=False)]  # type: ignore[call-overload]


def _column(connection: Connection, table: str, column: str, order: str) -> list[object] | None:
    """One column in an order; None where the table has no such mark (SQLite's WITHOUT ROWID)."""
    if order == "rowid" and _without_rowid(connection, table):
        return None
    by = f" ORDER BY {order}" if order else ""
    return list(connection.execute(text(f"SELECT {column} FROM {table}{by}")).scalars())


def _without_rowid(connection: Connection, table: str) -> bool:
    sql = connection.execute(text("SELECT sql FROM sqlite_master WHERE name = :t"), {"t": table}).scalar() or ""
    return "WITHOUT ROWID" in str(sql).upper()


def _is_postgresql(connection: Connection) -> bool:
    return connection.dialect.name == "postgresql"
