"""A line on the terminal while a count takes long: which file, what is done with it, and for how many seconds.

Nothing is shown in the first second, nor where nobody watches (output to a file or another program). The line is
written by a thread beside the count, which it never touches, and is wiped before anything else is printed.
"""

from __future__ import annotations

import threading
import time
from typing import Self, TextIO

PATIENCE = 1.0  # seconds


class Progress:
    """`with Progress(stream, watched=True) as progress: progress.now("counting a.json")`."""

    def __init__(self, stream: TextIO, *, watched: bool, patience: float = PATIENCE) -> None:
        self._stream, self._watched, self._patience = stream, watched, patience
        self._doing = ""
        self._since = 0.0
        self._shown = 0
        self._done = threading.Event()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        if self._watched:
            threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(self, *error: object) -> None:
        self.now("")
        self._done.set()

    def now(self, doing: str) -> None:
        """Say what is being done from here on; nothing: wipe the line."""
        with self._lock:
            self._doing, self._since = doing, time.monotonic()
            self._show("")

    def _watch(self) -> None:
        while not self._done.wait(self._patience / 4):
            with self._lock:
                seconds = time.monotonic() - self._since
                if self._doing and seconds >= self._patience:
                    self._show(f"{self._doing}, {seconds:.0f} s")

    def _show(self, line: str) -> None:
        if line or self._shown:
            self._stream.write("\r" + line.ljust(self._shown) + ("" if line else "\r"))
            self._stream.flush()
            self._shown = len(line)
