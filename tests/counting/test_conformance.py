"""Outside cases nobody on this project wrote (conformance.py); `make conformance` counts all of them and prints totals.

Of the elections counted with `add1`, which takes seconds, every fourth is in `make test` and all in `make test-long`.
"""

from __future__ import annotations

from typing import Any

import pytest

from fund.counting.contest import Rule
from fund.counting.count import Count, count
from fund.counting.errors import BadContest
from fund.counting.formats import ballot_file
from fund.counting.formats.opening import read_contest
from tests.counting.conformance import CASES, Case, cases, recorded

pytestmark = [
    pytest.mark.skipif(not CASES.is_dir(), reason=f"no conformance cases at {CASES} (set FUND_CONFORMANCE)"),
    pytest.mark.timeout(900),
]
EVERY = 4


def params() -> list[Any]:
    names = sorted(recorded("pabulib"))
    slow = {name for number, name in enumerate(names) if number % EVERY != 0}
    return [
        pytest.param(
            case, id=case.name, marks=[pytest.mark.long] if "add1" in case.name and is_of(case, slow) else []
        )
        for case in cases()
    ]  # fmt: skip


def is_of(case: Case, names: set[str]) -> bool:
    return case.name.rpartition("-")[0] in names


@pytest.mark.parametrize("case", params())
def test_case_agrees(case: Case):
    case.check()


def wieliczka(**settings: str) -> Count:
    contest = read_contest(CASES / "pabulib" / "poland_wieliczka_2023.pb")
    return count(contest.replace(rule=Rule.of("equal_shares", **settings)))


def test_wieliczka_2023_elects_the_towns_thirty_projects_at_a_share_of_315():
    result = wieliczka(completion="add1")
    assert set(result.elected) == set(recorded("pabulib")["poland_wieliczka_2023.pb"]["official"]["winners"])
    assert (len(result.elected), result.facts["share_minor"]) == (30, "315")


def test_stopping_at_the_first_exhaustive_outcome_is_another_result():
    result = wieliczka(completion="add1_exhaustive")
    assert (len(result.elected), result.facts["share_minor"]) == (31, "302")


def test_the_town_written_as_a_ballot_file_has_the_same_result_in_minor_units():
    """The file states whole units; shares are raised by one unit and not by one hundredth of it."""
    town = read_contest(CASES / "pabulib" / "poland_wieliczka_2023.pb").replace(
        rule=Rule.of("equal_shares", completion="add1")
    )
    written = count(ballot_file.loads(ballot_file.dumps(town)))
    assert written.elected == count(town).elected
    assert written.facts["share_minor"] == "31500"


def test_amounts_finer_than_minor_units_are_not_written_as_something_else():
    town = read_contest(CASES / "pabulib" / "poland_wieliczka_2023.pb").replace(exponent=3)
    with pytest.raises(BadContest, match="at most 2 decimals"):
        ballot_file.dumps(town)
