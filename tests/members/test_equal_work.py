"""Whether an address is known shows neither in what is answered nor in the work that is done for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from fund import db
from fund.db.engine import WRITING
from tests import factories
from tests.members import steps


@pytest.fixture
def fund_(app: Flask) -> Flask:
    """A fund that knows Rosa."""
    factories.adopt()
    factories.member("Rosa", email="rosa@example.org")
    return app


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that either engine gets meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        seen.append(re.sub(r"\s+", " ", statement))

    engines = (db.alchemy.engines[None], db.alchemy.engines[WRITING])
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield seen
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def work_of(app: Flask, path: str, **fields: str) -> list[str]:
    client: FlaskClient = app.test_client()
    token = factories.csrf(client, path)
    with statements() as seen:
        client.post(path, data={"csrf_token": token, **fields})
    return seen


def test_asking_for_a_code_is_the_same_work(fund_: Flask) -> None:
    work_of(fund_, "/sign-in", email="warm@example.org")
    known = work_of(fund_, "/sign-in", email="rosa@example.org")
    unknown = work_of(fund_, "/sign-in", email="nobody@example.org")
    assert known == unknown
    assert sum("INSERT" in one for one in known) == 3, "a code, a link, a message"


def test_joining_is_the_same_work(fund_: Flask) -> None:
    work_of(fund_, "/join/member", **{**steps.ANSWERS, "email": "warm@example.org"})
    known = work_of(fund_, "/join/member", **steps.ANSWERS)
    unknown = work_of(fund_, "/join/member", **{**steps.ANSWERS, "email": "nobody@example.org"})
    assert known == unknown


def test_control_a_program_that_skips_the_unknown_is_found_out(fund_: Flask) -> None:
    known = work_of(fund_, "/sign-in", email="rosa@example.org")
    refused = work_of(fund_, "/sign-in", email="no address at all")
    assert known != refused
