"""The supervisor: one process that starts the parts of a running fund, keeps them alive and ends them together.

A part is a function that runs until it gets SIGTERM, in a process of its own forked from this one, so that what was
loaded before is shared memory and not loaded again. A part that ends by itself is started again, after a pause that
doubles; one that cannot stay up ends everything, because whoever started us must hear of it. SIGINT and SIGTERM end
all parts gracefully. Nothing outlives the supervisor: where the system can (Linux), the kernel ends its orphans.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import click

GRACE_SECONDS = 30.0
"""How long a part may take to finish what it is doing before it is killed."""

STEADY_SECONDS = 10.0
"""A part that ran this long had started well; its next end is a first failure again."""

MOST_FAILURES = 5
LONGEST_PAUSE_SECONDS = 30.0
_PR_SET_PDEATHSIG = 1


@dataclass
class _Part:
    start: Callable[[], None]
    process_id: int = 0
    started_at: float = 0.0
    failures: int = 0
    start_again_at: float = 0.0


class Supervisor:
    """Runs named parts until a signal ends them. The numbers are for tests; the defaults are for people."""

    def __init__(self, parts: Mapping[str, Callable[[], None]], *, grace_seconds: float = GRACE_SECONDS) -> None:
        self._parts = {name: _Part(start) for name, start in parts.items()}
        self._grace_seconds = grace_seconds
        self._ending = False

    def run(self) -> int:
        """Start every part and stay until all have ended. Returns 0 after a signal, 1 when a part could not stay up."""
        wake_read, wake_write = os.pipe()
        os.set_blocking(wake_write, False)
        os.set_blocking(wake_read, False)
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD)}
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGINT, self._end)
        signal.signal(signal.SIGTERM, self._end)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        try:
            for name, part in self._parts.items():
                self._start(name, part)
            return self._watch(wake_read)
        finally:
            self._stop_all()
            signal.set_wakeup_fd(-1)
            for number, handler in before.items():
                signal.signal(number, handler)
            os.close(wake_read)
            os.close(wake_write)

    def _watch(self, wake: int) -> int:
        while not self._ending:
            select.select([wake], [], [], 0.5)
            with contextlib.suppress(BlockingIOError):
                os.read(wake, 512)
            for name, part in self._parts.items():
                if part.process_id and (code := _ended(part.process_id)) is not None:
                    part.process_id = 0
                    if not self._ending and not self._plan_restart(name, part, code):
                        return 1
                if not part.process_id and not self._ending and time.monotonic() >= part.start_again_at:
                    self._start(name, part)
        return 0

    def _plan_restart(self, name: str, part: _Part, code: int) -> bool:
        now = time.monotonic()
        part.failures = 1 if now - part.started_at >= STEADY_SECONDS else part.failures + 1
        if part.failures >= MOST_FAILURES:
            click.echo(f"{name} ended {part.failures} times in a row (last with code {code}); giving up.", err=True)
            return False
        pause = min(LONGEST_PAUSE_SECONDS, 0.5 * 2 ** (part.failures - 1))
        part.start_again_at = now + pause
        click.echo(f"{name} ended with code {code}; starting it again in {pause:g} s.", err=True)
        return True

    def _start(self, name: str, part: _Part) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        parent = os.getpid()
        part.started_at = time.monotonic()
        part.process_id = os.fork()
        if part.process_id == 0:
            _become_part(part.start, parent)
        # Both sides set the group, so that it is set whoever comes first.
        with contextlib.suppress(PermissionError, ProcessLookupError):
            os.setpgid(part.process_id, part.process_id)

    def _end(self, _number: int, _frame: object) -> None:
        self._ending = True

    def _stop_all(self) -> None:
        """SIGTERM to every part, then SIGKILL to the whole group of any that is not gone in time."""
        running = {part.process_id: part for part in self._parts.values() if part.process_id}
        for process_id in running:
            _send(os.kill, process_id, signal.SIGTERM)
        deadline = time.monotonic() + self._grace_seconds
        while running and time.monotonic() < deadline:
            running = {process_id: part for process_id, part in running.items() if _ended(process_id) is None}
            time.sleep(0.02 if running else 0)
        for process_id in running:
            _send(os.killpg, process_id, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(process_id, 0)
        for part in self._parts.values():
            part.process_id = 0


def _become_part(start: Callable[[], None], parent: int) -> None:
    """What a forked child does: a group of its own (a terminal's Ctrl-C reaches only the supervisor), then its part."""
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        with contextlib.suppress(PermissionError):
            os.setpgid(0, 0)
        _end_with_parent(parent)
        start()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _end_with_parent(parent: int) -> None:
    """Ask Linux to send SIGTERM to this process when its parent dies, even by SIGKILL."""
    if sys.platform != "linux":
        return
    import ctypes

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(0)


def _ended(process_id: int) -> int | None:
    """The exit code of a child that has ended (negative: the signal), else None."""
    try:
        ended, status = os.waitpid(process_id, os.WNOHANG)
    except ChildProcessError:
        return 0
    return os.waitstatus_to_exitcode(status) if ended else None


def _send(how: Callable[[int, int], None], process_id: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        how(process_id, number)
