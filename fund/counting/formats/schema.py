"""The JSON Schema (2020-12) of `ballot-file/1`, for programs that write or check ballot files (COUNTING.md).

The one source of the schema: the API serves it, and docs/formats/ballot-file-1.schema.json is a copy of it that a test
compares. It says what a file may hold; what only the whole file shows (that a ballot names options of this file, that a
rule has the settings stated for it) is said by `fund count`, with the place of the fault.
"""

from __future__ import annotations

from typing import Any

from fund.counting.contest import FORM_OF_KIND, KINDS_OF_FORM
from fund.counting.formats.ballot_file import FORMAT, MOST_RANKS
from fund.counting.formats.metadata import PABULIB
from fund.counting.formats.pabulib_table import NEEDED, SECTIONS
from fund.counting.rules.registry import MODULES
from fund.counting.settings import LARGEST_NUMBER, TIE_STEPS

_TEXT = {"type": "string"}
_YES_OR_NO = {"type": "boolean"}
_COUNTED = {"type": "integer", "minimum": 0, "maximum": LARGEST_NUMBER}
_WHOLE = {"anyOf": [_COUNTED, {"type": "null"}]}
_SIGNED = {"type": "integer", "minimum": -LARGEST_NUMBER, "maximum": LARGEST_NUMBER}
_IDS = {"type": "array", "items": _TEXT}
_EXACT = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^[0-9]+([./][0-9]+)?%?$"}]}
_QUORUM = {"anyOf": [{"type": "null"}, {"type": ["integer", "string", "object"]}]}
_THRESHOLD = {"anyOf": [{"const": "majority"}, _EXACT]}


def _closed(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": list(required), "additionalProperties": False,
    }  # fmt: skip


def _from(least: int, most: int = LARGEST_NUMBER) -> dict[str, Any]:
    return {"type": "integer", "minimum": least, "maximum": most}


def rule_settings() -> dict[str, Any]:
    """What each setting of a rule may be, by its name."""
    chamber = _closed({"quorum": _QUORUM, "threshold": _THRESHOLD})
    return {
        "ties": {"type": "array", "items": {"enum": list(TIE_STEPS)}, "uniqueItems": True},
        "seed": {"type": ["string", "null"]},
        "quorum": _QUORUM,
        "threshold": _THRESHOLD,
        "chambers": {"anyOf": [{"type": "null"}, {"type": "object", "additionalProperties": chamber}]},
        "floor": {"type": ["string", "integer", "null"]},
        "fit": {"enum": ["skip", "stop", "partial"]},
        "overvotes": {"enum": ["exhaust", "skip"]},
        "max_skipped_ranks": _WHOLE,
        "repeats": {"enum": ["skip", "exhaust"]},
        "eliminate": {"enum": ["lowest", "batch"]},
        "until": {"enum": ["majority", "two"]},
        "seats": _from(1, 10_000),
        "quota": {"enum": ["droop", "hare"]},
        "whole_quota": _YES_OR_NO,
        "decimals": _from(0, 18),
        "surplus": {"const": "weighted_inclusive_gregory"},
        "elect_per_round": {"enum": ["all", "one"]},
        "utility": {"enum": ["cost", "votes", "score"]},
        "completion": {
            "enum": [
                "none",
                "utilitarian",
                "add1",
                "add1_exhaustive",
                "add1+utilitarian",
                "add1_exhaustive+utilitarian",
            ]
        },
        "comparison": {"enum": ["none", "satisfaction", "exclusion"]},
        "min_award": _from(0),
        "cap": {"anyOf": [{"enum": ["ask", "none", None]}, _from(1)]},
        "credits": _from(1, 10**9),
        "pairwise": _YES_OR_NO,
        "pairwise_bound": _from(1, 10**12),
    }


def json_schema() -> dict[str, Any]:
    """The schema of a ballot file."""
    form = _closed(
        {"form": {"enum": list(KINDS_OF_FORM)}, "negative": _YES_OR_NO}
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
    rule = _closed({"method": {"enum": list(MODULES)}, **rule_settings()}, "method")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FORMAT,
        **_closed(
            {
                "format": {"const": FORMAT}, "title": _TEXT, "currency": _TEXT, "budget": _WHOLE,
                "options": {"type": "array", "items": option, "minItems": 1}, "rule": rule,
                "ballots": {"type": "array", "items": _ballot()},
                "roll": {"anyOf": [_COUNTED, {"type": "null"}, {"type": "object", "additionalProperties": _COUNTED}]},
                "set_asides": {"type": "array", "items": aside},
                "caps": {"type": "object", "additionalProperties": _EXACT},
                "incompatible": {"type": "array", "items": _IDS},
                "form": {"anyOf": [form, {"enum": list(KINDS_OF_FORM)}, {"type": "null"}]},
                "compare_with": {"anyOf": [{"enum": list(MODULES)}, rule, {"type": "null"}]}, "expected": True,
                "metadata": _metadata(),
            },
            "format", "options", "rule",
        ),
    }  # fmt: skip


def _metadata() -> dict[str, Any]:
    """Text under any name; under `pabulib` the tables of the Pabulib file the contest came from."""
    table = _closed({"columns": _IDS, "rows": {"type": "array", "items": _IDS}}, "columns")
    tables = _closed(dict.fromkeys(SECTIONS, table), *NEEDED)
    return {"type": "object", "properties": {PABULIB: tables}, "additionalProperties": _TEXT}


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
