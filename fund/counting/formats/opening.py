"""Opening a file of ballots: which format it is, by its name, and how much of it we are ready to hold.

`.json` ballot file, `.pb` Pabulib, `.blt` OpenSTV, `.csv` and `.xlsx` cast-vote records, each also packed as `.gz`. A
packed file is unpacked in pieces and refused as soon as it is larger than the limit, so that a small file cannot fill
the memory. Files of lines (CSV, Pabulib, BLT) are read as a stream, equal ballots grouped on the way; a ballot file and
a workbook are read whole.
"""

from __future__ import annotations

import gzip
import io
import zlib
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from fund.counting.contest import Contest
from fund.counting.errors import BadContest

if TYPE_CHECKING:
    from fund.counting.formats.records import Columns

BY_LINES = {".pb": "pabulib", ".blt": "blt"}
READERS = (".json", *BY_LINES)
TABLES = (".csv", ".xlsx")
LARGEST_FILE = 1_000_000_000
LARGEST_UNPACKED = 1_000_000_000
PIECE = 1 << 20


def read_contest(path: Path, *, lenient: bool = False, columns: Columns | None = None) -> Contest:
    """The contest in a file. Raises BadContest for a file that cannot be read, is too large or of no known kind."""
    name = path.name.lower()
    suffix = Path(name.removesuffix(".gz")).suffix
    if suffix not in (*READERS, *TABLES):
        raise BadContest("name", f"a file that ends in {', '.join((*READERS, *TABLES))}, or one of these with .gz")
    if suffix in TABLES and columns is None:
        raise BadContest("--columns", "a column map, such as ranking=3-7,count=1, for a table of ballots")
    if suffix == ".csv" and columns is not None:
        from fund.counting.formats import streaming

        return streaming.read_csv(path, columns, lenient)
    if suffix in BY_LINES:
        from fund.counting.formats.pieces import pieces

        return import_module(f"fund.counting.formats.{BY_LINES[suffix]}").read(pieces(path), lenient=lenient)  # type: ignore[no-any-return]
    data = content_of(path)
    if suffix == ".xlsx" and columns is not None:
        return _read_workbook(data, columns, lenient)
    from fund.counting.formats import ballot_file

    return ballot_file.loads(data, lenient=lenient)


def content_of(path: Path) -> bytes:
    """The bytes of a file, unpacked where its name says that it is packed. Raises BadContest."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadContest("size", f"at most {LARGEST_FILE} bytes")
        data = path.read_bytes()
    except OSError as error:
        raise BadContest("file", f"a file that can be read ({error.strerror})") from None
    return unpack(data) if path.name.lower().endswith(".gz") else data


def _read_workbook(data: bytes, columns: Columns, lenient: bool) -> Contest:
    from fund.counting.formats import records, xlsx

    return records.from_rows(xlsx.rows(data), columns, lenient)


def unpack(data: bytes, most: int = LARGEST_UNPACKED) -> bytes:
    """The content of a gzip file of at most `most` bytes."""
    pieces, size = [], 0
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            while piece := packed.read(PIECE):
                size += len(piece)
                if size > most:
                    raise BadContest("size", f"at most {most} bytes once unpacked")
                pieces.append(piece)
    except (EOFError, OSError, zlib.error):
        raise BadContest("file", "a whole gzip file") from None
    return b"".join(pieces)
