"""The pages of a vote, as a voter's and a steward's browser without scripts sees them."""

from __future__ import annotations

import re

from flask import Flask

from fund import db
from fund.rounds import service as rounds
from fund.voting import service as voting
from fund.voting.models import NamedBallot, Participation, RehearsalBallot
from tests import factories
from tests.voting import browser, stage


def test_a_vote_is_chosen_looked_over_and_cast_with_a_receipt(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.opened(steward)
    client = browser.of(app, voters[0])
    page = browser.vote(client, round_, **{"mark-resolution": "yes"})
    assert "Your vote is cast" in page
    receipt = voting.receipt_of(round_, voters[0].id)
    assert receipt is not None
    assert receipt.code in page
    assert "As long as it shows this code, this ballot is stored" in page
    assert "nobody, not even you, can find a ballot by its code" in page
    again = browser.vote(client, round_, **{"mark-resolution": "no"})
    assert "your ballot number 2" in again
    assert db.session.query(Participation).one().cast_n == 2
    assert stage.ended(round_) == "open", "extended once"
    assert stage.ended(round_) == "lapsed"
    page = client.get(f"/rounds/{round_.slug}/ballot/cast").text
    assert receipt.code not in page
    assert "You took part" in page
    assert "no code leads to a ballot any more" in page


def test_anyone_sees_the_ballot_and_why_they_cannot_fill_it_in(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward = factories.officer()
    stage.people(24)
    supporter = factories.member("Sol", class_code="solidarity")
    round_ = stage.opened(steward)
    here = f"/rounds/{round_.slug}/ballot"
    visitor = browser.of(app).get(here)
    assert visitor.status_code == 200
    assert "Sign in, and this page tells you whether you can vote" in visitor.get_data(as_text=True)
    assert visitor.headers["Cache-Control"] == "no-store"
    client = browser.of(app, supporter)
    page = client.get(here).get_data(as_text=True)
    assert "support the fund and do not vote" in page
    token = browser.token(page)
    refused = client.post(f"{here}/cast", data={"csrf_token": token, "mark-resolution": "yes", "request": "x" * 20})
    assert refused.status_code == 403
    assert "do not vote in this round" in refused.get_data(as_text=True)


def test_a_ballot_that_cannot_be_cast_comes_back_as_it_was_typed(app: Flask) -> None:
    factories.adopt(
        text=stage.charter(
            money=True, form="quadratic", ballot="credits = 25", count='rule = "greedy"\ndraw_source = "Dice"'
        )
    )
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.opened(steward, asks={"alpha": 40_000, "beta": 30_000, "gamma": 20_000})
    client = browser.of(app, voters[0])
    here = f"/rounds/{round_.slug}/ballot"
    token = browser.token(client.get(here).get_data(as_text=True))
    sent = client.post(here, data={"csrf_token": token, "votes-alpha": "5", "votes-beta": "1"})
    page = sent.get_data(as_text=True)
    assert sent.status_code == 422
    assert "25 + 1 = 26" in page
    assert 'value="5"' in page
    garbage = client.post(here, data={"csrf_token": token, "votes-alpha": "NaN"})
    assert garbage.status_code == 422
    assert "Write a whole number" in garbage.get_data(as_text=True)


def test_going_back_from_the_last_look_keeps_what_was_chosen(app: Flask) -> None:
    factories.adopt(
        text=stage.charter(
            money=True, form="approval", ballot="min = 1\nmax = 2", count='rule = "greedy"\ndraw_source = "Dice"'
        )
    )
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.opened(steward, asks={"alpha": 40_000, "beta": 30_000, "gamma": 20_000})
    client = browser.of(app, voters[0])
    here = f"/rounds/{round_.slug}/ballot"
    token = browser.token(client.get(here).get_data(as_text=True))
    page = client.post(here, data={"csrf_token": token, "choose": ["beta"], "change": "1"}).get_data(as_text=True)
    assert re.search(r'value="beta" checked', page)
    assert len(re.findall(r" checked", page)) == 1


def test_sending_the_last_page_twice_casts_once(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.opened(steward)
    client = browser.of(app, voters[0])
    here = f"/rounds/{round_.slug}/ballot"
    token = browser.token(client.get(here).get_data(as_text=True))
    review = client.post(here, data={"csrf_token": token, "mark-resolution": "no"}).get_data(as_text=True)
    fields = {**browser.hidden(review), "mark-resolution": "no"}
    pages = [client.post(f"{here}/cast", data=fields, follow_redirects=True).get_data(as_text=True) for _ in range(3)]
    assert len({re.sub(r'name="csrf_token"[^>]*value="[^"]+"', "", page) for page in pages}) == 1
    assert "your first ballot" in pages[0]
    assert db.session.query(Participation).one().cast_n == 1


def test_a_steward_prepares_freezes_and_rehearses_a_round(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward = factories.officer()
    stage.people(24)
    client = browser.of(app, steward)
    assert client.get("/rounds/new").status_code == 200
    token = factories.csrf(client, "/rounds/new/vote")
    empty = client.post("/rounds/new/vote", data={"csrf_token": token, "title": "Kept words"})
    assert empty.status_code == 422
    assert "Kept words" in empty.get_data(as_text=True)
    made = client.post(
        "/rounds/new/vote",
        data={"csrf_token": token, "title": "A new rule", "question": "Yes?", "starts_at": "2030-01-05T18:00"},
    )
    assert made.location == "/rounds/a-new-rule/manage"
    for page in ("manage", "edit", "dates", "tasks", "questions", "lines", "freeze", "acts/cancel", "ballot"):
        assert client.get(f"/rounds/a-new-rule/{page}").status_code == 200, page
    done = client.post("/rounds/a-new-rule/freeze", data={"csrf_token": token}, follow_redirects=True)
    assert "The round is frozen" in done.get_data(as_text=True)
    tried = client.post("/rounds/a-new-rule/rehearsal", data={"csrf_token": token, "mark-resolution": "yes"})
    assert "A real ballot like this would be cast" in tried.get_data(as_text=True)
    assert db.session.query(RehearsalBallot).count() == 1


def test_a_small_round_is_open_and_the_page_says_why(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward, voters = factories.officer(), stage.people(7)
    round_ = stage.opened(steward)
    page = browser.of(app).get(f"/rounds/{round_.slug}/ballot").get_data(as_text=True)
    assert "Open: votes with names" in page
    assert "With fewer than 20 people" in page
    browser.vote(browser.of(app, voters[0]), round_, **{"mark-resolution": "yes"})
    assert db.session.query(NamedBallot).count() == 1


def test_two_stewards_cancel_a_round_and_one_cannot(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    first, second = factories.officer("Imani"), factories.officer("Omar")
    stage.people(24)
    round_ = stage.opened(first)
    here = f"/rounds/{round_.slug}"
    one = browser.of(app, first)
    token = factories.csrf(one, f"{here}/acts/cancel")
    one.post(f"{here}/acts/cancel", data={"csrf_token": token, "reason": "The text was wrong."})
    assert one.post(f"{here}/acts/1/second", data={"csrf_token": token}).status_code == 403
    other = browser.of(app, second)
    page = other.get(f"{here}/manage").get_data(as_text=True)
    assert "The text was wrong." in page
    other.post(f"{here}/acts/1/second", data={"csrf_token": browser.token(page)})
    assert rounds.get(round_.id).status == "cancelled"
