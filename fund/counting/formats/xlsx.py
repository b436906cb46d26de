"""The first sheet of an Excel workbook (`.xlsx`) as rows of text, with the standard library alone.

A workbook is a zip archive of XML. Only cell values are read: shared and inline text, numbers as they are written. An
archive that unpacks to more than the limit, or XML that declares a document type (the door of entity tricks), is
refused.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree  # document types are refused before parsing

from fund.counting.errors import BadContest

LARGEST_PART = 200_000_000
MOST_COLUMNS = 16_384
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def rows(data: bytes) -> Iterator[list[str]]:
    """Rows of the first sheet, missing cells as empty text."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            names = sorted(
                (name for name in book.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name)),
                key=lambda name: int(re.sub(r"\D", "", name)),
            )
            if not names:
                raise BadContest("file", "a workbook with a sheet")
            shared = _shared(book) if "xl/sharedStrings.xml" in book.namelist() else []
            sheet = _parsed(book, names[0])
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise BadContest("file", "a whole .xlsx workbook") from None
    for row in sheet.iter(f"{MAIN}row"):
        cells: list[str] = []
        for cell in row.iter(f"{MAIN}c"):
            at = _position(cell.get("r", ""), len(cells))
            cells += [""] * (at - len(cells))
            cells.append(_text(cell, shared))
        yield cells


def _parsed(book: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with book.open(name) as part:
        content = part.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART:
        raise BadContest("size", f"at most {LARGEST_PART} bytes once unpacked")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise BadContest("file", "a workbook without document types")
    try:
        return ElementTree.fromstring(content)  # noqa: S314
    except ElementTree.ParseError:
        raise BadContest("file", "a whole .xlsx workbook") from None


def _shared(book: zipfile.ZipFile) -> list[str]:
    table = _parsed(book, "xl/sharedStrings.xml")
    return ["".join(text.text or "" for text in entry.iter(f"{MAIN}t")) for entry in table.iter(f"{MAIN}si")]


def _position(reference: str, following: int) -> int:
    letters = re.match(r"[A-Z]{1,3}", reference)
    if letters is None:
        return following
    number = 0
    for letter in letters[0]:
        number = number * 26 + ord(letter) - 64
    if number > MOST_COLUMNS or number - 1 < following:
        raise BadContest(f"cell {reference[:10]}", "cells in order")
    return number - 1


def _text(cell: ElementTree.Element, shared: list[str]) -> str:
    kind, value = cell.get("t", "n"), cell.findtext(f"{MAIN}v") or ""
    if kind == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(f"{MAIN}t"))
    if kind == "s":
        if not value.isdecimal() or int(value) >= len(shared):
            raise BadContest(f"cell {cell.get('r', '')[:10]}", "a text of the workbook")
        return shared[int(value)]
    return value.removesuffix(".0")
