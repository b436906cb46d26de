"""Browsers without scripts for tests that need several people at once."""

from __future__ import annotations

import html
import re
from typing import Any

from flask import Flask, g
from flask.testing import FlaskClient

from fund import db
from fund.members.models import Person
from fund.rounds.models import Round
from tests import factories


class Browser(FlaskClient):
    """A client whose requests share nothing, although the test itself runs inside an application context."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """One request, as a fresh worker would see it."""
        for name in list(g):
            g.pop(name)
        db.session.rollback()
        return super().open(*args, **kwargs)


def of(app: Flask, person: Person | None = None) -> Browser:
    """A browser in which this person (or nobody) is signed in."""
    client = Browser(app, app.response_class, use_cookies=True)
    if person is not None:
        factories.sign_in(client, person)
    return client


def token(page: str) -> str:
    """The CSRF token of a page."""
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert found is not None
    return found[1]


def hidden(page: str) -> dict[str, str]:
    """Hidden fields of a page's forms."""
    pairs = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {html.unescape(name): html.unescape(value) for name, value in pairs}


def vote(client: Browser, round_: Round, **fields: object) -> str:
    """Fill the ballot in, look it over, cast it; gives the last page."""
    here = f"/rounds/{round_.slug}/ballot"
    first = client.get(here).get_data(as_text=True)
    review = client.post(here, data={"csrf_token": token(first), **fields})
    page = review.get_data(as_text=True)
    assert review.status_code == 200, page
    assert "not cast yet" in page
    done = client.post(f"{here}/cast", data={**hidden(page), **fields}, follow_redirects=True)
    assert done.status_code == 200
    return str(done.get_data(as_text=True))
