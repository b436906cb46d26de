"""Files for spreadsheets: no cell that a person typed can become a formula (CSV injection, OWASP).

Excel, LibreOffice and others run what begins with `=`, `+`, `-` or `@`, also behind blanks or in full-width signs. Such
a text gets an apostrophe in front, which spreadsheets hide; numbers that the program made stay numbers.
"""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence

_RISKY = "=+-@"


def safe_cell(value: object) -> object:
    """A cell's value as it may stand in a file: text that could become a formula is marked as text."""
    if not isinstance(value, str):
        return "" if value is None else value
    text = value.replace("\x00", "")
    if text[:1] in ("\t", "\r", "\n"):
        return "'" + text
    first = unicodedata.normalize("NFKC", text.lstrip())[:1]
    return "'" + text if first and first in _RISKY else text


def csv_bytes(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file in UTF-8 with the mark that spreadsheets need to read it as such."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(head)
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + file.getvalue().encode("utf-8")
