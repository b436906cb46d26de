"""Whatever is done to a file, reading it gives a charter or its mistakes, and never anything else."""

from __future__ import annotations

import random
import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from fund.charter import Charter, CharterErrors, check, differences, load, presets
from fund.charter.sentences import render_english
from tests.charter.full import FULL

FILES = [*(one.text for one in presets()), FULL]
SCRAPS = [
    "", "0", "-1", "1", "true", '""', '"x"', "[]", "{}", "[[]]", "nan", "inf", "-0.0", "1e999", "9" * 30, "2024-01-01",
    "'''", '"""', "[", "]", "{", "}", "=", "#", "\n", "\0", "\ufeff", "é", "\u202e", "[fund]", "[[products]]",
    "[round_types.ballot]", "ranked", "quadratic", "none", 'protected_by = "member"', "code = 'x'", "percent = 50", ".",
]  # fmt: skip
TOKENS = re.compile(r"\w+|\s+|[^\w\s]")


def judged(text: str | bytes) -> Charter | None:
    """The charter, None for a file with mistakes; every mistake must be told whole."""
    try:
        charter = load(text)
    except CharterErrors as mistakes:
        assert mistakes.errors
        lines = (text if isinstance(text, str) else text.decode("utf-8", "replace")).count("\n") + 1
        for error in mistakes.errors:
            assert 1 <= error.line <= lines
            assert str(error)
            assert len(str(error).splitlines()) == 1
        return None
    check(charter)
    render_english(charter)
    assert differences(charter, charter) == ()
    return charter


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(FILES), st.integers(0, 2**32), st.integers(1, 6))
def test_changed_presets_are_read_or_told(text: str, seed: int, changes: int) -> None:
    """Tokens removed, doubled, exchanged, or replaced by scraps; a seed keeps the examples small to show."""
    chance = random.Random(seed)
    tokens = TOKENS.findall(text)
    for _ in range(changes):
        place = chance.randrange(len(tokens))
        kind = chance.randrange(4)
        if kind == 0:
            del tokens[place]
        elif kind == 1:
            tokens.insert(place, tokens[chance.randrange(len(tokens))])
        elif kind == 2:
            tokens[place] = chance.choice(SCRAPS)
        else:
            tokens[place] = tokens[chance.randrange(len(tokens))]
    judged("".join(tokens))


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(FILES), st.integers(0, 2**32))
def test_changed_lines_are_read_or_told(text: str, seed: int) -> None:
    chance = random.Random(seed)
    lines = text.splitlines()
    for _ in range(chance.randrange(1, 4)):
        place = chance.randrange(len(lines))
        kind = chance.randrange(4)
        if kind == 0:
            del lines[place]
        elif kind == 1:
            lines.insert(place, chance.choice(lines))
        elif kind == 2 and "=" in lines[place]:
            lines[place] = lines[place].partition("=")[0] + "= " + chance.choice(SCRAPS)
        else:
            lines[place] = chance.choice(chance.choice(FILES).splitlines())
    judged("\n".join(lines))


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=300), st.binary(max_size=300)))
@example("\ud800")
@example(b"\xef\xbb\xbf")
@example("a" + ".a" * 100_000 + "=1")
@example("[" + "a." * 100_000 + "a]")
@example("x = " + "{a=" * 3_000)
@example("x = [" * 5_000)
@example("'" * 200_000)
@example('"""' + "\\" * 100_001)
@example("# " * 120_000)
@example("\n" * 250_000)
def test_any_text_is_read_or_told(text: str | bytes) -> None:
    judged(text)
