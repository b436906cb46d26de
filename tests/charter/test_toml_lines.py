"""Lines of settings in every way TOML can write them."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from fund.charter import presets
from fund.charter.toml_lines import Path, line_at, lines_of
from tests.charter.full import FULL

TEXT = '''\
# a comment with [brackets] and "quotes"
top = 1 # and "more"
"quoted key" = 'x = [ # not a comment'
a.b."c.d" = 3

[table]
list = [
  1, # one
  "]", [2,
  3],
]
inline = { x = 1, y = { z = """deep""" }, w = [ { v = 1 }, { v = 2 } ] }
long = """
[not.a.table]
key = 1 \\""" still inside """
raw = \'\'\'
a "quote" here\'\'\'
after = 2024-01-01T00:00:00Z

[[things]]
name = "first"
[things.sub]
deep = true
[[things.parts]]
n = 1
[[things.parts]]
n = 2

[[things]]
name = "second"
[[things.parts]]
n = 3
[ spaced . header ]
end = "x"'''


def paths(value: Any, at: Path = ()) -> set[Path]:
    """Every path of a parsed document."""
    found = {at} if at else set()
    if isinstance(value, dict):
        return found.union(*(paths(part, (*at, key)) for key, part in value.items()))
    if isinstance(value, list):
        return found.union(*(paths(part, (*at, place)) for place, part in enumerate(value)))
    return found


@pytest.mark.parametrize("text", [TEXT, FULL, *(one.text for one in presets())])
def test_every_setting_has_a_line(text: str) -> None:
    assert set(lines_of(text)) == paths(tomllib.loads(text))


def test_the_lines_are_right() -> None:
    lines = lines_of(TEXT)
    for path, line in {
        ("top",): 2, ("quoted key",): 3, ("a", "b", "c.d"): 4, ("table",): 6, ("table", "list"): 7,
        ("table", "list", 0): 8, ("table", "list", 1): 9, ("table", "list", 2, 1): 10, ("table", "inline", "y", "z"): 12,
        ("table", "inline", "w", 1, "v"): 12, ("table", "long"): 13, ("table", "raw"): 16, ("table", "after"): 18,
        ("things",): 20, ("things", 0, "name"): 21, ("things", 0, "sub", "deep"): 23, ("things", 0, "parts", 1, "n"): 27,
        ("things", 1): 29, ("things", 1, "name"): 30, ("things", 1, "parts", 0, "n"): 32, ("spaced", "header", "end"): 34,
    }.items():  # fmt: skip
        assert lines[path] == line, path


def test_what_is_missing_is_told_on_the_line_around_it() -> None:
    lines = lines_of(TEXT)
    assert line_at(lines, ("things", 1, "code")) == 29
    assert line_at(lines, ("nothing", "here")) == 1
