"""The JSON Schema (2020-12) of `ballot-file/1`, for programs that write or check ballot files (COUNTING.md).

It says what a file may hold; what only the whole file shows (that a ballot names options of this file, that a method
has a setting it needs) is said by `fund count`, with the place of the fault.
"""

from __future__ import annotations

from typing import Any

from fund.counting.contest import FORM_OF_KIND, KINDS_OF_FORM
from fund.counting.formats.ballot_file import FORMAT, MOST_RANKS
from fund.counting.settings import LARGEST_NUMBER

_TEXT = {"type": "string"}
_COUNTED = {"type": "integer", "minimum": 0, "maximum": LARGEST_NUMBER}
_WHOLE = {"anyOf": [_COUNTED, {"type": "null"}]}
_SIGNED = {"type": "integer", "minimum": -LARGEST_NUMBER, "maximum": LARGEST_NUMBER}
_IDS = {"type": "array", "items": _TEXT}
_EXACT = {"anyOf": [{"type": "integer"}, {"type": "string", "pattern": r"^-?[0-9]+([./][0-9]+)?%?$"}]}
_RULE = {"type": "object", "required": ["method"], "properties": {"method": _TEXT}}


def _closed(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": list(required), "additionalProperties": False,
    }  # fmt: skip


def json_schema() -> dict[str, Any]:
    """The schema of a ballot file."""
    form = _closed(
        {"form": {"enum": list(KINDS_OF_FORM)}, "negative": {"type": "boolean"}}
        | dict.fromkeys(("min", "max", "k", "total", "credits"), _WHOLE),
        "form",
    )
    option = _closed({"id": _TEXT, "name": _TEXT, "cost": _COUNTED, "groups": _IDS, "minimum": _WHOLE}, "id")
    aside = _closed(
        {
            "group": _TEXT, "share": _EXACT, "amount": _COUNTED, "overflow": {"enum": ["open_pool", "refuse"]},
            "release": {"anyOf": [{"enum": ["never", "at_count"]}, _COUNTED]},
        },
        "group",
    )  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FORMAT,
        **_closed(
            {
                "format": {"const": FORMAT}, "title": _TEXT, "currency": _TEXT, "budget": _WHOLE,
                "options": {"type": "array", "items": option}, "rule": _RULE,
                "ballots": {"type": "array", "items": _ballot()},
                "roll": {"anyOf": [_COUNTED, {"type": "null"}, {"type": "object", "additionalProperties": _COUNTED}]},
                "set_asides": {"type": "array", "items": aside},
                "caps": {"type": "object", "additionalProperties": _EXACT},
                "incompatible": {"type": "array", "items": _IDS},
                "form": {"anyOf": [form, {"enum": list(KINDS_OF_FORM)}, {"type": "null"}]},
                "compare_with": {"anyOf": [_TEXT, _RULE, {"type": "null"}]}, "expected": True,
            },
            "format", "options", "rule",
        ),
    }  # fmt: skip


def _ballot() -> dict[str, Any]:
    contents: dict[str, Any] = {
        "ranking": {"type": "array", "maxItems": MOST_RANKS, "items": _IDS},
        "approve": _IDS,
        "marks": {"type": "object", "additionalProperties": {"enum": ["yes", "no", "abstain"]}},
    }
    numbers = {"type": "object", "additionalProperties": _SIGNED}
    kinds = {kind: contents.get(kind, numbers) for kind in FORM_OF_KIND}
    ballot = _closed({"count": _COUNTED, "chamber": {"type": ["string", "null"]}, **kinds})
    return {**ballot, "oneOf": [{"required": [kind]} for kind in kinds]}
