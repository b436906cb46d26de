"""The look in a real browser: accessible, light, no wider than a phone, with scripts that stay optional."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
PAGES = (
    "help/look.html",
    "help/index.html",
    "help/words.html",
    "help/accessibility.html",
    "errors/404.html",
    "errors/500.html",
)


def test_axe_sees_a_bad_page(chromium: Browser) -> None:
    page = chromium.new_page()
    page.set_content("<html><body><img src='x'><input><p style='color:#ccc'>pale</p></body></html>")
    assert Axe().run(page).violations_count > 2
    page.close()


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize(("width", "scheme"), [(375, "dark"), (1280, "light")])
def test_pages_have_no_accessibility_findings(
    chromium: Browser, bench_url: str, name: str, scheme: str, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(f"{bench_url}/{name}?steward" if width == 1280 else f"{bench_url}/{name}", wait_until="networkidle")
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
    found = Axe().run(page, options={"resultTypes": ["violations"]})
    context.close()
    assert found.violations_count == 0, found.generate_report()
    assert refused == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("way", ["ltr", "rtl"])
def test_nothing_is_wider_than_the_smallest_phone(chromium: Browser, bench_url: str, name: str, way: str) -> None:
    page = chromium.new_page(viewport={"width": 320, "height": 640})
    page.goto(f"{bench_url}/{name}?dir={way}&steward")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.close()


def test_touch_targets_are_large(chromium: Browser, bench_url: str) -> None:
    page = chromium.new_page(viewport={"width": 375, "height": 800})
    page.goto(f"{bench_url}/help/look.html", wait_until="networkidle")
    small = page.evaluate(
        """[...document.querySelectorAll('.btn,.btn-quiet,.btn-danger,.mini,.input,.choice,.site-foot a,summary')]
        .filter(one => one.checkVisibility())
        .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect().height])
        .filter(([, height]) => height < 43.9)"""
    )
    page.close()
    assert small == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_weighs_under_100_kb_in_all(chromium: Browser, bench_url: str, name: str) -> None:
    page = chromium.new_page()
    weights: dict[str, int] = {}
    page.on("response", lambda answer: weights.update({answer.url: len(answer.body())}))
    page.goto(f"{bench_url}/{name}", wait_until="networkidle")
    page.close()
    host = bench_url.removesuffix("/look")
    assert all(address.startswith(host) for address in weights)
    assert 10_000 < sum(weights.values()) < 100_000, weights


def look(chromium: Browser, bench_url: str) -> Page:
    page = chromium.new_page(viewport={"width": 375, "height": 800})
    page.goto(f"{bench_url}/help/look.html", wait_until="networkidle")
    return page


def test_a_ranking_by_buttons_has_no_gaps_and_no_repeats(chromium: Browser, bench_url: str) -> None:
    page = look(chromium, bench_url)
    ballot = page.locator("[data-ranked]")
    ranks = lambda: [page.locator(f"#rank-{name}").input_value() for name in ("kestrel", "saltgrass", "second-spool")]  # noqa: E731
    ballot.get_by_role("button", name="Add Saltgrass").click()
    ballot.get_by_role("button", name="Add Second Spool").click()
    assert ranks() == ["1", "2", "3"]
    ballot.get_by_role("button", name="Move Second Spool Mending up").click()
    assert ranks() == ["1", "3", "2"]
    expect(ballot.locator("[data-says]")).to_have_text("Second Spool Mending is now your choice 2")
    page.locator("#rank-saltgrass").select_option("1")
    assert ranks() == ["2", "1", "3"]
    ballot.get_by_role("button", name="Take out Saltgrass").click()
    assert ranks() == ["1", "", "2"]
    assert ballot.locator("h2").all_inner_texts()[:2] == ["Kestrel Home Care Workers", "Second Spool Mending"]
    page.close()


def test_the_keyboard_stays_on_the_option_it_moves(chromium: Browser, bench_url: str) -> None:
    page = look(chromium, bench_url)
    ballot = page.locator("[data-ranked]")
    ballot.get_by_role("button", name="Add Saltgrass").click()
    ballot.get_by_role("button", name="Move Saltgrass Laundry Co-op up").focus()
    page.keyboard.press("Enter")
    focused = page.evaluate("document.activeElement.closest('[data-option]').dataset.name")
    page.close()
    assert focused == "Saltgrass Laundry Co-op"


def test_credits_left_follow_the_squares(chromium: Browser, bench_url: str) -> None:
    page = look(chromium, bench_url)
    left = page.locator("[data-left]")
    expect(left).to_have_text("-4")
    expect(page.locator("[data-over]")).to_be_visible()
    page.get_by_role("button", name="One vote less for Saltgrass").click()
    expect(left).to_have_text("3")
    expect(page.locator("[data-over]")).to_be_hidden()
    page.get_by_role("button", name="One vote more for Locks Street").click()
    expect(left).to_have_text("2")
    assert page.locator("#votes-saltgrass").input_value() == "3"
    assert page.locator("[data-squares]").first.locator("rect").count() == 9
    page.close()


def test_the_chosen_look_stays_and_can_be_given_back(chromium: Browser, bench_url: str) -> None:
    page = look(chromium, bench_url)
    page.get_by_role("button", name="Dark").click()
    page.reload(wait_until="networkidle")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    page.get_by_role("button", name="As the device").click()
    assert page.locator("html").get_attribute("data-theme") is None
    page.close()


def test_ballots_work_without_scripts(chromium: Browser, bench_url: str) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 375, "height": 800})
    page = context.new_page()
    page.goto(f"{bench_url}/help/look.html")
    page.locator("#rank-saltgrass").select_option("2")
    page.locator("#votes-locks-street").fill("1")
    page.locator("label[for=choose-saltgrass]").click()
    assert page.locator("#choose-saltgrass").is_checked()
    expect(page.get_by_role("button", name=re.compile("Move .* up"))).to_have_count(0)
    context.close()


def test_a_draft_survives_a_lost_tab_and_is_forgotten_once_handed_in(chromium: Browser, bench_url: str) -> None:
    context = chromium.new_context()
    address = bench_url.replace("/look", "/draft")
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    page.locator("#name").fill("Alder Bread")
    page.get_by_label("I work here").check()
    page.locator("#email").fill("493817")
    page.close()
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    assert page.locator("#name").input_value() == "Alder Bread"
    assert page.get_by_label("I work here").is_checked()
    assert page.locator("#email").input_value() == "", "a code must never be kept"
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_load_state("networkidle")
    page.goto(address, wait_until="networkidle")
    assert page.locator("#name").input_value() == ""
    context.close()
