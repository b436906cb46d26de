"""Opening a page changes nothing: a crawler, a mail scanner or a prefetching browser leaves no trace in the fund.

One thing is excepted and checked here to be only that: whoever opens the page of a round that is past its time lets the
program do what its clock owes anyway (open, extend, close), exactly as the job worker would have.
"""

from __future__ import annotations

import pytest

from fund import jobs
from tests import factories
from tests.safety.fund_copy import FundCopy
from tests.safety.test_permissions import cells
from tests.safety.world import ROLES

ASKED = [("GET", role) for role in ROLES] + [("HEAD", "visitor"), ("HEAD", "steward")]


@pytest.mark.parametrize(("method", "role"), ASKED)
def test_opening_every_page_changes_nothing(copy: FundCopy, role: str, method: str) -> None:
    paths = sorted({cell.path for cell in cells(copy, role) if cell.method == "GET"})
    failed = [path for path in paths if copy.ask(role, method, path).status_code >= 500]
    assert failed == []
    assert guilty(copy, role, method, paths) == [], "opening these pages changes the database"


def guilty(copy: FundCopy, role: str, method: str, paths: list[str]) -> list[str]:
    """Pages after which the database is another; they are looked for only where the whole walk has changed it."""
    original = copy.original.digest()
    if copy.digest() == original:
        return []
    found = []
    for path in paths:
        copy.restore()
        before = copy.mark()
        copy.ask(role, method, path)
        found += [path] if copy.mark() != before and copy.digest() != original else []
    copy.restore()
    return found


def test_a_page_that_writes_would_be_seen(copy: FundCopy) -> None:
    """The control: one write behind a page changes the digest."""
    before = copy.digest()
    with copy.app.app_context():
        factories.later(seconds=1)
    assert copy.digest() != before
    copy.restore()


@pytest.mark.parametrize("page", ["/rounds/{slug}", "/rounds/{slug}/ballot", "/rounds", "/", "/api/v1/rounds/{slug}"])
def test_a_late_round_is_settled_by_its_page_only_as_the_worker_would(copy: FundCopy, page: str) -> None:
    slug = copy.world.rounds["frozen"]
    with copy.app.app_context():
        factories.later(days=15)
    late = copy.digest()
    copy.ask("visitor", "GET", page.format(slug=slug))
    settled = status(copy, slug)
    changed = copy.digest() != late
    copy.restore()
    with copy.app.app_context():
        factories.later(days=15)
        jobs.tick()
    assert status(copy, slug) == "open"
    assert settled == ("open" if changed else "frozen")
    copy.restore()


def status(copy: FundCopy, slug: str) -> str:
    """The stored status of a round."""
    from fund.rounds import service as rounds

    with copy.app.app_context():
        return rounds.by_slug(slug).status
