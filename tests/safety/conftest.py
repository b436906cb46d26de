"""The world of these tests, built once a session, and copies of it that a module may change."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest

from tests.conftest import Databases
from tests.safety.fund_copy import FundCopy, Original
from tests.safety.walks import Walks


@pytest.fixture(scope="session")
def original(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Original:
    """The world itself; nobody changes it."""
    return Original.make(databases, tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="session")
def looked_at(original: Original, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walks]:
    """What everybody sees of the world; nobody changes it, and looking does not either."""
    with contextlib.closing(FundCopy(original, tmp_path_factory.mktemp("looked-at"))) as made:
        yield Walks(made)


@pytest.fixture(scope="module")
def copy(original: Original, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FundCopy]:
    """One application on a copy of the world, for all tests of a module."""
    with contextlib.closing(FundCopy(original, tmp_path_factory.mktemp("copy"))) as made:
        yield made
