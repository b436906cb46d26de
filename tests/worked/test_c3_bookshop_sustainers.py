"""C3: twelve sustainers rank four groups; the best is named again and again until the pot ends."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from fund.charter import preset
from fund.results import service as results
from tests import factories
from tests.worked import pages

ASKS = {"A": 150_000, "B": 100_000, "C": 120_000, "D": 50_000}
RANKINGS = [("abd", 4), ("bac", 3), ("cd", 3), ("dcb", 2)]


@pytest.mark.parametrize(
    ("pot", "ties", "funded", "left"),
    [
        (300_000, "more_first_choices", ["a", "b", "d"], 0),
        (370_000, "more_first_choices", ["a", "b", "c"], 0),
        (370_000, "lower_cost", ["a", "b", "d"], 70_000),
    ],
)
def test_the_ranked_pot_ends_where_the_worked_example_says(
    app: Flask, pot: int, ties: str, funded: list[str], left: int
) -> None:
    text = preset("c3-bookshop-sustainers").text.replace("value = 20", "value = 10")
    factories.adopt(text=text.replace('["more_first_choices", "lower_cost", "lot"]', f'["{ties}", "lot"]'))
    officers = [factories.officer(name, "steward", "treasurer", class_code="friend") for name in ("Imani", "Dana")]
    voters = [factories.member(f"Voter {n}", class_code="sustainer") for n in range(12)]
    dues = -(-pot * 100 // 60)
    round_ = pages.money_round(officers, "quarterly", ASKS, gift_minor=dues, given_as="dues")
    assert round_.budget_minor == pot
    people = iter(voters)
    for ranking, n in RANKINGS:
        for _ in range(n):
            choices = [(f"rank-{option}", place) for place, option in enumerate(ranking, start=1)]
            answer = pages.votes(pages.browser(app, next(people)), round_, choices)
            assert "Your vote is cast" in answer.text
    pages.passes(days=11)
    page = pages.certified_and_published(app, round_, officers)
    result = json.loads(results.current(round_.id).result_bytes)
    assert result["rounds"][0]["tally"] == {"a": "4", "b": "3", "c": "3", "d": "2"}
    assert (result["elected"], pot - result["spent"]) == (funded, left)
    assert ("Another choice would have funded others." in page) == (pot == 370_000)
