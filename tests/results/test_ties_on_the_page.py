"""An unbroken tie waits for its public draw; the published page then says whether another draw would have mattered."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from fund import db, jobs
from fund.results import service as results
from fund.rounds import service as rounds
from tests import factories
from tests.voting import stage
from tests.worked import pages

# Two options level at the top. With 50,000 each the pot of 100,000 pays one of the two dear ones, so the draw matters; in
# the second contest it pays whichever comes first and the third as well, but the other never.
CONTESTS = {
    "matters": ({"alpha": 60_000, "beta": 60_000}, ["alpha", "beta"]),
    "matters not": ({"alpha": 40_000, "beta": 40_000, "gamma": 20_000}, ["alpha", "beta"]),
}


@pytest.mark.parametrize("case", CONTESTS)
def test_a_tie_that_matters_waits_for_the_draw_and_one_that_does_not_needs_none(app: Flask, case: str) -> None:
    asks, level = CONTESTS[case]
    factories.adopt(
        text=stage.charter(
            form="approval", money=True, quorum='{ type = "none" }', assurance="open",
            count='rule = "greedy"\nties = ["lower_cost", "lot"]\ndraw_source = "Three dice"',
        )
    )  # fmt: skip
    officers = [factories.officer(name) for name in ("Imani", "Dana")]
    voters = stage.people(6)
    round_id = stage.opened(officers[0], asks=asks).id
    for number, voter in enumerate(voters):
        stage.cast(voter, rounds.get(round_id), {"approve": [level[number % 2]]})
    factories.later(days=15)
    assert jobs.tick() == []
    db.session.rollback()
    page = f"/rounds/{rounds.get(round_id).slug}/results"
    if case == "matters":
        assert rounds.get(round_id).status == "awaiting_draw"
        waiting = " ".join(pages.browser(app).get(page).text.split())
        assert "Three dice" in waiting
        assert "Funded with" not in waiting
        for person in officers:
            pages.send(pages.browser(app, person), f"{page}/draw", f"{page}/draw", {"text": "6 1 4"})
        assert jobs.tick() == []
        db.session.rollback()
    assert rounds.get(round_id).status == "counted"
    text = pages.certified_and_published(app, rounds.get(round_id), officers)
    (tie,) = json.loads(results.current(round_id).result_bytes)["ties"]
    assert sorted(tie["options"]) == level
    if case == "matters":
        assert (tie["decided_by"], tie["changes_outcome"]) == ("lot", True)
        assert "It was decided by the public draw" in text
        assert "Another choice would have funded others." in text
    else:
        assert tie["changes_outcome"] is False
        assert "It did not change who is funded." in text
