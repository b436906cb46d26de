"""C4: what a round leaves of its set-asides stays in their pots; on day 181 one is released, the other carried."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import select

from fund import db, jobs
from fund.audit.models import AuditEvent
from fund.awards import service as awards
from fund.charter import preset
from fund.decisions import service as decisions
from fund.decisions.models import Consent
from fund.foundation import service as foundation
from fund.ledger import reading, takeover
from fund.members.models import Person
from fund.pots import giving, invariants, releasing
from fund.pots.models import PotLot
from fund.rounds import service as rounds
from fund.rounds.models import Round
from tests import factories
from tests.ledger import money
from tests.worked import pages

LAND, YOUNG = "cash:pot-land-trust", "cash:pot-emerging-coops"


@pytest.fixture
def hands(app: Flask) -> list[Person]:
    """A federation: officers without a vote, four delegates and thirty residents."""
    factories.adopt("c4-coop-federation")
    officers = [factories.officer(name, class_code="friend") for name in ("Imani", "Dana")]
    for name, class_code, n in (("Delegate", "coop", 4), ("Resident", "resident", 30)):
        for number in range(n):
            factories.member(f"{name} {number}", class_code=class_code)
    return [*officers, factories.officer("Ruth", "steward", "treasurer", class_code="friend")]


def whole() -> None:
    """Every pot holds what it should, and the pool adds up."""
    db.session.rollback()
    assert [fault for _name, look in invariants.INVARIANTS for fault in look()] == []
    assert reading.money().adds_up


def decided(
    app: Flask, hands: list[Person], proposals: dict[str, int], groups: dict[str, list[str]], *, gift: int
) -> Round:
    """A round of 24,000 in which both chambers agree to everything."""
    round_ = pages.money_round(hands, "loan", proposals, budget_minor=2_400_000, gift_minor=gift, groups=groups)
    for person in db.session.query(Person).filter(Person.display_name.regexp_match("^(Delegate|Resident) ")).all():
        choices = [(f"mark-{title.lower().replace(' ', '-')}", "yes") for title in proposals]
        answer = pages.votes(pages.browser(app, person), round_, choices)
        assert "Your vote is cast" in answer.text
    pages.passes(days=15)
    pages.certified_and_published(app, round_, hands)
    pages.passes(days=4)
    assert rounds.get(round_.id).status == "final"
    return round_


def test_what_a_round_leaves_is_kept_and_on_day_181_one_pot_is_released_and_the_other_carried(
    app: Flask, hands: list[Person]
) -> None:
    round_ = pages.money_round(hands, "loan", {"Loan": 1_200_000}, budget_minor=2_400_000, gift_minor=2_400_000)
    assert money.held(f"cash:round-{round_.id}") == 1_200_000
    assert (
        money.held(f"cash:round-{round_.id}-land-trust")
        == money.held(f"cash:round-{round_.id}-emerging-coops")
        == 600_000
    )
    whole()
    pages.passes(days=40)
    assert rounds.get(round_.id).status == "lapsed"
    assert (money.held(LAND), money.held(YOUNG), money.held("cash:free")) == (600_000, 600_000, 1_200_000)
    day = db.session.query(PotLot.fed_on).first()[0]
    factories.until(day + dt.timedelta(days=179))
    assert jobs.tick() == []
    assert money.held(YOUNG) == 600_000, "day 180 is its last"
    factories.later(days=1)
    assert jobs.tick() == []
    assert (money.held(LAND), money.held(YOUNG), money.held("cash:free")) == (600_000, 0, 1_800_000)
    assert releasing.release_due() == 0, "once"
    assert db.session.query(AuditEvent).filter_by(act="pots.release").count() == 1
    page = pages.browser(app).get("/money/journal").text
    assert "Emerging co-ops: not used in its time, now open to all" in page
    whole()


def test_the_next_round_decides_about_what_was_carried_too(app: Flask, hands: list[Person]) -> None:
    first = pages.money_round(hands, "loan", {"Loan": 1_200_000}, budget_minor=2_400_000, gift_minor=2_400_000)
    pages.passes(days=40)
    second = pages.money_round(
        hands, "loan", {"Field": 900_000}, budget_minor=1_200_000, gift_minor=0, groups={"field": ["land-trust"]}
    )
    assert rounds.get(first.id).status == "lapsed"
    assert second.budget_minor == 1_200_000 + 1_200_000
    rules = rounds.rules(second)
    asides = {one["group"]: one["share"] for one in rules["set_asides"]}
    assert asides == {"land-trust": "900000/2400000", "emerging-coops": "900000/2400000"}
    assert money.held(f"cash:round-{second.id}-land-trust") == 900_000
    assert money.held(f"cash:round-{second.id}") == 600_000
    assert money.held(LAND) == money.held(YOUNG) == 0
    whole()
    pages.passes(days=40)
    assert (money.held(LAND), money.held(YOUNG)) == (900_000, 900_000)
    whole()


@pytest.mark.long
def test_an_award_is_paid_from_its_own_pot_first_and_what_comes_back_stays_set_aside(
    app: Flask, hands: list[Person]
) -> None:
    round_ = decided(app, hands, {"Field": 700_000, "Loan": 1_000_000}, {"field": ["land-trust"]}, gift=2_400_000)
    field, loan = sorted(awards.of_round(round_.id), key=lambda one: one.amount_minor)
    assert (money.held(f"cash:award-{field.id}"), money.held(f"cash:award-{loan.id}")) == (700_000, 1_000_000)
    assert (money.held(LAND), money.held(YOUNG)) == (0, 600_000)
    whole()
    pages.passes(days=31)
    assert money.held(LAND) == 600_000, "the offer was not taken up, and its part stays for land"
    whole()


def test_a_pot_that_is_not_whole_is_named(app: Flask, hands: list[Person]) -> None:
    pages.money_round(hands, "loan", {"Loan": 1_200_000}, budget_minor=2_400_000, gift_minor=2_400_000)
    with db.writing() as tx:
        lot = tx.session.query(PotLot).filter_by(pot_code="land-trust").one()
        lot.spent_minor, lot.left_minor = 100, lot.left_minor - 100
    db.session.rollback()
    (fault,) = invariants.pots_hold_what_is_left()
    assert "land-trust holds 600000, by what was put in, spent and released it is 599900" in fault


def test_a_class_that_decides_about_a_set_aside_is_asked_and_its_answer_opens_the_pot(app: Flask) -> None:
    text = preset("c4-coop-federation").text
    factories.adopt(text=text.replace('code = "land-trust"\n', 'code = "land-trust"\nwho_decides = "coop"\n', 1))
    people = [
        factories.officer(name, "steward", "treasurer", class_code="friend") for name in ("Imani", "Dana", "Wren")
    ]
    position = "what,account,name,amount\nbalance,cash:pot-land-trust,,300\nbalance,equity:fund,Own,300\n"
    takeover.bring("opening", position.encode(), on=foundation.today(), by=factories.actor(people[0]))
    ask = "/councils/ask?about=coop%7Cland-trust"
    sent = {"about": "coop|land-trust", "title": "The mill", "text": "Buy it for the trust.", "limit": "200"}
    client = pages.browser(app, people[0])
    assert "Nobody belongs to this class" in pages.send(client, ask, ask, sent).text
    for number in range(4):
        factories.member(f"Delegate {number}", class_code="coop")
    assert pages.send(client, ask, ask, sent).status_code == 303
    asked = db.session.scalars(select(Consent)).one()
    assert (asked.body_code, asked.seats, asked.quorum) == ("coop", 4, 3)
    page = f"/councils/{asked.id}"
    for present, words in (("2", "3 must be there"), ("5", "No more than 4")):
        assert words in pages.send(client, f"{page}/answer", page, {"present": present, "objections": "0"}).text
    assert pages.send(client, f"{page}/answer", page, {"present": "3", "objections": "0"}).status_code == 303
    db.session.rollback()
    number = db.session.scalars(select(Consent.decision_id)).one() or 0
    decisions.confirm(number, by=factories.actor(people[1]))
    given = giving.ask(giving.Ask("land-trust", number, "The land trust", 20_000), by=factories.actor(people[0]))
    assert given.decision_id == number
    whole()
