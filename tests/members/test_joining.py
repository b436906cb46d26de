"""Joining on one page, with and without an address, told to a steward, invited; and what a newcomer cannot set."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from fund import db
from fund.db.outbox import OutboxMessage
from fund.ledger.models import Contribution
from fund.members import joining, registrar, service
from fund.members.joining import Application
from fund.members.models import AccessNeed, Membership, Person
from fund.permissions import VISITOR
from tests import factories
from tests.members import steps

WALK_UP = """
format = "charter/1"
[fund]
name = "Walk-up Fund"
[[membership.classes]]
code = "resident"
name = "Resident"
verification = ["self_attested"]
min_age = 11
waiting_days = 0
[[round_types]]
code = "pot"
name = "Pot"
decides = "money"
budget = 1000
phases = { vote_days = 5 }
[round_types.ballot]
form = "approval"
[round_types.count]
rule = "greedy"
[amend]
method = "stewards"
"""


@pytest.fixture
def fund_(app: Flask) -> Flask:
    """A fund with the demo's charter."""
    factories.adopt()
    return app


def test_the_kinds_of_membership_are_explained(fund_: Flask, client: FlaskClient) -> None:
    page = steps.text_of(client.get("/join"))
    assert "Voting member" in page
    assert "Solidarity member" in page
    assert "does not vote" in page
    assert "/join/member" in page


def test_joining_is_one_page_and_leads_to_the_code(fund_: Flask, client: FlaskClient) -> None:
    answer = steps.join(client, postal_code="04901", statement="y", dues="tier-1")
    assert (answer.status_code, answer.location) == (303, "/me/confirm")
    assert "rosa@example.org" in steps.text_of(client.get("/me/confirm"))
    assert steps.newest_membership().state == "applied"
    done = steps.post(client, "/me/confirm", code=steps.code_in_mail("confirm_address"))
    assert done.location == "/me/membership"
    membership = steps.newest_membership()
    assert (membership.state, membership.verified_how) == ("verified", "postal_code+self_attested")
    assert membership.voting_from == membership.verified_at + dt.timedelta(days=14)
    pledge = db.session.scalars(select(Contribution)).one()
    assert (pledge.kind, pledge.tier, pledge.amount_minor, pledge.state) == ("dues", "tier-1", 500, "pledged")


def test_dues_of_nothing_are_recorded_too(fund_: Flask, client: FlaskClient) -> None:
    steps.join(client, dues="zero")
    pledge = db.session.scalars(select(Contribution)).one()
    assert (pledge.amount_minor, pledge.state) == (0, "received")


def test_without_address_one_gets_a_code_on_paper_that_works_once(fund_: Flask, client: FlaskClient) -> None:
    answer = steps.join(client, email="", phone="")
    assert answer.location == "/me/welcome"
    code = steps.paper_code(steps.text_of(client.get("/me/welcome")))
    assert client.get("/me/welcome").status_code == 303, "the code is shown once"
    other = fund_.test_client()
    assert steps.post(other, "/sign-in/paper", "/sign-in", code=code.lower()).location == "/sign-in/next-code"
    following = steps.paper_code(steps.text_of(other.get("/sign-in/next-code")))
    assert following != code
    assert steps.is_signed_in(other)
    third = fund_.test_client()
    assert steps.post(third, "/sign-in/paper", "/sign-in", code=code).status_code == 422
    assert not steps.is_signed_in(third)
    assert steps.post(third, "/sign-in/paper", "/sign-in", code=following).status_code == 303


def test_walk_up_is_active_at_once_when_the_address_is_confirmed(app: Flask, client: FlaskClient) -> None:
    factories.adopt(text=WALK_UP)
    assert client.get("/join").location == "/join/resident", "one kind only: straight to its form"
    steps.join(client, "resident", statement="y")
    assert steps.newest_membership().state == "applied"
    steps.post(client, "/me/confirm", code=steps.code_in_mail("confirm_address"))
    membership = steps.newest_membership()
    assert membership.state == "active"
    with db.writing() as tx:
        row = service.electorate(tx, ["resident"], tx.now())
    assert [(one.person_id, one.verified_how) for one in row] == [(membership.person_id, "self_attested")]


def test_somebody_known_under_the_same_address_makes_a_steward_look(app: Flask, client: FlaskClient) -> None:
    factories.adopt(text=WALK_UP)
    factories.member("Anna", class_code="resident", email="rosa.lind@gmail.com")
    steps.join(client, "resident", statement="y", email="rosalind+2@googlemail.com")
    steps.post(client, "/me/confirm", code=steps.code_in_mail("confirm_address"))
    waiting = registrar.queue()[0]
    assert waiting.membership.state == "applied"
    assert [str(reason) for one in waiting.alike for reason in one.reasons] == ["the same e-mail address"]
    steward = factories.officer("Imani", class_code="resident")
    registrar.accept_word(waiting.membership.id, by=factories.actor(steward))
    assert steps.newest_membership().state == "active"


def test_every_missing_answer_is_named_and_what_was_typed_is_kept(fund_: Flask, client: FlaskClient) -> None:
    answer = steps.join(client, name="", basis="", of_age="", dues="", email="nobody at all", neighbourhood="")
    page = steps.text_of(answer)
    assert answer.status_code == 422
    for sentence in ("by which name", "what makes you a member", "nothing is a choice too"):
        assert sentence in page
    assert "nobody at all" in page
    again = steps.join(client, email="nobody at all")
    assert again.status_code == 422
    assert "not an e-mail address" in steps.text_of(again)
    too_young = steps.join(client, of_age="")
    assert too_young.status_code == 422
    assert "Please confirm that you are at least 14." in steps.text_of(too_young)
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0


