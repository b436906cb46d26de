"""Knapsack, points and the pages beside them in a browser: the budget fills up, points run out, nothing is too wide."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from fund.members.models import Person
from fund.voting import service as voting
from tests import factories
from tests.browsing import browser, listening
from tests.voting import stage

pytestmark = [pytest.mark.browser, pytest.mark.timeout(200)]
ASKS = {"alpha": 40_000, "beta": 35_050, "gamma": 30_000}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    with listening(app) as address:
        yield address


def page_of(app: Flask, chromium: Browser, site: str, person: Person, *, scripts: bool = True) -> Page:
    client: Any = app.test_client()
    factories.sign_in(client, person)
    context = chromium.new_context(viewport={"width": 375, "height": 800}, java_script_enabled=scripts)
    context.add_cookies([{"name": "fund", "value": client.get_cookie("fund").value, "url": site}])
    return context.new_page()


def looked_at(page: Page, name: str) -> None:
    """No finding of the accessibility checker, nothing wider than the screen, at 375 and at 1280 points."""
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        assert found.violations_count == 0, found.generate_report()
        if folder := os.environ.get("FUND_SHOTS"):
            page.screenshot(path=str(Path(folder) / f"{name}-{width}.png"), full_page=True)
    page.set_viewport_size({"width": 375, "height": 800})


def test_a_budget_fills_up_while_one_ticks_and_points_run_out(app: Flask, chromium: Browser, site: str) -> None:
    text = stage.charter(form="knapsack", money=True).replace(
        "[stewards]",
        '[[round_types]]\ncode = "points"\nname = "P"\nbudget = 1000\nballot = { form = "points", total = 5, max_each = 3 }\n'
        '[[setasides]]\ncode = "young"\nname = "Young co-ops"\npercent = 20\nround_types = ["vote"]\n[stewards]',
    )
    factories.adopt(text=text)
    steward, voter = factories.officer(), stage.people(24)[0]
    draft = stage.money_round(steward, ASKS)
    page = page_of(app, chromium, site, steward)
    page.goto(f"{site}/rounds/{draft.slug}/groups", wait_until="networkidle")
    page.locator("fieldset", has_text="Gamma").get_by_label("Young co-ops").check()
    page.get_by_role("button", name="Keep this").click()
    page.get_by_label("One proposal").select_option("alpha")
    page.get_by_label("The other").select_option("beta")
    page.get_by_role("button", name="They cannot go together").click()
    expect(page.get_by_text("Alpha or Beta")).to_be_visible()
    looked_at(page, "groups")
    page.goto(f"{site}/rounds/{draft.slug}/results/made-up", wait_until="networkidle")
    looked_at(page, "made-up")
    page.goto(f"{site}/charter/wizard", wait_until="networkidle")
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
    looked_at(page, "wizard")
    page.goto(f"{site}/charter/ways", wait_until="networkidle")
    looked_at(page, "ways")
    voting.freeze(draft.id, by=factories.actor(steward))
    factories.later(hours=2)
    voting.settle(draft.id)
    _fill_the_budget(page_of(app, chromium, site, voter), f"{site}/rounds/{draft.slug}/ballot")


def _fill_the_budget(page: Page, ballot: str) -> None:
    page.goto(ballot, wait_until="networkidle")
    left = page.locator("[data-left]")
    expect(left).to_have_text("$1,000")
    page.get_by_label("Alpha").check()
    page.get_by_label("Beta").check()
    expect(left).to_have_text("$249.50")
    expect(page.locator("[data-bar]")).to_have_attribute("width", "75.05")
    page.get_by_label("Gamma").check()
    expect(page.get_by_text("Too much: take something away")).to_be_visible()
    looked_at(page, "knapsack")
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_text("Take $50.50 or more away").first).to_be_visible()
    page.get_by_label("Gamma").uncheck()
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_role("heading", name="You chose")).to_be_visible()
    page.get_by_role("button", name="Cast my vote").click()
    expect(page.get_by_text("Your vote is cast").first).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_points_are_given_with_and_without_scripts(app: Flask, chromium: Browser, site: str, scripts: bool) -> None:
    factories.adopt(text=stage.charter(form="points", ballot="total = 5\nmax_each = 3", money=True))
    steward, voter = factories.officer(), stage.people(24)[0]
    round_ = stage.opened(steward, asks=ASKS)
    page = page_of(app, chromium, site, voter, scripts=scripts)
    page.goto(f"{site}/rounds/{round_.slug}/ballot", wait_until="networkidle")
    if scripts:
        for _ in range(3):
            page.get_by_role("button", name="One point more for Alpha").click()
        expect(page.get_by_role("button", name="One point more for Alpha")).to_be_disabled()
        page.get_by_role("button", name="One point more for Beta").click()
        expect(page.locator("[data-left]")).to_have_text("1")
        looked_at(page, "points")
    else:
        page.get_by_label("Points for Alpha").fill("4")
        page.get_by_role("button", name="Look it over").click()
        expect(page.get_by_text("at most 3").first).to_be_visible()
        page.get_by_label("Points for Alpha").fill("3")
        page.get_by_label("Points for Beta").fill("1")
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_text("3 points")).to_be_visible()
    page.get_by_role("button", name="Cast my vote").click()
    expect(page.get_by_text("Your vote is cast").first).to_be_visible()
