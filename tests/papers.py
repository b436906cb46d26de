"""Papers read back: the text of a PDF as a person who searches or copies it would find it."""

from __future__ import annotations

import io

from pypdf import PdfReader


def read(data: bytes) -> PdfReader:
    """A document."""
    return PdfReader(io.BytesIO(data))


def text_of(data: bytes) -> str:
    """All its text, one space where lines or spaces were."""
    return " ".join(" ".join(page.extract_text() for page in read(data).pages).split())
