"""What `make bench` prints: pages at demo size, and the engine beside the plain second engine of the tests."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import event

from fund import db
from fund.counting.contest import Rule
from fund.counting.count import count
from fund.counting.formats import ballot_file
from fund.counting.formats.opening import read_contest
from tests.counting.naive import budget as naive
from tests.demo.conftest import Demo, demo  # noqa: F401  (the fixture)

pytestmark = pytest.mark.bench
PAGES = (
    "/", "/rounds", "/rounds/round-1", "/rounds/round-2", "/rounds/round-1/results", "/rounds/round-2/ballot", "/money",
    "/awards/1", "/charter", "/businesses", "/apply", "/api/v1/rounds", "/api/v1/money",
)  # fmt: skip
TIMES = 30
CONFORMANCE = Path(os.environ.get("FUND_CONFORMANCE", "../shared/conformance"))


def milliseconds(act: Callable[[], object], times: int) -> float:
    """The median of so many runs."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        act()
        taken.append((time.perf_counter() - began) * 1000)
    return statistics.median(taken)


def test_pages_of_the_demo(demo: Demo) -> None:  # noqa: F811
    """Median milliseconds and number of queries of every main page, as a visitor gets it."""
    client = demo.visitor()
    queries: list[str] = []
    with demo.app.app_context():
        engine = db.alchemy.engines[None]
    event.listen(engine, "before_cursor_execute", lambda *call: queries.append(call[2]))
    print(f"\n{'page':30} {'median ms':>10} {'queries':>8} {'kB':>6}")
    for path in PAGES:
        client.get(path)
        queries.clear()
        size = len(client.get(path).data)
        asked = len(queries)
        print(f"{path:30} {milliseconds(lambda at=path: client.get(at), TIMES):10.1f} {asked:8} {size / 1000:6.1f}")


def test_counting_beside_the_plain_engine() -> None:
    """Equal shares on the worked ward budget: ours and the plain second engine, side by side."""
    contest = ballot_file.loads((Path("tests/data/counting") / "c7_floor_27.json").read_bytes())
    ours = milliseconds(lambda: count(contest), 20)
    plain = milliseconds(lambda: naive.equal_shares(contest), 3)
    print(f"\nC7, equal shares: {ours:.1f} ms, plain engine {plain:.1f} ms, ratio {plain / ours:.1f}")


def test_counting_a_real_town() -> None:
    """Wieliczka 2023 with add1, from file to result."""
    file = CONFORMANCE / "pabulib" / "poland_wieliczka_2023.pb"
    if not file.exists():
        pytest.skip(f"no outside cases at {CONFORMANCE}")
    rule = Rule.of("equal_shares", completion="add1", utility="cost", ties="most_votes,lower_cost,listed")
    contest = read_contest(file).replace(rule=rule)
    print(f"\nWieliczka 2023, equal shares, add1: {milliseconds(lambda: count(contest), 3):.0f} ms")
