"""`fund restore`: a backup into an empty place, verified before, while and after.

Before: the file's seal and every hash. While: the tables are made as they were at the backup's revision, without
triggers and foreign keys (rows arrive by table, not in the order of history). After: each table is written out again
and must give the bytes that were backed up; every reference must point somewhere; then the triggers come back and newer
migrations run. A place that holds a fund is never touched.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy import Connection, ForeignKeyConstraint, Table, create_engine, delete, event, pool
from sqlalchemy.schema import AddConstraint, DropConstraint

from fund import create_app
from fund.db import guards
from fund.errors import FundError
from fund.operations import archive, migrate, rows


class PlaceTaken(FundError):
    """There is something where the backup should go."""

    status = 409
    title = "Restoring needs an empty place"


def restore_into(app: Flask, source: Path) -> archive.Manifest:
    """Restore `source` into the empty database and folders that `app` is configured for.

    Raises DamagedBackup or PlaceTaken before anything is touched.
    """
    config = app.config["FUND"]
    config.home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".fund-restore-", dir=config.home) as work:
        unpacked = Path(work)
        with archive.opened(source, unpacked) as manifest:
            folders = {"files": config.files_folder, "secrets": config.secrets_folder}
            _require_empty(config.migration_url, [folder for name, folder in folders.items() if manifest.below(name)])
            migrate.upgrade(app, manifest.revision)
            with _owner(config.migration_url) as connection:
                _load_tables(connection, manifest, unpacked)
            migrate.upgrade(app)
            for name, folder in folders.items():
                _place(unpacked / name, folder)
    return manifest


def _require_empty(url: str, folders: Iterable[Path]) -> None:
    with _owner(url) as connection:
        filled = [
            name
            for name, table in rows.tables_of(connection).items()
            if name == "fund" and connection.execute(table.select().limit(1)).first() is not None
        ]
    if filled:
        raise PlaceTaken("The database holds a fund already. Restore only into an empty one; nothing was changed.")
    for folder in folders:
        if folder.is_dir() and any(p.is_file() for p in folder.rglob("*")):
            raise PlaceTaken(f"{folder} is not empty. Move what is in it away; nothing was changed.")


def _load_tables(connection: Connection, manifest: archive.Manifest, unpacked: Path) -> None:
    guards.remove(connection)
    tables = rows.tables_of(connection)
    expected = manifest.tables()
    if set(tables) != set(expected):
        odd = ", ".join(sorted(set(tables) ^ set(expected)))
        raise archive.DamagedBackup(f"The backup and revision {manifest.revision} do not have the same tables: {odd}.")
    with _references_suspended(connection, tables):
        for table in tables.values():
            connection.execute(delete(table))
        for name, table in tables.items():
            with (unpacked / expected[name].name).open("rb") as lines:
                rows.load(connection, table, lines)
    for name, table in tables.items():
        rows.continue_numbering(connection, table)
        again = archive.stage(unpacked, f"again/{name}.jsonl", rows.lines_of(connection, table), lines=True)
        if (again.sha256, again.rows) != (expected[name].sha256, expected[name].rows):
            raise archive.DamagedBackup(
                f"Table {name} came back with {again.rows} rows that are not those of the backup."
            )


@contextmanager
def _owner(url: str) -> Iterator[Connection]:
    """One transaction of the account that may alter tables."""
    engine = create_engine(url, poolclass=pool.NullPool)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def on_connect(connection: Any, _record: Any) -> None:
            connection.isolation_level = None
            connection.execute("PRAGMA foreign_keys=OFF")

        @event.listens_for(engine, "begin")
        def on_begin(connection: Any) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    with engine.begin() as connection:
        yield connection


@contextmanager
def _references_suspended(connection: Connection, tables: dict[str, Table]) -> Iterator[None]:
    """No foreign key speaks while rows are loaded; at the end all of them do."""
    if connection.dialect.name == "sqlite":
        yield
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise archive.DamagedBackup(f"Rows of the backup point nowhere: {broken[:3]}.")
        return
    references = _references(tables.values())
    for reference in references:
        connection.execute(DropConstraint(reference))
    yield
    for reference in references:
        connection.execute(AddConstraint(reference))


def _references(tables: Iterable[Table]) -> list[ForeignKeyConstraint]:
    found = [reference for table in tables for reference in table.foreign_key_constraints]
    return sorted(found, key=lambda reference: (reference.table.name, str(reference.name)))


def _place(unpacked: Path, folder: Path) -> None:
    for source in sorted(p for p in unpacked.rglob("*") if p.is_file()):
        target = folder / source.relative_to(unpacked)
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.move(source, target)
        target.chmod(0o600)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Read the backup FILE into an empty database and empty folders, and verify every row and byte of it.

    Also the way from SQLite to PostgreSQL: set FUND_DATABASE_URL to the new, empty database first.
    """
    manifest = restore_into(create_app(), file.resolve())
    count = sum(member.rows or 0 for member in manifest.members)
    tables, attachments = len(manifest.tables()), len(manifest.below("files"))
    click.echo(f"Restored and verified: {tables} tables, {count} rows, {attachments} attachments.")
    if not manifest.with_secrets:
        click.echo(
            "The secrets store is not part of a backup. Rounds that were open with secret ballots need their keys: "
            "copy them into FUND_SECRETS_DIR if you still have them. Everyone signs in again."
        )
