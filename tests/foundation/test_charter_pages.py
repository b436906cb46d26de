"""The charter's pages: read, write by questions, propose, adopt; what is refused and why."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fund.charter import preset
from fund.errors import Invalid
from fund.foundation import service as foundation
from tests import factories

ANSWERS = {
    "name": "Millpond Fund", "area": "Millpond and its lanes.", "currency": "USD", "timezone": "UTC", "people": "8",
    "vote": "pick", "budget": "1000", "giving": "grants",
}  # fmt: skip


@pytest.fixture
def steward(app: Flask, client: FlaskClient) -> FlaskClient:
    factories.sign_in(client, factories.officer("Imani"))
    return client


def test_a_new_fund_shows_worked_charters_to_anybody(app: Flask, client: FlaskClient) -> None:
    assert "There is no charter yet" in client.get("/charter").text
    assert client.get("/charter/presets/c8-main-street").status_code == 200
    assert client.get("/charter/presets/nothing").status_code == 404


def test_eight_answers_write_a_charter_that_can_be_adopted(steward: FlaskClient) -> None:
    token = factories.csrf(steward, "/charter/wizard")
    answer = steward.post("/charter/wizard", data={**ANSWERS, "csrf_token": token})
    assert answer.headers["Location"] == "/charter/versions/1"
    day = foundation.today().isoformat()
    answer = steward.post(
        "/charter/versions/1/adopt",
        data={"adopted_on": day, "how": "founders", "csrf_token": token},
        follow_redirects=True,
    )
    assert "In force" in answer.text
    assert foundation.fund().name == "Millpond Fund"


def test_a_wrong_answer_is_shown_beside_its_question_and_kept(steward: FlaskClient) -> None:
    token = factories.csrf(steward, "/charter/wizard")
    answer = steward.post("/charter/wizard", data={**ANSWERS, "currency": "Dollars", "csrf_token": token})
    assert answer.status_code == 422
    assert 'id="currency-error"' in answer.text
    assert "Dollars" in answer.text
    assert foundation.versions() == []


def test_a_charter_with_mistakes_names_each_line(steward: FlaskClient) -> None:
    token = factories.csrf(steward, "/charter/propose")
    text = preset("millrace").text.replace("min_age = 14", "min_age = 140")
    answer = steward.post("/charter/propose", data={"text": text, "csrf_token": token})
    assert answer.status_code == 422
    assert "min_age" in answer.text
    assert foundation.versions() == []


def test_figures_below_the_charters_threshold_adopt_nothing(app: Flask) -> None:
    factories.adopt()
    by = factories.actor(factories.officer("Imani"))
    version = foundation.propose_charter(preset("millrace").text.replace("min_age = 14", "min_age = 15"), by=by)
    with pytest.raises(Invalid):
        foundation.adopt_charter(version.id, foundation.Adoption(foundation.today(), "vote", 19, 11), by=by)
    assert foundation.current_version().number == 1
    foundation.adopt_charter(version.id, foundation.Adoption(foundation.today(), "vote", 20, 10), by=by)
    assert foundation.current_version().number == 2


def test_a_setting_that_is_not_built_is_refused_by_name(app: Flask) -> None:
    text = preset("millrace").text.replace('assurance = "secret"', 'assurance = "sealed"')
    by = factories.actor(factories.officer("Imani"))
    version = foundation.propose_charter(text, by=by)
    with pytest.raises(Invalid, match="sealed"):
        foundation.adopt_charter(version.id, foundation.Adoption(foundation.today(), "founders"), by=by)


def test_only_stewards_propose(app: Flask, client: FlaskClient) -> None:
    factories.adopt()
    factories.sign_in(client, factories.member("Rosa"))
    assert client.get("/charter/propose").status_code == 403
    assert client.get("/charter").status_code == 200
