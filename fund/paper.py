"""Paper: one way to draw a document as PDF, from a title and parts. Pure: values in, bytes out.

Words: a part is a heading, a paragraph, a list of facts (name and value) or a grid (a head and rows; some columns are
figures, set to the right). Text is drawn exactly as it is given: amounts come as text from whoever knows the currency.
The same content makes the same bytes: the only time in the file is the day that the caller names. Title and language
are set, so that a screen reader announces them, and text can be searched and copied. Two fonts are shipped in
`fund/fonts`; they draw European scripts, Hebrew and Arabic letters (docs/decisions/0012).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fpdf import FPDF

FONTS = Path(__file__).parent / "fonts"
MEDIA_TYPE = "application/pdf"
MARGIN_MM = 16.0
GAP_MM = 2.0
WIDEST_TEXT_MM = 70.0
"""No column asks for more than this before the room left over is shared out."""


@dataclass(frozen=True)
class Heading:
    """A heading within the document."""

    text: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, broken into lines where the page ends."""

    text: str
    small: bool = False


@dataclass(frozen=True)
class Facts:
    """Names with their values, one under the other."""

    pairs: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Grid:
    """A table. `figures` are the places of columns set to the right; with `total` the last row is set in bold."""

    head: Sequence[str]
    rows: Sequence[Sequence[object]]
    figures: Collection[int] = ()
    total: bool = False


Part = Heading | Paragraph | Facts | Grid


@dataclass(frozen=True)
class Document:
    """What is drawn: its title, who gives it out, its language (`es`), the day in its file, and whether it lies wide."""

    title: str
    publisher: str
    language: str
    day: dt.date
    parts: Sequence[Part] = field(default_factory=tuple)
    wide: bool = False


def pdf_bytes(document: Document) -> bytes:
    """The document as PDF."""
    sheet = _sheet(document)
    _text(sheet, document.publisher, size=9)
    _text(sheet, document.title, size=17, bold=True)
    sheet.ln(2)
    for part in document.parts:
        match part:
            case Heading(text):
                sheet.ln(2)
                _text(sheet, text, size=12, bold=True)
            case Paragraph(text, small):
                _text(sheet, text, size=8 if small else 10)
                sheet.ln(1.5)
            case Facts(pairs):
                _facts(sheet, pairs)
            case Grid():
                _grid(sheet, part)
    return bytes(sheet.output())


def _sheet(document: Document) -> FPDF:
    """An empty first page, with the pages' numbers at the foot of each."""
    from fpdf import FPDF

    class Sheet(FPDF):
        """A page of A4 whose foot names the document and the page."""

        def footer(self) -> None:
            """The foot of a page."""
            self.set_y(-12)
            self.set_font("paper", "", 7.5)
            self.cell(0, 5, f"{document.publisher} · {document.title} · {self.page_no()}/{{nb}}", align="R")

    sheet = Sheet(orientation="landscape" if document.wide else "portrait", format="A4")
    sheet.set_creation_date(dt.datetime.combine(document.day, dt.time(), tzinfo=dt.UTC))
    sheet.set_title(document.title)
    sheet.set_author(document.publisher)
    sheet.set_lang(document.language)
    sheet.set_display_mode("default")
    for style, name in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
        sheet.add_font("paper", style, FONTS / name)
    sheet.set_margin(MARGIN_MM)
    sheet.set_auto_page_break(True, margin=MARGIN_MM)
    sheet.c_margin = 0
    sheet.set_font("paper", "", 10)
    sheet.add_page()
    return sheet


def _text(sheet: FPDF, text: str, *, size: float, bold: bool = False) -> None:
    sheet.set_font("paper", "B" if bold else "", size)
    sheet.multi_cell(0, size * 0.5, text, align="L", new_x="LMARGIN", new_y="NEXT")


def _facts(sheet: FPDF, pairs: Iterable[tuple[str, str]]) -> None:
    """Names in bold on the left, values beside them."""
    for name, value in pairs:
        _row(sheet, [name, value], [55.0, sheet.epw - 55.0], figures=(), size=10, bold=(True, False))
    sheet.ln(2)


