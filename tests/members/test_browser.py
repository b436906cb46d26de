"""In a real browser: a mail scanner that runs scripts uses no link up, and a person joins and signs in on a phone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import func, select

from fund import db
from fund.members import signing_in
from fund.members.models import Credential
from tests import factories
from tests.browsing import browser, listening
from tests.members import steps

PHONE = {"width": 375, "height": 700}
pytestmark = pytest.mark.browser


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    """The fund, served on this machine."""
    factories.adopt()
    with listening(app, "127.0.0.1") as address:
        yield address


@pytest.fixture
def chromium() -> Iterator[Browser]:
    """Chromium as the distribution installs it."""
    with browser() as opened:
        yield opened


def used() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(Credential.used_at.is_not(None))) or 0


def test_a_scanner_that_runs_scripts_uses_no_link_up_and_a_click_does(url: str, chromium: Browser) -> None:
    factories.member("Rosa", email="rosa@example.org")
    signing_in.request_code("rosa@example.org", language="en")
    link = f"{url}/sign-in/link/{steps.last_message('sign_in').facts['secret_link']}"
    scanner = chromium.new_page()
    for _ in range(2):
        scanner.goto(link, wait_until="networkidle")
        scanner.wait_for_timeout(500)
    scanner.goto(f"{url}/me/details")
    assert "/sign-in" in scanner.url
    assert used() == 0
    person = chromium.new_context(viewport=PHONE).new_page()  # type: ignore[arg-type]
    person.goto(link)
    person.click("main button[type=submit]")
    person.goto(f"{url}/me/details")
    assert person.input_value("#display_name") == "Rosa"
    assert used() == 1


def test_joining_on_a_phone_takes_one_page_and_a_code(url: str, chromium: Browser) -> None:
    page = chromium.new_context(viewport=PHONE).new_page()  # type: ignore[arg-type]
    page.goto(f"{url}/join")
    page.click("text=Join as Voting member")
    page.fill("#name", "Eli Park")
    page.check("#basis-0")
    page.check("#of_age")
    page.check("#statement")
    page.fill("#postal_code", "04901")
    page.fill("#email", "eli@example.org")
    page.check("input[name=dues][value=zero]")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.click("main form button[type=submit]")
    page.fill("#code", steps.code_in_mail("confirm_address"))
    page.click("main form button[type=submit]")
    assert page.url == f"{url}/me/membership"
    assert "You are verified and can vote from" in page.inner_text("main")
