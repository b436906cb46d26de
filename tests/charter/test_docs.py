"""docs/charter.md holds every setting as the schema has it, and its examples are true."""

from __future__ import annotations

import re
from pathlib import Path

import fund.charter
from fund.charter import check, load
from fund.charter.reference import rows, settings_table

PAGE = (Path(fund.charter.__file__).parents[2] / "docs" / "charter.md").read_text()


def test_the_page_lists_every_setting_as_it_is() -> None:
    """After a change: `fund charter settings`, into the page below the line that says so."""
    assert PAGE.endswith(settings_table())


def test_every_setting_says_what_it_is() -> None:
    for row in rows():
        assert row.help.endswith("."), row.path
        assert row.allowed
        assert row.default


def test_every_example_on_the_page_can_be_adopted() -> None:
    examples = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    assert examples
    for example in examples:
        assert check(load(example)).refused == ()
