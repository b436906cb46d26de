"""A server on a port of this machine, and the machine's Chromium, for tests that see pages as a browser shows them.

Playwright can drive one browser at a time in a process: a fixture that opens one is closed with its package or module.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from tests import factories


@contextmanager
def listening(app: Any, host: str = "localhost") -> Iterator[str]:
    """Serve an application from a thread while the block runs; gives its address."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with running(make_server("127.0.0.1", 0, app, threaded=True)) as server:
        yield f"http://{host}:{server.server_port}"


@contextmanager
def running(server: Any) -> Iterator[Any]:
    """Let a server of the standard library (or one built on it) answer while the block runs."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def browser() -> Iterator[Browser]:
    """Chromium as the distribution installs it; where it is missing the test says so and is skipped."""
    path = factories.chromium()
    if path is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as tools:
        opened = tools.chromium.launch(executable_path=path, args=factories.CHROMIUM_ARGUMENTS)
        yield opened
        opened.close()
