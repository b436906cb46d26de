"""The sheet every picture is drawn on: 320 units wide, so that on a phone one unit is about one pixel.

Invariants: every word is escaped here and nowhere else; coordinates are whole tenths of a unit, never floats, so
the text of a picture is the same on every machine; on a right-to-left sheet the x axis is mirrored here, and the
drawing modules need not know. Text is measured by a plain estimate (no font is loaded), erring on the wide side.
"""

from __future__ import annotations

import unicodedata
from zlib import crc32

from markupsafe import Markup, escape

WIDTH = 320
TONES = ("pool", "sun", "clay", "reed", "dusk", "mist")
"""Names of the six colours, in the order in which parts without a tone of their own receive them."""
_TENTHS_PER_LETTER = 76
_ELLIPSIS = "…"


def share(value: int, whole: int, length: int) -> int:
    """How many tenths of a unit `value` takes when `whole` takes `length` units; 0 for nothing or for a whole of 0."""
    if whole <= 0 or value <= 0:
        return 0
    return min(value, whole) * length * 10 // whole


def tone(index: int) -> str:
    """The tone of the part with this index; tones repeat after six, letters do not."""
    return TONES[index % len(TONES)]


def letter(index: int) -> str:
    """A, B, ... Z, AA, AB: the key printed inside a part and again in its legend."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name


def wrap(words: str, width: int, most_lines: int = 2) -> list[str]:
    """Break a label into at most `most_lines` lines that fit `width` units; what does not fit ends in an ellipsis."""
    room = width * 10 // _TENTHS_PER_LETTER
    lines = [""]
    for word in words.split():
        joined = f"{lines[-1]} {word}".strip()
        if _letters(joined) <= room:
            lines[-1] = joined
        elif lines[-1]:
            lines.append(word)
        else:
            lines[-1] = word
    kept = lines[:most_lines]
    if len(lines) > most_lines:
        kept[-1] += _ELLIPSIS
    return [_cut(one, room) for one in kept]


def text_width(words: str) -> int:
    """An upper estimate of the width of one line of text, in units."""
    return -(-_letters(words) * _TENTHS_PER_LETTER // 10)


class Canvas:
    """Collects shapes and writes them as one SVG element with a title and a description."""

    def __init__(self, *, title: str, desc: str, rtl: bool = False) -> None:
        self.title = title
        self.desc = desc
        self.rtl = rtl
        self._shapes: list[str] = []

    def rect(self, x: int, y: int, width: int, height: int, look: str) -> None:
        """A rectangle; x and width in tenths, y and height in units."""
        left = WIDTH * 10 - x - width if self.rtl else x
        self._shapes.append(
            f'<rect x="{_n(left)}" y="{y}" width="{_n(width)}" height="{height}" class="{escape(look)}"/>'
        )

    def text(self, x: int, y: int, words: str, look: str = "", *, anchor: str = "start") -> None:
        """One line of text at x tenths, y units; anchor is start, middle or end, as the reader's script runs."""
        at = "" if anchor == "start" else f' text-anchor="{anchor}"'
        dress = f' class="{escape(look)}"' if look else ""
        self._shapes.append(f'<text x="{_n(self._x(x))}" y="{y}"{at}{dress}>{escape(words)}</text>')

    def lines(self, x: int, y: int, words: list[str], look: str = "") -> None:
        """Lines of text one under the other, 17 units apart."""
        for row, one in enumerate(words):
            self.text(x, y + 17 * row, one, look)

    def path(self, steps: list[tuple[str, list[tuple[int, int]]]], look: str) -> None:
        """A path of (command, points); x in tenths, y in units."""
        drawn = " ".join(command + " ".join(f"{_n(self._x(x))},{y}" for x, y in points) for command, points in steps)
        self._shapes.append(f'<path d="{drawn}" class="{escape(look)}"/>')

    def dot(self, x: int, y: int, radius: int, look: str) -> None:
        """A filled circle; x in tenths."""
        self._shapes.append(f'<circle cx="{_n(self._x(x))}" cy="{y}" r="{radius}" class="{escape(look)}"/>')

    def markup(self, height: int) -> Markup:
        """The finished picture, safe to put into a page."""
        body = "".join(self._shapes)
        name = f"pic-{crc32((self.title + self.desc + body).encode()):08x}"
        way = "rtl" if self.rtl else "ltr"
        return Markup(  # noqa: S704 - every word in it was escaped above
            f'<svg class="pic" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{name}-t {name}-d" direction="{way}">'
            f'<title id="{name}-t">{escape(self.title)}</title><desc id="{name}-d">{escape(self.desc)}</desc>'
            f"{body}</svg>"
        )

    def _x(self, x: int) -> int:
        return WIDTH * 10 - x if self.rtl else x


def _n(tenths: int) -> str:
    whole, rest = divmod(abs(tenths), 10)
    sign = "-" if tenths < 0 else ""
    return f"{sign}{whole}.{rest}" if rest else f"{sign}{whole}"


def _letters(words: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in words)


def _cut(words: str, room: int) -> str:
    if _letters(words) <= room:
        return words
    kept = words.rstrip(_ELLIPSIS)
    while kept and _letters(kept) >= room:
        kept = kept[:-1]
    return kept.rstrip() + _ELLIPSIS
