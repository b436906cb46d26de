"""One contest counted by us, timed as tests/bench/peer.py times the others; prints one JSON object a line.

    python -m tests.bench.ours budget FILE | add1 FILE | irv FILE ORDERS | scottish FOLDER | table FILE | flat BALLOTS

Every count starts from the one profile that serves all rules; nothing in it is summed. Seconds are of processor time,
the median of several counts.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from fund.counting.contest import Contest, Rule
from fund.counting.count import Count, count
from fund.counting.formats.opening import read_contest
from fund.counting.formats.records import read_columns
from fund.counting.marks import marks_of
from fund.counting.profile import Cast, Profile, profile_of
from tests.bench import made_up

TIMES = 7
BUDGET_RULES = {
    "greedy": Rule.of("greedy", ties=["listed"]),
    "equal_shares cost": Rule.of("equal_shares", utility="cost"),
    "equal_shares votes": Rule.of("equal_shares", utility="votes"),
    "phragmen": Rule.of("phragmen", ties=["listed"]),
}


def timed(act: Callable[[], object]) -> float:
    """Seconds of processor time."""
    began = time.process_time()
    act()
    return time.process_time() - began


def show(contest: Contest, profile: Profile, times: int = TIMES, **more: object) -> None:
    """Count so many times and print the median, and who is elected."""
    results: list[Count] = []
    seconds = statistics.median(timed(lambda: results.append(count(contest, profile))) for _ in range(times))
    print(json.dumps({"seconds": seconds, "elected": sorted(results[-1].elected), **more}), flush=True)


def budget(file: str) -> None:
    """The rules for budgets."""
    contest = read_contest(Path(file))
    profile = profile_of(contest)
    for name, rule in BUDGET_RULES.items():
        show(contest.replace(rule=rule), profile, rule=name, groups=profile.groups, voters=profile.voters)


def add1(file: str) -> None:
    """Equal shares with shares raised unit by unit."""
    contest = read_contest(Path(file)).replace(rule=Rule.of("equal_shares", completion="add1", utility="cost"))
    show(contest, profile_of(contest), 5, rule="add1")


def irv(file: str, orders: str) -> None:
    """An instant runoff, lowest out one at a time: equal ballots together, and one ballot a row. Writes the orders that
    both programs count.
    """
    contest = read_contest(Path(file))
    contest = contest.replace(rule=contest.rule.with_settings(eliminate="lowest"))
    profile = profile_of(contest)
    names = [option.id for option in contest.options]
    Path(orders).write_text(json.dumps({"options": names, "orders": profile.ranked}))
    show(contest, profile, rule="irv", rows="grouped")
    rows = [(order, 1) for order, weight in profile.ranked for _ in range(weight)]
    cast = Cast(profile.blank, profile.valid, profile.void, profile.voids, profile.longest_ranking)
    show(contest, Profile(contest.options, cast, None, marks_of(rows, ranked=True)), rule="irv", rows="one a row")


def scottish(folder: str) -> None:
    """Every ward of a folder."""
    for file in sorted(Path(folder).glob("*.blt")):
        contest = read_contest(file)
        show(contest, profile_of(contest), 3, file=file.name)


def table(file: str) -> None:
    """A table of ballots: reading it, and counting it in two ways; the most memory held."""
    began = time.process_time()
    contest = read_contest(Path(file), columns=read_columns("ranking=2-9"))
    read = time.process_time() - began
    began = time.process_time()
    profile = profile_of(contest)
    made = time.process_time() - began
    for method, settings in (("irv", {}), ("stv", {"seats": 5})):
        rule = Rule.of(method, ties=["listed"], **settings)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        facts = {"rule": method, "ballots": profile.voters, "groups": profile.groups, "read": read, "made": made}
        show(contest.replace(rule=rule), profile, 3, **facts, bytes=most)
    print(json.dumps({"bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))


def flat(ballots: str) -> None:
    """Chambers and pairwise matching, from a profile as it is read: what each ballot costs should not grow with them."""
    for name, make in (("majority, two chambers", made_up.said), ("quadratic_funding, pairwise", made_up.given)):
        contest, profile = make(int(ballots))
        show(contest, profile, 3, rule=name, ballots=profile.voters, groups=profile.groups)


if __name__ == "__main__":
    {"flat": flat, "budget": budget, "add1": add1, "irv": irv, "scottish": scottish, "table": table}[sys.argv[1]](
        *sys.argv[2:]
    )
