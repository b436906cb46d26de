"""A resolution about a proposed charter: it takes the share of yes that the charter in force asks for changing it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fund import db
from fund.errors import Invalid, WrongState
from fund.foundation import service as foundation
from fund.foundation.models import CharterVersion
from fund.members.models import Person
from fund.results import service as results
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting import service as voting
from tests import factories
from tests.voting import stage

TEXT = stage.charter(assurance="open") + '\n[amend]\nthreshold = "2/3"\n'


@pytest.fixture
def steward(app: Flask) -> Person:
    factories.adopt(text=TEXT)
    return factories.officer()


def proposed(steward: Person) -> CharterVersion:
    """A charter that waits for its adoption."""
    return foundation.propose_charter(TEXT.replace("Test Fund", "Better Fund"), by=factories.actor(steward))


def voted(steward: Person, people: list[Person], yes: int, *, amends: int | None) -> Round:
    """A resolution with so many yes, the others no; counted."""
    by = stage.actor(steward)
    new = rounds.NewRound("vote", "A better charter?", question="Shall it be so?", amends=amends)
    round_ = voting.freeze(rounds.create_round(new, by=by).id, by=by)
    factories.later(seconds=1)
    voting.settle(round_.id)
    for number, person in enumerate(people):
        stage.cast(person, rounds.get(round_.id), stage.yes("yes" if number < yes else "no"))
    stage.ended(rounds.get(round_.id))
    results.count_due()
    return rounds.get(round_.id)


def carried(round_: Round) -> bool:
    """Whether the count says that it was adopted."""
    run = results.current(round_.id)
    assert run is not None
    return b'"elected":["resolution"]' in run.result_bytes


@pytest.mark.parametrize(("yes", "amendment", "plain"), [(12, False, True), (14, True, True)])
def test_an_amendment_takes_the_charters_own_share(steward: Person, yes: int, amendment: bool, plain: bool) -> None:
    people, version = stage.people(21), proposed(steward)
    assert carried(voted(steward, people, yes, amends=version.number)) is amendment
    assert carried(voted(steward, people, yes, amends=None)) is plain


def test_what_would_come_into_force_is_frozen_with_the_round(steward: Person) -> None:
    stage.people(21)
    by, version = stage.actor(steward), proposed(steward)
    new = rounds.NewRound("vote", "A better charter?", question="Shall it be so?", amends=version.number)
    round_ = voting.freeze(rounds.create_round(new, by=by).id, by=by)
    rules = rounds.rules(round_)
    assert rules["round"]["amends"] == version.text_hash.hex()
    assert rules["rule"]["threshold"] == "2/3"


def test_only_a_proposed_charter_can_be_voted_on(steward: Person) -> None:
    by = stage.actor(steward)
    with pytest.raises(Invalid) as refused:
        rounds.create_round(rounds.NewRound("vote", "A", question="?", amends=1), by=by)
    assert "amends" in refused.value.fields
    version = proposed(steward)
    round_ = rounds.create_round(rounds.NewRound("vote", "A", question="?", amends=version.number), by=by)
    with db.writing() as tx:
        tx.lock(CharterVersion, version.id).state = "superseded"
    stage.people(21)
    with pytest.raises(WrongState, match="not proposed any more"):
        voting.freeze(round_.id, by=by)


def test_a_steward_chooses_the_charter_on_the_page(steward: Person, client: FlaskClient) -> None:
    factories.sign_in(client, steward)
    assert "Does this change the charter?" not in client.get("/rounds/new/vote").text
    version = proposed(steward)
    page = "/rounds/new/vote"
    assert f"version {version.number} would come into force" in client.get(page).text
    typed = {"title": "A better charter", "question": "Shall it be so?", "amends": str(version.number)}
    answer = client.post(page, data={"csrf_token": factories.csrf(client, page), **typed})
    assert answer.status_code == 303, answer.text
    shown = client.get("/rounds/a-better-charter").text
    assert f"Whether version {version.number} of the charter comes into force" in shown
    assert "two thirds" in shown
    again = client.get("/rounds/a-better-charter/edit").text
    assert f'selected value="{version.number}"' in again or f'value="{version.number}" selected' in again
