"""Paper: documents as PDF hold their figures exactly, say their title and language, and are the same bytes each time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import pytest

from fund.paper import Document, Facts, Grid, Heading, Paragraph, pdf_bytes
from tests.papers import read, text_of

DAY = dt.date(2026, 3, 1)


def document(parts: Sequence[Heading | Paragraph | Facts | Grid] = (), **changes: object) -> Document:
    """A document with these parts."""
    return replace(Document("Balance de comprobación", "Fondo del Molino", "es", DAY, tuple(parts)), **changes)  # type: ignore[arg-type]


def test_title_language_and_day_are_in_the_file() -> None:
    found = read(pdf_bytes(document()))
    assert found.metadata is not None
    assert (found.metadata.title, found.metadata.author) == ("Balance de comprobación", "Fondo del Molino")
    assert found.trailer["/Root"]["/Lang"] == "es"
    assert found.metadata.creation_date == dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


def test_every_part_is_drawn_with_its_figures() -> None:
    text = text_of(pdf_bytes(document([
        Heading("Lo que llegó"), Paragraph("Nòt ak “siy” yo — l’année, ñandú"), Facts([("De", "Łucja Đặng Ωμέγα Ёлка")]),
        Grid(["cuenta", "debe"], [["Caja", "1 234 567,89"], ["Regalos", "-0,05"], ["Todo", "1 234 567,84"]], figures=(1,), total=True),
    ])))  # fmt: skip
    for words in ("Lo que llegó", "Nòt ak “siy” yo — l’année, ñandú", "Łucja Đặng Ωμέγα Ёлка", "1 234 567,89", "-0,05"):
        assert words in text


def test_the_same_content_makes_the_same_bytes() -> None:
    one = document([Grid(["a", "b"], [["x", "1"]])])
    assert pdf_bytes(one) == pdf_bytes(one)
    assert pdf_bytes(one) != pdf_bytes(document([Grid(["a", "b"], [["x", "2"]])]))


def test_a_long_table_repeats_its_head_on_each_page_and_loses_no_row() -> None:
    rows = [[f"row-{n:03d}", "many words that do not fit into one line " * (n % 5), str(n)] for n in range(200)]
    made = read(pdf_bytes(document([Grid(["name", "words", "figure"], rows, figures=(2,))])))
    assert len(made.pages) > 5
    assert all("figure" in page.extract_text() for page in made.pages)
    whole = " ".join(page.extract_text() for page in made.pages)
    assert all(row[0] in whole for row in rows)


@pytest.mark.parametrize(
    "odd", ["", "\x00\x07", "a" * 400, "中文", "مرحبا", "one\ntwo", "{nb}", "**bold** __x__", "😀"]
)
def test_no_text_that_people_type_breaks_a_paper(odd: str) -> None:
    made = pdf_bytes(
        document(
            [Heading(odd), Paragraph(odd), Facts([(odd, odd)]), Grid(["a", odd], [[odd, odd]], figures=(1,))],
            title=odd or "x",
        )
    )
    assert len(read(made).pages) >= 1


def test_a_table_of_nothing_is_its_head() -> None:
    assert "cuenta" in text_of(pdf_bytes(document([Grid(["cuenta"], [])])))
