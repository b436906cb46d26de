"""C2: five worker-owners share out the solidarity pot of 9,600 with 25 credits each, openly."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from fund.charter import preset
from fund.results import service as results
from tests import factories
from tests.worked import pages

ASKS = {"P1": 400_000, "P2": 320_000, "P3": 240_000, "P4": 300_000}
BALLOTS = {
    "Ana": {"p1": 4, "p2": 3},
    "Bo": {"p2": 3, "p3": 4},
    "Cy": {"p4": 5},
    "Dee": {"p1": 2, "p2": 2, "p3": 2, "p4": 3},
    "Eli": {"p1": 3, "p3": 4},
}


@pytest.mark.parametrize(
    ("ties", "funded", "spent"),
    [("lower_cost", ["p3", "p1", "p4"], 940_000), ("higher_cost", ["p3", "p1", "p2"], 960_000)],
)
def test_the_tie_of_p2_and_p4_goes_by_the_charters_chain(app: Flask, ties: str, funded: list[str], spent: int) -> None:
    factories.adopt(text=preset("c2-worker-surplus").text.replace('ties = ["lower_cost"', f'ties = ["{ties}"'))
    officers = [factories.officer(name, class_code="candidate") for name in ("Imani", "Dana")]
    officers.append(factories.officer("Ruth", "steward", "treasurer", class_code="candidate"))
    workers = {name: factories.member(name, class_code="worker") for name in BALLOTS}
    round_ = pages.money_round(officers, "solidarity", ASKS, budget_minor=960_000, gift_minor=960_000)
    ballot = pages.browser(app).get(f"/rounds/{round_.slug}/ballot").text
    assert "Open: votes with names" in ballot
    too_much = pages.votes(pages.browser(app, workers["Ana"]), round_, [("votes-p1", 5), ("votes-p2", 1)])
    assert too_much.status_code == 422
    assert "25 + 1 = 26" in too_much.text
    for name, votes in BALLOTS.items():
        answer = pages.votes(
            pages.browser(app, workers[name]), round_, [(f"votes-{key}", n) for key, n in votes.items()]
        )
        assert "Your vote is cast" in answer.text
    pages.passes(days=8)
    text = pages.certified_and_published(app, round_, officers)
    result = json.loads(results.current(round_.id).result_bytes)
    assert result["scores"] == {"p1": "9", "p2": "8", "p3": "10", "p4": "8"}
    assert (result["elected"], result["spent"]) == (funded, spent)
    assert "Stage 3: P2, P4 were level. It was decided by" in text
    assert "Another choice would have funded others." in text
