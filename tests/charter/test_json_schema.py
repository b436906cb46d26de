"""The published JSON schema agrees with what the program reads."""

from __future__ import annotations

import tomllib
from typing import Any

import jsonschema_rs
import pytest

from fund.charter import load, presets
from fund.charter.json_schema import json_schema
from tests.charter.full import FULL
from tests.charter.mistakes import HEAD

SCHEMA = json_schema()
VALIDATOR = jsonschema_rs.Draft202012Validator(SCHEMA)


def test_the_schema_is_one() -> None:
    jsonschema_rs.meta.validate(SCHEMA)


@pytest.mark.parametrize("text", [HEAD, FULL, *(one.text for one in presets())])
def test_what_the_program_reads_the_schema_accepts(text: str) -> None:
    load(text)
    VALIDATOR.validate(tomllib.loads(text))


@pytest.mark.parametrize(
    "wrong",
    ["x = 1", "currency = 'usd'", "languages = []", "[stewards]\ncount = 1", "[publication]\ncsv = 1",
     "[[round_types]]\ncode = 'a'", "[[round_types]]\ncode = 'a'\nname = 'A'\nroll = 'open'", "[eligibility]\nmax_ask = -1"],
)  # fmt: skip
def test_what_one_setting_may_not_be_the_schema_refuses(wrong: str) -> None:
    data: dict[str, Any] = tomllib.loads(HEAD + wrong)
    assert not VALIDATOR.is_valid(data)
