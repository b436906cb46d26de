"""The JSON schema of `charter/1`, made from the same fields that read a file, for editors and other programs.

It holds what one setting may be; what must hold between settings is told by `load()`. A TOML file is checked as the
data it stands for. Source: JSON Schema 2020-12.
"""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, missing

from fund.charter.fields import (
    Choice,
    Many,
    Money,
    Multiple,
    Pattern,
    Setting,
    Table,
    Tables,
    Text,
    Threshold,
    Timezone,
    Ways,
    Whole,
    YesNo,
    settings_of,
)
from fund.charter.schema import FORMAT, FileSchema


def json_schema() -> dict[str, Any]:
    """The schema of a whole file, as plain values."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:commonpool:{FORMAT.replace('/', ':')}",
        "title": FORMAT,
        "description": "The rules of a fund that its members govern.",
        **_table(FileSchema),
    }


def _table(schema: type[Schema]) -> dict[str, Any]:
    settings = settings_of(schema)
    described = {
        key: {**_of(setting), "description": setting.metadata["help"], **_default(setting)}
        for key, setting in settings.items()
    }
    required = sorted(key for key, setting in settings.items() if setting.load_default is missing)
    return {"type": "object", "properties": described, "additionalProperties": False, "required": required}


def _default(setting: Setting) -> dict[str, Any]:
    """The default where it is a plain word, number or truth; others are told in the description or depend on the rest."""
    value = setting.load_default
    if isinstance(setting, Money | Multiple) or not isinstance(value, str | int) or value == "":
        return {}
    return {"default": value}


def _of(setting: Setting) -> dict[str, Any]:
    if isinstance(setting, Table):
        return _table(setting.schema_class)
    if isinstance(setting, Tables):
        return {"type": "array", "maxItems": setting.most, "items": _table(setting.schema_class)}
    if isinstance(setting, Many):
        limits = {"minItems": setting.least, "maxItems": setting.most, "uniqueItems": True}
        return {"type": "array", "items": _of(setting.inner), **limits}
    if isinstance(setting, Whole):
        return {"type": "integer", "minimum": setting.least, "maximum": setting.most}
    if isinstance(setting, Choice):
        return {"enum": list(setting.words)}
    return _simple(setting)


def _simple(setting: Setting) -> dict[str, Any]:
    if isinstance(setting, YesNo):
        return {"type": "boolean"}
    if isinstance(setting, Money):
        return {"type": "number", "minimum": 0}
    if isinstance(setting, Multiple):
        return {"type": "number", "minimum": 1, "maximum": 3}
    if isinstance(setting, Pattern):
        return {"type": "string", "pattern": f"^({setting.form.pattern})$"}
    if isinstance(setting, Ways):
        words = "|".join(setting.words)
        return {"type": "string", "pattern": rf"^({words})( *\+ *({words}))*$"}
    if isinstance(setting, Threshold):
        return {"type": "string", "pattern": "^(majority|[0-9]{1,3}/[1-9][0-9]{0,2})$"}
    if isinstance(setting, Text):
        return {"type": "string", "maxLength": setting.longest, **({"minLength": 1} if setting.required else {})}
    if isinstance(setting, Timezone):
        return {"type": "string"}
    raise TypeError(f"{type(setting).__name__} has no JSON schema")
