"""`fund backup`: the whole fund in one file, taken while it is in use.

All tables are read in one transaction, so the file shows one moment, whatever is voted or paid meanwhile. Attachments
follow; they are only ever added, so those the tables name are there. The secrets store is left out: the link keys of
secret rounds are destroyed at close so that no copy of the database can tell who cast which ballot, and a key kept in
a backup would undo that for ever (TRUST 3.4). `--with-secrets` takes them along for moving house between closing days.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import Connection

from fund import __version__, create_app, db
from fund.errors import FundError
from fund.operations import archive, rows


def take(app: Flask, target: Path, *, with_secrets: bool = False) -> archive.Manifest:
    """Write a backup of the running fund to `target`, then read it back to be sure. Raises FundError if it exists."""
    if target.exists():
        raise FundError(f"{target} exists already; a backup never overwrites another.")
    config = app.config["FUND"]
    with app.app_context(), tempfile.TemporaryDirectory(prefix=".fund-backup-", dir=target.parent) as work:
        staged = Path(work) / "staged"
        with _one_moment() as connection:
            revision = MigrationContext.configure(connection).get_current_revision()
            if revision is None:
                raise FundError("There is nothing to back up: the database has no tables yet.")
            members = [
                archive.stage(staged, f"tables/{name}.jsonl", rows.lines_of(connection, table), lines=True)
                for name, table in rows.tables_of(connection).items()
            ]
            dialect = connection.dialect.name
        members += _copied(staged, "files", config.files_folder)
        members += _copied(staged, "secrets", config.secrets_folder) if with_secrets else []
        made_at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        manifest = archive.Manifest(made_at, __version__, dialect, revision, with_secrets, members)
        archive.write(target, staged, manifest)
        with archive.opened(target, Path(work) / "read"):
            return manifest


@contextmanager
def _one_moment() -> Iterator[Connection]:
    """A reading connection that sees the database as it is now, however long the reading takes."""
    engine = db.alchemy.engine
    if engine.dialect.name == "postgresql":
        engine = engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection, connection.begin():
        yield connection


def _copied(staged: Path, name: str, folder: Path) -> list[archive.Member]:
    members = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and not _is_half_written(p)):
        with path.open("rb") as file:
            relative = path.relative_to(folder).as_posix()
            members.append(archive.stage(staged, f"{name}/{relative}", archive.chunks_of(file)))
    return members


def _is_half_written(path: Path) -> bool:
    return path.name.startswith(".") or path.suffix == ".new"


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--with-secrets", is_flag=True, help="Also the keys: keep that file apart, and not past a round's close.")
def backup(file: Path, with_secrets: bool) -> None:
    """Write the whole fund into FILE (a tar.gz) while it is in use.

    The secrets store is not in it, so that no backup can ever tell who cast which ballot; copy FUND_SECRETS_DIR
    separately if you must, and destroy that copy when a secret round closes.
    """
    manifest = take(create_app(), file.resolve(), with_secrets=with_secrets)
    count = sum(member.rows or 0 for member in manifest.members)
    tables, attachments = len(manifest.tables()), len(manifest.below("files"))
    size = file.stat().st_size
    click.echo(f"{file}: {tables} tables, {count} rows, {attachments} attachments, {size} bytes, verified.")
    if with_secrets:
        click.echo("It holds keys: who has this file can read the secret ballots of rounds still open.", err=True)
