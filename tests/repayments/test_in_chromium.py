"""As a shopkeeper on a phone: "what do I owe now?" is answered on the first screen."""

from __future__ import annotations

import pytest
from flask import Flask

from tests import factories
from tests.browsing import browser, listening
from tests.repayments import loans


@pytest.mark.browser
def test_what_is_owed_now_stands_on_the_first_screen_of_a_phone(app: Flask) -> None:
    factories.adopt()
    loan = loans.loan("zero_interest", 600_000)
    factories.later(days=100)
    client = app.test_client()
    factories.sign_in(client, loan.shop)
    cookie = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert cookie is not None
    with listening(app) as address, browser() as chromium:
        context = chromium.new_context(viewport={"width": 375, "height": 667})
        context.add_cookies([{"name": app.config["SESSION_COOKIE_NAME"], "value": cookie.value, "url": address}])
        page = context.new_page()
        page.goto(f"{address}/me/owed", wait_until="load")
        box = page.get_by_text("$250 now").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] < 667
        assert page.evaluate("document.documentElement.scrollWidth") <= 375
        context.close()
