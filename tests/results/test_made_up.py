"""Made-up ballots: a steward looks ahead; no vote, no row and no public page comes of it."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from fund import db
from fund.charter import load, rules_for_round
from fund.errors import Forbidden, WrongState
from fund.proposals import conflicts
from fund.proposals.models import Proposal
from fund.results import made_up
from fund.rounds import service as rounds
from fund.voting import choices
from fund.voting import service as voting
from tests import factories
from tests.voting import browser, stage

ASKS = {"alpha": 40_000, "beta": 35_000, "gamma": 30_000}
FORMS = {
    "approve_deny": "", "approval": "min = 2, max = 3", "knapsack": "", "ranked": "ranks = 3",
    "points": "total = 7, max_each = 3, min = 3", "quadratic": "credits = 16, allow_negative = true",
}  # fmt: skip


def everything() -> str:
    """A fingerprint of every row of every table."""
    db.session.rollback()
    digest = hashlib.sha256()
    for table in db.alchemy.metadata.sorted_tables:
        rows = sorted(repr(tuple(row)) for row in db.session.execute(select(table)))
        digest.update(f"{table.name}: {len(rows)}: {rows}".encode())
    return digest.hexdigest()


@pytest.mark.parametrize("form", FORMS)
def test_made_up_ballots_are_valid_differ_and_come_back_from_their_number(form: str) -> None:
    limits = f", {FORMS[form]}" if FORMS[form] else ""
    text = stage.charter().replace('decides = "resolution"\nthreshold = "majority"', 'decides = "money"\nbudget = 1000')
    text = text.replace('[round_types.ballot]\nform = "approve_deny"', f'ballot = {{ form = "{form}"{limits} }}')
    rules = rules_for_round(load(text + '[amend]\nmethod = "stewards"\n'), "vote", electors=40)
    rules["options"] = [{"id": key, "cost": cost} for key, cost in {**ASKS, "delta": 20_000}.items()]
    made = [made_up.ballot(rules, "a seed", voter) for voter in range(60)]
    assert [choices.read(one, rules) for one in made], "every one of them could be cast"
    assert made == [made_up.ballot(rules, "a seed", voter) for voter in range(60)]
    assert len({repr(one) for one in made}) > 3
    assert made != [made_up.ballot(rules, "another", voter) for voter in range(60)]


def test_a_steward_sees_ballot_and_result_and_the_database_stays_as_it_was(app: Flask) -> None:
    factories.adopt(text=stage.charter(form="points", ballot="total = 7", count='rule = "greedy"', money=True))
    steward = factories.officer()
    stage.people(24)
    round_ = stage.money_round(steward, ASKS)
    page = f"/rounds/{round_.slug}/results/made-up"
    before = everything()
    client = browser.of(app, steward)
    answer = client.get(page)
    text = " ".join(answer.get_data(as_text=True).split())
    assert text.count("Made-up, not a result") >= 5
    assert "Who is funded, and why" in text
    assert "You have 7 points" in text
    assert "15 made-up ballots" in text
    assert answer.headers["Cache-Control"] == "no-store"
    again = " ".join(client.get(page).get_data(as_text=True).split())
    of_count = [one.partition("Who is funded, and why")[2].partition("</main>")[0] for one in (text, again)]
    assert of_count[0] == of_count[1]
    assert of_count[0] != client.get(f"{page}?set=2").get_data(as_text=True).partition("Who is funded, and why")[2]
    assert everything() == before
    voting.freeze(round_.id, by=factories.actor(steward))
    assert client.get(page).status_code == 200


def test_only_stewards_without_a_tie_look_ahead_and_only_before_voting(app: Flask) -> None:
    factories.adopt(text=stage.charter(form="approval", money=True))
    steward, tied = factories.officer(), factories.officer("Dana")
    member = stage.people(24)[0]
    round_ = stage.money_round(steward, ASKS)
    page = f"/rounds/{round_.slug}/results/made-up"
    assert browser.of(app).get(page).headers["Location"].startswith("/sign-in")
    assert browser.of(app, member).get(page).status_code == 403
    assert browser.of(app, tied).get(page).status_code == 200, "the control: no tie yet"
    proposal = db.session.query(Proposal).filter_by(slug="alpha").one()
    conflicts.declare(proposal.id, relation="A founder", by=factories.actor(tied))
    assert browser.of(app, tied).get(page).status_code == 403
    with pytest.raises(Forbidden):
        made_up.look_ahead(rounds.get(round_.id), by=factories.actor(tied))
    voting.freeze(round_.id, by=factories.actor(steward))
    factories.later(hours=2)
    assert voting.settle(round_.id) == "open"
    with pytest.raises(WrongState):
        made_up.look_ahead(rounds.get(round_.id), by=factories.actor(steward))
    assert browser.of(app, steward).get(page).status_code == 409


def test_nothing_public_links_to_it_and_chambers_and_lots_can_be_looked_at(app: Flask) -> None:
    text = stage.charter(form="none", money=True)
    factories.adopt(text=text)
    steward = factories.officer()
    stage.people(24)
    round_ = stage.money_round(steward, ASKS)
    for path in (f"/rounds/{round_.slug}", f"/rounds/{round_.slug}/ballot", "/rounds"):
        assert "results/made-up" not in browser.of(app).get(path).get_data(as_text=True)
    manage = browser.of(app, steward).get(f"/rounds/{round_.slug}/manage").get_data(as_text=True)
    assert f"/rounds/{round_.slug}/results/made-up" in manage
    shown: Any = browser.of(app, steward).get(f"/rounds/{round_.slug}/results/made-up").get_data(as_text=True)
    assert "a public draw put the proposals in order" in shown


def test_an_empty_ballot_says_what_to_do_first(app: Flask) -> None:
    factories.adopt(text=stage.charter(form="approval", money=True))
    steward = factories.officer()
    stage.people(24)
    round_ = stage.money_round(steward, {})
    client, page = browser.of(app, steward), f"/rounds/{round_.slug}/results/made-up"
    assert page not in client.get(f"/rounds/{round_.slug}/manage").get_data(as_text=True)
    answer = client.get(page)
    assert answer.status_code == 200
    assert "Admit a proposal first." in answer.get_data(as_text=True)
    assert f'href="/rounds/{round_.slug}/manage">Back to the round' in answer.get_data(as_text=True)
