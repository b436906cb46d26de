"""Outside cases nobody on this project wrote (`$FUND_CONFORMANCE`; its README says where each comes from)."""

from __future__ import annotations

import gzip
import json
import os
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from fund.counting.contest import Rule
from fund.counting.count import Count, count
from fund.counting.formats.opening import read_contest

HERE = Path(__file__).resolve().parents[2]
CASES = Path(os.environ.get("FUND_CONFORMANCE", HERE.parent / "shared" / "conformance"))
pytestmark = [
    pytest.mark.skipif(not CASES.is_dir(), reason=f"no conformance cases at {CASES} (set FUND_CONFORMANCE)"),
    pytest.mark.timeout(900),
]

PABULIB = json.loads((CASES / "pabulib" / "expected.json").read_text()) if CASES.is_dir() else {}
KINDS = {
    "official": {},
    "equal_shares": {"utility": "cost", "completion": "none"},
    "equal_shares_add1": {"utility": "cost", "completion": "add1"},
    "equal_shares_add1u": {"utility": "cost", "completion": "add1+utilitarian"},
    "equal_shares_votes": {"utility": "votes"},
    "equal_shares_score": {"utility": "score"},
    "phragmen": {},
}
EVERY = 4  # of the elections counted with add1, every fourth in `make test`, all in `make test-long`
SCOTTISH = json.loads((CASES / "stv_scottish" / "expected.json").read_text()) if CASES.is_dir() else {}


def numbers(tally: dict[str, str]) -> dict[str, Fraction]:
    return {id_: Fraction(votes) for id_, votes in tally.items()}


@pytest.mark.parametrize("path", sorted((CASES / "ranked").glob("*.json*")), ids=lambda path: path.name)
def test_ranked_contest_agrees_stage_by_stage(path: Path):
    raw = json.loads(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
    expected, result = raw["expected"], count(read_contest(path))
    assert set(result.elected) == set(expected["elected"])
    assert len(result.rounds) == len(expected["rounds"])
    for number, (ours, theirs) in enumerate(zip(result.rounds, expected["rounds"], strict=True)):
        assert Fraction(ours.quota or 0) == Fraction(theirs["quota"])
        if raw["rule"]["method"] == "irv" or number + 1 < len(expected["rounds"]):
            assert numbers(dict(ours.tally)) == numbers(theirs["tally"]), f"stage {number + 1}"
        assert set(ours.elected) == set(theirs["elected"]), f"stage {number + 1}"
        assert set(ours.eliminated) == set(theirs["eliminated"]), f"stage {number + 1}"


def rule_of(kind: str, expected: dict[str, Any]) -> Rule:
    ties = expected.get("ties") or ["listed"]
    if kind == "phragmen":
        return Rule.of("phragmen", ties=ties)
    if kind != "official":
        return Rule.of("equal_shares", ties=ties, **KINDS[kind])
    if expected.get("rule", "greedy") == "equal_shares":
        return Rule.of("equal_shares", completion="add1", utility="cost")
    return Rule.of("greedy", ties=ties, fit=expected.get("fit", "skip"))


def pabulib_cases() -> list[Any]:
    cases = []
    for number, (name, expected) in enumerate(sorted(PABULIB.items())):
        for kind in KINDS:
            if kind in expected:
                slow = "add1" in kind and number % EVERY != 0
                cases.append(pytest.param(name, kind, marks=[pytest.mark.long] if slow else [], id=f"{name}-{kind}"))
    return cases


@pytest.mark.parametrize(("name", "kind"), pabulib_cases())
def test_pabulib_election_agrees(name: str, kind: str):
    expected = PABULIB[name][kind]
    result = count(read_contest(CASES / "pabulib" / name).replace(rule=rule_of(kind, expected)))
    assert set(result.elected) == set(expected["winners"])


def wieliczka(**settings: str) -> Count:
    contest = read_contest(CASES / "pabulib" / "poland_wieliczka_2023.pb")
    return count(contest.replace(rule=Rule.of("equal_shares", **settings)))


def test_wieliczka_2023_elects_the_towns_thirty_projects_at_a_share_of_315():
    result = wieliczka(completion="add1")
    assert set(result.elected) == set(PABULIB["poland_wieliczka_2023.pb"]["official"]["winners"])
    assert (len(result.elected), result.facts["share_minor"]) == (30, "315")


def test_stopping_at_the_first_exhaustive_outcome_is_another_result():
    result = wieliczka(completion="add1_exhaustive")
    assert (len(result.elected), result.facts["share_minor"]) == (31, "302")


@pytest.mark.parametrize("name", sorted(SCOTTISH))
def test_scottish_ward_elects_the_same_councillors(name: str):
    expected, result = SCOTTISH[name], count(read_contest(CASES / "stv_scottish" / name))
    assert {int(id_) for id_ in result.elected} == set(expected["elected"])
    assert int(result.rounds[0].quota or 0) == expected["quota"]
