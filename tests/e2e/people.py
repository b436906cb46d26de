"""People in browsers: one context each, acting by the words that stand on the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from fund import db, jobs
from fund.members.models import Person
from tests import factories

PHONE = {"width": 375, "height": 720}
DESK = {"width": 1280, "height": 900}


class Visitor:
    """One person in a browser of their own. Any message in its console that is an error fails the test."""

    def __init__(self, context: BrowserContext, base: str, name: str) -> None:
        self.name = name
        self.base = base
        self.errors: list[str] = []
        self.page: Page = context.new_page()
        self.page.set_default_timeout(10_000)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _heard(self, said: ConsoleMessage) -> None:
        """Keep an error of the console; that a refused page answers 4xx is what the browser reports as one too."""
        if said.type == "error" and "status of 4" not in said.text:
            self.errors.append(said.text)

    def go(self, path: str) -> Visitor:
        """Open a page; it must answer."""
        answer = self.page.goto(path if path.startswith("http") else self.base + path)
        assert answer is not None
        assert answer.status < 400, f"{path} answered {answer.status}"
        return self

    def refused(self, address: str, reason: str) -> Visitor:
        """Open a page that refuses this person with a reason."""
        answer = self.page.goto(address)
        assert answer is not None
        assert answer.status == 403
        return self.sees(reason)

    def write(self, label: str, text: str) -> Visitor:
        """Fill the field with this label."""
        self.page.get_by_label(label, exact=False).first.fill(text)
        return self

    def choose(self, label: str, option: str) -> Visitor:
        """Choose in a list."""
        self.page.get_by_label(label, exact=False).first.select_option(label=option)
        return self

    def tick(self, label: str | re.Pattern[str]) -> Visitor:
        """Tick a box or a choice."""
        self.page.get_by_label(label, exact=False).first.check()
        return self

    def press(self, words: str) -> Visitor:
        """Press the button with these words."""
        self.page.get_by_role("button", name=words, exact=False).first.click()
        self.page.wait_for_load_state()
        return self

    def follow(self, words: str) -> Visitor:
        """Follow the link with these words."""
        self.page.get_by_role("link", name=words, exact=False).first.click()
        self.page.wait_for_load_state()
        return self

    def upload(self, name: str, rows: list[list[str]]) -> Visitor:
        """Choose a file with these lines."""
        data = "".join(",".join(row) + "\n" for row in rows).encode()
        self.page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})
        return self

    def sees(self, words: str) -> Visitor:
        """The page says this."""
        expect(self.page.locator("body")).to_contain_text(words)
        return self

    def text(self) -> str:
        """What the page says."""
        return self.page.locator("main").inner_text()

    def picture(self, path: Path) -> None:
        """Keep a picture of the whole page."""
        self.page.screenshot(path=str(path), full_page=True)


class Street:
    """Where people come by."""

    def __init__(self, browser: Browser, base: str, app: Flask) -> None:
        self.browser = browser
        self.base = base
        self.app = app
        self.visitors: list[Visitor] = []

    @classmethod
    @contextmanager
    def open(cls, base: str, chromium: str, app: Flask) -> Iterator[Street]:
        """A browser for everybody; at the end nobody's console has shown an error."""
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=chromium, args=factories.CHROMIUM_ARGUMENTS)
            street = cls(browser, base, app)
            yield street
            browser.close()

    def somebody(self, name: str = "", *, viewport: Any = None, **settings: Any) -> Visitor:
        """Somebody new, on a phone unless told otherwise."""
        context = self.browser.new_context(viewport=viewport or PHONE, **settings)
        visitor = Visitor(context, self.base, name)
        self.visitors.append(visitor)
        return visitor

    def as_member(self, person: Any, **settings: Any) -> Visitor:
        """Somebody whom the fund knows, signed in on a device of their own."""
        client = self.app.test_client()
        factories.sign_in(client, person)
        cookie = client.get_cookie("fund")
        assert cookie is not None
        visitor = self.somebody(person.display_name, **settings)
        visitor.page.context.add_cookies([{"name": "fund", "value": cookie.value, "url": self.base}])
        return visitor

    def person(self, name: str) -> Person:
        """Somebody the fund knows, by name."""
        return db.session.query(Person).filter_by(display_name=name).one()

    def time_passes(self, **delta: float) -> None:
        """Let the fund's clock move on and the worker look."""
        factories.later(**delta)
        jobs.tick()
        db.session.rollback()

    def quiet(self) -> list[str]:
        """Errors that any browser's console has shown."""
        return [f"{visitor.name}: {error}" for visitor in self.visitors for error in visitor.errors]
