"""Memberships that stand still: suspended with a reason, lapsed, taken up again; objecting, and what it does to a vote."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError

from fund import db
from fund.db.outbox import OutboxMessage
from fund.errors import Forbidden, Invalid, WrongState
from fund.members import desk, interrupting, registrar, service
from fund.members.models import Membership, Person
from fund.permissions import Role
from tests import factories
from tests.members import steps
from tests.voting import stage


@pytest.fixture
def imani(app: Flask) -> Person:
    """A steward in a fund with the demo's charter."""
    factories.adopt()
    return factories.officer("Imani")


def electors() -> set[int]:
    """Who would stand on a roll fixed now."""
    with db.writing() as tx:
        return {row.person_id for row in service.electorate(tx, ["member"], tx.now())}


def browser_of(client: FlaskClient, who: Person) -> FlaskClient:
    """A browser of its own for somebody."""
    made = client.application.test_client()
    factories.sign_in(made, who)
    return made


def test_a_suspended_member_hears_why_objects_and_another_steward_answers(imani: Person, client: FlaskClient) -> None:
    dana, rosa = factories.officer("Dana"), factories.member("Rosa", email="rosa@example.org")
    membership = steps.membership_of(rosa.id)
    page, own, other = browser_of(client, imani), browser_of(client, rosa), browser_of(client, dana)
    path = f"/members/{rosa.id}/{membership.id}/suspend"
    assert "Rosa" in steps.text_of(page.get(path))
    assert steps.post(page, path, reason="  ").status_code == 422
    assert steps.post(page, path, reason="Voted in somebody else's name").status_code == 303
    assert steps.last_message("membership_suspended").facts["reason"] == "Voted in somebody else's name"
    assert rosa.id not in electors()
    assert Role.MEMBER not in factories.actor(rosa).roles
    shown = steps.text_of(own.get("/me/membership"))
    assert "Voted in somebody else&#39;s name" in shown
    objection = f"/me/membership/{membership.id}/object"
    assert steps.post(own, objection, "/me/membership", text=" ").status_code == 422
    assert steps.post(own, objection, "/me/membership", text="It was my own").status_code == 303
    assert steps.post(own, objection, "/me/details", text="again").status_code == 409
    answer = f"/members/{rosa.id}/{membership.id}/objection"
    assert page.get(answer).status_code == 403, "who suspended does not answer"
    with pytest.raises(Forbidden, match="another steward"):
        interrupting.answer_objection(membership.id, grant=False, answer="no", by=factories.actor(imani))
    assert [item.url for item in desk.waiting(factories.actor(dana))] == ["/members/queue"]
    assert "It was my own" in steps.text_of(other.get("/members/queue"))
    assert "It was my own" in steps.text_of(other.get(answer))
    assert steps.post(other, answer, decision="grant", answer="").status_code == 422
    assert steps.post(other, answer, decision="grant", answer="We looked it up").status_code == 303
    assert steps.membership_of(rosa.id).state == "active"
    assert rosa.id in electors()
    assert steps.last_message("objection_answered").facts["answer"] == "We looked it up"


def test_a_suspension_that_stands_can_still_be_ended_by_a_steward(imani: Person, client: FlaskClient) -> None:
    dana, rosa = factories.officer("Dana"), factories.member("Rosa")
    number = steps.membership_of(rosa.id).id
    interrupting.suspend(number, reason="Threatened a neighbour", by=factories.actor(imani))
    interrupting.object_to(number, text="No", by=factories.actor(rosa))
    interrupting.answer_objection(number, grant=False, answer="Three people saw it", by=factories.actor(dana))
    assert steps.membership_of(rosa.id).state == "suspended"
    with pytest.raises(WrongState):
        interrupting.object_to(number, text="once more", by=factories.actor(rosa))
    with pytest.raises(WrongState):
        registrar.leave(number, by=factories.actor(rosa))
    page = browser_of(client, dana)
    assert steps.post(page, f"/members/{rosa.id}/{number}/take-up", reason="They made peace").status_code == 303
    again = steps.membership_of(rosa.id)
    assert (again.state, again.ended_reason, again.ended_by) == ("active", None, None)
    interrupting.suspend(number, reason="Again", by=factories.actor(dana))
    assert interrupting.may_object(steps.membership_of(rosa.id)), "each suspension has its own objection"


