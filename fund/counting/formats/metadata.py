"""What a file says beside the contest, kept in `ballot-file/1` as `metadata`: text under any name, and under `pabulib`
the tables of the Pabulib file the contest came from, every column and row as it stood, also those of voters.

The count never looks at it. So that it cannot say something else than the contest, the tables become a Pabulib file
again only while options and ballots are still those of the file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from fund.counting.contest import Contest
from fund.counting.errors import BadContest
from fund.counting.formats.json_values import json_list, json_object, text
from fund.counting.formats.minor_units import in_minor_units
from fund.counting.formats.pabulib import contest_of
from fund.counting.formats.pabulib_table import LONGEST_CELL, NEEDED, SECTIONS, Document, Section

PABULIB = "pabulib"
PATH = f"$.metadata.{PABULIB}"


def read_metadata(value: Any) -> Mapping[str, Any]:
    """The `metadata` of a ballot file. Raises BadContest with the JSON path of the first fault."""
    given = json_object(value, "$.metadata", None)
    for name, said in given.items():
        if name == PABULIB:
            document_of(said)
        else:
            text(said, f"$.metadata.{name[:60]}")
    return MappingProxyType(given)


def document_of(value: Any) -> Document:
    """The tables of a Pabulib file. Raises BadContest."""
    given = json_object(value, PATH, set(SECTIONS))
    sections = {name: _section(table, f"{PATH}.{name}") for name, table in given.items()}
    for name in NEEDED:
        if name not in sections or not sections[name].rows:
            raise BadContest(f"{PATH}.{name}", "a table with at least one row")
    for number, (_, row) in enumerate(sections["META"].rows):
        if len(row) < 2:
            raise BadContest(f"{PATH}.META.rows[{number}]", "a key and a value")
    return Document(sections)


def _section(value: Any, path: str) -> Section:
    given = json_object(value, path, {"columns", "rows"})
    rows = [
        _cells(row, f"{path}.rows[{number}]")
        for number, row in enumerate(json_list(given.get("rows", []), f"{path}.rows"))
    ]
    return Section(_cells(given.get("columns"), f"{path}.columns"), [(0, row) for row in rows])


def _cells(value: Any, path: str) -> list[str]:
    cells = json_list(value, path)
    for cell in cells:
        if not isinstance(cell, str) or len(cell) > LONGEST_CELL or "\x00" in cell or not _whole(cell):
            raise BadContest(path, f"texts of at most {LONGEST_CELL} characters, without NUL or half characters")
    return cells


def _whole(cell: str) -> bool:
    return cell.isascii() or not any("\ud800" <= character <= "\udfff" for character in cell)


def with_document(contest: Contest, file: Document) -> Contest:
    """The contest with the tables of the file it was read from."""
    tables = {
        name: {"columns": table.columns, "rows": [row for _, row in table.rows]}
        for name, table in file.sections.items()
    }
    return contest.replace(metadata=MappingProxyType({**(contest.metadata or {}), PABULIB: tables}))


def document_in(contest: Contest) -> Document | None:
    """The tables of the Pabulib file a contest came from, where it still holds them. Raises BadContest where they say
    something else than its options and ballots do.
    """
    if not contest.metadata or PABULIB not in contest.metadata:
        return None
    file = document_of(contest.metadata[PABULIB])
    before, now = in_minor_units(contest_of(file, lenient=True)), in_minor_units(contest)
    if before.options != now.options or _cast(before) != _cast(now):
        raise BadContest(PATH, "the election that the options and ballots of this file say, or no tables of one")
    return file


def _cast(contest: Contest) -> Counter[tuple[str, Any]]:
    found: Counter[tuple[str, Any]] = Counter()
    for ballot in contest.ballots:
        content = tuple(sorted(ballot.content)) if ballot.kind in ("approve", "points") else ballot.content
        found[ballot.kind, content] += ballot.count
    return found
