"""Changing a charter: what is protected cannot change without those it protects, whatever way is tried."""

from __future__ import annotations

import pytest

from fund.charter import Charter, carried, consents_needed, differences, load, preset
from tests.charter.mistakes import HEAD

LAND = preset("c6-land-return").text


def changed(old: str, new: str, *, text: str = LAND) -> Charter:
    assert old in text
    return load(text.replace(old, new, 1))


def test_the_same_charter_differs_in_nothing() -> None:
    assert differences(load(LAND), load(LAND + "# a remark\n")) == ()


def test_an_unprotected_section_needs_nobody() -> None:
    new = changed('selected_by = ["vote"]', 'selected_by = ["lot"]')
    assert [(one.section, one.needs) for one in differences(load(LAND), new)] == [("stewards", ())]
    assert consents_needed(load(LAND), new) == ()


@pytest.mark.parametrize(
    ("old", "new", "section"),
    [
        ('credits = 36', 'credits = 16', "round_types.open-pool"),
        ('proposers = ["anyone"]\nprotected_by = "council"', 'proposers = ["neighbour"]\nprotected_by = "council"', "eligibility"),
        ('proposers = ["anyone"]\nprotected_by = "council"', 'proposers = ["anyone"]', "eligibility"),
        ('seats = 7', 'seats = 1', "councils.council"),
        ('decides_by = "consent"\nprotected_by = "council"', 'decides_by = "consent"', "councils.council"),
        ('{business} accepts the council\'s statement on the use of the land.\n', "", "awards"),
    ],
)  # fmt: skip
def test_a_change_of_what_is_protected_needs_the_council(old: str, new: str, section: str) -> None:
    change = differences(load(LAND), changed(old, new))
    assert [(one.section, one.needs) for one in change] == [(section, ("council",))]


def test_protection_cannot_be_taken_away_by_removing_what_it_protects() -> None:
    start, end = LAND.index("[[round_types]]"), LAND.index('[[round_types]]\ncode = "resolution"')
    new = load(LAND[:start] + LAND[end:])
    assert consents_needed(load(LAND), new) == ("council",)


def test_members_alone_cannot_redefine_the_council_that_protects() -> None:
    """The entry of a council that protects something needs that council, even if the entry itself names nobody."""
    toml = HEAD + "[stewards]\nprotected_by = 'elders'\n[[councils]]\ncode = 'elders'\nname = 'Elders'\n"
    plain = toml.replace("protected_by = 'elders'\n", "")
    new_name = load(toml.replace("'Elders'", "'Whoever we like'"))
    assert consents_needed(load(toml), new_name) == ("elders",)
    assert consents_needed(load(plain), load(plain.replace("'Elders'", "'Whoever we like'"))) == ()


def test_a_class_can_protect_and_is_itself_then_protected() -> None:
    toml = HEAD + "[[membership.classes]]\ncode = 'm'\nname = 'M'\n[[membership.classes]]\ncode = 'w'\nname = 'W'\n"
    toml += "[eligibility]\nprotected_by = 'w'\n"
    assert consents_needed(load(toml), load(toml.replace("name = 'W'", "name = 'W'\nvotes = false"))) == ("w",)
    assert consents_needed(load(toml), load(toml.replace("name = 'M'", "name = 'M'\nmin_age = 11"))) == ()


def test_a_protected_membership_protects_every_class() -> None:
    toml = HEAD + "[membership]\nprotected_by = 'member'\n[[membership.classes]]\ncode = 'member'\nname = 'M'\n"
    more = load(toml + "[[membership.classes]]\ncode = 'x'\nname = 'X'\n")
    assert consents_needed(load(toml), more) == ("member",)


def test_the_order_of_capital_is_part_of_it() -> None:
    layers = "[[capital]]\nname = 'A'\nprotected_by = 'member'\n", "[[capital]]\nname = 'B'\n"
    old, new = load(HEAD + "".join(layers)), load(HEAD + "".join(reversed(layers)))
    assert consents_needed(old, new) == ("member",)


def test_protection_that_is_new_needs_nobody_yet() -> None:
    assert consents_needed(load(HEAD), load(HEAD + "[stewards]\nprotected_by = 'member'\n")) == ()


@pytest.mark.parametrize(("threshold", "yes", "no", "enough"), [
    ("2/3", 31, 4, True), ("2/3", 2, 1, True), ("2/3", 65, 33, False), ("majority", 10, 10, False),
    ("majority", 11, 10, True), ("1/2", 10, 10, True), ("2/3", 0, 0, False), ("majority", 0, 0, False),
])  # fmt: skip
def test_how_many_votes_change_a_charter(threshold: str, yes: int, no: int, enough: bool) -> None:
    assert carried(load(HEAD + f"[amend]\nthreshold = '{threshold}'\n"), yes, no) is enough
