"""Pictures: figures drawn as SVG by the server, for people who would rather look than read (DESIGN.md "Pages").

Pure: whole numbers and finished words in, safe markup out; no clock, no database, no Flask, no script, no inline
style, and the same input always gives the same text. Colour comes from classes of `static/app.css`, so that dark
mode, high contrast and print work; nothing is said by colour alone: every part carries a letter or a label, and the
page sets a table with the same figures beside each picture (`templates/_macros/figures.html`).

Words: *shown* is a figure as a person reads it, already in the fund's currency and the reader's language; a *tone* is
one of six named colours; a *goal* is the line a figure has to reach.
"""

from fund.pictures.bar import Bar, Goal, bars
from fund.pictures.canvas import TONES
from fund.pictures.flow import Link, Node, Stage, flow
from fund.pictures.line import Point, line
from fund.pictures.meter import meter
from fund.pictures.stacked import Part, stacked

__all__ = [
    "TONES",
    "Bar",
    "Goal",
    "Link",
    "Node",
    "Part",
    "Point",
    "Stage",
    "bars",
    "flow",
    "line",
    "meter",
    "stacked",
]
