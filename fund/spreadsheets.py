"""Files for spreadsheets: CSV and XLSX in which no cell can become a formula.

A text that begins with a sign which spreadsheet programs take for a formula (also in its full-width form, or after
white space) gets an apostrophe in front; numbers stay numbers. Everything that leaves the fund as a table goes through
here (TRUST 5, row 26).
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

Cell = str | int | None
_SIGNS = ("=", "+", "-", "@")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")
SHEET_NAME = 31


def safe(cell: Cell) -> Cell:
    """A cell that no spreadsheet program computes."""
    if not isinstance(cell, str):
        return cell
    text = cell.replace("\x00", "")
    return "'" + text if _is_dangerous(text) else text


def _is_dangerous(text: str) -> bool:
    """Whether the first sign that shows, in whatever form of it, is one that begins a formula."""
    if _NUMBER.match(text):
        return False
    shown = (sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in ("Cc", "Cf"))
    return text[:1] in ("\t", "\r", "\n") or unicodedata.normalize("NFKC", next(shown, "")).startswith(_SIGNS)


def csv_bytes(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Rows as CSV in UTF-8, with the mark that makes old spreadsheet programs read it as such."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in rows:
        writer.writerow(["" if cell is None else safe(cell) for cell in row])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def xlsx_bytes(sheets: Mapping[str, Iterable[Sequence[Cell]]]) -> bytes:
    """Sheets by name as XLSX; the first row of each is its head."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(out, options) as book:
        head = book.add_format({"bold": True})
        for number, (name, rows) in enumerate(sheets.items(), start=1):
            sheet = book.add_worksheet(re.sub(r"[\[\]:*?/\\']", " ", name)[:SHEET_NAME].strip() or f"Sheet {number}")
            for i, row in enumerate(rows):
                for j, cell in enumerate(row):
                    if cell is not None:
                        sheet.write(i, j, safe(cell), head if i == 0 else None)
    return out.getvalue()
