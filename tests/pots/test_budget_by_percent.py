"""C3: a round decides 60 percent of the dues that came in, and none opens with less than 1,500."""

from __future__ import annotations

import pytest
from flask import Flask

from fund import db
from fund.errors import Invalid, WrongState
from fund.foundation import service as foundation
from fund.ledger import service as ledger
from fund.ledger.contributions import NewContribution
from fund.permissions import Actor
from fund.pots.available import budget_minor
from fund.rounds import service as rounds
from fund.rounds.models import Round
from tests import factories
from tests.ledger import money
from tests.worked import pages

ONE = {"A": 100_000}


@pytest.fixture
def imani(app: Flask) -> Actor:
    """A treasurer and steward of the bookshop."""
    factories.adopt("c3-bookshop-sustainers")
    for n in range(12):
        factories.member(f"Voter {n}", class_code="sustainer")
    return factories.actor(factories.officer("Imani", "steward", "treasurer", class_code="friend"))


def dues(amount_minor: int, *, by: Actor) -> None:
    """Dues that came in."""
    ledger.record_contribution(NewContribution("dues", foundation.today(), amount_minor), by=by)


def reckoned() -> int:
    """What the next quarterly round would decide, in minor units."""
    type_ = foundation.current_charter().round_type("quarterly")
    with db.writing() as tx:
        return budget_minor(tx, type_, earlier=[one.id for one in tx.session.query(Round)])


def test_sixty_percent_of_dues_and_nothing_of_gifts(imani: Actor) -> None:
    dues(500_000, by=imani)
    money.gift(900_000, by=imani)
    assert reckoned() == 300_000
    round_ = rounds.create_round(rounds.NewRound("quarterly", "Autumn", draw_source="Three dice"), by=imani)
    assert round_.budget_minor == 300_000


def test_dues_count_once_and_what_is_left_over_counts_again(app: Flask, imani: Actor) -> None:
    officers = [factories.officer("Dana", "steward", "treasurer", class_code="friend")]
    dues(500_000, by=imani)
    round_ = pages.money_round(officers, "quarterly", ONE, gift_minor=0)
    assert money.held(f"cash:round-{round_.id}") == 300_000
    assert reckoned() == 0, "what this round holds is not there twice"
    dues(100_000, by=imani)
    assert reckoned() == 60_000
    pages.passes(days=30)
    assert rounds.get(round_.id).status == "lapsed"
    assert reckoned() == 360_000, "nobody voted, so all of it is there for the next"


def test_a_round_is_not_frozen_with_less_than_the_least(imani: Actor) -> None:
    officers = [factories.officer("Dana", "steward", "treasurer", class_code="friend")]
    dues(249_999, by=imani)
    with pytest.raises(
        WrongState, match=r"There is \$1,499\.99 for this round, and it opens with no less than \$1,500"
    ):
        pages.money_round(officers, "quarterly", ONE, gift_minor=0)
    dues(1, by=imani)
    assert pages.money_round(officers, "quarterly", ONE, gift_minor=0).budget_minor == 150_000


def test_the_budget_is_never_more_than_what_is_there(imani: Actor) -> None:
    dues(500_000, by=imani)
    money.cost(350_000, money.rule_for_costs(), by=imani)
    assert reckoned() == 150_000


def test_a_stated_budget_is_refused_where_the_charter_reckons_it(imani: Actor) -> None:
    with pytest.raises(Invalid, match="The charter states how this budget is reckoned"):
        rounds.create_round(rounds.NewRound("quarterly", "Autumn", budget_minor=500_000), by=imani)


def test_a_reserve_is_kept_back_first(app: Flask) -> None:
    text = (
        'format = "charter/1"\n[fund]\nname = "F"\n[[round_types]]\ncode = "a"\nname = "A"\npercent_of_available = 50\n'
        "reserve_percent = 10\n[amend]\nmethod = 'stewards'\n"
    )
    factories.adopt(text=text)
    money.gift(100_001, by=money.treasurer())
    type_ = foundation.current_charter().round_type("a")
    with db.writing() as tx:
        assert budget_minor(tx, type_, earlier=[]) == (100_001 - 10_001) // 2


def test_a_budget_beyond_what_is_there_is_refused_with_both_sums(app: Flask) -> None:
    factories.adopt()
    money.gift(100_000, by=money.treasurer())
    with (
        db.writing() as tx,
        pytest.raises(Invalid, match=r"The fund has 1,000 USD free, and this round needs 1,000.01 USD"),
    ):
        ledger.reserve_for_round(tx, 1, 100_001)
