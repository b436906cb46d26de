"""Terms on their pages: who was chosen how, handing over with what the next must know, and what everybody reads of it."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fund import db
from fund.db.outbox import OutboxMessage
from fund.errors import Forbidden, Invalid, WrongState
from fund.foundation import service as foundation
from fund.members.models import Person
from fund.permissions import Role
from fund.stewards import confirming, desk, ending
from fund.stewards import service as stewards
from fund.stewards.ending import Ending
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


def the(name: str) -> Person:
    """The person of this name."""
    return db.session.query(Person).filter_by(display_name=name).one()


def record(who: Person, by: Person, role: str = "steward") -> StewardTerm:
    """Record that somebody was elected today."""
    return stewards.begin_term(
        who.id, role=role, selected_by="vote", selected_how="Meeting of 3 May", starts_on=foundation.today(),
        by=factories.actor(by),
    )  # fmt: skip


def test_nobody_gives_an_office_alone(imani: Person, client: FlaskClient) -> None:
    """A steward who could make a friend a steward alone could certify and pay as two."""
    friend = factories.member("Friend")
    term = record(friend, imani)
    assert (term.state, factories.actor(friend).has(Role.STEWARD)) == ("nominated", False)
    factories.sign_in(client, imani)
    page = steps.text_of(client.get("/stewards"))
    assert "Waits for a second person: Friend" in page
    assert f"/stewards/terms/{term.id}/confirm" not in page, "not for the one who recorded it"
    assert steps.post(client, f"/stewards/terms/{term.id}/confirm", "/me/details").status_code == 403
    for who in (imani, friend):
        with pytest.raises(Forbidden):
            confirming.confirm(term.id, by=factories.actor(who))
    assert "Friend" not in steps.text_of(client.application.test_client().get("/stewards"))
    dana = the("Dana")
    assert [item.url for item in desk.waiting(factories.actor(dana))] == ["/stewards"]
    assert desk.waiting(factories.actor(imani)) == []
    with pytest.raises(Invalid, match="waits to be confirmed"):
        record(friend, dana)
    factories.sign_in(client, dana)
    assert steps.post(client, f"/stewards/terms/{term.id}/confirm", "/stewards").status_code == 303
    assert factories.actor(friend).has(Role.STEWARD)
    assert steps.last_message("term_began").person_id == friend.id
    with pytest.raises(WrongState):
        confirming.confirm(term.id, by=factories.actor(the("Walter")))


def test_control_with_nobody_else_left_a_term_counts_at_once(app: Flask) -> None:
    factories.adopt()
    alone, friend = factories.officer("Imani"), factories.member("Friend")
    assert record(friend, alone).state == "serving", "a fund of one steward can grow again"
    assert record(alone, alone, "auditor").state == "nominated", "and from then on it takes two"


def test_what_is_not_confirmed_can_be_dropped(imani: Person, client: FlaskClient) -> None:
    friend = factories.member("Friend")
    term = record(friend, imani)
    factories.sign_in(client, the("Walter"))
    assert steps.post(client, f"/stewards/terms/{term.id}/drop", "/stewards").status_code == 303
    assert confirming.waiting() == []
    again = record(friend, the("Dana"))
    with pytest.raises(Forbidden):
        confirming.confirm(again.id, by=factories.actor(the("Dana")))
    confirming.confirm(again.id, by=factories.actor(imani))
    with pytest.raises(WrongState):
        confirming.drop(again.id, by=factories.actor(imani))


def test_whose_term_another_ends_is_told_why(imani: Person) -> None:
    term = term_of(the("Walter"))
    ending.end(term.id, Ending("Not seen since May"), by=factories.actor(imani))
    ending.confirm(term.id, by=factories.actor(the("Dana")))
    mail = steps.last_message("term_ended")
    assert (mail.person_id, mail.facts["reason"]) == (the("Walter").id, "Not seen since May")


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
    confirming.confirm(term_of(rosa).id, by=factories.actor(the("Dana")))
    assert Role.STEWARD in factories.actor(rosa).roles
    public = steps.text_of(client.application.test_client().get("/stewards"))
    assert "Meeting of 3 May, 21 to 2" in public


def test_what_is_handed_over_is_read_by_who_serves_and_who_takes_over(imani: Person, client: FlaskClient) -> None:
    rosa, bo = factories.member("Rosa"), factories.member("Bo")
    walter = the("Walter")
    factories.sign_in(client, walter)
    path = f"/stewards/terms/{term_of(walter).id}/end"
    said = {"reason": "Moves to the coast", "note": NOTE}
    assert steps.post(client, path, **{**said, "reason": " "}).status_code == 422
    assert steps.post(client, path, **said, handed_to=rosa.id).status_code == 303
    assert Role.STEWARD not in factories.actor(walter).roles
    with pytest.raises(WrongState):
        ending.end(term_of(walter).id, Ending("again"), by=factories.actor(imani))
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
    walter, dana = the("Walter"), the("Dana")
    ending.end(term_of(walter).id, Ending("tired"), by=factories.actor(walter))
    with pytest.raises(Invalid, match="at least two"):
        ending.end(term_of(dana).id, Ending("tired"), by=factories.actor(imani))


def test_nobody_ends_the_term_of_another_alone(imani: Person, client: FlaskClient) -> None:
    walter, dana, treasurer = the("Walter"), the("Dana"), factories.officer("Theo", "treasurer")
    path = f"/stewards/terms/{term_of(walter).id}/end"
    factories.sign_in(client, imani)
    assert steps.post(client, path, reason="He talks too much", recalled="y").status_code == 303
    assert Role.STEWARD in factories.actor(walter).roles, "while it waits the term runs on"
    assert steps.post(client, f"{path}/confirm").status_code == 403, "who asked is not the second person"
    assert steps.post(client, path, reason="Once more").status_code == 409
    factories.sign_in(client, treasurer)
    assert steps.post(client, f"{path}/confirm").status_code == 403
    factories.sign_in(client, dana)
    assert "Confirm that the term of Walter (Steward) ends" in steps.text_of(client.get("/steward"))
    assert steps.post(client, f"{path}/keep").status_code == 303
    assert (term_of(walter).end_asked_by, term_of(walter).ended_reason) == (None, None)
    assert steps.post(client, f"{path}/confirm").status_code == 409, "nothing is asked for any more"


@pytest.mark.parametrize(("second", "told"), [("Dana", True), ("Walter", False)])
def test_another_or_the_holder_agrees_that_a_term_ends(imani: Person, second: str, told: bool) -> None:
    walter = the("Walter")
    term = term_of(walter)
    ending.end(term.id, Ending("Recalled by the assembly", recalled=True), by=factories.actor(imani))
    ending.confirm(term.id, by=factories.actor(the(second)))
    assert (term_of(walter).state, Role.STEWARD in factories.actor(walter).roles) == ("recalled", False)
    assert db.session.query(OutboxMessage).filter_by(kind="term_ended").count() == int(told)


def test_a_treasurer_steps_down_and_touches_nobody_else(imani: Person, client: FlaskClient) -> None:
    treasurer = factories.officer("Theo", "treasurer")
    factories.sign_in(client, treasurer)
    assert steps.post(client, f"/stewards/terms/{term_of(imani).id}/end", reason="x").status_code == 403
    assert steps.post(client, f"/stewards/terms/{term_of(treasurer).id}/end", reason="Moves away").status_code == 303
    assert term_of(treasurer).state == "ended"
