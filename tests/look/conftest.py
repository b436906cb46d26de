"""One running workbench and one browser for all tests of the look; without Chromium they say so and skip."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from tests.look.bench import build

CHROMIUM = Path("/usr/bin/chromium")


@pytest.fixture(scope="session")
def bench() -> FlaskClient:
    """The workbench without a network."""
    return build().test_client()


@pytest.fixture(scope="session")
def bench_url() -> Iterator[str]:
    """The workbench on a port of this machine."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, build(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/look"
    server.shutdown()
    thread.join()


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Chromium as the distribution installs it."""
    if not CHROMIUM.exists():
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as tools:
        browser = tools.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield browser
        browser.close()
