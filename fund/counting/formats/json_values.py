"""JSON as `ballot-file/1` allows it, and the questions its reader asks of each value.

UTF-8, no key twice, every number exact, little nesting, no half characters. Each question answers with BadContest,
which names the JSON path and what was expected there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NoReturn

from fund.counting.errors import BadContest
from fund.counting.settings import LONGEST_TEXT

DEEPEST = 12


def parse_json(data: bytes) -> Any:
    """JSON as this format allows it: UTF-8, no key twice, no number that is not exact, no deep nesting."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadContest(f"byte {error.start}", "UTF-8 text") from None
    try:
        return json.loads(
            text, object_pairs_hook=_no_key_twice, parse_float=Decimal, parse_int=_whole, parse_constant=_no_constant
        )
    except json.JSONDecodeError as error:
        raise BadContest(f"line {error.lineno} column {error.colno}", f"JSON ({error.msg})") from None
    except RecursionError:
        raise BadContest("$", f"at most {DEEPEST} levels of nesting") from None


def _whole(digits: str) -> int:
    if len(digits) > 20:
        raise BadContest("$", f"numbers of at most 19 digits (not {digits[:20]}...)")
    return int(digits)


def _no_constant(name: str) -> NoReturn:
    raise BadContest("$", f"a number (not {name})")


def _no_key_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise BadContest("$", f"every key at most once ({next(k for k in keys if keys.count(k) > 1)[:60]!r} twice)")
    return found


def json_object(value: Any, path: str, allowed: set[str] | None) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise BadContest(path, "an object")
    for key in value:
        text(key, path)
        if allowed is not None and key not in allowed:
            raise BadContest(f"{path}.{key[:60]}", "no such field; known are " + ", ".join(sorted(allowed)))
    return dict(value)


def json_list(value: Any, path: str) -> list[Any]:
    if not isinstance(value, list):
        raise BadContest(path, "a list")
    return value


def not_as_text(value: Any, path: str) -> Any:
    if isinstance(value, str):
        raise BadContest(path, "a whole number, not text")
    return value


def text(value: Any, path: str) -> str:
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise BadContest(path, f"text of at most {LONGEST_TEXT} characters")
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise BadContest(path, "text without NUL and without half characters")
    return value
