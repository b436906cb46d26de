"""C7 online: a ward budget by equal shares beside greedy, with a floor that says what was missing."""

from __future__ import annotations

import json

from flask import Flask

from fund.results import service as results
from tests import factories
from tests.worked import pages

ASKS = {
    "Playground": 2_400_000,
    "Benches": 600_000,
    "Trees": 900_000,
    "Lamps": 1_200_000,
    "Fountain": 2_400_000,
    "Kiosk": 500_000,
}


def test_a_project_needs_27_of_200_voters_and_says_so_at_26(app: Flask) -> None:
    factories.adopt("c7-ward-pb")
    officers = [factories.officer(name, class_code="resident") for name in ("Imani", "Dana")]
    officers.append(factories.officer("Ruth", "steward", "treasurer", class_code="resident"))
    voters = [factories.member(f"Voter {n}", class_code="resident") for n in range(200)]
    round_ = pages.money_round(officers, "ward", ASKS, gift_minor=7_000_000)
    for number, voter in enumerate(voters):
        chosen = ["benches", "trees", "lamps"]
        if number < 27:
            chosen.append("playground")
        elif number < 53:
            chosen.append("fountain")
        answer = pages.votes(pages.browser(app, voter), round_, [("choose", one) for one in chosen])
        assert "Your vote is cast" in answer.text
    pages.passes(days=17)
    text = pages.certified_and_published(app, round_, officers)
    result = json.loads(results.current(round_.id).result_bytes)
    assert result["reason_codes"]["fountain"]["code"] == "floor_share"
    assert result["reason_codes"]["fountain"]["params"]["needed"] == 27
    assert result["reason_codes"]["playground"]["code"] != "floor_share"
    assert "supported by 26 of 200 voters" in text
    assert "it needs 27" in text
    assert "What another rule would have done" in text
    assert result["compare"]["rule"]["method"] == "greedy"


def test_two_ticks_are_too_few(app: Flask) -> None:
    factories.adopt("c7-ward-pb")
    officers = [factories.officer(name, "steward", "treasurer", class_code="resident") for name in ("Imani", "Dana")]
    voters = [factories.member(f"Voter {n}", class_code="resident") for n in range(20)]
    round_ = pages.money_round(officers, "ward", ASKS, gift_minor=7_000_000)
    answer = pages.votes(pages.browser(app, voters[0]), round_, [("choose", "benches"), ("choose", "trees")])
    assert answer.status_code == 422
    assert "Tick at least 3" in answer.text
