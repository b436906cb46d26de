"""The browser's recount against the engine: random contests of each rule, a real election, and errors on purpose."""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from fund.counting.contest import Contest, Rule
from fund.counting.count import count
from fund.counting.formats import ballot_file
from fund.counting.formats.minor_units import in_minor_units
from fund.counting.formats.opening import read_contest
from tests.recount.conftest import STATIC
from tests.recount.contests import RULES, drawn

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
CASES = Path(os.environ.get("FUND_CONFORMANCE", Path(__file__).parents[3] / "shared" / "conformance"))
RECOUNT = """async (pairs) => {
  const parts = ["reading", "count", "compare"].map((name) => import(`/js/recount/${name}.js`));
  const { contestOf, prepare, count, differences } = Object.assign({}, ...await Promise.all(parts));
  await Promise.all(["majority", "greedy", "irv", "sequential_irv", "equal_shares", "proportional_capped"]
    .map((method) => prepare({ method, comparison: "satisfaction" })));
  return pairs.map(([file, result]) => {
    try { return differences(count(contestOf(file)), JSON.parse(result)); } catch (reason) { return [["stopped", String(reason.stack)]]; }
  });
}"""
FEW, MANY = 30, 300  # random contests a rule, in the quick test and in the long one
Pair = tuple[str, str]
Plant = tuple[str, str, str]


def pair(contest: Contest) -> Pair:
    """The ballot file of a contest and the engine's result."""
    return ballot_file.dumps(contest).decode(), count(contest).bytes().decode()


@functools.cache
def pairs(name: str, many: int) -> list[Pair]:
    """So many random contests of a rule with the engine's results."""
    return [pair(contest) for contest in drawn(name, many)]


@contextmanager
def blank_page(chromium: Browser, scripts: str, plant: Plant | None = None) -> Iterator[Page]:
    """A page beside the scripts; `plant` (file, what stands there, what to put there) is an error made on purpose."""
    page = chromium.new_page()
    if plant is not None:
        name, sound, broken = plant
        source = (STATIC / "js" / "recount" / name).read_text()
        assert source.count(sound) == 1, f"{sound} stands {source.count(sound)} times in {name}"
        body = source.replace(sound, broken)

        def answer(route: Route) -> None:
            route.fulfill(body=body, content_type="text/javascript")

        page.route(f"**/{name}", answer)
    page.goto(f"{scripts}/img/logo.svg")
    yield page
    page.close()


def agree(chromium: Browser, scripts: str, many: int) -> None:
    """Every rule's contests, counted in one go, differ nowhere."""
    with blank_page(chromium, scripts) as page:
        for name in RULES:
            found = page.evaluate(RECOUNT, pairs(name, many))
            wrong = {number: each[:3] for number, each in enumerate(found) if each}
            print(f"{name}: {many} random contests, {len(wrong)} counted differently in Chromium")
            assert wrong == {}, name


def test_random_contests_agree_with_the_engine(chromium: Browser, scripts: str) -> None:
    agree(chromium, scripts, FEW)


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_three_hundred_random_contests_a_rule_agree_with_the_engine(chromium: Browser, scripts: str) -> None:
    agree(chromium, scripts, MANY)


@pytest.mark.skipif(not CASES.is_dir(), reason=f"no conformance cases at {CASES} (set FUND_CONFORMANCE)")
def test_wieliczka_2023_is_what_the_town_and_the_engine_found(chromium: Browser, scripts: str) -> None:
    town = read_contest(CASES / "pabulib" / "poland_wieliczka_2023.pb")
    rule = Rule.of("equal_shares", completion="add1", utility="cost", ties=["most_votes", "lower_cost", "listed"])
    contest = in_minor_units(town.replace(currency="PLN", rule=rule))
    file, result = pair(contest)
    assert json.loads(result)["facts"]["share_minor"] == "31500"
    assert len(json.loads(result)["elected"]) == 30
    with blank_page(chromium, scripts) as page:
        assert page.evaluate(RECOUNT, [(file, result)]) == [[]]


PLANTS: dict[str, list[Plant]] = {
    "majority": [("majority.js", "votes / 2n + 1n", "(votes + 1n) / 2n"), ("count.js", "share[1] * 100n", "share[1] * 90n")],
    "greedy": [("sheet.js", "cost <= left)", "cost < left)"), ("sheet.js", "-options[at].cost", "options[at].cost * 2n")],
    "irv": [("runoff.js", "active / 2n + 1n", "(active + 1n) / 2n"), ("reading.js", "skipped > rule", "skipped >= rule")],
    "sequential_irv": [("runoff.js", "rank >= from", "rank > from"), ("runoff.js", "sheet.history.push(new Map(tally));\n    const", "const")],
    "proportional_capped": [("pot.js", "spare >= unit", "spare > unit"), ("sha256.js", "(h + (turn(e, 6)", "(h + (turn(e, 7)"),
                            ("pot.js", "most(at) - (sheet.awards.get(at) ?? 0n)", "most(at)"), ("count.js", "|| sheet.parts.has(at)", "|| false")],
    "equal_shares": [
        ("shares.js", "share = [share[0] - unit, 1n]; break;", "break;"), ("shares.js", "had > pays ? had - pays : 0n", "had - pays"),
        ("comparison.js", "other > mine", "other >= mine"),
    ],
}  # fmt: skip


