"""Set-asides, caps and exclusions hold when the next in line is asked, as they did in the count."""

from __future__ import annotations

from typing import Any

import pytest

from fund.awards.limits import within

RULES: dict[str, Any] = {
    "budget_minor": 100_000,
    "options": [
        {"id": "young", "groups": ["young-co-ops"]},
        {"id": "north", "groups": ["North"]},
        {"id": "north-too", "groups": ["North"]},
        {"id": "other", "groups": []},
    ],
    "set_asides": [{"group": "young-co-ops", "share": "20%", "release": "never"}],
    "caps": {"North": "50%"},
    "incompatible": [["north", "other"]],
}


@pytest.mark.parametrize(
    ("taken", "option", "left", "most"),
    [
        ({}, "other", 100_000, 80_000),  # a fifth stays set aside
        ({"young": 5_000}, "other", 95_000, 80_000),
        ({"young": 30_000}, "other", 70_000, 70_000),  # the set-aside is used up
        ({}, "young", 100_000, 100_000),
        ({"north": 40_000}, "north-too", 60_000, 10_000),  # the cap is half
        ({"north": 40_000}, "other", 60_000, 0),  # the rival is funded
        ({"other": 40_000}, "north-too", 60_000, 40_000),
        ({"north": 30_000, "other": 10_000}, "young", 60_000, 60_000),
    ],
)
def test_what_the_next_in_line_may_be_offered(taken: dict[str, int], option: str, left: int, most: int) -> None:
    assert within(RULES, taken, option, left) == most


def test_what_is_open_to_all_and_rounds_without_limits_give_all_that_is_left() -> None:
    opened = {**RULES, "set_asides": [{**RULES["set_asides"][0], "release": "at_count"}]}
    assert within(opened, {}, "other", 100_000) == 100_000
    assert within({"budget_minor": 5, "options": []}, {}, "other", 4) == 4, "a round frozen before there were any"
