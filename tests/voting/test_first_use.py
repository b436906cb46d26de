"""What people stumbled over who ran a round for the first time: each page says what is so, and what to do next."""

from __future__ import annotations

from flask import Flask

from tests import factories
from tests.voting import browser, stage

RANKED = {"form": "ranked", "ballot": "ranks = 5", "count": 'rule = "sequential_irv"\ndraw_source = "Dice"'}


def test_an_empty_ballot_says_so_and_promises_no_figures(app: Flask) -> None:
    factories.adopt(text=stage.charter(money=True, **RANKED))
    steward = factories.officer()
    stage.people(20)
    empty, filled = stage.money_round(steward, {}), stage.money_round(steward, {"alpha": 40_000, "beta": 30_000})
    client = browser.of(app, steward)
    here, there = f"/rounds/{empty.slug}", f"/rounds/{filled.slug}"
    page = client.get(f"{here}/ballot").text
    assert "There is nothing on this ballot yet." in page
    assert "data-ranked" not in page
    assert "Possible ballots" not in client.get(f"{here}/freeze").text
    control = client.get(f"{there}/ballot").text
    assert "There is nothing on this ballot yet." not in control
    assert "data-ranked" in control
    assert "Possible ballots" in client.get(f"{there}/freeze").text
