"""Terms on their pages: who was chosen how, handing over with what the next must know, and what everybody reads of it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fund import db
from fund.errors import Invalid, WrongState
from fund.foundation import service as foundation
from fund.members.models import Person
from fund.permissions import Role
from fund.stewards import desk
from fund.stewards import service as stewards
from fund.stewards.models import StewardTerm
from tests import factories
from tests.members import steps

NOTE = "The key of the box hangs behind the clock."
CHOSEN = {"role": "steward", "selected_by": "vote", "selected_how": "Meeting of 3 May, 21 to 2", "months": ""}


@pytest.fixture
def imani(app: Flask) -> Person:
    """A steward in a fund with the demo's charter, beside two others."""
    factories.adopt()
    factories.officer("Dana")
    factories.officer("Walter")
    return factories.officer("Imani")


def term_of(who: Person) -> StewardTerm:
    """A person's newest term."""
    db.session.rollback()
    found = db.session.query(StewardTerm).filter_by(person_id=who.id).order_by(StewardTerm.id.desc()).first()
    assert found is not None
    return found


def test_nobody_is_chosen_by_accident_and_how_somebody_was_chosen_is_public(imani: Person, client: FlaskClient) -> None:
    rosa, day = factories.member("Rosa"), foundation.today().isoformat()
    factories.sign_in(client, imani)
    path = "/stewards/terms/new"
    empty = steps.post(client, path, **CHOSEN, person="", starts_on="31/12/2026")
    assert empty.status_code == 422
    shown = steps.text_of(empty)
    for words in ("Choose a person.", "Please write the day as year-month-day", 'value="31/12/2026"', "21 to 2"):
        assert words in shown
    assert steps.post(client, path, **CHOSEN, person="x", starts_on=day).status_code == 422
    assert steps.post(client, path, **CHOSEN, person=rosa.id, starts_on=day).status_code == 303
    assert Role.STEWARD in factories.actor(rosa).roles
    public = steps.text_of(client.application.test_client().get("/stewards"))
    assert "Meeting of 3 May, 21 to 2" in public


def test_what_is_handed_over_is_read_by_who_serves_and_who_takes_over(imani: Person, client: FlaskClient) -> None:
    rosa, bo = factories.member("Rosa"), factories.member("Bo")
    walter = db.session.query(Person).filter_by(display_name="Walter").one()
    factories.sign_in(client, imani)
    path = f"/stewards/terms/{term_of(walter).id}/end"
    said = {"reason": "Moves to the coast", "note": NOTE}
    assert steps.post(client, path, **{**said, "reason": " "}).status_code == 422
    assert steps.post(client, path, **said, handed_to=rosa.id).status_code == 303
    assert Role.STEWARD not in factories.actor(walter).roles
    with pytest.raises(WrongState):
        stewards.end_term(term_of(walter).id, reason="again", by=factories.actor(imani))
    for who, reads in ((imani, True), (rosa, True), (bo, False)):
        factories.sign_in(client, who)
        shown = steps.text_of(client.get("/stewards"))
        assert ((NOTE in shown), ("Moves to the coast" in shown)) == (reads, reads), who.display_name
        assert "Walter" in shown, "that a term ended is public"
    assert NOTE not in steps.text_of(client.application.test_client().get("/stewards"))
    assert [item.url for item in desk.mine(factories.actor(rosa))] == ["/stewards#earlier"]
    assert desk.mine(factories.actor(bo)) == []
    factories.later(days=31)
    assert desk.mine(factories.actor(rosa)) == []


def test_a_term_that_ran_out_stands_among_the_earlier_ones(imani: Person, client: FlaskClient) -> None:
    assert stewards.earlier() == []
    factories.later(days=400)
    page = steps.text_of(client.get("/stewards"))
    assert "as planned" in page
    assert len(stewards.earlier()) == 3


def test_two_stewards_stay(imani: Person) -> None:
    by = factories.actor(imani)
    walter, dana = (db.session.query(Person).filter_by(display_name=name).one() for name in ("Walter", "Dana"))
    stewards.end_term(term_of(walter).id, reason="tired", recalled=True, by=by)
    with pytest.raises(Invalid, match="at least two"):
        stewards.end_term(term_of(dana).id, reason="tired", by=by)
