"""An old fund is taken over from CSV by its treasurer, screen by screen, in Chromium."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from fund import db
from fund.ledger import years
from tests import factories
from tests.browsing import browser
from tests.e2e import first_hour
from tests.ledger import money

pytestmark = pytest.mark.browser


def test_the_treasurers_first_hour(served: str, app: Flask, tmp_path: Path) -> None:
    factories.adopt()
    factories.member("Rosa Marín")
    factories.officer("Ruth Ansel", "treasurer")
    seen: list[str] = []
    with browser() as opened:
        page = opened.new_context(viewport={"width": 375, "height": 800}).new_page()
        first_hour.signed_in(app, page, served, "Ruth Ansel")
        first_hour.walk(page, served, tmp_path, seen.append)
    db.session.rollback()
    assert seen[-1] == "year"
    assert money.held("cash:free") == 53_000_50
    assert years.waiting() is not None
