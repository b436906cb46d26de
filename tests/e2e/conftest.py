"""A real server on an empty fund, and people in real Chromium on a phone-sized screen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests import factories
from tests.browsing import listening
from tests.e2e.people import Street


@pytest.fixture
def served(app: Flask) -> Iterator[str]:
    """The application on a port of this machine; gives its address."""
    with listening(app) as address:
        yield address


@pytest.fixture
def street(served: str, app: Flask, tmp_path: Path) -> Iterator[Street]:
    """People who walk up, each with a browser of their own."""
    chromium = factories.chromium()
    if chromium is None:
        pytest.skip("Chromium is not installed: the paths that people walk are not tested")
    with Street.open(served, chromium, app) as made:
        yield made
