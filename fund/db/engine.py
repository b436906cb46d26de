"""The two engines: reading, which cannot write, and writing, which locks from its first statement.

On SQLite both open one file. Reading connections are `query_only`; writing connections begin with `BEGIN IMMEDIATE`,
because SQLite refuses at once to upgrade a transaction that has read, and because a deferred `BEGIN` lets two writers
decide on the same balance (TRUST 0, finding 2). On PostgreSQL both names exist with the same meaning.

An error of the database never says what was being written (TRUST 5, row 29): neither the parameters nor the row.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Engine, MetaData, event
from sqlalchemy.engine import ExceptionContext, make_url
from sqlalchemy.orm import DeclarativeBase

WRITING = "writing"
SQLITE_BUSY_MILLISECONDS = 20_000

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Base of every table; constraint names are fixed so that migrations can name them on both databases."""

    metadata = MetaData(naming_convention=NAMING)


alchemy = SQLAlchemy(model_class=Base)

if TYPE_CHECKING:
    Model = Base
else:
    Model = alchemy.Model


def configure(app: Flask, url: str) -> None:
    """Give `app` the reading and the writing engine for one database URL."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        reading: dict[str, Any] = {"url": url, "hide_parameters": True}
        writing: dict[str, Any] = {"url": url, "hide_parameters": True}
    else:
        reading = {
            "url": url,
            "connect_args": {"options": "-c default_transaction_read_only=on"},
            "pool_pre_ping": True,
            "hide_parameters": True,
        }
        writing = {"url": url, "pool_pre_ping": True, "hide_parameters": True}
    app.config["SQLALCHEMY_BINDS"] = {None: reading, WRITING: writing}
    alchemy.init_app(app)
    with app.app_context():
        if parsed.get_backend_name() == "sqlite":
            _sqlite(alchemy.engines[None], begin="BEGIN", query_only=True)
            _sqlite(alchemy.engines[WRITING], begin="BEGIN IMMEDIATE", query_only=False)
        for engine in (alchemy.engines[None], alchemy.engines[WRITING]):
            event.listen(engine, "handle_error", _tell_no_values)


def _tell_no_values(context: ExceptionContext) -> None:
    """Leave out of an error what was written: PostgreSQL tells the failing row, and errors end in logs."""
    error, told = context.original_exception, context.sqlalchemy_exception
    primary = getattr(getattr(error, "diag", None), "message_primary", None)
    if primary is not None:
        error.args = (primary,)
        if told is not None:
            told.args = (f"({type(error).__module__}.{type(error).__name__}) {primary}",)


def _sqlite(engine: Engine, *, begin: str, query_only: bool) -> None:
    """Set the pragmas every connection needs and take transaction control away from the driver."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={SQLITE_BUSY_MILLISECONDS}")
        if not query_only:
            cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA recursive_triggers=ON")
        if query_only:
            cursor.execute("PRAGMA query_only=ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)
