"""Reading a charter file: text in, a `Charter` or every mistake out.

A wrong file never raises anything but `CharterErrors`. The order: size and encoding, TOML syntax (one mistake, with its
line), then the schema and what must hold between sections, all mistakes at once.
"""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError

from fund.charter.errors import CharterError, CharterErrors, Path, key_name, one_line
from fund.charter.fields import Choice, Currency, Table, Tables, keys_of, made, reading_money
from fund.charter.messages import N_, Message
from fund.charter.model import Charter
from fund.charter.schema import FileSchema, check_whole, setting_at
from fund.charter.toml_lines import line_at, lines_of

LARGEST_FILE = 256 * 1024
"""Bytes a charter file may have."""

MOST_MISTAKES = 100
"""How many mistakes are told one by one."""

_DEEP_KEY = re.compile(r"""(?m)^[ \t\[]*(?:(?:"[^"\n]*"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*\.[ \t]*){12}""")
_SYNTAX = re.compile(r"^(?P<what>.*?) \(at (?:line (?P<line>\d+), column \d+|end of document)\)$", re.DOTALL)


def load(text: str | bytes) -> Charter:
    """Read a charter file. Raises CharterErrors with one CharterError for every mistake, each with its line."""
    source = _decoded(text)
    data = _parsed(source)
    lines = lines_of(source)
    found: list[Found] = []
    with reading_money(_currency_of(data)):
        try:
            charter = made(FileSchema).load(data)
            found += [(path, message, None) for path, message in check_whole(vars(charter))]
        except ValidationError as mistake:
            kept = mistake.valid_data if isinstance(mistake.valid_data, dict) else {}
            sound = {name: value for name, value in kept.items() if name not in mistake.normalized_messages()}
            found += _found(mistake.normalized_messages(), (), data)
            found += [(path, message, None) for path, message in check_whole(sound)]
        if found:
            raise CharterErrors(_told(found, lines))
    return replace(charter, text=source)


def _alone(line: int, message: Message) -> CharterErrors:
    return CharterErrors([CharterError(line, "", message)])


def _decoded(text: str | bytes) -> str:
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(data) > LARGEST_FILE:
        raise _alone(1, N_("The file has more than %(kb)s kB; a charter is a short text.", kb=LARGEST_FILE // 1024))
    try:
        source = data.decode("utf-8-sig")
    except UnicodeDecodeError as mistake:
        raise _alone(data.count(b"\n", 0, mistake.start) + 1, N_("The file is not text in UTF-8.")) from None
    if "\0" in source:
        raise _alone(source.count("\n", 0, source.index("\0")) + 1, N_("The file holds a NUL character."))
    if deep := _DEEP_KEY.search(source):
        raise _alone(source.count("\n", 0, deep.end()) + 1, N_("A key is nested too deep."))
    return source


def _parsed(source: str) -> dict[str, Any]:
    try:
        return tomllib.loads(source, parse_float=Decimal)
    except tomllib.TOMLDecodeError as mistake:
        found = _SYNTAX.match(str(mistake))
        line = int(found["line"]) if found and found["line"] else source.count("\n") + 1
        what = found["what"] if found else str(mistake)
        raise _alone(line, N_("This is not TOML: %(what)s.", what=what)) from None
    except RecursionError:
        raise _alone(1, N_("Lists or tables are nested too deep.")) from None
    except (ValueError, ArithmeticError):
        raise _alone(1, N_("A number has too many digits.")) from None


def _currency_of(data: dict[str, Any]) -> str:
    """The currency before anything is checked; a wrong one is told by the schema."""
    fund = data.get("fund")
    code = fund.get("currency", "USD") if isinstance(fund, dict) else "USD"
    return code if isinstance(code, str) and Currency.form.fullmatch(code) else "USD"


Found = tuple[Path, object, object]
"""A mistake as it was found: where, our own sentence or marshmallow's word for it, and the value that stands there."""


def _found(messages: Any, path: Path, value: Any) -> Iterator[Found]:
    """Every mistake that marshmallow found."""
    if isinstance(messages, dict):
        for part, below in messages.items():
            if part == "_schema":
                yield from _found(below, path, value)
            else:
                yield from _found(below, (*path, part), _below(value, part))
    else:
        yield from ((path, message, value) for message in messages)


def _told(found: list[Found], lines: dict[Path, int]) -> Iterator[CharterError]:
    """The first mistakes of the file in our own words, and how many more there are."""
    found.sort(key=lambda one: line_at(lines, one[0]))
    for path, message, value in found[:MOST_MISTAKES]:
        yield _error(path, message if isinstance(message, Message) else _in_words(path, message, value), lines)
    if len(found) > MOST_MISTAKES:
        path = found[MOST_MISTAKES][0]
        yield CharterError(
            line_at(lines, path), "", N_("There are %(n)s more mistakes from here on.", n=len(found) - MOST_MISTAKES)
        )


def _in_words(path: Path, message: object, value: object) -> Message:
    if message == "Unknown field.":
        return _unknown(path)
    if value is _ABSENT:
        return N_("This setting is missing.")
    return _not_accepted(path, value)


_ABSENT = object()


def _below(value: Any, part: str | int) -> Any:
    try:
        return value[part]
    except (KeyError, IndexError, TypeError):
        return _ABSENT


def _near(word: str, words: list[str]) -> str | None:
    return next(iter(difflib.get_close_matches(word[:80], words, n=1)), None)


def _known_keys(path: Path) -> list[str]:
    """The keys allowed beside the one that this path names."""
    around = setting_at(path[:-1])
    return keys_of(around.schema_class) if isinstance(around, Table | Tables) else keys_of(FileSchema)


def _unknown(path: Path) -> Message:
    near = _near(str(path[-1]), _known_keys(path))
    if near:
        return N_("There is no such setting here. Did you mean %(near)s?", near=near)
    return N_("There is no such setting here.")


def _not_accepted(path: Path, value: Any) -> Message:
    if isinstance(value, dict):
        return N_("A table is not accepted here.")
    if isinstance(value, list):
        return N_("This list is not accepted here.")
    if isinstance(value, int) and value.bit_length() > 200:
        return N_("This number is not accepted here.")
    shown = one_line(str(value).lower() if isinstance(value, bool) else str(value), 60)
    field = setting_at(path)
    near = _near(shown, list(field.words)) if isinstance(field, Choice) else None
    if near:
        return N_("“%(value)s” is not accepted here. Did you mean %(near)s?", value=shown, near=near)
    return N_("“%(value)s” is not accepted here.", value=shown)


def _error(path: Path, message: Message, lines: dict[Path, int]) -> CharterError:
    field = setting_at(path)
    allowed = field.allowed() if field is not None else None
    if field is None and path:
        allowed = N_("the keys %(keys)s", keys=", ".join(_known_keys(path)))
    return CharterError(line_at(lines, path), key_name(path), message, allowed)
