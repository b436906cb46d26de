"""A copy of the world with an application on it: ask as somebody, tell whether anything changed, go back."""

from __future__ import annotations

import hashlib
import logging
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import Engine, NullPool, create_engine, select, text
from werkzeug.test import TestResponse

from fund import db
from fund.identity import actor_for
from fund.members.models import Person
from fund.permissions import VISITOR, Actor
from tests import factories
from tests.conftest import Databases
from tests.safety import world as worlds

TOKEN = "0" * 40


@dataclass
class Original:
    """The database and the folders of the world, never changed."""

    databases: Databases
    url: str
    home: Path
    world: worlds.World

    @classmethod
    def make(cls, databases: Databases, home: Path) -> Original:
        """Build the world once."""
        url = databases.copy(databases.template)
        app = factories.application(url, home)
        world = worlds.build(app)
        release(app)
        return cls(databases, url, home, world)

    def digest(self) -> str:
        """A hash of every row of the world."""
        return digest(self.url)


class Faults(logging.Handler):
    """Collects what the application logs as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.seen.append(self.format(record))


class FundCopy:
    """An application on its own copy of the world."""

    def __init__(self, original: Original, home: Path, **settings: Any) -> None:
        self.original, self.world = original, original.world
        self.home = home / "home"
        self.url = original.databases.copy(original.url)
        self._copy_folders()
        self.app = factories.application(self.url, self.home, **settings)
        self.token = str(URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token").dumps(TOKEN))
        self._bare = self.app.test_client(use_cookies=False)
        self._cookies: dict[str, str] = {}
        self.faults = Faults()
        logging.getLogger("fund").addHandler(self.faults)
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self._watch = create_engine(self.url, isolation_level="AUTOCOMMIT").connect()

    def client(self, role: str) -> FlaskClient:
        """A browser in which this person is signed in."""
        client = self.app.test_client()
        if role != "visitor":
            with self.app.app_context():
                factories.sign_in(client, db.session.get_one(Person, self.world.people[role]))
        return client

    def ask(self, role: str, method: str, path: str, **more: Any) -> TestResponse:
        """One request of somebody, as a browser sends it: POSTs carry the token of the session. Nothing is remembered."""
        if method not in ("GET", "HEAD", "OPTIONS") and "data" not in more and "json" not in more:
            more["data"] = {"csrf_token": self.token}
        headers = {"Cookie": self.cookie(role), **more.pop("headers", {})}
        return self._bare.open(path, method=method, headers=headers, **more)

    def cookie(self, role: str) -> str:
        """The session cookie of somebody, as the application would have set it."""
        if role not in self._cookies:
            session: dict[str, Any] = {"csrf_token": TOKEN}
            if role != "visitor":
                with self.app.app_context():
                    who = db.session.get_one(Person, self.world.people[role])
                    session |= {"_user_id": f"{who.id}:{who.session_version}", "_fresh": True}
            signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
            assert signer is not None
            self._cookies[role] = f"{self.app.config['SESSION_COOKIE_NAME']}={signer.dumps(session)}"
        return self._cookies[role]

    def actor(self, role: str) -> Actor:
        """Who somebody is, as the permission table sees them."""
        if role == "visitor":
            return VISITOR
        with self.app.app_context():
            return actor_for(self.world.people[role])

    def mark(self) -> Any:
        """Something cheap that changes when anybody has written to the database (and perhaps when they did not)."""
        sqlite = self.url.startswith("sqlite")
        query = "PRAGMA data_version" if sqlite else "SELECT pg_snapshot_xmax(pg_current_snapshot())::text"
        return self._watch.execute(text(query)).scalar()

    def digest(self) -> str:
        """A hash of every row of every table."""
        return digest(self.url)

    def restore(self) -> None:
        """Go back to the world as it was."""
        self._watch.close()
        release(self.app)
        self.original.databases.copy(self.original.url, onto=self.url)
        self._copy_folders()
        self._cookies.clear()
        self._watch = create_engine(self.url, isolation_level="AUTOCOMMIT").connect()

    def close(self) -> None:
        """Let go of everything."""
        self._watch.close()
        release(self.app)
        logging.getLogger("fund").removeHandler(self.faults)
        self.original.databases.drop(self.url)

    def _copy_folders(self) -> None:
        shutil.rmtree(self.home, ignore_errors=True)
        shutil.copytree(self.original.home, self.home)


def release(app: Flask) -> None:
    """Let go of every connection an application holds."""
    with app.app_context():
        factories.dispose()


@cache
def reader(url: str) -> Engine:
    """What reads a whole database: not the application's connections, and none is kept open."""
    return create_engine(url, poolclass=NullPool)


def digest(url: str, *, but: frozenset[str] = frozenset()) -> str:
    """A hash of every row of every table of a database, but those named."""
    whole = hashlib.sha256()
    with reader(url).connect() as connection:
        for name, table in sorted(db.Model.metadata.tables.items()):
            if name not in but:
                rows = connection.execute(select(*table.columns)).all()
                whole.update(repr((name, sorted(repr(tuple(row)) for row in rows))).encode())
    return whole.hexdigest()
