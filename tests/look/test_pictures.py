"""Pictures are well-formed, the same every time, safe whatever a label holds, and true to their figures."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from fund.pictures import Bar, Goal, Link, Node, Part, Point, Stage, bars, flow, line, meter, stacked
from fund.pictures.canvas import WIDTH, letter, wrap
from fund.pictures.line import round_step

SVG = "{http://www.w3.org/2000/svg}"
amounts = st.integers(min_value=0, max_value=10**15)
labels = st.text(max_size=60)


def parsed(picture: Markup) -> ElementTree.Element:
    return ElementTree.fromstring(str(picture).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))


def widths(picture: Markup, look: str) -> list[float]:
    return [
        float(one.get("width", "0"))
        for one in parsed(picture).iter(f"{SVG}rect")
        if look in one.get("class", "").split()
    ]


def sample_flow(*, rtl: bool = False) -> Markup:
    upper = Stage("Votes", (Node("a", "Bakery", 3, "3"), Node("b", "Barber", 1, "1")))
    lower = Stage("Dollars", (Node("a", "Bakery", 100, "$100"), Node("b", "Barber", 100, "$100")))
    links = [Link(0, "a", "a", 3, 100), Link(0, "b", "b", 1, 100)]
    return flow([upper, lower], links, title="Met", desc="How they met", rtl=rtl)


def all_pictures(label: str, *, rtl: bool = False) -> list[Markup]:
    return [
        bars([Bar(label, 3, label, of=5), Bar(label, -2, "-2")], title=label, desc=label, goal=Goal(2, label), rtl=rtl),
        stacked([Part(label, 5, label), Part(label, 0, label)], title=label, desc=label, rtl=rtl),
        meter(1, 3, 2, title=label, desc=label, done_label=label, needed_label=label, rtl=rtl),
        line([Point(1, -5), Point(4, 9)], title=label, desc=label, marks=[(1, label)], rtl=rtl),
        flow([Stage(label, (Node("k", label, 1, label),))], [], title=label, desc=label, rtl=rtl),
    ]


def test_a_label_cannot_break_out_of_the_picture() -> None:
    for picture in all_pictures('"><script>alert(1)</script>&amp;'):
        assert not list(parsed(picture).iter(f"{SVG}script"))
        assert "<script" not in picture


def test_pictures_carry_a_title_and_a_description_and_no_inline_style() -> None:
    for picture in all_pictures("Alder Bread Co-op"):
        root = parsed(picture)
        named = [one.get("id") for one in root if one.tag in (f"{SVG}title", f"{SVG}desc")]
        assert root.get("role") == "img"
        assert root.get("aria-labelledby", "").split() == named
        assert not re.search(r"style=|\son\w+=|href", picture)


def test_the_same_figures_give_the_same_picture() -> None:
    assert all_pictures("Bread") == all_pictures("Bread")


def test_parts_fill_the_bar_exactly() -> None:
    picture = stacked([Part("a", 1, "1"), Part("b", 1, "1"), Part("c", 1, "1")], title="t", desc="d")
    assert sum(widths(picture, "p-gap")) == pytest.approx(WIDTH)


def test_each_stage_has_its_own_scale() -> None:
    assert widths(sample_flow(), "p-gap") == [240, 80, 160, 160]


def test_a_right_to_left_picture_is_the_mirror_image() -> None:
    def left_edges(picture: Markup) -> list[float]:
        return [
            float(one.get("x", "0")) for one in parsed(picture).iter(f"{SVG}rect") if "p-gap" in one.get("class", "")
        ]

    assert left_edges(sample_flow()) == [0, 240, 0, 160]
    assert left_edges(sample_flow(rtl=True)) == [80, 0, 160, 0]


def test_a_missed_and_a_reached_quorum_look_different() -> None:
    missed = meter(20, 40, 21, title="t", desc="d", done_label="20")
    reached = meter(21, 40, 21, title="t", desc="d", done_label="21")
    assert (widths(missed, "t-pool"), widths(missed, "t-reed")) == ([160], [])
    assert (widths(reached, "t-pool"), widths(reached, "t-reed")) == ([], [168])


def test_a_balance_stands_still_between_two_entries() -> None:
    drawn = next(one for one in parsed(line([Point(0, 10), Point(10, 20)], title="t", desc="d")).iter(f"{SVG}path")
                 if one.get("class") == "p-line")  # fmt: skip
    heights = [pair.split(",")[1] for pair in re.findall(r"[\d.]+,\d+", drawn.get("d", ""))]
    assert heights[0] == heights[1] != heights[2]


def test_nothing_at_all_is_drawn_without_failing() -> None:
    for picture in (
        bars([], title="t", desc="d"),
        stacked([], title="t", desc="d"),
        meter(0, 0, 0, title="t", desc="d", done_label="0"),
        line([], title="t", desc="d"),
        flow([Stage("s", ())], [], title="t", desc="d"),
    ):
        parsed(picture)


def test_letters_go_on_after_z() -> None:
    assert [letter(at) for at in (0, 25, 26, 27, 701, 702)] == ["A", "Z", "AA", "AB", "ZZ", "AAA"]


@given(st.integers(min_value=1, max_value=10**17))
def test_a_scale_has_at_most_five_steps(span: int) -> None:
    assert -(-span // round_step(span)) <= 5


@given(labels, st.integers(min_value=40, max_value=WIDTH))
def test_a_wrapped_label_keeps_to_its_room(words: str, width: int) -> None:
    assert all(len(one) * 7 <= width + 14 for one in wrap(words, width))


@given(st.lists(st.tuples(labels.filter(lambda words: words.isprintable()), amounts), max_size=12), st.booleans())
def test_any_figures_make_a_picture_inside_its_frame(rows: list[tuple[str, int]], rtl: bool) -> None:
    picture = stacked([Part(name, value, str(value)) for name, value in rows], title="t", desc="d", rtl=rtl)
    for one in parsed(picture).iter(f"{SVG}rect"):
        assert 0 <= float(one.get("x", "0")) <= float(one.get("x", "0")) + float(one.get("width", "0")) <= WIDTH + 0.01
