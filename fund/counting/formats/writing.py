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


def _is_pabulib(path: Path) -> bool:
    return path.name.lower().removesuffix(".gz").endswith(".pb")


def written(contest: Contest, kind: str, source: Path | None = None) -> bytes:
    """The contest as a file of that kind. `source` is the file it was read from: metadata and columns of a Pabulib file
    are kept where the new one is Pabulib too, or a ballot file, and come back when that is written as Pabulib.
    """
    if kind == ".blt":
        from fund.counting.formats import blt

        return blt.dumps(contest)
    from fund.counting.formats import ballot_file, pabulib
    from fund.counting.formats.metadata import document_in, with_document
    from fund.counting.formats.pabulib_table import parsed

    file = parsed(content_of(source)) if source is not None and _is_pabulib(source) else None
    if kind == ".json":
        return ballot_file.dumps(contest if file is None else with_document(contest, file))
    return pabulib.dumps(contest, document_in(contest) if file is None else file)


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
