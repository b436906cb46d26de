"""A server for the scripts alone, one for the pages of the safety tests' world, and a browser."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browsing import browser, listening, running
from tests.safety.conftest import copy, original
from tests.safety.fund_copy import FundCopy

__all__ = ["copy", "original"]
STATIC = Path(__file__).parents[2] / "static"


class Quiet(SimpleHTTPRequestHandler):
    """Hands out static files and says nothing."""

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def scripts() -> Iterator[str]:
    """The static files on a port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(STATIC)))
    with running(server):
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture(scope="module")
def site(copy: FundCopy) -> Iterator[str]:
    """The world's pages on a port of this machine."""
    with listening(copy.app) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium as the distribution installs it; closed with the module, for only one may be driven at a time."""
    with browser() as opened:
        yield opened
