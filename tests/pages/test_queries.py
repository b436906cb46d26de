"""The number of queries of a page does not grow with what it lists: the same with 10 rows as with 1,000."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event, insert

from fund import db
from fund.businesses.models import Business, Nomination
from fund.foundation import service as foundation
from fund.members.models import Membership, Person
from fund.proposals.models import Proposal
from fund.rounds.models import Phase, Round
from tests import factories
from tests.ledger import money
from tests.proposals import makers

PAGES = [
    "/", "/rounds", "/rounds/spring", "/businesses", "/money", "/money/journal", "/stewards", "/log", "/members", "/members/queue",
    "/businesses/named", "/steward", "/review", "/me", "/treasury", "/decisions", "/members/invitations",
    "/api/v1/rounds", "/api/v1/rounds/spring/proposals", "/api/v1/money", "/rounds/spring/manage", "/rounds/spring/tasks",
    "/stewards/terms/new", "/members/export", "/treasury/repayments",
]  # fmt: skip
"""List pages and main pages."""


class Queries:
    """Counts statements, in whatever engine."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __enter__(self) -> Queries:
        event.listen(Engine, "before_cursor_execute", self._seen)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(Engine, "before_cursor_execute", self._seen)

    def _seen(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        self.statements.append(statement)


def fill(n: int, first: int) -> None:
    """So many more people, businesses, rounds and applications, straight into the tables."""
    numbers = range(first, first + n)
    with db.writing() as tx:
        now, spring = tx.now(), tx.session.query(Round).filter_by(slug="spring").one()
        base = max((one for (one,) in tx.session.query(Person.id)), default=0)
        people = [
            {"id": base + 1 + i, "display_name": f"P {i}", "language": "en", "session_version": 1, "registered_at": now}
            for i in range(n)
        ]
        tx.session.execute(insert(Person), people)
        tx.session.execute(
            insert(Membership),
            [{"person_id": one["id"], "class_code": "member", "basis": "lives", "state": "active" if one["id"] % 2 else "applied",
              "applied_at": now, "verified_at": now, "voting_from": now, "verified_how": "seen_in_person"} for one in people],
        )  # fmt: skip
        shops = list(tx.session.execute(
            insert(Business).returning(Business.id), [{"slug": f"shop-{i}", "name": f"Shop {i}", "listed_at": now} for i in numbers]
        ).scalars())  # fmt: skip
        tx.session.execute(
            insert(Nomination),
            [{"business_id": shop, "named_by": one["id"], "why": "good", "named_at": now} for shop, one in zip(shops, people, strict=True)],
        )  # fmt: skip
        tx.session.execute(
            insert(Proposal),
            [{"round_id": spring.id, "business_id": shop, "slug": f"p-{i}", "title": f"Proposal {i}", "ask_minor": 1000, "product": "grant",
              "state": "admitted" if i % 2 else "submitted", "started_at": now} for shop, i in zip(shops, numbers, strict=True)],
        )  # fmt: skip
        rounds = list(tx.session.execute(
            insert(Round).returning(Round.id),
            [{"slug": f"r-{i}", "title": f"Round {i}", "decides": "money", "round_type": "ranked", "uuid": uuid.uuid4(),
              "charter_version_id": spring.charter_version_id, "budget_minor": 1000, "created_at": now} for i in numbers],
        ).scalars())  # fmt: skip
        tx.session.execute(
            insert(Phase),
            [{"round_id": one, "position": 0, "label": "submissions", "starts_at": now, "ends_at": now + dt.timedelta(days=9)} for one in rounds],
        )  # fmt: skip


def asked(client: FlaskClient) -> dict[str, int]:
    """Queries of each page, after one visit that fills what is kept."""
    found = {}
    for page in PAGES:
        client.get(page)
        with Queries() as queries:
            status = client.get(page).status_code
        assert status in (200, 405), (page, status)
        found[page] = len(queries.statements)
    return found


@pytest.fixture
def steward(app: Flask, client: FlaskClient) -> FlaskClient:
    """A steward who is also the treasurer, in a fund with a running round and some money."""
    who = factories.officer("Imani", "steward", "treasurer")
    factories.adopt("millrace")
    makers.money_round()
    money.gift(500_000, by=factories.actor(who))
    factories.sign_in(client, who)
    return client


@pytest.mark.timeout(300)
def test_queries_do_not_grow_with_rows(steward: FlaskClient) -> None:
    assert foundation.current_version() is not None
    fill(10, 0)
    few = asked(steward)
    fill(990, 10)
    many = asked(steward)
    assert {page: (few[page], many[page]) for page in PAGES if many[page] > few[page]} == {}
    assert {page: n for page, n in many.items() if n > 60} == {}


def test_a_query_for_each_row_would_be_seen(steward: FlaskClient) -> None:
    """The control."""
    fill(10, 0)
    with Queries() as queries:
        for (person_id,) in db.session.query(Person.id).all():
            db.session.query(Membership).filter_by(person_id=person_id).first()
    assert len(queries.statements) > 10
