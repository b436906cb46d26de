"""The sections of a Pabulib file (`.pb`) as they stand: every column, every line of metadata, every row in its order.

A file is three tables with `;` between the cells: META (key and value), PROJECTS and VOTES, each under the line that
names it and a line of column names. What a section means is said in `pabulib.py`; here nothing is lost, so that a file
that is read and written again says the same, whatever columns it holds. Source: pabulib.org/format.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NoReturn

from fund.counting.errors import BadContest
from fund.counting.formats.csv_rows import text_lines

SECTIONS = ("META", "PROJECTS", "VOTES")
NEEDED = ("META", "PROJECTS")
LONGEST_CELL = 1_000_000


@dataclass(slots=True)
class Section:
    """One table: the names of its columns as written, and its rows with the number of their line."""

    columns: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)

    def at(self, column: str) -> int | None:
        """Where a column stands, by its name in small letters; None where there is none."""
        names = [name.strip().lower() for name in self.columns]
        return names.index(column) if column in names else None


@dataclass(slots=True)
class Document:
    """A whole file. `sections` holds META, PROJECTS and VOTES in the order of the file."""

    sections: dict[str, Section]

    def __getitem__(self, name: str) -> Section:
        return self.sections.get(name) or Section()

    @property
    def meta(self) -> dict[str, str]:
        """The lines of metadata by key in small letters; of a key that stands twice the first."""
        found: dict[str, str] = {}
        for _, row in self["META"].rows:
            found.setdefault(row[0].strip().lower(), ";".join(row[1:]).strip())
        return found

    def with_meta(self, **values: str) -> Document:
        """The same file with some lines of metadata replaced, or added at the end of the section."""
        old = self["META"]
        rows = [(line, list(row)) for line, row in old.rows]
        for key, value in values.items():
            row = next((row for _, row in rows if row[0].strip().lower() == key), None)
            if row is None:
                rows.append((0, [key, value]))
            elif ";".join(row[1:]).strip() != value:
                row[1:] = [value]
        return Document({**self.sections, "META": Section(old.columns, rows)})

    def written(self) -> bytes:
        """The file as UTF-8 text, a line a row."""
        text = io.StringIO(newline="")
        lines = csv.writer(text, delimiter=";", lineterminator="\n")
        for name, section in self.sections.items():
            lines.writerow([name])
            lines.writerow(section.columns)
            lines.writerows(row for _, row in section.rows)
        return text.getvalue().encode()


def parsed(data: bytes) -> Document:
    """The sections of a file. Raises BadContest naming the line."""
    file = Document({})
    for _ in walk((data,), file):
        pass
    return file


def walk(parts: Iterable[bytes], file: Document, votes_pass: bool = False) -> Iterator[tuple[int, list[str]]]:
    """Put the rows of a file that comes in parts into the sections of `file`. With `votes_pass`, votes that come after
    both other sections are handed out, each with the number of its line, and not kept. Raises BadContest naming it.
    """
    sections, current, passing = file.sections, Section(), False
    for number, row in _rows(parts):
        name = row[0].strip().upper() if not any(row[1:]) else ""
        if name in SECTIONS:
            if name in sections:
                wrong(number, f"the section {name} once")
            passing = votes_pass and name == "VOTES" and all(_filled(sections, each) for each in NEEDED)
            current = sections[name] = Section()
        elif not sections:
            wrong(number, "the section META first")
        elif not current.columns:
            current.columns = row
        elif current is sections.get("META") and len(row) < 2:
            wrong(number, "a key and a value with ; between them")
        elif passing:
            yield number, row
        else:
            current.rows.append((number, row))
    for name in NEEDED:
        if not _filled(sections, name):
            wrong(1, f"a section {name} with at least one line")


def _filled(sections: dict[str, Section], name: str) -> bool:
    return name in sections and bool(sections[name].rows)


def _rows(parts: Iterable[bytes]) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(LONGEST_CELL)
    lines = csv.reader(text_lines(parts), delimiter=";")
    while True:
        try:
            row = next(lines)
        except StopIteration:
            return
        except csv.Error as error:
            wrong(lines.line_num, f"fields with ; between them ({error})")
        if row and any(cell.strip() for cell in row):
            yield lines.line_num, row


def wrong(line: int, expected: str) -> NoReturn:
    """Raise BadContest for a line of the file."""
    raise BadContest(f"line {line}", expected)
