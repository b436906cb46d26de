"""A paper of this fund: its name at the head, the reader's language, the day of today in its own zone."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import get_locale

from fund import paper
from fund.foundation import service as foundation


def drawn(title: str, parts: Sequence[paper.Part], *, wide: bool = False) -> bytes:
    """A document of the fund as PDF."""
    language = str(get_locale() or "en").replace("_", "-")
    return paper.pdf_bytes(
        paper.Document(title, foundation.fund().name, language, foundation.today(), tuple(parts), wide=wide)
    )
