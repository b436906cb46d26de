"""`fund serve` answers, works off its jobs, and ends without leaving a process behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.served,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not Path("/proc").exists(), reason="reads /proc"),
]


def environment(home: Path, **more: str) -> dict[str, str]:
    """The environment of an installation in `home`, with nothing of this one's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("FUND_")}
    return {**kept, "FUND_HOME": str(home), **more}


def fund(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a `fund` command to its end."""
    command = [sys.executable, "-m", "fund", *arguments]
    return subprocess.run(command, env=environment(home, **more), capture_output=True, text=True, timeout=100)


@contextmanager
def serving(home: Path, *arguments: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running `fund serve` and its address."""
    command = [sys.executable, "-m", "fund", "serve", "--port", "0", *arguments]
    process = subprocess.Popen(command, env=environment(home), stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if found := re.search(r"http://localhost:\d+", line):
                yield process, found[0]
                return
        raise AssertionError(f"it ended with {process.wait()} and never said its address")
    finally:
        process.kill()
        process.wait(10)
        assert process.stdout is not None
        process.stdout.close()


def family(pid: int) -> set[int]:
    """A process's descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return {int(child) for child in children}.union(*(family(int(child)) for child in children))


def is_running(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def until(holds: Callable[[], bool], seconds: float = 60) -> bool:
    """Whether something holds before the time is up."""
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.05)
    return holds()


def hears(pid: int, number: signal.Signals) -> bool:
    """Whether a process has a handler of its own for a signal."""
    caught = re.search(r"^SigCgt:\s*(\w+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return caught is not None and bool(int(caught[1], 16) & 1 << number - 1)


def status(address: str) -> int:
    with urllib.request.urlopen(address, timeout=60) as response:
        return int(response.status)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_and_ends_cleanly(tmp_path: Path, number: signal.Signals) -> None:
    assert fund(tmp_path, "migrate").returncode == 0
    with serving(tmp_path) as (process, address):
        assert status(f"{address}/healthz") == 200
        assert until(lambda: len(family(process.pid)) == 4), "gunicorn, its two workers, the job worker"
        descendants = family(process.pid)
        process.send_signal(number)
        assert process.wait(60) == 0
        assert until(lambda: not any(map(is_running, descendants)))


def test_it_says_in_one_line_why_it_does_not_start(tmp_path: Path) -> None:
    refused = fund(tmp_path, "serve", "--port", "0")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "Error: The database is empty: run `fund migrate`.\n"
    assert fund(tmp_path, "migrate").returncode == 0
    with socket.create_server(("127.0.0.1", 0)) as taken:
        refused = fund(tmp_path, "serve", "--port", str(taken.getsockname()[1]))
    assert refused.returncode == 1
    assert "choose another: --port" in refused.stderr
    assert len(refused.stderr.splitlines()) == 1


def test_the_worker_alone_ends_on_sigterm_and_lists_its_jobs(tmp_path: Path) -> None:
    assert fund(tmp_path, "migrate").returncode == 0
    worker = subprocess.Popen([sys.executable, "-m", "fund", "worker"], env=environment(tmp_path))
    assert until(lambda: hears(worker.pid, signal.SIGTERM), 60)
    worker.terminate()
    assert worker.wait(60) == 0
    listed = fund(tmp_path, "worker", "--list")
    assert listed.returncode == 0
    assert "send messages" in listed.stdout.splitlines()
    assert fund(tmp_path, "worker", "--once").returncode == 0
