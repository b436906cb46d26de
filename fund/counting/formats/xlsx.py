"""The first sheet of an Excel workbook (`.xlsx`) as rows of text, with the standard library alone.

A workbook is a zip archive of XML. Only cell values are read: shared and inline text, numbers as they are written. The
XML is read in pieces and never held as a whole; an archive whose parts unpack to more than the limit is refused, and so
is XML that declares a document type (the door of entity tricks).
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from xml.parsers import expat

from fund.counting.errors import BadContest

LARGEST_PART = 1_000_000_000
LARGEST_TEXTS = 200_000_000  # characters of shared text, which have to be held
LONGEST_CELL = 32_767  # of a workbook, as of a cell of ours
MOST_COLUMNS = 16_384
MOST_CELLS = 50_000_000  # empty ones that a row passes over are counted
PIECE = 1 << 14
BROKEN = (  # all that a damaged archive is answered with
    zipfile.BadZipFile, zlib.error, struct.error, expat.ExpatError, EOFError, NotImplementedError, RuntimeError, OSError,
    ValueError, KeyError, OverflowError,
)  # fmt: skip
SHARED = "xl/sharedStrings.xml"


def rows(data: bytes) -> Iterator[list[str]]:
    """Rows of the first sheet, missing cells as empty text."""
    with _whole_workbook(), zipfile.ZipFile(io.BytesIO(data)) as book:
        names = sorted(
            (name for name in book.namelist() if re.fullmatch(r"xl/worksheets/sheet[0-9]{1,6}\.xml", name)),
            key=lambda name: int(re.sub(r"\D", "", name)),
        )
        if not names:
            raise BadContest("file", "a workbook with a sheet")
        shared = _Texts()
        if SHARED in book.namelist():
            for _ in _parsed(book, SHARED, shared):
                pass
        sheet = _Sheet(shared.found)
        for _ in _parsed(book, names[0], sheet):
            yield from sheet.rows
            sheet.rows.clear()
        yield from sheet.rows


@contextmanager
def _whole_workbook() -> Iterator[None]:
    try:
        yield
    except BROKEN:
        raise BadContest("file", "a whole .xlsx workbook") from None


def _parsed(book: zipfile.ZipFile, name: str, reader: _Texts | _Sheet) -> Iterator[None]:
    """Feed one part of the workbook to its reader, a piece at a time."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, given: reader.start(tag.rpartition(" ")[2], given)
    parser.EndElementHandler = lambda tag: reader.end(tag.rpartition(" ")[2])
    parser.CharacterDataHandler = reader.text
    parser.StartDoctypeDeclHandler = _no_document_type
    size = 0
    with book.open(name) as part:
        while piece := part.read(PIECE):
            size += len(piece)
            if size > LARGEST_PART:
                raise BadContest("size", f"at most {LARGEST_PART} bytes once unpacked")
            parser.Parse(piece, False)
            yield
    parser.Parse(b"", True)


def _no_document_type(*_declared: object) -> None:
    raise BadContest("file", "a workbook without document types")


class _Texts:
    """The table of shared texts, in its order."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._inside = False
        self._size = 0

    def start(self, tag: str, given: dict[str, str]) -> None:
        self._inside = tag == "t"
        if tag == "si":
            self._pieces = []

    def end(self, tag: str) -> None:
        self._inside = False
        if tag == "si":
            self.found.append(_short("".join(self._pieces), f"text {len(self.found)}"))

    def text(self, piece: str) -> None:
        if self._inside:
            self._size += len(piece)
            if self._size > LARGEST_TEXTS:
                raise BadContest("size", f"at most {LARGEST_TEXTS} characters of text")
            self._pieces.append(piece)


class _Sheet:
    """The rows of a sheet as they are met; whoever feeds it takes them out of `rows`."""

    def __init__(self, shared: list[str]) -> None:
        self.rows: list[list[str]] = []
        self._shared = shared
        self._cells: list[str] = []
        self._kind = self._reference = ""
        self._value: list[str] = []
        self._inside = False
        self._number = 0

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "row":
            self._cells = []
        elif tag == "c":
            self._kind, self._reference, self._value = given.get("t", "n"), given.get("r", ""), []
        self._inside = tag == ("t" if self._kind == "inlineStr" else "v")

    def end(self, tag: str) -> None:
        self._inside = False
        if tag == "c":
            at = _position(self._reference, len(self._cells))
            self._number += at + 1 - len(self._cells)
            if self._number > MOST_CELLS:
                raise BadContest("size", f"at most {MOST_CELLS} cells")
            self._cells += [""] * (at - len(self._cells))
            self._cells.append(self._cell())
        elif tag == "row":
            self.rows.append(self._cells)

    def text(self, piece: str) -> None:
        if self._inside:
            self._value.append(piece)

    def _cell(self) -> str:
        value = _short("".join(self._value), f"cell {self._reference[:10]}")
        if self._kind == "inlineStr":
            return value
        if self._kind == "s":
            if not re.fullmatch(r"[0-9]{1,10}", value) or int(value) >= len(self._shared):
                raise BadContest(f"cell {self._reference[:10]}", "a text of the workbook")
            return self._shared[int(value)]
        return value.removesuffix(".0")


def _short(text: str, path: str) -> str:
    if len(text) > LONGEST_CELL:
        raise BadContest(path, f"text of at most {LONGEST_CELL} characters")
    return text


def _position(reference: str, following: int) -> int:
    letters = re.match(r"[A-Z]{1,3}", reference)
    number = 0
    for letter in letters[0] if letters else "":
        number = number * 26 + ord(letter) - 64
    at = number - 1 if letters else following
    if at >= MOST_COLUMNS or at < following:
        raise BadContest(f"cell {reference[:10]}", "cells in order")
    return at
