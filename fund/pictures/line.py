"""The pool over time, as steps: money stands still between two entries, so the line does too.

`at` is any whole number that grows with time (a day's ordinal). The scale starts at nothing, or below it where a
value is below nothing, and ends at a round figure above the highest value; a cut-off axis would exaggerate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from fund.pictures.canvas import WIDTH, Canvas

_TOP, _HIGH = 20, 150


@dataclass(frozen=True)
class Point:
    """A balance from a moment on."""

    at: int
    value: int


def line(
    points: Sequence[Point],
    *,
    title: str,
    desc: str,
    show: Callable[[int], str] = str,
    marks: Sequence[tuple[int, str]] = (),
    rtl: bool = False,
) -> Markup:
    """Draw balances as steps. `show` words a value for the scale; `marks` names moments under it (two or three fit)."""
    sheet = Canvas(title=title, desc=desc, rtl=rtl)
    ordered = sorted(points, key=lambda point: point.at)
    low = min([0, *(point.value for point in ordered)])
    step = round_step(max([1, *(point.value for point in ordered)]) - low)
    low = low // step * step
    high = low + step
    while high < max([1, *(point.value for point in ordered)]):
        high += step
    for value in range(low, high + 1, step):
        y = _y(value, low, high)
        sheet.path([("M", [(0, y)]), ("L", [(WIDTH * 10, y)])], "p-axis" if value == 0 else "p-rule")
        sheet.text(0, y - 4, show(value), "p-soft p-small")
    if ordered:
        _steps(sheet, ordered, low, high)
    for at, words in marks:
        x = _x(at, ordered)
        anchor = "start" if x < WIDTH * 2 else "end" if x > WIDTH * 8 else "middle"
        sheet.text(x, _TOP + _HIGH + 18, words, "p-soft p-small", anchor=anchor)
    return sheet.markup(_TOP + _HIGH + (26 if marks else 6))


def round_step(span: int) -> int:
    """A step of 1, 2 or 5 times a power of ten that divides the span into three to six parts."""
    power = 1
    while True:
        for head in (1, 2, 5):
            if span <= 5 * head * power:
                return head * power
        power *= 10


def _steps(sheet: Canvas, ordered: Sequence[Point], low: int, high: int) -> None:
    drawn: list[tuple[int, int]] = []
    for point in ordered:
        x, y = _x(point.at, ordered), _y(point.value, low, high)
        if drawn:
            drawn.append((x, drawn[-1][1]))
        drawn.append((x, y))
    base = _y(0, low, high)
    sheet.path([("M", [(drawn[0][0], base)]), ("L", drawn), ("L", [(drawn[-1][0], base)])], "p-area")
    sheet.path([("M", drawn[:1]), ("L", drawn[1:] or drawn)], "p-line")
    sheet.dot(drawn[-1][0], drawn[-1][1], 5, "p-dot")


def _x(at: int, ordered: Sequence[Point]) -> int:
    """Between the scale's words (70 units) and the edge (6 units)."""
    first, last = ordered[0].at, ordered[-1].at
    return 700 + (at - first) * (WIDTH * 10 - 760) // max(last - first, 1)


def _y(value: int, low: int, high: int) -> int:
    return _TOP + _HIGH - (value - low) * _HIGH // (high - low)
