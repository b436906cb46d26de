"""One contest counted by another program; run by the Python that has it (`make peers`), prints one JSON object a line.

    python tests/bench/peer.py PROGRAM RULE FILE [one | grouped]

Each program starts from its own types, ready made: only its count is timed, in seconds of processor time. Nothing of
this project is imported here.
"""

from __future__ import annotations

import gzip
import json
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path


def timed(act):
    wall, began = time.perf_counter(), time.process_time()
    found = act()
    return found, {"seconds": time.process_time() - began, "wall": time.perf_counter() - wall}


def text_of(file: str) -> str:
    data = Path(file).read_bytes()
    return (gzip.decompress(data) if file.endswith(".gz") else data).decode("utf-8-sig")


def pabutools(rule: str, file: str, grouping: str) -> None:
    from pabutools.election import Cardinality_Sat, Cost_Sat, parse_pabulib
    from pabutools.election.instance import Instance
    from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares, sequential_phragmen

    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "election.pb"
        plain.write_text(text_of(file))
        (instance, profile), read = timed(lambda: parse_pabulib(str(plain)))
    if grouping == "grouped":
        profile = profile.as_multiprofile()
    rules = {
        "greedy": lambda: greedy_utilitarian_welfare(instance, profile, sat_class=Cost_Sat),
        "equal_shares cost": lambda: method_of_equal_shares(instance, profile, sat_class=Cost_Sat),
        "equal_shares votes": lambda: method_of_equal_shares(instance, profile, sat_class=Cardinality_Sat),
        "phragmen": lambda: sequential_phragmen(instance, profile),
        "add1": lambda: method_of_equal_shares(instance, profile, sat_class=Cost_Sat, voter_budget_increment=1),
    }
    if rule == "add1":  # the town's rule goes on past an outcome that leaves no room; pabutools stops there unless told
        Instance.is_exhaustive = lambda *given, **named: False
    found, took = timed(rules[rule])
    show("pabutools", took, read=read["seconds"], elected=sorted(project.name for project in found))


def pyrankvote(rule: str, file: str, grouping: str) -> None:
    from pyrankvote import Ballot, Candidate, instant_runoff_voting

    given = json.loads(text_of(file))  # what `ours` writes: names, and orders with their number
    candidates = [Candidate(name) for name in given["options"]]
    ballots = []
    for order, count in given["orders"]:
        ballots += [Ballot([candidates[place] for place in order])] * count
    found, took = timed(lambda: instant_runoff_voting(candidates, ballots))
    show("pyrankvote", took, elected=[winner.name for winner in found.get_winners()])


def stvpoll(rule: str, folder: str, grouping: str) -> None:
    from stvpoll.scottish_stv import ScottishSTV

    for file in sorted(Path(folder).glob("*.blt")):
        lines = [line for line in text_of(str(file)).splitlines() if line.strip()]
        candidates, seats = map(int, lines[0].split())
        counts = []
        for _ in range(3):  # a ward takes milliseconds: the one in the middle, as of ours
            poll = ScottishSTV(seats, list(range(1, candidates + 1)))
            for line in lines[1:]:
                if line.strip() == "0":
                    break
                marks = [int(mark) for mark in line.split()]
                for _ in range(1 if grouping == "grouped" else marks[0]):
                    poll.add_ballot(marks[1:-1], marks[0] if grouping == "grouped" else 1)
            counts.append(timed(poll.calculate))
        found, took = sorted(counts, key=lambda count: count[1]["seconds"])[1]
        show("stvpoll", took, file=file.name, elected=sorted(found.elected_as_tuple()))


def show(program: str, took: dict, **more: object) -> None:
    print(json.dumps({"program": program, "version": version(program), **took, **more}), flush=True)


if __name__ == "__main__":
    {"pabutools": pabutools, "pyrankvote": pyrankvote, "stvpoll": stvpoll}[sys.argv[1]](*sys.argv[2:])
