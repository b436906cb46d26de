"""The pages that several features fill: home, rounds, a round, the steward's desk, one's own page, the log, readiness."""

from __future__ import annotations

import datetime as dt

import pytest
from babel.dates import format_date
from flask import Flask
from flask.testing import FlaskClient

from fund import db
from fund.db import guards
from fund.foundation import service as foundation
from fund.foundation.models import CharterVersion
from fund.front import home
from fund.rounds import listing
from fund.rounds import service as rounds
from fund.rounds.models import Round
from tests import factories
from tests.voting import stage


def test_an_empty_fund_says_what_it_needs_first(app: Flask, client: FlaskClient) -> None:
    assert "First it needs stewards and a charter" in client.get("/").text
    assert client.get("/rounds").status_code == 200
    assert client.get("/healthz").text == "ok\n"


def test_home_shows_first_where_one_can_vote(app: Flask, client: FlaskClient) -> None:
    factories.adopt(text=stage.charter())
    steward = factories.officer()
    stage.people(24)
    stage.opened(steward)
    stage.prepared(steward)
    page = client.get("/").text
    assert page.index("Voting now") < page.index("Being prepared")


def test_a_long_list_of_rounds_comes_in_pages(app: Flask, client: FlaskClient) -> None:
    factories.adopt(text=stage.charter())
    steward = factories.officer()
    stage.people(24)
    stage.opened(steward)
    with db.writing() as tx:
        version, now = tx.session.query(CharterVersion).one().id, tx.now()
        tx.session.add_all(
            Round(slug=f"old-{n}", title=f"Old round {n}", decides="resolution", round_type="vote", status="cancelled",
                  charter_version_id=version, created_at=now - dt.timedelta(days=n), ended_reason="It rained.")
            for n in range(1, 31)
        )  # fmt: skip
    first, second = client.get("/rounds").text, client.get("/rounds?page=2").text
    assert first.index("Voting now") < first.index("Old round 1<")
    assert first.count('class="card"') == home.ROUNDS_PER_PAGE
    assert 'rel="next" href="/rounds?page=2"' in first
    assert second.count('class="card"') == 31 - home.ROUNDS_PER_PAGE
    assert "Old round 30<" in second
    assert client.get("/rounds?page=3").status_code == 404
    assert client.get("/").text.count('class="card"') == 1 + home.ENDED_AT_HOME
    assert len(list(listing.every())) == 31


def test_a_rounds_page_says_what_this_reader_can_do(app: Flask, client: FlaskClient) -> None:
    factories.adopt(text=stage.charter())
    steward = factories.officer()
    voters = stage.people(24)
    round_ = stage.opened(steward)
    address = f"/rounds/{round_.slug}"
    assert "Sign in to vote" in client.get(address).text
    factories.sign_in(client, voters[0])
    assert "You can vote now" in client.get(address).text
    stage.cast(voters[0], round_)
    assert "Change my vote" in client.get(address).text
    factories.sign_in(client, factories.member("Newcomer"))
    page = client.get(address).text
    assert "You cannot vote in this round" in page
    closed = format_date(round_.frozen_at.astimezone(foundation.zone()).date(), "long", locale="en")
    assert f"The list of voters of this round was closed on {closed}. You can vote from the next round on." in page
    assert 'href="/me/membership"' in page
    assert client.get("/rounds/nothing").status_code == 404


def test_reading_a_round_that_is_past_its_time_changes_nothing(app: Flask, client: FlaskClient) -> None:
    factories.adopt(text=stage.charter())
    steward = factories.officer()
    stage.people(24)
    round_ = stage.opened(steward)
    factories.later(days=15)
    assert "The time for voting is over" in client.get(f"/rounds/{round_.slug}").text
    assert rounds.get(round_.id).status == "open"


def test_the_log_names_who_did_what_and_is_for_those_who_serve(app: Flask, client: FlaskClient) -> None:
    factories.adopt()
    assert client.get("/log").status_code == 303
    factories.sign_in(client, factories.member("Rosa"))
    assert client.get("/log").status_code == 403
    factories.sign_in(client, factories.officer("Theo", "auditor"))
    page = client.get("/log").text
    assert "charter.adopt" in page
    assert client.get("/log?page=99999").status_code == 200


def test_only_a_language_that_is_there_is_remembered(app: Flask, client: FlaskClient) -> None:
    token = factories.csrf(client, "/sign-in")
    answer = client.post("/language", data={"language": "xx", "next": "//evil.example", "csrf_token": token})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_an_installation_without_its_guards_is_not_ready(app: Flask, client: FlaskClient) -> None:
    assert client.get("/readyz").status_code == 200
    guard = next(one for one in guards.registered() if one.table == "posting")
    with db.writing() as tx:
        on = f" ON {guard.table}" if tx.session.connection().dialect.name == "postgresql" else ""
        tx.session.connection().exec_driver_sql(f"DROP TRIGGER {guard.name}{on}")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert guard.name in answer.text


@pytest.mark.parametrize("path", ["/help", "/help/words", "/help/accessibility", "/help/look", "/api"])
def test_pages_of_help(app: Flask, client: FlaskClient, path: str) -> None:
    factories.adopt()
    assert client.get(path).status_code == 200
    assert client.get("/help/nothing").status_code == 404
