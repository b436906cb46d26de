"""The same world that the safety tests attack; a server and a browser for the tests that need them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browsing import browser, listening
from tests.safety.conftest import copy, original
from tests.safety.fund_copy import FundCopy

__all__ = ["copy", "original"]


@pytest.fixture(scope="module")
def site(copy: FundCopy) -> Iterator[str]:
    """The world's pages on a port of this machine."""
    with listening(copy.app) as address:
        yield address


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium as the distribution installs it."""
    with browser() as opened:
        yield opened
