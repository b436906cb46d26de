"""Outside cases nobody on this project wrote, and what each must give; `make conformance` counts all and prints totals.

The cases lie beside the project, or where `FUND_CONFORMANCE` says; their README tells where each comes from.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from fund.counting.contest import Contest, Rule
from fund.counting.count import count
from fund.counting.formats.opening import read_contest

HERE = Path(__file__).resolve().parents[2]
CASES = Path(os.environ.get("FUND_CONFORMANCE", HERE.parent / "shared" / "conformance"))
OUTCOMES: dict[str, dict[str, str]] = {
    "official": {},
    "equal_shares": {"utility": "cost", "completion": "none"},
    "equal_shares_add1": {"utility": "cost", "completion": "add1"},
    "equal_shares_add1u": {"utility": "cost", "completion": "add1+utilitarian"},
    "equal_shares_votes": {"utility": "votes"},
    "equal_shares_score": {"utility": "score"},
    "phragmen": {},
}


@dataclass(frozen=True)
class Case:
    """One recorded outcome: `kind` groups cases in the totals, `check` raises AssertionError where ours differs."""

    kind: str
    name: str
    check: Callable[[], None]


def cases() -> Iterator[Case]:
    """Every case there is."""
    if not CASES.is_dir():
        return
    for path in sorted((CASES / "ranked").glob("*.json*")):
        yield Case("ranked", path.name, lambda path=path: check_stages(path))  # type: ignore[misc]
    for name, expected in sorted(recorded("stv_scottish").items()):
        yield Case("stv_scottish", name, lambda name=name, expected=expected: check_ward(name, expected))  # type: ignore[misc]
    for name, expected in sorted(recorded("pabulib").items()):
        for outcome in OUTCOMES:
            if outcome in expected:
                yield Case(
                    "pabulib", f"{name}-{outcome}",
                    lambda name=name, outcome=outcome: check_election(name, outcome),  # type: ignore[misc]
                )  # fmt: skip


@cache
def recorded(kind: str) -> dict[str, Any]:
    """The expected outcomes of one kind, by file."""
    return dict(json.loads((CASES / kind / "expected.json").read_text())) if CASES.is_dir() else {}


def numbers(tally: dict[str, str]) -> dict[str, Fraction]:
    return {id_: Fraction(votes) for id_, votes in tally.items()}


def check_stages(path: Path) -> None:
    """A ranked contest, stage by stage; of `stv` the last tallies are not compared (README)."""
    raw = json.loads(gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes())
    expected, result = raw["expected"], count(read_contest(path))
    assert set(result.elected) == set(expected["elected"])
    assert len(result.rounds) == len(expected["rounds"])
    for number, (ours, theirs) in enumerate(zip(result.rounds, expected["rounds"], strict=True), 1):
        assert Fraction(ours.quota or 0) == Fraction(theirs["quota"]), f"stage {number}"
        if raw["rule"]["method"] == "irv" or number < len(expected["rounds"]):
            assert numbers(dict(ours.tally)) == numbers(theirs["tally"]), f"stage {number}"
        assert set(ours.elected) == set(theirs["elected"]), f"stage {number}"
        assert set(ours.eliminated) == set(theirs["eliminated"]), f"stage {number}"


def check_ward(name: str, expected: dict[str, Any]) -> None:
    """A Scottish ward: who is elected, and the quota."""
    result = count(read_contest(CASES / "stv_scottish" / name))
    assert {int(id_) for id_ in result.elected} == set(expected["elected"])
    assert int(result.rounds[0].quota or 0) == expected["quota"]


@lru_cache(maxsize=1)
def election(name: str) -> Contest:
    """An election as it was held; read once for all its recorded outcomes, which follow each other."""
    return read_contest(CASES / "pabulib" / name)


def check_election(name: str, outcome: str) -> None:
    """A participatory budget: which projects are funded."""
    expected = recorded("pabulib")[name][outcome]
    result = count(election(name).replace(rule=rule_of(outcome, expected)))
    assert set(result.elected) == set(expected["winners"])


def rule_of(outcome: str, expected: dict[str, Any]) -> Rule:
    """The rule a recorded outcome was found by."""
    ties = expected.get("ties") or ["listed"]
    if outcome == "phragmen":
        return Rule.of("phragmen", ties=ties)
    if outcome != "official":
        return Rule.of("equal_shares", ties=ties, **OUTCOMES[outcome])
    if expected.get("rule", "greedy") == "equal_shares":
        return Rule.of("equal_shares", completion="add1", utility="cost")
    return Rule.of("greedy", ties=ties, fit=expected.get("fit", "skip"))


def main() -> int:
    """Count every case, print what differs and the totals; 1 where something differs or there are no cases."""
    began, agree, total = time.monotonic(), {}, {}
    for case in cases():
        total[case.kind] = total.get(case.kind, 0) + 1
        try:
            case.check()
        except Exception as error:
            print(f"{case.kind} {case.name}: {type(error).__name__} {error}")
        else:
            agree[case.kind] = agree.get(case.kind, 0) + 1
    for kind, number in total.items():
        print(f"{kind}: {agree.get(kind, 0)} of {number} agree")
    if not total:
        print(f"no conformance cases at {CASES} (set FUND_CONFORMANCE)")
        return 1
    print(f"{time.monotonic() - began:.0f} s")
    return int(agree != total)


if __name__ == "__main__":
    sys.exit(main())
