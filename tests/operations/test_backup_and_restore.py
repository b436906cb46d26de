"""A backup taken from a running fund comes back whole into an empty place, on either database, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import inspect, select

from fund import db
from fund.db import guards
from fund.errors import FundError
from fund.members.models import Person
from fund.operations import archive, backup, migrate, restore, rows
from tests import factories


@pytest.fixture
def filled(app: Flask) -> Flask:
    """A fund with people, a charter, an attachment and a key."""
    factories.adopt()
    for name in ("Rosa", "Imani", "Zoë \u202e Ōe", "=1+1"):
        factories.member(name, email=f"{name[:2].encode().hex()}@example.org")
    app.extensions["files"].put(b"a plan")
    app.extensions["secrets"].get_or_make("round-1-links")
    return app


@pytest.fixture
def empty_place(tmp_path: Path, databases) -> Iterator[Callable[[], Flask]]:
    """Makes an application on an empty database with folders of its own."""
    made: list[Flask] = []

    def make() -> Flask:
        url = databases.fresh()
        made.append(factories.application(url, tmp_path / f"place{len(made)}"))
        return made[-1]

    yield make
    for application in made:
        with application.app_context():
            factories.dispose()
        databases.drop(application.config["FUND"].database_url)


def test_everything_comes_back(filled: Flask, empty_place: Callable[[], Flask], tmp_path: Path) -> None:
    manifest = backup.take(filled, tmp_path / "backup.tar.gz")
    place = empty_place()
    assert restore.restore_into(place, tmp_path / "backup.tar.gz") == manifest
    with place.app_context():
        names = db.session.scalars(select(Person.display_name).order_by(Person.id)).all()
        assert names == ["Rosa", "Imani", "Zoë \u202e Ōe", "=1+1"]
        assert migrate.state_of(db.alchemy.engine).is_current
        assert factories.member("Next").id == 5
    kept = [path.read_bytes() for path in place.config["FUND"].files_folder.rglob("*") if path.is_file()]
    assert kept == [b"a plan"]
    again = backup.take(place, tmp_path / "again.tar.gz")
    changed = {m.name for m, n in zip(manifest.members, again.members, strict=True) if m.sha256 != n.sha256}
    assert changed <= {
        "tables/person.jsonl",
        "tables/membership.jsonl",
        "tables/audit_event.jsonl",
        "tables/audit_head.jsonl",
    }


def test_keys_stay_out_unless_asked_for(filled: Flask, empty_place: Callable[[], Flask], tmp_path: Path) -> None:
    key = filled.extensions["secrets"].get("round-1-links")
    without = backup.take(filled, tmp_path / "without.tar.gz")
    assert not without.below("secrets")
    with_keys = backup.take(filled, tmp_path / "with.tar.gz", with_secrets=True)
    assert {m.name for m in with_keys.below("secrets")} >= {"secrets/round-1-links"}
    place = empty_place()
    (place.config["FUND"].secrets_folder / "session-signing").unlink()
    restore.restore_into(place, tmp_path / "with.tar.gz")
    assert place.extensions["secrets"].get("round-1-links") == key


def test_rows_are_written_by_key_and_never_by_storage(filled: Flask, tmp_path: Path) -> None:
    with filled.app_context(), backup._one_moment() as connection:
        for table in rows.tables_of(connection).values():
            lines = list(rows.lines_of(connection, table))
            names = [name for name, _ in json.loads(lines[0])]
            keys = [[json.loads(line)[names.index(k.name)] for k in table.primary_key] for line in lines[1:]]
            assert keys == sorted(keys), table.name


def test_a_place_that_holds_a_fund_is_not_touched(filled: Flask, tmp_path: Path) -> None:
    backup.take(filled, tmp_path / "backup.tar.gz")
    with pytest.raises(restore.PlaceTaken):
        restore.restore_into(filled, tmp_path / "backup.tar.gz")
    with filled.app_context():
        assert len(db.session.scalars(select(Person)).all()) == 4


def test_a_damaged_backup_changes_nothing(filled: Flask, empty_place: Callable[[], Flask], tmp_path: Path) -> None:
    source = tmp_path / "backup.tar.gz"
    backup.take(filled, source)
    damaged = bytearray(source.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    source.write_bytes(damaged)
    place = empty_place()
    with pytest.raises(archive.DamagedBackup):
        restore.restore_into(place, source)
    with place.app_context():
        assert db.session.scalars(select(Person)).all() == []
        assert migrate.state_of(db.alchemy.engine).is_current


def test_a_backup_never_overwrites_another(filled: Flask, tmp_path: Path) -> None:
    (tmp_path / "backup.tar.gz").write_text("yesterday's")
    with pytest.raises(FundError, match="never overwrites"):
        backup.take(filled, tmp_path / "backup.tar.gz")
    assert (tmp_path / "backup.tar.gz").read_text() == "yesterday's"


def test_what_is_written_meanwhile_is_not_half_in_the_backup(filled: Flask, tmp_path: Path) -> None:
    with filled.app_context():
        with backup._one_moment() as connection:
            tables = rows.tables_of(connection)
            people = len(list(rows.lines_of(connection, tables["person"])))
            factories.member("Latecomer")
            assert len(list(rows.lines_of(connection, tables["membership"]))) == people
        with backup._one_moment() as connection:
            assert len(list(rows.lines_of(connection, tables["membership"]))) == people + 1


def test_every_column_there_is_can_be_carried(app: Flask) -> None:
    with db.alchemy.engine.connect() as connection:
        for table in rows.tables_of(connection).values():
            for column in table.columns:
                rows.kind_of(column)


def test_triggers_are_back_after_a_restore_and_refuse(
    filled: Flask, empty_place: Callable[[], Flask], tmp_path: Path
) -> None:
    backup.take(filled, tmp_path / "backup.tar.gz")
    place = empty_place()
    restore.restore_into(place, tmp_path / "backup.tar.gz")
    with place.app_context(), db.alchemy.engine.connect() as connection:
        assert guards.missing(connection) == []
        assert inspect(connection).get_foreign_keys("membership")


def test_a_fund_moves_from_sqlite_to_postgresql_and_back(databases, empty_place, tmp_path: Path) -> None:
    small = f"sqlite:///{tmp_path / 'small.sqlite3'}"
    factories.migrate(small, tmp_path / "small")
    source = factories.application(small, tmp_path / "small")
    with source.app_context():
        factories.found()
        factories.adopt()
        factories.officer("Imani", "steward", "treasurer")
        there = backup.take(source, tmp_path / "there.tar.gz")
        factories.dispose()
    place = empty_place()
    restore.restore_into(place, tmp_path / "there.tar.gz")
    and_back = backup.take(place, tmp_path / "back.tar.gz")
    assert and_back.members == there.members
    home = factories.application(f"sqlite:///{tmp_path / 'home.sqlite3'}", tmp_path / "home")
    assert restore.restore_into(home, tmp_path / "back.tar.gz").members == there.members
