"""The content of a file piece by piece, unpacked where its name says that it is packed, up to the limit of size.

So the readers of lines (tables, Pabulib, BLT) never hold a file as a whole, and a small packed file cannot fill the
memory. A line has a limit too: without one, a file that is one endless line would be held after all.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from fund.counting.errors import BadContest

LARGEST = 1_000_000_000  # bytes, unpacked
PIECE = 1 << 20
LONGEST_LINE = 1 << 23  # bytes, or characters


def pieces(path: Path) -> Iterator[bytes]:
    """The unpacked content, piece by piece. Raises BadContest for one that cannot be read or is too large."""
    packed, size = path.name.lower().endswith(".gz"), 0
    try:
        with gzip.open(path) if packed else path.open("rb") as file:
            while piece := file.read(PIECE):
                size += len(piece)
                if size > LARGEST:
                    raise BadContest("size", f"at most {LARGEST} bytes" + (" once unpacked" if packed else ""))
                yield piece
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise BadContest("file", "a whole gzip file") from None
    except OSError as error:
        raise BadContest("file", f"a file that can be read ({error.strerror})") from None


def lines(parts: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Lines without their ends, with their numbers from 1; a line ends in one carriage return, a newline, or both."""
    rest, number = b"", 0
    for part in parts:
        found = (rest + part).splitlines(keepends=True)
        rest = found.pop() if found else b""  # it may go on, or its end may be the first of two characters
        for number, line in enumerate(found, number + 1):  # noqa: B020  # goes on counting
            yield number, line
        short_enough(rest, number + 1)
    if rest:
        yield number + 1, rest


def short_enough(rest: bytes | str, number: int) -> None:
    """Raise BadContest where a line has become too long."""
    if len(rest) > LONGEST_LINE:
        raise BadContest(f"line {number}", f"lines of at most {LONGEST_LINE} characters")
