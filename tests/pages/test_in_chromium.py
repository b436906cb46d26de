"""The main pages in a real browser: light, quiet, accessible, and deaf to what people typed (TRUST 5, rows 19 and 36).

Every text that people type is replaced by something that would run if a page let it; the browser reports each breach of
the content policy, and a page that runs any of it says so. In ordinary use nothing is reported.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from sqlalchemy import String, Text

from fund import db
from fund.db import guards
from fund.db.engine import WRITING
from tests.safety.fund_copy import FundCopy
from tests.safety.test_permissions import cells

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
MOST_BYTES = 100_000
RUNS = "window.top.ran = (window.top.ran || 0) + 1"
PAYLOADS = [
    f"<script>{RUNS}</script>", f"<img src=x onerror='{RUNS}'>", f"'\"><svg onload='{RUNS}'>", f"\"autofocus onfocus=\"{RUNS}\" x=\"",
    f"</textarea><script>{RUNS}</script>", f"</title><script>{RUNS}</script>", f"javascript:{RUNS}", f"<iframe srcdoc='<script>{RUNS}</script>'>",
    f"<a href='javascript:{RUNS}'>x</a>", f"<style>*{{}}</style><details open ontoggle='{RUNS}'>", f"-->]]><script>{RUNS}</script>",
    f"<math><mtext><img src=x onerror='{RUNS}'>", f"{{{{constructor.constructor('{RUNS}')()}}}}", "<base href='//evil.example/'>",
]  # fmt: skip
FIXED = {
    "slug", "state", "status", "kind", "code", "class_code", "round_type", "currency", "timezone", "language", "languages", "key",
    "form", "decides", "assurance", "publication", "role", "act", "option_id", "label", "product", "task", "stage", "relation",
    "instance", "basis", "ownership", "email", "address", "facts", "record", "terms", "consents", "not_in_force", "media_type",
    "subject_kind", "subject_id", "selected_by", "how", "verdict", "external_id", "adopted_how", "verified_how", "dedupe_key", "condition", "uuid",
}  # fmt: skip
"""Columns that hold no free text: codes, states, names the program gave."""


def open_page(page: Page, address: str) -> None:
    page.goto(address, wait_until="load")


@pytest.fixture
def pages(copy: FundCopy, site: str) -> dict[str, list[str]]:
    """The main pages, by who looks at them."""
    final, running = copy.world.rounds["final"], copy.world.rounds["open"]
    return {
        "visitor": [
            "/", "/rounds", f"/rounds/{final}", f"/rounds/{final}/results", "/businesses", "/money", "/charter", "/help",
            "/sign-in", "/join", f"/rounds/{final}/proposals/{copy.world.names['winner']}", "/stewards",
        ],
        "member": ["/", "/me", f"/rounds/{running}", f"/rounds/{running}/ballot", "/me/membership", "/me/details", "/businesses/name"],
        "steward": [
            "/steward", "/members", "/members/queue", "/review", f"/rounds/{running}/manage", "/log", "/rounds/new",
            f"/review/{copy.world.ids['submitted']}", f"/members/{copy.world.people['waiting']}", "/businesses/named",
            f"/payments/{copy.world.ids['payment']}", f"/awards/{copy.world.ids['award']}", "/members/invitations",
        ],
    }  # fmt: skip


def browser_of(copy: FundCopy, chromium: Browser, site: str, role: str, scheme: str = "light") -> Page:
    """A page of somebody's browser that keeps what the content policy refused."""
    context = chromium.new_context(color_scheme=scheme, viewport={"width": 375, "height": 800})  # type: ignore[arg-type]
    name, _, value = copy.cookie(role).partition("=")
    context.add_cookies([{"name": name, "value": value, "url": site}])
    context.add_init_script(
        "window.breaches = []; document.addEventListener('securitypolicyviolation', e => window.breaches.push(e.violatedDirective + ' ' + e.blockedURI))"
    )
    return context.new_page()


