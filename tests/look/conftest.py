"""One running workbench and one browser for all tests of the look; without Chromium they say so and skip."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from tests.browsing import browser, listening
from tests.look.bench import build


@pytest.fixture(scope="session")
def bench() -> FlaskClient:
    """The workbench without a network."""
    return build().test_client()


@pytest.fixture(scope="session")
def bench_url() -> Iterator[str]:
    """The workbench on a port of this machine."""
    with listening(build(), "127.0.0.1") as address:
        yield f"{address}/look"


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Chromium as the distribution installs it."""
    with browser() as opened:
        yield opened