def _grid(sheet: FPDF, grid: Grid) -> None:
    """The table; its head stands on every page."""
    size = 8.0
    rows = [["" if cell is None else str(cell) for cell in row] for row in grid.rows]
    widths = _widths(sheet, [list(grid.head), *rows], grid.figures, size)

    def head() -> None:
        _row(sheet, list(grid.head), widths, figures=grid.figures, size=size, bold=True)
        sheet.line(sheet.l_margin, sheet.get_y(), sheet.w - sheet.r_margin, sheet.get_y())

    head()
    for place, row in enumerate(rows):
        bold = grid.total and place == len(rows) - 1
        lines = _broken(sheet, row, widths, size=size, bold=bold)
        if sheet.will_page_break(_height(lines, size)):
            sheet.add_page()
            head()
        _draw(sheet, lines, widths, figures=grid.figures, size=size, bold=bold)
    sheet.ln(2)


def _widths(sheet: FPDF, rows: Sequence[Sequence[str]], figures: Collection[int], size: float) -> list[float]:
    """A width for each column in mm: figures as wide as they are, the rest in proportion to what stands in them."""
    sheet.set_font("paper", "B", size)
    longest = [max((row[place] for row in rows), key=len) for place in range(len(rows[0]))]
    # The longest text by signs may not be the widest one: a tenth more leaves room for that.
    wanted = [sheet.get_string_width(text) * 1.1 + GAP_MM for text in longest]
    wanted = [one if place in figures else min(one, WIDEST_TEXT_MM) for place, one in enumerate(wanted)]
    kept = sum(one for place, one in enumerate(wanted) if place in figures)
    rest = sum(wanted) - kept
    if kept >= sheet.epw or not rest:
        return [one * sheet.epw / sum(wanted) for one in wanted]
    return [one if place in figures else one * (sheet.epw - kept) / rest for place, one in enumerate(wanted)]


Bold = bool | Sequence[bool]


def _row(
    sheet: FPDF, cells: Sequence[str], widths: Sequence[float], *, figures: Collection[int], size: float, bold: Bold
) -> None:
    """One row, on the next page where this one has no room for it."""
    lines = _broken(sheet, cells, widths, size=size, bold=bold)
    if sheet.will_page_break(_height(lines, size)):
        sheet.add_page()
    _draw(sheet, lines, widths, figures=figures, size=size, bold=bold)


def _broken(sheet: FPDF, cells: Sequence[str], widths: Sequence[float], *, size: float, bold: Bold) -> list[list[str]]:
    """Each cell's lines."""
    broken: list[list[str]] = []
    for place, (text, width) in enumerate(zip(cells, widths, strict=True)):
        sheet.set_font("paper", "B" if _is_bold(bold, place) else "", size)
        inner = width - GAP_MM
        if "\n" not in text and sheet.get_string_width(text) <= inner:
            broken.append([text])
        else:
            lines = sheet.multi_cell(inner, size * 0.5, text, align="L", dry_run=True, output="LINES")
            assert isinstance(lines, list)
            broken.append(lines or [""])
    return broken


def _draw(
    sheet: FPDF, lines: Sequence[Sequence[str]], widths: Sequence[float], *, figures: Collection[int], size: float,
    bold: Bold,
) -> None:  # fmt: skip
    top, x = sheet.get_y() + 0.6, sheet.l_margin
    for place, (texts, width) in enumerate(zip(lines, widths, strict=True)):
        sheet.set_font("paper", "B" if _is_bold(bold, place) else "", size)
        for number, text in enumerate(texts):
            sheet.set_xy(x, top + number * size * 0.5)
            sheet.cell(width - GAP_MM, size * 0.5, text, align="R" if place in figures else "L")
        x += width
    sheet.set_xy(sheet.l_margin, top - 0.6 + _height(lines, size))


def _is_bold(bold: Bold, place: int) -> bool:
    return bold if isinstance(bold, bool) else bold[place]


def _height(lines: Sequence[Sequence[str]], size: float) -> float:
    return max(len(texts) for texts in lines) * size * 0.5 + 1.2