def test_a_lapsed_membership_is_taken_up_again_or_left(imani: Person, client: FlaskClient) -> None:
    rosa, page = factories.member("Rosa"), browser_of(client, imani)
    number = steps.membership_of(rosa.id).id
    assert steps.post(page, f"/members/{rosa.id}/{number}/lapse", reason="Moved to Quarry").status_code == 303
    assert rosa.id not in electors()
    own = browser_of(client, rosa)
    shown = steps.text_of(own.get("/me/membership"))
    assert "Moved to Quarry" in shown
    assert "Any steward can take it up again" in shown
    assert "Moved to Quarry" in steps.text_of(page.get(f"/members/{rosa.id}"))
    assert "lapsed" in steps.text_of(own.get("/me"))
    with pytest.raises(WrongState):
        interrupting.object_to(number, text="no", by=factories.actor(rosa))
    interrupting.take_up(number, reason="Back in town", by=factories.actor(imani))
    assert rosa.id in electors()
    interrupting.let_lapse(number, reason="Moved away", by=factories.actor(imani))
    assert steps.post(own, f"/me/membership/{number}/leave").status_code == 303
    assert steps.membership_of(rosa.id).state == "left"


def test_waiting_days_go_on_where_they_were(imani: Person) -> None:
    rosa = factories.person("Rosa")
    with db.writing() as tx:
        now = tx.now()
        row = tx.add(Membership(
            person_id=rosa.id, class_code="member", basis="lives", state="verified", applied_at=now, verified_at=now,
            verified_how="vouched", voting_from=now + dt.timedelta(days=14),
        ))  # fmt: skip
    interrupting.suspend(row.id, reason="Not sure who this is", by=factories.actor(imani))
    assert interrupting.take_up(row.id, reason="Seen", by=factories.actor(imani)).state == "verified"
    interrupting.let_lapse(row.id, reason="Gone", by=factories.actor(imani))
    factories.later(days=15)
    assert interrupting.take_up(row.id, reason="Back", by=factories.actor(imani)).state == "active"


def test_nobody_stops_themselves_and_nothing_stands_still_without_a_reason(imani: Person, client: FlaskClient) -> None:
    own, rosa = steps.membership_of(imani.id), factories.member("Rosa")
    by = factories.actor(imani)
    for verb in (interrupting.suspend, interrupting.let_lapse):
        with pytest.raises(Forbidden):
            verb(own.id, reason="tired", by=by)
        with pytest.raises(Invalid):
            verb(steps.membership_of(rosa.id).id, reason=" ", by=by)
        with pytest.raises(Forbidden):
            verb(own.id, reason="revenge", by=factories.actor(rosa))
    with pytest.raises(WrongState):
        interrupting.take_up(steps.membership_of(rosa.id).id, reason="why not", by=by)
    with pytest.raises(IntegrityError, match="interruption_has_a_reason"), db.writing() as tx:
        tx.lock(Membership, own.id).state = "suspended"
    page = browser_of(client, imani)
    assert page.get(f"/members/{imani.id}/{own.id}/suspend").status_code == 403
    assert page.get(f"/members/{imani.id}/{steps.membership_of(rosa.id).id}/suspend").status_code == 404


def test_who_stands_on_a_fixed_roll_is_not_kept_from_voting(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward = factories.officer()
    people = stage.people(24)
    round_ = stage.opened(steward)
    by = factories.actor(steward)
    for one in people[:2]:
        interrupting.suspend(steps.membership_of(one.id).id, reason="A quarrel", by=by)
    receipt = stage.cast(people[0], round_)
    assert receipt.cast_n == 1
    assert not electors() & {people[0].id, people[1].id}, "the next roll is without them"


def test_reasons_are_sent_and_are_not_in_the_log(imani: Person) -> None:
    from fund.audit.models import AuditEvent

    rosa = factories.member("Rosa")
    interrupting.suspend(steps.membership_of(rosa.id).id, reason="A private matter", by=factories.actor(imani))
    rows = db.session.query(AuditEvent).filter(AuditEvent.act == "member.suspend").all()
    assert len(rows) == 1
    assert all("private matter" not in str(vars(row)) for row in rows)
    assert db.session.query(OutboxMessage).filter_by(kind="membership_suspended").count() == 1
