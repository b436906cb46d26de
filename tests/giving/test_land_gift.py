"""The voluntary land gift: a scale its receivers set, any amount or none, and where each gift goes (FIELD C6)."""

from __future__ import annotations

import re
import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient

from fund import db
from fund.errors import Invalid, NotFound
from fund.foundation import service as foundation
from fund.giving import land, scale
from fund.giving.scale import Step, WrongLine
from fund.ledger import contributions
from fund.ledger.models import Contribution
from fund.members.models import Person
from tests import factories
from tests.ledger import money
from tests.notes import terms
from tests.pots.test_pools import consented
from tests.worked import pages

SCALE = """Renting a home with one bedroom = 60
Renting, two bedrooms = 90
Owning, one bedroom = $120.00
A business = 0.25 % of revenue, at least 150"""


def whole(text: str) -> int:
    """An amount in whole units, as minor units."""
    return int(text.strip().removeprefix("$").removesuffix(".00")) * 100


@pytest.fixture
def hands(app: Flask) -> list[Person]:
    """The land fund and two who may handle money."""
    factories.adopt("c6-land-return")
    return [factories.officer(n, "steward", "treasurer", class_code="neighbour") for n in ("Imani", "Dana")]


def recorded(app: Flask, hands: list[Person]) -> FlaskClient:
    """The scale, recorded on the page on a decision of the council."""
    decision = consented(factories.actor(hands[0]), factories.actor(hands[1])).id
    client = pages.browser(app, hands[0])
    form = {"receivers": "The circle", "scale": SCALE, "words": "With thanks.", "decision": str(decision)}
    assert pages.send(client, "/land-gift/scale", "/land-gift/scale", form).status_code == 303
    return client


def promises(who: Person) -> list[tuple[int, str]]:
    """What somebody promised, oldest first."""
    db.session.rollback()
    rows = db.session.query(Contribution).filter_by(person_id=who.id, kind="land_tax").order_by(Contribution.id)
    return [(one.amount_minor, one.state) for one in rows]


def words(text: str) -> str:
    """The words of a page."""
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_a_scale_is_read_line_by_line() -> None:
    steps = scale.read(SCALE, whole)
    assert steps[0] == Step("Renting a home with one bedroom", 6_000)
    assert steps[3] == Step("A business", 15_000, 25)
    assert [steps[3].of_revenue(minor) for minor in (0, 6_000_000, 6_000_400, 10_000_000)] == [
        15_000,
        15_000,
        15_001,
        25_000,
    ]
    assert scale.restored(scale.stored(steps)) == steps
    assert scale.read("a = b = 1.5%", whole) == [Step("a = b", 0, 150)]


@pytest.mark.parametrize(
    "line",
    ["60", "= 60", "a =", "a = x", "a = 0", "a = 0%", "a = 100%", "a = 0.125%", "x" * 81 + " = 1", "a = 5% at least x"],
)
def test_a_line_that_is_no_step_is_named(line: str) -> None:
    with pytest.raises(WrongLine) as wrong:
        scale.read(f"Renting = 60\n\n{line}", whole)
    assert wrong.value.line == 3


def test_the_scale_is_shown_only_once_its_receivers_set_it(app: Flask, hands: list[Person]) -> None:
    visitor = pages.browser(app)
    before = words(visitor.get("/land-gift").text)
    assert "have not set a scale yet" in before
    assert "100 % of every land gift goes to: Indigenous-led pool. Who decides about it: The council" in before
    assert "50 % of that is kept for buying land" in before
    recorded(app, hands)
    shown = words(visitor.get("/land-gift").text)
    for step in (
        "Renting a home with one bedroom: $60 a year",
        "0.25 % of a year’s revenue, at least $150",
        "The circle",
    ):
        assert step in shown
    assert "any other amount is as good" in shown.lower()
    assert "enrol" not in shown
    assert "/land-gift" in visitor.get("/pots").text


def test_a_scale_rests_on_a_confirmed_decision_of_the_council(app: Flask, hands: list[Person]) -> None:
    one, two = (factories.actor(each) for each in hands)
    rule = terms.decided("standing_rule", by=one, second=two).id
    with pytest.raises(Invalid):
        land.record(land.NewScale("The circle", [Step("a", 1)], "", rule), by=one)
    client = pages.browser(app, hands[0])
    assert "none yet" in words(client.get("/land-gift/scale").text)
    decision = consented(one, two).id
    form = {"receivers": "The circle", "scale": "Renting = 60\nnothing", "decision": str(decision)}
    wrong = pages.send(client, "/land-gift/scale", "/land-gift/scale", form)
    assert wrong.status_code == 422
    assert "Line 2 is no step" in wrong.text
    assert "Renting = 60" in wrong.text
    assert land.current() is None


def test_a_giver_picks_a_step_or_names_any_amount(app: Flask, hands: list[Person]) -> None:
    recorded(app, hands)
    rosa = factories.member("Rosa", class_code="contributor")
    client = pages.browser(app, rosa)

    def give(**form: str) -> int:
        return int(pages.send(client, "/land-gift", "/land-gift", form).status_code)

    assert give() == 422
    assert give(step="own") == 422
    assert give(step="own", amount="-5") == 422
    assert give(step="9") == 422
    assert promises(rosa) == []
    assert give(step="1") == 303
    assert give(step="3", revenue="100000") == 303
    assert give(step="own", amount="7.25") == 303
    assert promises(rosa) == [(9_000, "void"), (25_000, "void"), (725, "pledged")]
    assert "You promised $7.25" in words(client.get("/land-gift").text)
    assert pages.send(client, "/land-gift/withdraw", "/land-gift", {}).status_code == 303
    assert promises(rosa)[-1] == (725, "void")


def test_a_land_gift_that_came_goes_where_the_charter_says(app: Flask, hands: list[Person]) -> None:
    rosa = factories.member("Rosa", class_code="contributor")
    given = land.give(12_000, by=factories.actor(rosa)).id
    assert money.held("cash:pot-indigenous-led") == 0
    contributions.receive(given, on=foundation.today(), entry_id=uuid.uuid4(), by=factories.actor(hands[0]))
    assert (money.held("cash:pot-indigenous-led"), money.held("cash:pot-indigenous-led-land")) == (6_000, 6_000)
    assert money.held("cash:free") == 0
    land.give(100, by=factories.actor(rosa))
    assert promises(rosa) == [(12_000, "received"), (100, "pledged")]


def test_a_fund_without_a_land_gift_has_no_such_page(client: FlaskClient) -> None:
    factories.adopt()
    assert client.get("/land-gift").status_code == 404
    with pytest.raises(NotFound):
        land.give(100, by=factories.actor(factories.member("Rosa")))
