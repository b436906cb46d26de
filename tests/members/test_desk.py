"""What the desks say of membership, to stewards and to everybody about themselves."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fund.members import desk, registrar, vouching
from fund.members.models import Person
from fund.permissions import VISITOR
from tests import factories
from tests.members import steps


@pytest.fixture
def imani(app: Flask) -> Person:
    """A steward in a fund with the demo's charter."""
    factories.adopt()
    return factories.officer("Imani")


def said(app: Flask, who: Person, kind: str) -> list[tuple[str, str]]:
    """Lines and where they lead."""
    with app.test_request_context():
        return [(str(item.text), item.url) for item in getattr(desk, kind)(factories.actor(who))]


def test_stewards_see_who_waits_and_who_asks_for_help(app: Flask, imani: Person, client: FlaskClient) -> None:
    assert said(app, imani, "waiting") == []
    steps.join(client, access_need="Large print")
    assert said(app, imani, "waiting") == [
        ("1 newcomer to verify", "/members/queue"),
        ("1 person asks for help to take part", "/members?state=needs_help"),
    ]
    factories.sign_in(client, imani)
    page = steps.text_of(client.get("/members?state=needs_help"))
    assert "Rosa Lind" in page
    assert "Large print" not in page
    waiting = steps.newest_membership()
    registrar.offer_help(waiting.person_id, by=factories.actor(imani))
    assert "Nobody is found" in steps.text_of(client.get("/members?state=needs_help"))
    registrar.refuse(waiting.id, reason="unknown", by=factories.actor(imani))
    registrar.appeal(waiting.id, text="known", by=factories.actor(waiting.person))
    assert said(app, imani, "waiting") == [("1 appeal against a refusal to decide", "/members/queue")]


def test_members_see_where_they_stand_and_no_queue(app: Flask, imani: Person) -> None:
    rosa, stranger = factories.member("Rosa"), factories.person("X")
    assert said(app, rosa, "waiting") == []
    assert said(app, rosa, "mine") == [("Your membership", "/me/membership")]
    assert said(app, stranger, "mine") == [("You are not a member yet.", "/join")]
    with app.test_request_context():
        assert desk.mine(VISITOR) == []


def test_who_is_not_verified_reads_what_to_do_next(app: Flask, imani: Person, client: FlaskClient) -> None:
    steps.join(client, email="", phone="")
    waiting = steps.newest_membership()
    factories.sign_in(client, waiting.person)
    code = vouching.code_of(waiting.id)
    for page in ("/me", "/me/membership"):
        text = steps.text_of(client.get(page))
        assert f"2 members can vouch for you: show them this code, {code}. " in text, page
        assert "See a steward: " in text
        assert "Add or mend your postal code" not in text, "with a postal code alone this newcomer is not verified"
