"""Migrations: bringing the database's tables and triggers to what this version of the program expects.

`state_of` tells where a database stands and is what serving, doctor and restore ask before they touch it. Migrations
run with the account of `FUND_MIGRATION_URL`, which on PostgreSQL owns the tables while the program itself may not alter
them; after the last step every trigger is made anew (migrations/env.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import click
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Engine

from fund import create_app, db
from fund.config import product_folder
from fund.db import guards


@dataclass(frozen=True)
class State:
    """Where a database stands: its revision, the program's newest one, and the triggers that are not as they should."""

    revision: str | None
    newest: str
    is_known: bool
    missing_triggers: list[str]

    @property
    def is_current(self) -> bool:
        """Whether the program may run on it."""
        return self.revision == self.newest and not self.missing_triggers

    def sentence(self) -> str:
        """What a person should know and do."""
        if self.revision is None:
            return "The database is empty: run `fund migrate`."
        if not self.is_known:
            return (
                f"The database (revision {self.revision}) belongs to a newer version of this program: install that one."
            )
        if self.revision != self.newest:
            return f"The database is at revision {self.revision}, the program needs {self.newest}: run `fund migrate`."
        if self.missing_triggers:
            names = ", ".join(self.missing_triggers)
            return f"Triggers that guard votes and money are missing or changed: {names}. See why, then `fund migrate`."
        return f"The database is at the newest revision, {self.revision}, and all its triggers are in place."


def state_of(engine: Engine) -> State:
    """Where the database stands. Raises OperationalError where it cannot be reached."""
    scripts = ScriptDirectory(str(product_folder("migrations")))
    newest = scripts.get_current_head() or ""
    known = {script.revision for script in scripts.walk_revisions()}
    with engine.connect() as connection:
        revision = MigrationContext.configure(connection).get_current_revision()
        missing = guards.missing(connection) if revision == newest else []
    return State(revision, newest, revision is None or revision in known, missing)


def upgrade(app: Flask, revision: str = "head") -> None:
    """Migrate up to `revision` and make every trigger anew."""
    from flask_migrate import upgrade as run_migrations

    app.config["FUND"].home.mkdir(parents=True, exist_ok=True)
    with app.app_context():
        run_migrations(directory=str(product_folder("migrations")), revision=revision)


@click.command()
def migrate() -> None:
    """Bring the database's tables and triggers up to date; create them in an empty database."""
    app = create_app()
    upgrade(app)
    with app.app_context():
        click.echo(state_of(db.alchemy.engine).sentence())
