"""A wrong file gets one error for each mistake: its line, its setting, what is wrong, what is allowed."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import fund.charter
from fund.charter import CharterErrors, load
from tests.charter.mistakes import HEAD, MISTAKES, Mistake


def mistakes_in(toml: str | bytes) -> CharterErrors:
    with pytest.raises(CharterErrors) as caught:
        load(toml)
    return caught.value


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda one: f"{one.key or 'file'}: {one.says}"[:70])
def test_a_mistake_is_told_with_its_line_and_setting(mistake: Mistake) -> None:
    errors = mistakes_in(mistake.toml).errors
    told = [(error.line, error.key) for error in errors if mistake.says in str(error.message)]
    assert (mistake.line, mistake.key) in told, [str(error) for error in errors]


def test_every_sentence_about_a_mistake_has_a_test() -> None:
    """The catalogue of complaints is read out of the code, so that a new one without a test is found."""
    room = Path(fund.charter.__file__).parent
    written = set()
    for file in (*room.glob("schema*.py"), room / "reading.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_":
                written.add(ast.literal_eval(node.args[0]))
    told = {error.message.msgid for mistake in MISTAKES for error in mistakes_in(mistake.toml).errors}
    told |= {error.message.msgid for error in mistakes_in(b"\xff").errors}
    assert written - told == {"the keys %(keys)s"}  # stands in `allowed`, not in `message`


def test_all_mistakes_of_a_file_are_told_at_once_in_the_order_of_its_lines() -> None:
    errors = mistakes_in(
        HEAD + "curency = 'USD'\n[stewards]\ncount = 0\n[[products]]\ncode = 'p'\nname = 'P'\nmonths = 3\n"
    )
    assert [(error.line, error.key) for error in errors.errors] == [
        (4, "fund.curency"),
        (6, "stewards.count"),
        (10, "products[1].months"),
    ]


def test_mistakes_between_sound_sections_are_told_beside_mistakes_within_others() -> None:
    errors = mistakes_in(HEAD + "[stewards]\ncount = 0\n[eligibility]\nproposers = ['nobody']\n")
    assert [error.key for error in errors.errors] == ["stewards.count", "eligibility.proposers[1]"]


def test_an_error_says_what_is_allowed() -> None:
    (error,) = mistakes_in(HEAD + "[[round_types]]\ncode = 'a'\nname = 'A'\nroll = 'open'\n").errors
    assert str(error) == "line 7: round_types[1].roll: “open” is not accepted here. Allowed: one of: fixed, walk_up."


def test_an_amount_is_told_in_the_currency_of_the_file() -> None:
    toml = HEAD + 'currency = "JPY"\n[eligibility]\nmax_ask = 1.5\n'
    (error,) = mistakes_in(toml).errors
    assert str(error.allowed) == "an amount in JPY with at most 0 decimals"


def test_bytes_that_are_not_text_are_told_with_their_line() -> None:
    (error,) = mistakes_in(b'format = "charter/1"\n\xff').errors
    assert (error.line, str(error.message)) == (2, "The file is not text in UTF-8.")


def test_one_mistake_and_several_are_counted_in_words() -> None:
    assert str(mistakes_in(HEAD + "x = 1\n").message) == "The charter has 1 mistake."
    assert str(mistakes_in(HEAD + "x = 1\ny = 1\n").message) == "The charter has 2 mistakes."


def test_a_long_key_and_a_long_value_are_cut_short() -> None:
    (error,) = mistakes_in(HEAD + "k" * 5000 + " = 1\n").errors
    assert len(error.key) <= 120
    (error,) = mistakes_in(HEAD + f'timezone = "{"z" * 5000}"\n').errors
    assert len(str(error.message)) < 120


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm() -> None:
    text = HEAD.replace("\n", "\r\n")
    assert load(b"\xef\xbb\xbf" + text.encode()).fund.name == "F"
    (error,) = mistakes_in(text + "x = 1\r\n").errors
    assert error.line == 4
