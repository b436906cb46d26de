"""Run migrations without guards, then make every guard anew: batch mode on SQLite drops triggers without a word, and
stumbles over those that speak of a table it is rebuilding."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy import create_engine, event, pool

from fund import models  # noqa: F401  (every table must be known)
from fund.db import alchemy, guards

target_metadata = alchemy.metadatas[None]


def _quiet_when_empty(_context: Any, _revision: Any, directives: list[Any]) -> None:
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def run() -> None:
    """Migrate with the owner's account, in one transaction, foreign keys checked at its end."""
    engine = create_engine(current_app.config["FUND"].migration_url, poolclass=pool.NullPool)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def on_connect(connection: Any, _record: Any) -> None:
            connection.isolation_level = None
            connection.execute("PRAGMA foreign_keys=OFF")
            connection.execute("PRAGMA journal_mode=WAL")

        @event.listens_for(engine, "begin")
        def on_begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=target_metadata, render_as_batch=True, compare_type=True,
            process_revision_directives=_quiet_when_empty, transactional_ddl=True,
        )  # fmt: skip
        writes = not getattr(context.config.cmd_opts, "autogenerate", False)
        with context.begin_transaction():
            if writes:
                guards.remove(connection)
            context.run_migrations()
            if writes:
                guards.install(connection)
                if engine.dialect.name == "sqlite":
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                    if broken:
                        raise RuntimeError(f"rows point nowhere after the migration: {broken[:5]}")
    engine.dispose()


run()