@pytest.mark.parametrize("role", ["visitor", "member", "steward"])
def test_pages_are_light_and_ask_nobody_else(
    copy: FundCopy, chromium: Browser, site: str, pages: dict[str, list[str]], role: str
) -> None:
    page, wrong = browser_of(copy, chromium, site, role), []
    weights: dict[str, int] = {}
    page.on("response", lambda answer: weights.update({answer.url: len(answer.body()) if answer.status == 200 else 0}))
    page.on("console", lambda message: wrong.append(message.text))
    for path in pages[role]:
        weights.clear()
        answer = page.goto(site + path, wait_until="networkidle")
        assert answer is not None
        wrong += [] if answer.status == 200 else [f"{path}: {answer.status}"]
        wrong += [f"{path} asks {url}" for url in weights if not url.startswith((site, "data:"))]
        wrong += [f"{path} weighs {sum(weights.values())}"] if sum(weights.values()) > MOST_BYTES else []
        wrong += [f"{path}: {breach}" for breach in page.evaluate("window.breaches")]
    page.context.close()
    assert wrong == []


@pytest.mark.parametrize("role", ["visitor", "member", "steward"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(
    copy: FundCopy, chromium: Browser, site: str, pages: dict[str, list[str]], role: str, scheme: str
) -> None:
    page, found = browser_of(copy, chromium, site, role, scheme), []
    for path in pages[role]:
        open_page(page, site + path)
        page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
        seen = Axe().run(page, options={"resultTypes": ["violations"]})
        found += [
            (path, one["id"], [node["html"][:120] for node in one["nodes"][:2]]) for one in seen.response["violations"]
        ]
    page.context.close()
    assert found == []


@pytest.fixture
def poisoned(copy: FundCopy) -> Iterator[int]:
    """Every text that people type is now one of the payloads; gives how many columns."""
    n = 0
    with copy.app.app_context():
        with db.alchemy.engines[WRITING].begin() as connection:
            guards.remove(connection)
            for table in db.Model.metadata.sorted_tables:
                for column in table.columns:
                    free = type(column.type) in (String, Text) and column.name not in FIXED and not column.foreign_keys
                    if free and not column.unique and not column.primary_key:
                        payload = PAYLOADS[n % len(PAYLOADS)]
                        length = getattr(column.type, "length", None)
                        if length is None or length >= len(payload):
                            connection.execute(table.update().values({column.name: payload}).where(column.is_not(None)))
                            n += 1
        db.session.remove()
    yield n
    copy.restore()


@pytest.mark.parametrize("role", ["visitor", "steward"])
def test_nothing_that_people_typed_runs(copy: FundCopy, chromium: Browser, site: str, poisoned: int, role: str) -> None:
    page, wrong, opened = browser_of(copy, chromium, site, role), [], 0
    page.on("dialog", lambda dialog: dialog.dismiss())
    for path in sorted({cell.path for cell in cells(copy, role, most=2) if cell.method == "GET"}):
        answer = copy.ask(role, "GET", path)
        if answer.mimetype != "text/html" or answer.status_code != 200:
            faulty = answer.status_code >= 500 and path != "/readyz"  # which says, rightly, that the guards are gone
            wrong += [f"{path}: {answer.status}"] if faulty else []
            continue
        if not any(sign in answer.get_data(as_text=True) for sign in ("window.top.ran", "evil.example")):
            continue
        open_page(page, site + path)
        opened += 1
        wrong += [f"{path} ran"] if page.evaluate("window.ran || 0") else []
        wrong += [f"{path}: {breach}" for breach in page.evaluate("window.breaches")]
    page.context.close()
    assert wrong == []
    assert opened > 5
    assert poisoned > 40


def test_a_payload_that_is_not_escaped_would_be_seen(chromium: Browser) -> None:
    """The control: the same payloads, put into a page as they are, run."""
    page = chromium.new_page()
    for payload in PAYLOADS[:3]:
        page.set_content(f"<html><body>{payload}</body></html>")
        page.wait_for_timeout(50)
        assert page.evaluate("window.ran || 0") > 0, payload
    page.close()
