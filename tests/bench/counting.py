"""`make bench` beside other programs: ratios side by side in one run, sizes up to ten million ballots, and start-up.

    python -m tests.bench.counting [--peers PYTHON] [--sizes 100000,1000000,10000000] [--write]

`--peers` names a Python that has the other programs (`make peers`); without it only our own figures are measured. Ours
and theirs run one after the other, each in a process of its own, so that both meet the same machine; seconds are of
processor time, which other work on the machine lengthens less than those of the clock. `--write` puts the table and the
graph into docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench import made_up, report

ROOT = Path(__file__).resolve().parents[2]
CASES = Path(os.environ.get("FUND_CONFORMANCE", ROOT.parent / "shared" / "conformance"))
LODZ = CASES / "pabulib" / "poland_lodz_2022_.pb.gz"
WIELICZKA = CASES / "pabulib" / "poland_wieliczka_2023.pb"
MINNEAPOLIS = CASES / "ranked" / "2013_minneapolis_mayor.json.gz"
WARDS = CASES / "stv_scottish"
FLAT_SIZES = (100_000, 1_000_000)
MOST_GROWTH = 1.5
ENVIRONMENT = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}


@dataclass
class Run:
    """What was measured: rows of the table, the sizes, the seconds from the command line, and the programs."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    sizes: list[dict[str, Any]] = field(default_factory=list)
    starts: list[dict[str, Any]] = field(default_factory=list)
    flat: list[dict[str, Any]] = field(default_factory=list)
    programs: dict[str, str] = field(default_factory=dict)

    def beside(self, what: str, theirs: dict[str, Any], ours: dict[str, Any], wanted: int) -> None:
        """One row: the same contest counted by them and by us."""
        agree = sorted(map(str, theirs["elected"])) == sorted(map(str, ours["elected"]))
        row = {"what": what, "program": theirs["program"], "theirs": theirs["seconds"], "ours": ours["seconds"]}
        self.rows.append({**row, "ratio": theirs["seconds"] / ours["seconds"], "wanted": wanted, "agree": agree})
        self.programs[theirs["program"]] = theirs["version"]
        print(report.line_of(self.rows[-1]), flush=True)


def lines_of(*command: str | Path) -> list[dict[str, Any]]:
    """What a measuring process prints."""
    done = subprocess.run([*map(str, command)], env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()]


def ours(*what: str | Path) -> list[dict[str, Any]]:
    return lines_of(sys.executable, "-m", "tests.bench.ours", *what)


def budgets(run: Run, peers: str) -> None:
    """Lodz 2022 and Wieliczka 2023 beside pabutools."""
    for result in ours("budget", LODZ):
        for rows in ("one a row", "grouped"):
            grouping = rows.split()[0]
            (theirs,) = lines_of(peers, "tests/bench/peer.py", "pabutools", result["rule"], LODZ, grouping)
            run.beside(f"{result['rule']}, Lodz 2022, theirs {rows}", theirs, result, 500)
    (result,) = ours("add1", WIELICZKA)
    for rows in ("one a row", "grouped"):
        (theirs,) = lines_of(peers, "tests/bench/peer.py", "pabutools", "add1", WIELICZKA, rows.split()[0])
        run.beside(f"equal_shares add1, Wieliczka 2023, theirs {rows}", theirs, result, 100)


def rankings(run: Run, peers: str) -> None:
    """Minneapolis 2013 beside pyrankvote, the Scottish wards beside stvpoll."""
    with tempfile.TemporaryDirectory() as folder:
        orders = Path(folder) / "orders.json"
        results = ours("irv", MINNEAPOLIS, orders)
        names = json.loads(orders.read_text())["options"]
        for result in results:
            (theirs,) = lines_of(peers, "tests/bench/peer.py", "pyrankvote", "irv", orders, "one")
            assert set(theirs["elected"]) <= set(names)
            wanted = 50 if result["rows"] == "one a row" else 200
            run.beside(f"irv, Minneapolis 2013, ours {result['rows']}", theirs, result, wanted)
    results = ours("scottish", WARDS)
    for rows in ("one a row", "grouped"):
        theirs = lines_of(peers, "tests/bench/peer.py", "stvpoll", "scottish", WARDS, rows.split()[0])
        pairs = list(zip(theirs, results, strict=True))
        ratios = sorted(a["seconds"] / b["seconds"] for a, b in pairs)
        for name, ratio in (("least", ratios[0]), ("median", statistics.median(ratios))):
            a, b = min(pairs, key=lambda pair: abs(pair[0]["seconds"] / pair[1]["seconds"] - ratio))
            same = all(sorted(map(int, b["elected"])) == a["elected"] for a, b in pairs)
            elected = b["elected"] if same else []
            row = f"stv_scottish, 108 wards, {name} ratio, theirs {rows}"
            run.beside(row, {**a, "elected": elected}, {**b, "elected": b["elected"]}, 20)


