"""Each request starts with an empty `g`, as it does when served; the test's own application context would keep it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, g, request_started


@pytest.fixture(autouse=True)
def fresh_requests(app: Flask) -> Iterator[None]:
    """Forget who was asking when the next request comes."""

    def forget(_sender: Flask, **_more: object) -> None:
        for name in list(g):
            g.pop(name)

    with request_started.connected_to(forget, app):
        yield
