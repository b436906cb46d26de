"""One bar of several parts: where every dollar of the pool is, how a roll divides.

Each part carries a letter, printed inside the bar where there is room and always in the legend under it, so the
picture is readable without seeing colours. Parts stand in the order given; a part of nothing stays in the legend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from fund.pictures.canvas import WIDTH, Canvas, letter, share, text_width, tone, wrap

_THICK = 34


@dataclass(frozen=True)
class Part:
    """One part: label, value (not below nothing), the value in words, its tone (given by order if none)."""

    label: str
    value: int
    shown: str
    tone: str | None = None


def stacked(parts: Sequence[Part], *, title: str, desc: str, rtl: bool = False) -> Markup:
    """Draw the parts side by side over the full width and name them below."""
    sheet = Canvas(title=title, desc=desc, rtl=rtl)
    whole = sum(max(part.value, 0) for part in parts)
    sheet.rect(0, 0, WIDTH * 10, _THICK, "p-track")
    before = 0
    y = _THICK + 8
    for index, part in enumerate(parts):
        look = f"t-{part.tone or tone(index)}"
        start = share(before, whole, WIDTH)
        before += max(part.value, 0)
        width = share(before, whole, WIDTH) - start
        if width:
            sheet.rect(start, 0, width, _THICK, f"{look} p-gap")
        if width >= 140:
            sheet.text(start + width // 2, 22, letter(index), "p-in", anchor="middle")
        y = legend_line(sheet, y, look, letter(index), part.label, part.shown)
    return sheet.markup(y)


def legend_line(sheet: Canvas, y: int, look: str, key: str, label: str, shown: str) -> int:
    """One line of a legend (key in its colour, label, figure); returns where the next one starts."""
    words = wrap(label, WIDTH - 30 - text_width(shown) - 12)
    sheet.rect(0, y + 2, 200, 18, look)
    sheet.text(100, y + 15, key, "p-in", anchor="middle")
    sheet.lines(280, y + 16, words)
    sheet.text(WIDTH * 10, y + 16, shown, "p-strong", anchor="end")
    return y + 17 * len(words) + 9
