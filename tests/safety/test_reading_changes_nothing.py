"""Opening a page changes nothing: a crawler, a mail scanner or a prefetching browser leaves no trace in the fund.

One thing is excepted and checked here to be only that: whoever opens the page of a round that is past its time lets the
program do what its clock owes anyway (open, extend, close), exactly as the job worker would have.
"""

from __future__ import annotations

import pytest

from fund import jobs
from tests import factories
from tests.safety.fund_copy import FundCopy
from tests.safety.objects import cells
from tests.safety.private import WATCHERS
from tests.safety.walks import Walks


@pytest.mark.parametrize("role", WATCHERS)
def test_opening_every_page_changes_nothing(looked_at: Walks, role: str) -> None:
    seen = looked_at.of(role)
    assert [one.path for one in seen if one.answer.status_code >= 500] == []
    assert len(seen) > 100
    assert guilty(looked_at.copy, role, "GET", [one.path for one in seen]) == [], "opening these changes the database"


@pytest.mark.parametrize("role", ["visitor", "steward"])
def test_asking_for_the_head_of_every_page_changes_nothing(copy: FundCopy, role: str) -> None:
    paths = sorted({cell.path for cell in cells(copy, role) if cell.method == "GET"})
    assert [path for path in paths if copy.ask(role, "HEAD", path).status_code >= 500] == []
    assert guilty(copy, role, "HEAD", paths) == [], "asking for the head of these changes the database"


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
