"""The supervisor keeps its parts alive, ends them all on a signal, and leaves nobody behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.served, pytest.mark.timeout(300)]

PARTS = """
import os, signal, sys, time
from pathlib import Path
from fund.operations.supervisor import Supervisor

notes = Path({notes!r})

def steady(name):
    def run():
        def end(_n, _f):
            (notes / (name + ".ended")).write_text("gracefully")
            sys.exit(0)
        signal.signal(signal.SIGTERM, end)
        (notes / (name + ".started")).open("a").write(f"{{os.getpid()}}\\n")
        while True:
            time.sleep(0.05)
    return run

def deaf():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    (notes / "deaf.started").open("a").write(f"{{os.getpid()}}\\n")
    while True:
        time.sleep(0.05)

def failing():
    (notes / "failing.started").open("a").write(f"{{os.getpid()}}\\n")
    sys.exit(7)

parts = {{"one": steady("one"), "two": steady("two"), "deaf": deaf, "failing": failing}}
sys.exit(Supervisor({{name: parts[name] for name in {names!r}}}, grace_seconds={grace}).run())
"""


def start(notes: Path, *names: str, grace: float = 5) -> subprocess.Popen[str]:
    """A supervisor of the named parts, in a process of its own."""
    script = textwrap.dedent(PARTS).format(notes=str(notes), names=list(names), grace=grace)
    return subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True)


def pids(notes: Path, name: str, count: int = 1) -> list[int]:
    """Process ids of a part's starts, as soon as there are `count` of them."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        path = notes / f"{name}.started"
        found = path.read_text().split() if path.exists() else []
        if len(found) >= count:
            return [int(pid) for pid in found]
        time.sleep(0.02)
    raise AssertionError(f"{name} did not start {count} times")


def is_alive(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


def gone(pid: int, seconds: float = 40) -> bool:
    deadline = time.monotonic() + seconds
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not is_alive(pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_every_part_gracefully(tmp_path: Path, number: signal.Signals) -> None:
    supervisor = start(tmp_path, "one", "two")
    children = pids(tmp_path, "one") + pids(tmp_path, "two")
    supervisor.send_signal(number)
    assert supervisor.wait(40) == 0
    assert all(gone(pid) for pid in children)
    assert (tmp_path / "one.ended").read_text() == (tmp_path / "two.ended").read_text() == "gracefully"


def test_a_part_that_dies_is_started_again_and_the_other_is_left_alone(tmp_path: Path) -> None:
    supervisor = start(tmp_path, "one", "two")
    first = pids(tmp_path, "one")[0]
    pids(tmp_path, "two")
    os.kill(first, signal.SIGKILL)
    assert pids(tmp_path, "one", 2)[1] != first
    assert len(pids(tmp_path, "two")) == 1
    supervisor.terminate()
    assert supervisor.wait(40) == 0


def test_a_part_that_cannot_stay_up_ends_everything_with_an_error(tmp_path: Path) -> None:
    supervisor = start(tmp_path, "one", "failing")
    _, errors = supervisor.communicate(timeout=100)
    assert supervisor.returncode == 1
    assert "giving up" in errors
    assert len(pids(tmp_path, "failing")) == 5
    assert gone(pids(tmp_path, "one")[0])


def test_a_part_that_ignores_the_signal_is_killed_after_its_time(tmp_path: Path) -> None:
    supervisor = start(tmp_path, "one", "deaf", grace=0.5)
    children = pids(tmp_path, "one") + pids(tmp_path, "deaf")
    supervisor.terminate()
    assert supervisor.wait(40) == 0
    assert all(gone(pid) for pid in children)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_parts_end_when_the_supervisor_is_killed_outright(tmp_path: Path) -> None:
    supervisor = start(tmp_path, "one", "two")
    children = pids(tmp_path, "one") + pids(tmp_path, "two")
    supervisor.kill()
    supervisor.wait(10)
    assert all(gone(pid) for pid in children)
