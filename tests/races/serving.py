"""A real server on a fund of a test's own: two worker processes, threads of clients that all start at once.

`Arena` prepares the fund in this process through the services, lets go of every connection, then starts `fund serve`.
With `unlocked=True` the same server runs with locks taken away (tests/races/unlocked.py): the control of each race.
"""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer

from fund import db
from fund.members.models import Person
from tests import factories

TOKEN = "0" * 40
SERVE = {False: ["-m", "fund"], True: ["-m", "tests.races.unlocked"]}


@dataclass
class Reply:
    """What one request was answered; status 0 when there was no answer."""

    status: int
    location: str
    text: str


class Arena:
    """A fund, and the server that many ask at once."""

    def __init__(self, url: str, home: Path) -> None:
        self.url, self.home = url, home
        self.app: Flask = factories.application(url, home)
        self.token = str(URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token").dumps(TOKEN))
        self.port = 0

    def cookies(self, people: Sequence[Person]) -> list[str]:
        """Session cookies of these people, as the server would have set them."""
        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        assert signer is not None
        return [
            "fund=" + str(signer.dumps({"csrf_token": TOKEN, "_user_id": f"{one.id}:{one.session_version}"}))
            for one in people
        ]

    @contextmanager
    def serving(self, *, unlocked: bool = False) -> Iterator[Path]:
        """The server, until the block ends; gives the file with everything it logged."""
        with self.app.app_context():
            factories.dispose()
        log = self.home / "server.log"
        kept = {name: value for name, value in os.environ.items() if not name.startswith("FUND_")}
        env = {**kept, "FUND_HOME": str(self.home), "FUND_DATABASE_URL": self.url, "FUND_BASE_URL": "http://localhost"}
        command = [
            sys.executable,
            *SERVE[unlocked],
            "serve",
            "--port",
            "0",
            "--workers",
            "2",
            "--threads",
            "8",
            "--no-worker",
        ]
        with log.open("wb") as errors:
            process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=errors, cwd=ROOT)
            try:
                assert process.stdout is not None
                for line in process.stdout:
                    if found := re.search(rb"http://localhost:(\d+)", line):
                        self.port = int(found[1])
                        break
                assert self.port, log.read_text()
                yield log
            finally:
                process.terminate()
                process.wait(30)
                process.stdout.close()  # type: ignore[union-attr]

    def post(self, connection: http.client.HTTPConnection, path: str, cookie: str, **fields: str) -> Reply:
        """One form sent over a connection that stays open."""
        return self.ask(connection, "POST", path, cookie, urlencode({"csrf_token": self.token, **fields}))

    def ask(
        self, connection: http.client.HTTPConnection, method: str, path: str, cookie: str, body: str | None = None
    ) -> Reply:
        """One request; a connection that broke is opened anew once, as a browser does."""
        headers = {"Cookie": cookie, "Content-Type": "application/x-www-form-urlencoded"}
        for _ in range(2):
            try:
                connection.request(method, path, body, headers)
                answer = connection.getresponse()
                return Reply(answer.status, answer.headers.get("Location", ""), answer.read().decode())
            except (http.client.RemoteDisconnected, ConnectionError):
                connection.close()
        return Reply(0, "", "")

    def connect(self) -> http.client.HTTPConnection:
        """A connection of one client."""
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)


ROOT = Path(__file__).resolve().parent.parent.parent


def at_once(n: int, act: Callable[[int], Any]) -> list[Any]:
    """Do `act(i)` in n threads that all begin together; gives what each returned."""
    barrier, results = threading.Barrier(n), [None] * n

    def run(i: int) -> None:
        barrier.wait()
        results[i] = act(i)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def in_turns(
    n: int,
    turns: int,
    act: Callable[[int, int, http.client.HTTPConnection], Any],
    arena: Arena,
    before: Callable[[int], None] = lambda turn: None,
) -> list[list[Any]]:
    """In each turn all n clients act at once (`act(turn, client, connection)`), after one has done `before(turn)`.

    Gives the results by turn.
    """
    numbers = iter(range(turns))
    barrier = threading.Barrier(n, action=lambda: before(next(numbers)))
    results: list[list[Any]] = [[None] * n for _ in range(turns)]

    def client(i: int) -> None:
        connection = arena.connect()
        for turn in range(turns):
            barrier.wait()
            results[turn][i] = act(turn, i, connection)
        connection.close()

    threads = [threading.Thread(target=client, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def inside(arena: Arena, act: Callable[[], Any]) -> Any:
    """Do something in the fund's own process, then let go of the database."""
    with arena.app.app_context():
        try:
            return act()
        finally:
            db.session.rollback()
