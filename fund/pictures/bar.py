"""Bars lying down, one under the other: votes per proposal, money given beside money asked.

The label stands above its bar and the figure at the end of the same line, so that long names fit on a phone. `of`
draws the whole a bar is a part of (the ask behind the award); a `Goal` is a line that every bar is measured against
(a floor, a quota). Values below nothing draw no bar: their figure says it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from fund.pictures.canvas import WIDTH, Canvas, share, text_width, wrap

_THICK = 14


@dataclass(frozen=True)
class Bar:
    """One bar: its label, its figure, the figure in words, the whole it is a part of (optional), its tone."""

    label: str
    value: int
    shown: str
    of: int | None = None
    tone: str = "pool"


@dataclass(frozen=True)
class Goal:
    """A line across all bars, in their unit, with its name."""

    value: int
    label: str


def bars(rows: Sequence[Bar], *, title: str, desc: str, goal: Goal | None = None, rtl: bool = False) -> Markup:
    """Draw the bars in the order given, all in one unit; the longest whole takes the full width."""
    sheet = Canvas(title=title, desc=desc, rtl=rtl)
    whole = max([1, *(row.value for row in rows), *(row.of or 0 for row in rows), goal.value if goal else 0])
    y = 2
    mark = share(goal.value, whole, WIDTH) if goal else 0
    if goal:
        sheet.text(mark, 13, goal.label, "p-goal-text p-small", anchor="end" if mark > WIDTH * 5 else "start")
        y = 20
    for row in rows:
        words = wrap(row.label, WIDTH - text_width(row.shown) - 12)
        sheet.lines(0, y + 14, words)
        sheet.text(WIDTH * 10, y + 14, row.shown, "p-strong", anchor="end")
        y += 17 * len(words) + 4
        if row.of is not None:
            sheet.rect(0, y, share(row.of, whole, WIDTH), _THICK, "p-track")
        length = share(row.value, whole, WIDTH)
        if length:
            sheet.rect(0, y, max(length, 10), _THICK, f"t-{row.tone}")
        if goal:
            sheet.path([("M", [(mark, y - 3)]), ("L", [(mark, y + _THICK + 3)])], "p-goal")
        y += _THICK + 10
    return sheet.markup(y)
