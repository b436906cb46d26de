"""The treasurer's first hour, walked in a browser: older books looked at, mended, brought in, a year closed.

`python -m tests.e2e.first_hour docs/screens` takes the pictures of docs/treasury.md on a fund made for the purpose.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from playwright.sync_api import Page

from fund.foundation import service as foundation
from tests import factories
from tests.browsing import browser, listening
from tests.e2e.screens import kept
from tests.ledger.test_years import month_end

OLD = Path(__file__).resolve().parents[2] / "docs" / "treasury" / "old-fund.csv"


def walk(page: Page, base: str, place: Path, look: Callable[[str], object]) -> None:
    """From the desk to closed books; `look` is called at every screen with its name."""
    page.goto(f"{base}/treasury")
    page.get_by_role("link", name="Bring older books in").click()
    look("takeover")
    wrong = place / "old.csv"
    wrong.write_text(
        OLD.read_text().replace("1026.50", "10260.50").replace("neighbour,A lender", "Neigh bour,A lender")
    )
    page.locator("input[type=file]").set_input_files(wrong)
    page.get_by_role("button", name="Look at this file").click()
    page.get_by_text("Line 6").first.wait_for()
    look("takeover-mistakes")
    page.locator("input[type=file]").set_input_files(OLD)
    page.locator("input[name=on]").fill(month_end(1).isoformat())
    page.get_by_role("button", name="Look at this file").click()
    page.get_by_text("They fit").wait_for()
    look("takeover-fits")
    page.get_by_role("button", name="Bring it in").click()
    page.get_by_text("$54,000.50").first.wait_for()
    look("takeover-done")
    page.goto(f"{base}/money/reports/trial-balance")
    page.get_by_text("All together").first.wait_for()
    look("trial-balance")
    page.goto(f"{base}/treasury/years")
    page.locator("input[name=last_day]").fill(month_end(1).isoformat())
    page.get_by_role("button", name="Show the trial balance").click()
    page.get_by_text("because you proposed it").wait_for()
    look("year")


def signed_in(app: Flask, page: Page, base: str, name: str) -> None:
    """Let the page's browser be somebody's."""
    with app.test_client() as client:
        from fund import db
        from fund.members.models import Person

        factories.sign_in(client, db.session.query(Person).filter_by(display_name=name).one())
        cookie = client.get_cookie("fund")
        assert cookie is not None
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": base}])


def main(folder: Path) -> None:
    """Take the pictures."""
    with tempfile.TemporaryDirectory() as place:
        url = f"sqlite:///{place}/fund.sqlite3"
        factories.migrate(url, Path(place) / "home")
        app = factories.application(url, Path(place) / "home")
        with app.app_context():
            factories.found()
            factories.adopt()
            factories.member("Rosa Marín")
            factories.officer("Ruth Ansel", "treasurer")
            print(foundation.fund().name)
            with listening(app) as base, browser() as opened:
                page = opened.new_context(viewport={"width": 1280, "height": 800}).new_page()
                signed_in(app, page, base, "Ruth Ansel")
                walk(page, base, Path(place), lambda name: kept(page, folder / f"{name}-1280.png"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
