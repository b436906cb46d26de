"""Counting again on a result page, as a reader does it: nothing is sent, every change is named, scripts are optional."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request, Response, expect

from tests.recount.conftest import STATIC
from tests.safety.fund_copy import FundCopy

pytestmark = [pytest.mark.browser, pytest.mark.timeout(200)]
MOST_BYTES = 100_000
ONE_RULE = ("majority.js", "greedy.js", "runoff.js", "shares.js", "pot.js")


@contextmanager
def reader(chromium: Browser, width: int = 375, scheme: str = "light", *, scripts: bool = True) -> Iterator[Page]:
    """A visitor's page that keeps what the content policy refused and what was asked for."""
    context = chromium.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, java_script_enabled=scripts
    )  # type: ignore[arg-type]
    context.add_init_script(
        "window.breaches = []; document.addEventListener('securitypolicyviolation', e => window.breaches.push(e.blockedURI))"
    )
    page = context.new_page()
    yield page
    context.close()


def result_page(copy: FundCopy, site: str, name: str = "published") -> str:
    return f"{site}/rounds/{copy.world.rounds[name]}/results"


def files(copy: FundCopy, folder: Path) -> dict[str, Path]:
    """The published files on the reader's device."""
    made = {}
    for name in ("ballots.json", "result.json"):
        made[name] = folder / name
        made[name].write_bytes(
            copy.ask("visitor", "GET", f"/rounds/{copy.world.rounds['published']}/results/files/{name}").data
        )
    return made


def opened(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_text("Count again in this browser").click()
    expect(page.locator("[data-says]")).to_have_text("Ready. From here on it works without a connection.")


@pytest.mark.parametrize("name", ["published", "final"])
def test_the_published_ballots_give_the_published_result(
    chromium: Browser, copy: FundCopy, site: str, name: str
) -> None:
    with reader(chromium) as page:
        asked: list[Request] = []
        page.on("request", lambda request: asked.append(request))
        opened(page, result_page(copy, site, name))
        page.get_by_role("button", name="Count the published ballots").click()
        expect(page.locator("[data-findings] h3")).to_have_text("Same result")
        expect(page.locator("[data-findings]")).to_contain_text("The file is the one that was counted")
        assert {(one.method, one.post_data) for one in asked} == {("GET", None)}
        assert all(one.url.startswith(site) for one in asked)
        assert page.evaluate("breaches") == []


def test_a_file_from_the_device_is_counted_without_a_connection(
    chromium: Browser, copy: FundCopy, site: str, tmp_path: Path
) -> None:
    device = files(copy, tmp_path)
    with reader(chromium) as page:
        opened(page, result_page(copy, site))
        page.context.set_offline(True)
        page.locator("input[type=file]").set_input_files([device["ballots.json"], device["result.json"]])
        expect(page.locator("[data-findings] h3")).to_have_text("Same result")
        page.get_by_role("button", name="Count the published ballots").click()
        expect(page.locator("[data-findings]")).to_contain_text("The ballot file could not be fetched")


def test_a_changed_figure_is_named(chromium: Browser, copy: FundCopy, site: str, tmp_path: Path) -> None:
    device = files(copy, tmp_path)
    text = device["ballots.json"].read_text()
    assert '"yes"' in text
    spaced, marked, worse = tmp_path / "spaced.json", tmp_path / "marked.json", tmp_path / "worse.json"
    spaced.write_text(text + "\n")
    marked.write_text(text.replace('"yes"', '"no"', 1))
    result = json.loads(device["result.json"].read_bytes())
    worse.write_text(json.dumps({**result, "elected": []}))
    with reader(chromium) as page:
        opened(page, result_page(copy, site))
        found = page.locator("[data-findings]")
        page.locator("input[type=file]").set_input_files(spaced)
        expect(found).to_contain_text("This is not the file that was counted")
        expect(found.locator("h3")).to_have_text("Same result")
        page.locator("input[type=file]").set_input_files(marked)
        expect(found.locator("h3")).to_have_text("Not the same result")
        expect(found).to_contain_text("votes here")
        page.locator("input[type=file]").set_input_files([device["ballots.json"], worse])
        expect(found).to_contain_text("The result file does not carry the fingerprint")
        expect(found).to_contain_text("is chosen here, but not in the published result")


def test_what_is_no_ballot_file_is_refused_in_words(
    chromium: Browser, copy: FundCopy, site: str, tmp_path: Path
) -> None:
    (tmp_path / "other.json").write_text("{}")
    with reader(chromium) as page:
        opened(page, result_page(copy, site))
        page.locator("input[type=file]").set_input_files(tmp_path / "other.json")
        expect(page.locator("[data-findings]")).to_contain_text("This is not a ballot file.")


def test_without_scripts_the_page_says_how(chromium: Browser, copy: FundCopy, site: str) -> None:
    with reader(chromium, scripts=False) as page:
        page.goto(result_page(copy, site))
        expect(page.locator("[data-recount]")).to_be_hidden()
        expect(page.locator("[data-recount-off]")).to_contain_text("fund count")


def test_the_page_stays_light_with_the_recount_in_it(chromium: Browser, copy: FundCopy, site: str) -> None:
    with reader(chromium) as page:
        answers: list[Response] = []
        page.on("response", lambda answer: answers.append(answer))
        opened(page, result_page(copy, site, "final"))
        weights = {answer.url.removeprefix(site): len(answer.body()) for answer in answers if answer.status == 200}
    pages = {url: size for url, size in weights.items() if "/files/" not in url}
    at_first = {url: size for url, size in pages.items() if "/js/recount/" not in url or "/page.js" in url}
    assert 10_000 < sum(at_first.values()) < 70_000, at_first
    rules = {
        path.name: path.stat().st_size for path in (STATIC / "js" / "recount").glob("*.js") if path.name in ONE_RULE
    }
    largest = max(rules.values()) + rules["greedy.js"]
    others = sum(size for url, size in pages.items() if url.rsplit("/")[-1] not in ONE_RULE)
    assert sum(pages.values()) <= others + largest < MOST_BYTES, pages
    assert max(len(path.read_text().splitlines()) for path in (STATIC / "js" / "recount").glob("*.js")) < 300


@pytest.mark.parametrize(("width", "scheme"), [(375, "dark"), (1280, "light")])
def test_page_and_sheet_have_no_accessibility_findings(
    chromium: Browser, copy: FundCopy, site: str, width: int, scheme: str
) -> None:
    with reader(chromium, width, scheme) as page:
        for address in (result_page(copy, site), f"{result_page(copy, site, 'final')}/sheet"):
            page.goto(address)
            if "sheet" not in address:
                page.get_by_text("Count again in this browser").click()
                page.get_by_role("button", name="Count the published ballots").click()
                expect(page.locator("[data-findings] h3")).to_have_text("Same result")
            found = Axe().run(page, options={"resultTypes": ["violations"]})
            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth") == width
            assert page.evaluate("breaches") == []
