"""A round's page: first what a visitor needs now, the rest folded away, and all of it on paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import sync_playwright

from fund import db
from fund.proposals.models import Proposal
from fund.rounds import service as rounds
from fund.rounds.models import Round
from tests import factories
from tests.browsing import listening
from tests.proposals import makers
from tests.voting import stage


@pytest.fixture
def round_(app: Flask) -> Round:
    factories.adopt(text=stage.charter())
    steward = factories.officer()
    stage.people(24)
    return stage.opened(steward)


def test_what_one_needs_now_comes_before_how_it_all_works(round_: Round, client: FlaskClient) -> None:
    page = client.get(f"/rounds/{round_.slug}").text
    order = [
        "The text",
        "Next step",
        "Vote until",
        "What is decided",
        "Turnout against the quorum",
        "More about this round",
    ]
    assert [page.index(words) for words in order] == sorted(page.index(words) for words in order)
    folded = page.partition("More about this round")[2]
    assert folded.count('<details class="more part"><summary><h3>') == 3
    for words in ("When: every phase", "The rules of this round", "Who may vote, in numbers"):
        assert words in folded


def test_a_round_with_a_draw_of_its_own_names_no_other(app: Flask, client: FlaskClient) -> None:
    factories.adopt("millrace")
    by = factories.actor(factories.officer())
    round_ = rounds.create_round(rounds.NewRound("evening", "An evening", draw_source="Two dice"), by=by)
    page = client.get(f"/rounds/{round_.slug}").text
    assert "Two dice" in page
    assert "Where the draw comes from" not in page
    assert rounds.type_of(round_).count.draw_source not in page
    assert "The vote lasts" not in page, "the dates of this round stand on its page, not the charter's lengths"
    assert "The vote lasts" in client.get("/charter").text


def test_a_withdrawn_proposal_stays_to_be_seen_but_below_the_others(app: Flask, client: FlaskClient) -> None:
    factories.adopt("millrace")
    round_ = makers.money_round()
    stays, goes = makers.handed_in(round_), makers.handed_in(round_, title="Candles")
    with db.writing() as tx:
        for proposal, state in ((stays, "admitted"), (goes, "withdrawn")):
            row = tx.lock(Proposal, proposal.id)
            row.state, row.admitted_at = state, tx.now()
    shown, _, folded = client.get(f"/rounds/{round_.slug}").text.partition("1 proposal was withdrawn")
    assert stays.title in shown
    assert goes.title not in shown
    assert goes.title in folded


@pytest.mark.browser
def test_what_is_folded_away_stands_on_paper(app: Flask, round_: Round, site: str) -> None:
    path = factories.chromium()
    if path is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=path, args=factories.CHROMIUM_ARGUMENTS)
        page = browser.new_page(java_script_enabled=False, viewport={"width": 375, "height": 667})
        page.goto(f"{site}/rounds/{round_.slug}")
        rules = page.get_by_text("Two stewards without a conflict certify the result.")
        assert not rules.is_visible()
        page.get_by_text("The rules of this round").click()
        assert rules.is_visible()
        page.reload()
        page.emulate_media(media="print")
        assert rules.is_visible()
        assert page.get_by_role("heading", name="The rules of this round").is_visible()
        browser.close()


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """The pages on a port of this machine."""
    with listening(app) as address:
        yield address