def files(run: Run, peers: str) -> None:
    """From file to printed result: whole processes, started and read anew."""
    rule = ["--rule", "equal_shares", "--set", "utility=cost"]
    began = time.perf_counter()
    theirs = lines_of(peers, "tests/bench/peer.py", "pabutools", "equal_shares cost", LODZ, "one")[0]
    wall = time.perf_counter() - began
    began = time.perf_counter()
    (result,) = lines_of(Path(sys.executable).parent / "fund", "count", "--json", *rule, LODZ)
    mine = {"seconds": time.perf_counter() - began, "elected": result["elected"]}
    run.beside("file to printed result, Lodz 2022, seconds of the clock", {**theirs, "seconds": wall}, mine, 10)


def starting(run: Run) -> None:
    """`fund count` as typed: seconds of the clock and of the processor."""
    small = ROOT / "tests" / "data" / "counting" / "c8_main_street.json"
    for what, given, times in (("a small file", [small], 7), ("108 wards in one call", sorted(WARDS.glob("*.blt")), 3)):
        walls, used = [], []
        for _ in range(times):
            before, began = os.times(), time.perf_counter()
            lines_of(Path(sys.executable).parent / "fund", "count", "--json", *given)
            after = os.times()
            walls.append(time.perf_counter() - began)
            used.append(after.children_user + after.children_system - before.children_user - before.children_system)
        run.starts.append({"what": what, "wall": min(walls), "seconds": statistics.median(used)})
        print(f"fund count, {what}: {min(walls):.2f} s of the clock, {statistics.median(used):.2f} s of the processor")


def sizes(run: Run, wanted: list[int]) -> None:
    """Made-up tables of growing size."""
    for ballots in wanted:
        with tempfile.TemporaryDirectory() as folder:
            table = Path(folder) / "table.csv"
            made_up.write(table, ballots)
            *counts, last = ours("table", table)
        for each in counts:
            run.sizes.append({**each, "bytes": last["bytes"]})
            per_ballot = each["seconds"] / each["ballots"] * 1e9
            print(f"{each['rule']:5} {ballots:>10} ballots, {each['groups']:>9} different: {each['seconds']:.3f} s, "
                  f"{per_ballot:.0f} ns a ballot, {last['bytes'] / 2**20:.0f} MiB", flush=True)  # fmt: skip


def flat(run: Run) -> None:
    """Rules that once looked at each ballot by itself: a ballot may cost at most so much more in a contest ten times as
    large. Ends the benchmark with 1 where one does.
    """
    for ballots in FLAT_SIZES:
        run.flat += ours("flat", str(ballots))
    for rule in dict.fromkeys(each["rule"] for each in run.flat):
        costs = [each["seconds"] / each["ballots"] for each in run.flat if each["rule"] == rule]
        shown = ", ".join(f"{cost * 1e9:.0f}" for cost in costs)
        print(f"{rule}: {shown} ns a ballot at {', '.join(f'{size:,}' for size in FLAT_SIZES)} ballots", flush=True)
        if max(costs[1:]) > MOST_GROWTH * costs[0]:
            raise SystemExit(f"{rule}: a ballot costs more than {MOST_GROWTH} times as much in larger contests")


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peers", help="a Python that has pabutools, pyrankvote and stvpoll")
    parser.add_argument("--sizes", default="100000,1000000,10000000")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    run = Run(programs={"Python": platform.python_version()})
    print(f"{report.machine()}; load {os.getloadavg()[0]:.1f} when begun")
    if CASES.is_dir():
        starting(run)
        if asked.peers:
            rankings(run, asked.peers)
            budgets(run, asked.peers)
            files(run, asked.peers)
    else:
        print(f"no outside cases at {CASES} (set FUND_CONFORMANCE): made-up contests only")
    flat(run)
    sizes(run, [int(size) for size in asked.sizes.split(",") if size])
    if asked.write:
        report.write(ROOT / "docs" / "performance.md", run.rows, run.sizes, run.starts, run.programs, run.flat)


if __name__ == "__main__":
    main()
