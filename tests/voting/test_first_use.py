"""What people stumbled over who ran a round for the first time: each page says what is so, and what to do next."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from babel.dates import format_date
from flask import Flask
from sqlalchemy import select

from fund import db
from fund.errors import WrongState
from fund.foundation import service as foundation
from fund.members.models import Membership
from fund.rounds import service as rounds
from fund.rounds.schedule import Span
from fund.voting import desk, outreach
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


def test_a_reminder_is_offered_only_while_one_can_go_out(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward = factories.officer()
    stage.people(24)
    round_ = stage.opened(steward)
    rounds.give_task(round_.id, steward.id, "outreach", by=stage.actor(steward))
    client, here = browser.of(app, steward), f"/rounds/{round_.slug}/outreach"

    def on_the_desk() -> bool:
        return any(item.url == here for item in desk.waiting(stage.actor(steward)))

    for words in ("The next reminder can go out from", "Two reminders went out"):
        page = client.get(here).text
        assert "Send the reminder" in page
        assert on_the_desk()
        assert client.post(f"{here}/remind", data={"csrf_token": browser.token(page)}).status_code == 303
        page = client.get(here).text
        assert words in page
        assert "Send the reminder" not in page
        assert not on_the_desk()
        factories.later(days=2, hours=1)
    assert "Two reminders went out" in client.get(here).text
    with pytest.raises(WrongState):
        outreach.remind(round_.id, by=stage.actor(steward))


def test_a_budget_that_is_not_there_is_said_before_freezing(app: Flask) -> None:
    factories.adopt(text=stage.charter(money=True, **RANKED))
    steward = factories.officer()
    stage.people(20)
    round_ = stage.money_round(steward, {"alpha": 40_000}, in_pool_minor=60_000)
    client, words = browser.of(app, steward), "Free money: $600. The budget of this round is $1,000"
    for page in ("manage", "freeze"):
        assert words in client.get(f"/rounds/{round_.slug}/{page}").text
    stage.fill_pool(40_000)
    assert "Free money:" not in client.get(f"/rounds/{round_.slug}/manage").text


def test_who_is_not_verified_yet_reads_when_a_vote_could_begin(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward, newcomer = factories.officer(), factories.member("Zora")
    stage.people(20)
    with db.writing() as tx:
        membership = tx.lock_all(select(Membership).where(Membership.person_id == newcomer.id))[0]
        membership.state, membership.voting_from, membership.verified_at = "applied", None, None
    round_ = stage.prepared(steward)
    page = browser.of(app, newcomer).get(f"/rounds/{round_.slug}/ballot").text
    day = format_date((db.now() + dt.timedelta(days=14)).astimezone(foundation.zone()).date(), "long", locale="en")
    assert f"your vote would begin on {day}" in page
    assert 'href="/me/membership">See where your membership stands' in page
    assert "See where your membership stands" not in browser.of(app, steward).get(f"/rounds/{round_.slug}/ballot").text
    assert "Leave it empty to begin now" in browser.of(app, steward).get("/rounds/new/vote").text


def test_a_round_that_is_not_ready_leads_to_what_is_missing(app: Flask) -> None:
    factories.adopt(text=stage.charter(money=True, **RANKED))
    steward = factories.officer()
    stage.people(24)
    round_ = stage.money_round(steward, {})
    client, here = browser.of(app, steward), f"/rounds/{round_.slug}"
    assert '<a class="btn" href="/review">' in client.get(f"{here}/manage").text
    factories.later(days=30)
    late = client.get(f"{here}/freeze").text
    assert f'<a href="{here}/dates">Dates of the vote</a>' in late


def test_what_comes_first_by_the_calendar_is_the_next_step(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward = factories.officer()
    stage.people(24)
    now = db.now()
    spans = [
        Span("deliberation", now, now + dt.timedelta(days=14)),
        Span("voting", now + dt.timedelta(days=14), now + dt.timedelta(days=28)),
    ]
    new = rounds.NewRound("vote", "Shall it rain?", question="It rains on Tuesdays.", phases=spans)
    round_ = rounds.create_round(new, by=stage.actor(steward))
    client, here = browser.of(app, steward), f"/rounds/{round_.slug}"

    def next_step() -> str:
        return client.get(f"{here}/manage").text.partition('class="next stack"')[2].partition("</section>")[0]

    assert "Give the tasks of this round" in next_step()
    for task in ("certifier", "outreach"):
        rounds.give_task(round_.id, steward.id, task, by=stage.actor(steward))
    assert "Questions and answers: until" in next_step()
    assert "Freezing it earlier is possible and ends this at once" in next_step()
    freeze = client.get(f"{here}/freeze").text
    assert "Freezing now ends them early" in freeze
    assert "It rains on Tuesdays." in freeze
    factories.later(days=13, hours=24)
    assert "Look it over and freeze" in next_step()


def test_a_round_without_decision_says_so_with_its_figures(app: Flask) -> None:
    factories.adopt(text=stage.charter(quorum='{ type = "majority_of_roll", on_miss = "lapse" }'))
    steward = factories.officer()
    voters = stage.people(24)
    round_ = stage.opened(steward)
    page = f"/rounds/{round_.slug}/results"
    assert "There is no result yet" in browser.of(app).get(page).text
    for voter in voters[:4]:
        stage.cast(voter, round_)
    assert stage.ended(round_) == "lapsed"
    text = browser.of(app).get(page).text
    assert "There is no result yet" not in text
    assert "too few people voted" in text
    facts = text.partition('class="facts"')[2].partition("</dl>")[0]
    assert [int(one) for one in re.findall(r"<dd[^>]*>\s*(\d+)\s*</dd>", facts)] == [25, 4, 13]


@pytest.mark.parametrize(
    ("on_miss", "words"),
    [
        ("", "votes voting goes on once for 7 more days; if they are still too few then, there is no decision."),
        (', on_miss = "lapse"', "With fewer than 13 votes there is no decision."),
    ],
)
def test_what_happens_when_too_few_vote_is_said_before_freezing(app: Flask, on_miss: str, words: str) -> None:
    factories.adopt(text=stage.charter(quorum=f'{{ type = "majority_of_roll"{on_miss} }}'))
    steward = factories.officer()
    stage.people(24)
    round_ = stage.prepared(steward)
    for page in ("manage", "freeze"):
        assert words in browser.of(app, steward).get(f"/rounds/{round_.slug}/{page}").text
