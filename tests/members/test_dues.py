"""Dues of one's own: chosen on joining, chosen anew at any time, nothing included; no vote depends on them."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fund import db
from fund.errors import Invalid, WrongState
from fund.ledger.models import Contribution
from fund.members import dues, interrupting
from fund.members.models import Person
from tests import factories
from tests.members import steps
from tests.members.test_attacks import at_once


@pytest.fixture
def rosa(app: Flask) -> Person:
    """A member in a fund with the demo's charter, who has chosen nothing yet."""
    factories.adopt()
    return factories.member("Rosa")


def recorded(who: Person) -> list[tuple[str | None, int, str]]:
    """Tier, amount and state of what a person chose, oldest first."""
    db.session.rollback()
    rows = db.session.query(Contribution).filter_by(person_id=who.id).order_by(Contribution.id)
    return [(row.tier, row.amount_minor, row.state) for row in rows]


def test_a_member_chooses_another_tier_and_nothing_too(rosa: Person, client: FlaskClient) -> None:
    factories.sign_in(client, rosa)
    before = factories.actor(rosa).roles
    for tier in ("tier-2", "tier-1", "tier-1"):
        assert steps.post(client, "/me/dues", dues=tier).location == "/me/dues"
    assert recorded(rosa) == [("tier-2", 2500, "void"), ("tier-1", 500, "pledged")]
    assert 'checked id="dues-0"' in steps.text_of(client.get("/me/dues")), "what was chosen last stands there"
    assert steps.post(client, "/me/dues", dues="zero").status_code == 303
    assert recorded(rosa)[1:] == [("tier-1", 500, "void"), ("zero", 0, "received")]
    assert steps.post(client, "/me/dues", dues="hours").status_code == 303
    assert recorded(rosa)[-1] == ("hours", 0, "pledged")
    assert factories.actor(rosa).roles == before


def test_what_was_received_stays(rosa: Person) -> None:
    by = factories.actor(rosa)
    dues.choose("tier-1", by=by)
    with db.writing() as tx:
        row = tx.session.query(Contribution).filter_by(person_id=rosa.id).one()
        row.amount_minor, row.state = 0, "received"
    dues.choose("tier-2", by=by)
    assert [state for _tier, _amount, state in recorded(rosa)] == ["received", "pledged"]


def test_a_tier_that_is_not_there_and_people_without_dues(rosa: Person, client: FlaskClient) -> None:
    with pytest.raises(Invalid):
        dues.choose("tier-9", by=factories.actor(rosa))
    with pytest.raises(WrongState):
        dues.choose("zero", by=factories.actor(factories.person("Nobody")))
    factories.sign_in(client, rosa)
    answer = steps.post(client, "/me/dues")
    assert answer.status_code == 422
    assert "nothing is a choice too" in steps.text_of(answer)
    factories.sign_in(client, factories.person("Guest"))
    page = client.get("/me/dues")
    assert page.status_code == 200
    assert 'name="dues"' not in steps.text_of(page)


def test_many_choices_at_once_leave_one_promise(app: Flask, rosa: Person) -> None:
    by = factories.actor(rosa)
    db.session.remove()
    at_once(app, lambda n: dues.choose(("tier-1", "tier-2", "hours")[n % 3], by=by), hands=9)
    assert [state for _tier, _amount, state in recorded(rosa)].count("pledged") == 1


def test_who_is_suspended_reads_what_was_given_in_words_and_chooses_nothing(rosa: Person, client: FlaskClient) -> None:
    dues.choose("tier-1", by=factories.actor(rosa))
    imani, membership = factories.officer("Imani"), steps.membership_of(rosa.id)
    interrupting.suspend(membership.id, reason="A quarrel", by=factories.actor(imani))
    factories.sign_in(client, rosa)
    page = steps.text_of(client.get("/me/dues"))
    assert "$5 a year" in page
    assert 'name="dues"' not in page
    with pytest.raises(WrongState):
        dues.choose("zero", by=factories.actor(rosa))
