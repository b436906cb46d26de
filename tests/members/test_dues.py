"""Dues of one's own: chosen on joining, chosen anew at any time, nothing included; no vote depends on them."""

from __future__ import annotations

from importlib.resources import files

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


def any_sum() -> str:
    """The demo's charter, with pay what you can beside three tiers."""
    text = (files("fund.charter") / "presets" / "millrace.toml").read_text()
    return text.replace("tiers = [5, 25, 60]", "tiers = [3, 10, 25], pay_what_you_can = true")


def test_pay_what_you_can_takes_any_sum_that_is_named(app: Flask, client: FlaskClient) -> None:
    factories.adopt(text=any_sum())
    rosa = factories.member("Rosa")
    factories.sign_in(client, rosa)
    page = steps.text_of(client.get("/me/dues"))
    assert "as much as I can" in page
    assert "can come in parts" in page
    wrong = steps.post(client, "/me/dues", dues="own", dues_amount="")
    assert wrong.status_code == 422
    assert "or choose nothing" in steps.text_of(wrong)
    for typed in ("-4", "0", "1.234", "9" * 20, "ten"):
        wrong = steps.post(client, "/me/dues", dues="own", dues_amount=typed)
        assert wrong.status_code == 422
        assert f'value="{typed}"' in wrong.text
    assert recorded(rosa) == []
    assert steps.post(client, "/me/dues", dues="own", dues_amount="7.50").location == "/me/dues"
    assert recorded(rosa) == [("own", 750, "pledged")]
    assert 'value="7.50"' in client.get("/me/dues").text
    assert steps.post(client, "/me/dues", dues="tier-1", dues_amount="").status_code == 303
    assert recorded(rosa)[1:] == [("tier-1", 300, "pledged")]
    assert steps.post(client, "/me/dues", dues="zero", dues_amount="").status_code == 303
    assert recorded(rosa)[-1] == ("zero", 0, "received")


def test_without_pay_what_you_can_no_other_sum_is_taken(rosa: Person, client: FlaskClient) -> None:
    factories.sign_in(client, rosa)
    assert "dues_amount" not in client.get("/me/dues").text
    assert steps.post(client, "/me/dues", dues="own", dues_amount="7").status_code == 422
    with pytest.raises(Invalid):
        dues.choose("own", own_minor=700, by=factories.actor(rosa))
    assert recorded(rosa) == []


def test_a_sum_of_ones_own_is_named_on_joining(app: Flask, client: FlaskClient) -> None:
    factories.adopt(text=any_sum())
    assert steps.join(client, dues="own", dues_amount="").status_code == 422
    assert db.session.query(Contribution).count() == 0
    steps.join(client, dues="own", dues_amount="4")
    one = db.session.query(Contribution).one()
    assert (one.tier, one.amount_minor, one.state) == ("own", 400, "pledged")
