"""Hours and goods between members: counted, never priced; seen by both sides; a steward types for others."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from fund import db
from fund.errors import Forbidden, FundError, NotFound, WrongState
from fund.foundation import service as foundation
from fund.ledger.contributions import NewContribution, record_contribution
from fund.ledger.models import Entry
from fund.members.models import Person
from fund.permissions import Actor
from fund.timebank import service
from fund.timebank.models import TimebankRecord
from fund.timebank.service import NewRecord, Sums
from tests import factories
from tests.ledger import money


@pytest.fixture
def two(app: Flask) -> tuple[Person, Person]:
    factories.adopt()
    return factories.member("Rosa"), factories.member("Ben")


def given(giver: Person | None, receiver: Person | None, by: Actor, **changed: object) -> TimebankRecord:
    facts = {"kind": "hours", "what": "Mending a roof", "minutes": 90, "given_on": foundation.today(),
             "request_id": uuid.uuid4(), **changed}  # fmt: skip
    new = NewRecord(giver_id=giver and giver.id, receiver_id=receiver and receiver.id, **facts)  # type: ignore[arg-type]
    return service.record(new, by=by)


def test_hours_are_counted_on_both_sides_and_are_in_no_books(two: tuple[Person, Person]) -> None:
    rosa, ben = two
    key = uuid.uuid4()
    for _time in range(2):
        given(rosa, ben, factories.actor(rosa), request_id=key)
    given(ben, rosa, factories.actor(rosa), kind="goods", minutes=0, what="Apples")
    given(rosa, None, factories.actor(rosa), minutes=15)
    assert service.sums_of(rosa.id) == (Sums(105, 0), Sums(0, 1))
    assert service.sums_of(ben.id) == (Sums(0, 1), Sums(90, 0))
    treasurer = money.treasurer()
    record_contribution(NewContribution("hours", foundation.today(), hours=7, person_id=rosa.id), by=treasurer)
    assert service.sums_of(rosa.id)[0] == Sums(525, 0)
    assert service.public_sums() == Sums(525, 1)
    assert db.session.query(Entry).count() == 0
    assert [(one.given, one.other) for one in service.of_person(ben.id)] == [(True, "Rosa"), (False, "Rosa")]


def test_either_side_takes_back_what_is_not_so(two: tuple[Person, Person]) -> None:
    rosa, ben = two
    made = given(rosa, ben, factories.actor(rosa))
    with pytest.raises(NotFound):
        service.take_back(made.id, by=factories.actor(factories.member("Third")))
    service.take_back(made.id, by=factories.actor(ben))
    with pytest.raises(WrongState):
        service.take_back(made.id, by=factories.actor(rosa))
    assert service.public_sums() == Sums(0, 0)
    with pytest.raises(DBAPIError, match="never"), db.writing() as tx:
        tx.session.execute(update(TimebankRecord).values(minutes=600))


def test_only_a_steward_types_for_others(two: tuple[Person, Person]) -> None:
    rosa, ben = two
    with pytest.raises(Forbidden, match="steward"):
        given(rosa, ben, factories.actor(factories.member("Third")))
    given(rosa, ben, factories.actor(factories.officer("Imani")))
    assert service.public_sums().minutes == 90


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"minutes": 0}, "How many hours"), ({"minutes": -5}, "How many hours"), ({"kind": "money"}, "hours or goods"),
        ({"minutes": 10**9}, "How many hours"), ({"kind": "goods"}, "Goods have no hours"), ({"what": " "}, "few words"),
        ({"given_on": dt.date(2199, 1, 1)}, "not come"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_words(two: tuple[Person, Person], changed: dict[str, object], words: str) -> None:
    with pytest.raises(FundError, match=words):
        given(*two, factories.actor(two[0]), **changed)
    with pytest.raises(FundError, match="somebody else"):
        given(two[0], two[0], factories.actor(two[0]))
    with pytest.raises(FundError, match="members"):
        given(two[0], factories.person("Stranger"), factories.actor(two[0]))
    assert service.public_sums() == Sums(0, 0)


def test_the_pages(two: tuple[Person, Person], client: FlaskClient) -> None:
    rosa, ben = two
    factories.sign_in(client, rosa)
    form = {
        "way": "gave",
        "kind": "hours",
        "hours": "1.5",
        "other": "Ben",
        "what": "Mending a roof",
        "given_on": "2026-01-02",
    }

    def post(path: str, **changed: str) -> tuple[int, str]:
        token, key = factories.csrf(client, "/me/timebank"), str(uuid.uuid4())
        answer = client.post(path, data={"csrf_token": token, "request_id": key, **form, **changed})
        return answer.status_code, answer.text

    for changed, words in (
        ({"hours": "1.1"}, "in quarters"), ({"hours": "²"}, "in quarters"), ({"other": "Nobody"}, "Nobody here has"),
        ({"hours": ""}, "How many hours"), ({"other": "Rosa"}, "somebody else"),
    ):  # fmt: skip
        status, page = post("/me/timebank", **changed)
        assert (status, words in page, "Mending a roof" in page) == (422, True, True), changed
    assert post("/me/timebank")[0] == 303
    assert "1.5 hours" in client.get("/me/timebank").text
    assert "1.5" in client.get("/timebank").text
    assert "Mending" not in client.get("/timebank").text
    assert post("/timebank/for-others", giver="Ben")[0] == 403
    factories.sign_in(client, ben)
    assert "Received: Mending a roof" in client.get("/me/timebank").text
    factories.sign_in(client, factories.officer("Imani"))
    assert post("/timebank/for-others", giver="Ben", other="Rosa", hours="2")[0] == 303
    assert "3.5" in client.get("/timebank").text
