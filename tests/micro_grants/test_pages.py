"""Asking from a phone without an account, bad input, what a sponsor writes down, and a steward who types for somebody."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fund import db
from fund.charter import preset
from fund.micro_grants.models import MicroRequest
from tests import factories
from tests.micro_grants import week

ASKED = {"name": "Zia", "amount": "120", "way": "Cash at the stall", "not_a_steward": "y"}


def sent(client: FlaskClient, **changed: str) -> tuple[int, str]:
    answer = client.post(
        "/micro-grants/ask", data={"csrf_token": factories.csrf(client, "/micro-grants/ask"), **ASKED, **changed}
    )
    return answer.status_code, answer.location or answer.text


def test_anybody_asks_without_an_account_and_looks_again_by_the_code(app: Flask, client: FlaskClient) -> None:
    hands = week.funded()
    page = client.get("/micro-grants").text
    assert "Nobody ever votes on a person" in page
    assert "$1,500" in page
    status, place = sent(client)
    assert status == 303
    own = client.get(place).text
    assert "Waiting for the next list" in own
    assert "Zia" not in own
    code = place.rpartition("/")[2].lower()
    again = client.post("/micro-grants/find", data={"csrf_token": factories.csrf(client, place), "code": code})
    assert again.status_code == 303
    run = week.drawn(hands)
    assert "$120 is for you this week" in client.get(place).text
    week.paid(hands, week.approved(hands, run))
    assert "How you were paid is erased" in client.get(place).text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"amount": "251"}, "more than the charter"), ({"amount": "-3"}, "cannot be negative"),
        ({"amount": "1.005"}, "2 decimals"), ({"amount": "€5"}, "in figures"), ({"way": ""}, "Please fill this in"),
        ({"urgent_by": "2020-01-01"}, "has passed"), ({"not_a_steward": ""}, "households ask elsewhere"),
        ({"name": "x" * 61}, "too long"), ({"name": "a\x07b"}, "not text"),
    ],
)  # fmt: skip
def test_what_was_typed_stays_and_nothing_is_written(client: FlaskClient, changed: dict[str, str], words: str) -> None:
    week.funded()
    status, page = sent(client, **changed)
    assert (status, words in page, "Cash at the stall" in page or "way" in changed) == (422, True, True)
    assert db.session.query(MicroRequest).count() == 0


def test_what_a_sponsor_writes_down_is_said_before_anyone_asks(client: FlaskClient) -> None:
    text = preset("c5-no-questions-aid").text
    factories.adopt(text=text.replace("[micro_grants]\n", '[micro_grants]\nsponsor_asks = "Name and sum above 200."\n'))
    for path in ("/micro-grants", "/micro-grants/ask"):
        assert "Name and sum above 200." in client.get(path).text


def test_a_steward_types_for_somebody_and_runs_the_week_by_the_pages(app: Flask, client: FlaskClient) -> None:
    week.funded()
    steward = factories.officer("Sol", class_code="neighbour")
    factories.sign_in(client, steward)
    assert "Told by phone" in client.get("/micro-grants/ask").text
    assert sent(client)[0] == 303
    assert "1 micro-grant is asked for" in client.get("/steward").text
    other = app.test_client()
    factories.sign_in(other, factories.officer("Lin", class_code="neighbour"))

    def post(who: FlaskClient, path: str, **data: str) -> None:
        answer = who.post(path, data={"csrf_token": factories.csrf(who, "/micro-grants/ask"), **data})
        assert answer.status_code == 303, answer.text

    post(client, "/micro-grants/weeks")
    here = (
        f"/micro-grants/weeks/{re.search(r'/micro-grants/weeks/([0-9]+)', client.get('/micro-grants/weeks').text)[1]}"  # type: ignore[index]
    )
    for who in (client, other):
        post(who, here, text="dice 4 2")
    post(client, f"{here}/propose")
    assert (
        client.post(f"{here}/approve", data={"csrf_token": factories.csrf(client, "/micro-grants/ask")}).status_code
        == 403
    )
    post(other, f"{here}/approve")
    post(client, f"{here}/pay", request="1")
    assert "Paid and booked: $120" in client.get(here).text


def test_a_week_and_a_code_that_are_not_there(client: FlaskClient) -> None:
    week.funded()
    factories.sign_in(client, factories.officer("Sol", class_code="neighbour"))
    for path in ("/micro-grants/weeks/99", "/micro-grants/request/AAAA-BBBB"):
        assert client.get(path).status_code == 404
