"""The path of a count stage by stage, and how support and money met: bars one under the other, joined by ribbons.

Stages run downwards, because a phone is tall. Each stage is one bar of parts and has its own scale (votes above,
money below): its parts fill the width. A part is known by its key through all stages and keeps its letter and tone;
ribbons show what moved from a part of one stage to a part of the next. All proposals, with their letters and their
figure at the last stage in which they stand, are listed in the legend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from fund.pictures.canvas import WIDTH, Canvas, letter, share, tone
from fund.pictures.stacked import legend_line

_THICK, _FALL = 24, 56


@dataclass(frozen=True)
class Node:
    """A part of a stage: key (the same through all stages), label, value, value in words, tone (none: by order)."""

    key: str
    label: str
    value: int
    shown: str
    tone: str | None = None


@dataclass(frozen=True)
class Stage:
    """One bar: what it is called, and its parts in order."""

    label: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class Link:
    """What moves from `source` of stage `stage` to `target` of the next: `out` in its unit, `into` in the next one."""

    stage: int
    source: str
    target: str
    out: int
    into: int


def flow(stages: Sequence[Stage], links: Sequence[Link], *, title: str, desc: str, rtl: bool = False) -> Markup:
    """Draw the stages downwards with their ribbons, then the legend. Links to parts that do not exist are an error."""
    sheet = Canvas(title=title, desc=desc, rtl=rtl)
    keys = list(dict.fromkeys(node.key for stage in stages for node in stage.nodes))
    letters = {key: letter(index) for index, key in enumerate(keys)}
    looks = _looks(stages, keys)
    places = [_places(stage) for stage in stages]
    for number, stage in enumerate(stages[:-1]):
        ribbons = [one for one in links if one.stage == number]
        _ribbons(sheet, ribbons, (stage, stages[number + 1]), (places[number], places[number + 1]), looks, number)
    for number, stage in enumerate(stages):
        y = _top(number)
        sheet.text(0, y - 6, stage.label, "p-small p-strong p-halo")
        for node in stage.nodes:
            start, width = places[number][node.key]
            if width:
                sheet.rect(start, y, width, _THICK, f"t-{looks[node.key]} p-gap")
            if width >= 110 * len(letters[node.key]):
                sheet.text(start + width // 2, y + 16, letters[node.key], "p-in", anchor="middle")
    y = _top(len(stages) - 1) + _THICK + 10
    last = {node.key: node for stage in stages for node in stage.nodes}
    for key in keys:
        y = legend_line(sheet, y, f"t-{looks[key]}", letters[key], last[key].label, last[key].shown)
    return sheet.markup(y)


def _looks(stages: Sequence[Stage], keys: Sequence[str]) -> dict[str, str]:
    looks = {key: tone(index) for index, key in enumerate(keys)}
    looks.update({node.key: node.tone for stage in stages for node in stage.nodes if node.tone})
    return looks


def _top(number: int) -> int:
    return 20 + number * (_THICK + _FALL)


def _places(stage: Stage) -> dict[str, tuple[int, int]]:
    """Start and width of each part, in tenths; together they fill the width exactly."""
    whole = sum(max(node.value, 0) for node in stage.nodes)
    places: dict[str, tuple[int, int]] = {}
    before = 0
    for node in stage.nodes:
        start = share(before, whole, WIDTH)
        before += max(node.value, 0)
        places[node.key] = (start, share(before, whole, WIDTH) - start)
    return places


def _ribbons(
    sheet: Canvas,
    links: Sequence[Link],
    pair: tuple[Stage, Stage],
    places: tuple[dict[str, tuple[int, int]], dict[str, tuple[int, int]]],
    looks: dict[str, str],
    number: int,
) -> None:
    above, below = ([node.key for node in stage.nodes] for stage in pair)
    totals = [sum(max(node.value, 0) for node in stage.nodes) for stage in pair]
    links = sorted(links, key=lambda one: (above.index(one.source), below.index(one.target)))
    leaving = {key: start for key, (start, _) in places[0].items()}
    ends: dict[Link, tuple[int, int]] = {}
    arriving = {key: start for key, (start, _) in places[1].items()}
    for one in sorted(links, key=lambda one: (below.index(one.target), above.index(one.source))):
        width = share(one.into, totals[1], WIDTH)
        ends[one] = (arriving[one.target], width)
        arriving[one.target] += width
    top, bottom = _top(number) + _THICK, _top(number + 1)
    middle = (top + bottom) // 2
    for one in links:
        start, width = leaving[one.source], share(one.out, totals[0], WIDTH)
        leaving[one.source] += width
        end, wide = ends[one]
        if not width and not wide:
            continue
        sheet.path(
            [
                ("M", [(start, top)]),
                ("C", [(start, middle), (end, middle), (end, bottom)]),
                ("L", [(end + wide, bottom)]),
                ("C", [(end + wide, middle), (start + width, middle), (start + width, top)]),
                ("Z", []),
            ],
            f"t-{looks[one.source]} p-band",
        )