def test_text_is_escaped_and_control_characters_are_refused(fund_: Flask, client: FlaskClient) -> None:
    steps.join(client, name="<script>alert(1)</script>")
    page = steps.text_of(client.get("/me/details"))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    other = fund_.test_client()
    assert steps.join(other, name="Ro\x00sa").status_code == 422


def test_nothing_else_of_a_request_is_taken(fund_: Flask, client: FlaskClient) -> None:
    steps.post(client, "/join/member", **steps.ANSWERS, state="active", verified_at="2020-01-01", voting_from="2020-01-01",
               verified_how="seen_in_person", class_code="solidarity", person_id="1", session_version="9", id="77")  # fmt: skip
    membership = steps.newest_membership()
    assert (membership.state, membership.class_code, membership.verified_how) == ("applied", "member", None)
    assert db.session.get_one(Person, membership.person_id).session_version == 1


def test_two_people_share_an_address(fund_: Flask, client: FlaskClient) -> None:
    other = fund_.test_client()
    assert steps.join(client).location == steps.join(other, name="Lupe Lind").location
    assert db.session.scalar(select(func.count()).where(Person.email == "rosa@example.org")) == 2


def test_who_is_a_member_does_not_join_twice(fund_: Flask, client: FlaskClient) -> None:
    steps.join(client)
    assert client.get("/join/member").location == "/join"
    assert "sign out first" in steps.text_of(client.get("/join"))
    person = steps.newest_membership().person_id
    said = Application(name="Rosa", class_code="member", basis="lives", of_age=True, dues="zero")
    from fund.errors import WrongState

    with pytest.raises(WrongState):
        joining.join(said, by=factories.actor(db.session.get_one(Person, person)))


def test_a_founding_steward_joins_as_the_person_they_are(fund_: Flask, client: FlaskClient) -> None:
    steward = factories.person("Imani")
    factories.sign_in(client, steward)
    answer = steps.join(client, name="Imani Okafor", email="")
    assert answer.status_code == 303
    membership = steps.newest_membership()
    assert membership.person_id == steward.id
    assert db.session.get_one(Person, steward.id).display_name == "Imani Okafor"


def test_what_help_one_needs_is_read_by_the_steward_who_helps_alone(fund_: Flask, client: FlaskClient) -> None:
    steps.join(client, access_need="Someone to read aloud")
    person_id = steps.newest_membership().person_id
    assert db.session.get_one(AccessNeed, person_id).need == "Someone to read aloud"
    first, second = factories.officer("Imani"), factories.officer("Dana")
    helper, another = fund_.test_client(), fund_.test_client()
    factories.sign_in(helper, first)
    factories.sign_in(another, second)
    path = f"/members/{person_id}"
    assert "Someone to read aloud" not in steps.text_of(helper.get(path)), "not before one offers to help"
    assert "asks for help" in steps.text_of(helper.get(path))
    steps.post(helper, f"{path}/help", path)
    assert "Someone to read aloud" in steps.text_of(helper.get(path))
    assert "Someone to read aloud" not in steps.text_of(another.get(path))
    assert another.post(f"{path}/help", data={"csrf_token": factories.csrf(another, "/members")}).status_code == 409
    steps.post(helper, f"{path}/help", path, hand_back="1")
    assert "Someone to read aloud" not in steps.text_of(helper.get(path))


def test_a_steward_types_a_joining_in_with_consent(fund_: Flask, client: FlaskClient) -> None:
    steward = factories.officer("Imani")
    factories.sign_in(client, steward)
    answers = {**steps.ANSWERS, "email": "", "told": "by phone"}
    refused = steps.post(client, "/members/new/member", **answers)
    assert refused.status_code == 422
    assert "has not agreed" in steps.text_of(refused)
    done = steps.post(client, "/members/new/member", **answers, consent="y")
    assert done.status_code == 200
    assert steps.paper_code(steps.text_of(done))
    membership = steps.newest_membership()
    assert membership.person_id != steward.id
    assert [(row.handler, row.by_id) for row in membership.verifications] == [("looked", steward.id)]
    seen = steps.post(client, "/members/new/member", **{**answers, "told": "at a table"}, consent="y", seen="y")
    assert seen.status_code == 200
    assert steps.newest_membership().verified_how == "seen_in_person"


def test_joining_is_open_to_visitors_alone_but_helping_is_not(fund_: Flask, client: FlaskClient) -> None:
    assert client.get("/members/new/member").location.startswith("/sign-in")
    factories.sign_in(client, factories.member("Rosa"))
    assert client.get("/members/new/member").status_code == 403


def test_an_unknown_kind_is_not_found(fund_: Flask, client: FlaskClient) -> None:
    assert client.get("/join/king").status_code == 404


def test_before_a_charter_there_is_nothing_to_join(app: Flask, client: FlaskClient) -> None:
    assert client.get("/join").status_code == 404


def test_a_tier_of_another_class_is_refused(fund_: Flask) -> None:
    from fund.errors import Invalid

    said = Application(name="Rosa", class_code="member", basis="lives", of_age=True, dues="tier-9")
    with pytest.raises(Invalid):
        joining.join(said, by=VISITOR)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Membership)) == 0
    assert db.session.scalar(select(func.count()).select_from(OutboxMessage)) == 0
