"""Writing a contest as a file, in the format its name asks for.

`.json` ballot file (holds every contest), `.pb` Pabulib, `.blt` OpenSTV, each also packed as `.gz`; the same contest
gives the same bytes. What a format cannot hold is refused and never left out. A file that is there is not overwritten.
"""

from __future__ import annotations

import gzip
from pathlib import Path

from fund.counting.contest import Contest
from fund.counting.errors import BadContest
from fund.counting.formats.opening import content_of

KINDS = (".json", ".pb", ".blt")


def kind_of(path: Path) -> str:
    """The format a file name asks for. Raises BadContest for one we cannot write."""
    kind = Path(path.name.lower().removesuffix(".gz")).suffix
    if kind not in KINDS:
        raise BadContest("--write", f"a file that ends in {', '.join(KINDS)}, or one of these with .gz")
    return kind


def written(contest: Contest, kind: str, source: Path | None = None) -> bytes:
    """The contest as a file of that kind. `source` is the file it was read from: a Pabulib file keeps its metadata and
    columns where the new one is Pabulib too.
    """
    if kind == ".json":
        from fund.counting.formats import ballot_file

        return ballot_file.dumps(contest)
    if kind == ".blt":
        from fund.counting.formats import blt

        return blt.dumps(contest)
    from fund.counting.formats import pabulib
    from fund.counting.formats.pabulib_table import parsed

    kept = source is not None and Path(source.name.lower().removesuffix(".gz")).suffix == ".pb"
    return pabulib.dumps(contest, parsed(content_of(source)) if kept and source is not None else None)


def write_contest(contest: Contest, path: Path, source: Path | None = None) -> None:
    """Write the contest to a new file. Raises BadContest where it is there already or cannot be written."""
    content = written(contest, kind_of(path), source)
    if path.name.lower().endswith(".gz"):
        content = gzip.compress(content, mtime=0)
    try:
        with path.open("xb") as new:
            new.write(content)
    except OSError as error:
        raise BadContest(str(path), f"a new file that can be written ({error.strerror})") from None