def unseen(chromium: Browser, scripts: str, plants: list[tuple[str, Plant]], many: int) -> list[Plant]:
    """Which of these errors no random contest of their rule shows."""
    missed = []
    for name, plant in plants:
        with blank_page(chromium, scripts, plant) as page:
            if not any(page.evaluate(RECOUNT, pairs(name, many))):
                missed.append(plant)
    return missed


def test_an_error_in_a_rule_is_caught(chromium: Browser, scripts: str) -> None:
    assert unseen(chromium, scripts, [(name, plants[0]) for name, plants in PLANTS.items()], FEW) == []


@pytest.mark.long
def test_an_error_in_any_module_is_caught(chromium: Browser, scripts: str) -> None:
    every = [(name, plant) for name, plants in PLANTS.items() for plant in plants]
    assert unseen(chromium, scripts, every, MANY) == []


def altered(file: str) -> Iterator[tuple[str, str]]:
    """The file with one figure changed: one more of a ballot, one mark another, the cost of what was funded."""
    one: dict[str, Any] = json.loads(file)
    one["ballots"][0]["count"] += 1
    yield "count", json.dumps(one)
    one = json.loads(file)
    ballot = one["ballots"][0]
    kind = next(kind for kind in ("marks", "points", "ranking", "approve") if kind in ballot)
    ballot[kind] = {"marks": {}, "points": {}, "ranking": [["a"]], "approve": ["a"]}[kind]
    yield "mark", json.dumps(one)
    one = json.loads(file)
    one["options"][0]["cost"] -= 1
    yield "cost", json.dumps(one)


@pytest.mark.parametrize(
    "ballot",
    [
        {"approve": ["a", "b"]},
        {"ranking": [["a"], ["b"]]},
        {"points": {"a": 3, "b": 1}},
        {"marks": {"a": "yes", "b": "no"}},
    ],
)
def test_one_changed_figure_changes_the_result(chromium: Browser, scripts: str, ballot: dict[str, Any]) -> None:
    methods = {
        "approve": ["greedy", "equal_shares"],
        "ranking": ["sequential_irv"],
        "points": ["proportional_capped"],
        "marks": ["majority"],
    }
    kind = next(iter(ballot))
    second = {
        "approve": ["b"],
        "ranking": [["a"], ["b"]],
        "points": {"a": 1, "b": 2},
        "marks": {"a": "yes", "b": "yes"},
    }[kind]
    for method in methods[kind]:
        file = json.dumps(
            {
                "format": "ballot-file/1", "currency": "USD", "budget": 100_000, "rule": {"method": method, "ties": ["listed"]},
                "options": [{"id": "a", "cost": 20_000}, {"id": "b", "cost": 50_000}],
                "ballots": [{"count": 3, **ballot}, {"count": 2, kind: second}],
            }
        )  # fmt: skip
        result = count(ballot_file.loads(file.encode())).bytes().decode()
        with blank_page(chromium, scripts) as page:
            assert page.evaluate(RECOUNT, [(file, result)]) == [[]]
            for what, changed in altered(file):
                if (kind, what) != ("ranking", "mark"):
                    assert page.evaluate(RECOUNT, [(changed, result)])[0], (method, what)


def test_the_fingerprint_is_sha_256(chromium: Browser, scripts: str) -> None:
    texts = ["", "abc", "x" * 55, "x" * 56, "x" * 64, "ünï 🎲" * 999]
    with blank_page(chromium, scripts) as page:
        found = page.evaluate(
            """async (texts) => {
              const { sha256 } = await import("/js/recount/sha256.js");
              return texts.map((text) => sha256(new TextEncoder().encode(text)));
            }""",
            texts,
        )
    assert found == [hashlib.sha256(text.encode()).hexdigest() for text in texts]


def test_a_file_that_is_no_ballot_file_is_named_by_its_fault(chromium: Browser, scripts: str) -> None:
    sound = json.loads(ballot_file.dumps(drawn("greedy", 1)[0]))
    bad: list[Any] = [
        "no json", {"format": "other"}, {**sound, "rule": {"method": "stv"}}, {**sound, "rule": {"method": "greedy", "fit": "maybe"}},
        {**sound, "budget": 2**60}, {**sound, "budget": -1}, {**sound, "ballots": [{"approve": ["nobody"]}], "form": "approval"},
        {**sound, "rule": {"method": "toString"}}, {**sound, "options": []}, {**sound, "ballots": [3]},
    ]  # fmt: skip
    with blank_page(chromium, scripts) as page:
        found = page.evaluate(
            """async (files) => {
              const { contestOf } = await import("/js/recount/reading.js");
              return files.map((file) => { try { contestOf(file); return "sound"; } catch (fault) { return fault.code ?? String(fault); } });
            }""",
            [one if isinstance(one, str) else json.dumps(one) for one in bad],
        )
    assert found == [
        "not_a_file", "not_a_file", "other_rule", "bad_file", "too_large", "bad_file", "bad_file", "other_rule", "bad_file", "bad_file",
    ]  # fmt: skip
