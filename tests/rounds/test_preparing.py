"""Preparing a round: from the charter's types, with its own dates, tasks and questions, until it is frozen."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from fund import db, desk
from fund.charter.model_rounds import Phases
from fund.errors import Forbidden, Invalid, NotFound, WrongState
from fund.rounds import schedule
from fund.rounds import service as rounds
from fund.rounds.schedule import Span
from fund.rounds.tasks import tasks_of
from fund.rounds.words import status_words
from fund.voting import desk as voting_desk
from fund.voting import service as voting
from tests import factories
from tests.voting import browser, stage

NEW_YORK = ZoneInfo("America/New_York")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(dt.UTC)


def test_the_charter_gives_the_phases_in_days_of_the_funds_zone() -> None:
    lengths = Phases(submit_days=14, review_days=7, appeal_days=0, questions_days=7, vote_days=10)
    found = schedule.spans(lengths, at("2027-03-05T18:00"), NEW_YORK)
    assert [span.label for span in found] == ["submissions", "review", "deliberation", "voting"]
    assert found[0].ends_at == at("2027-03-19T18:00")
    assert found[-1].ends_at == at("2027-04-12T18:00")
    assert (found[0].ends_at - found[0].starts_at) == dt.timedelta(days=14) - dt.timedelta(hours=1)


def test_a_round_takes_its_defaults_from_the_type(app: Flask) -> None:
    factories.adopt("millrace")
    steward = factories.officer()
    round_ = rounds.create_round(rounds.NewRound("ranked", "Spring round 2027"), by=stage.actor(steward))
    assert (round_.slug, round_.decides, round_.budget_minor, round_.roll) == (
        "spring-round-2027",
        "money",
        3_000_000,
        "fixed",
    )
    assert [phase.label for phase in round_.phases] == ["submissions", "review", "appeal", "deliberation", "voting"]
    assert round_.opens_at == round_.phases[-1].starts_at
    assert rounds.type_of(round_).ballot.form == "ranked"
    assert rounds.phase_open(round_, "submissions", db.now())
    assert not rounds.phase_open(round_, "review", db.now())
    again = rounds.create_round(rounds.NewRound("ranked", "Spring round 2027"), by=stage.actor(steward))
    assert again.slug == "spring-round-2027-2"
    assert "being prepared" in str(status_words(again, db.now()))


@pytest.mark.parametrize(
    ("new", "field"),
    [
        (rounds.NewRound("no-such-type", "A"), "round_type"),
        (rounds.NewRound("ranked", " "), "title"),
        (rounds.NewRound("ranked", "A" * 161), "title"),
        (rounds.NewRound("ranked", "A", budget_minor=1), "budget"),
        (rounds.NewRound("ranked", "A", max_on_ballot=11), "max_on_ballot"),
        (rounds.NewRound("resolution", "A"), "question"),
    ],
)
def test_what_the_charter_does_not_allow_is_refused_by_field(app: Flask, new: rounds.NewRound, field: str) -> None:
    factories.adopt("millrace")
    steward = factories.officer()
    with pytest.raises(Invalid) as refusal:
        rounds.create_round(new, by=stage.actor(steward))
    assert field in refusal.value.fields


def test_only_stewards_prepare_rounds_and_only_under_a_charter(app: Flask) -> None:
    member = factories.member()
    steward = factories.officer()
    with pytest.raises(NotFound):
        rounds.create_round(rounds.NewRound("vote", "A"), by=stage.actor(steward))
    factories.adopt(text=stage.charter())
    with pytest.raises(Forbidden):
        rounds.create_round(rounds.NewRound("vote", "A", question="Q"), by=stage.actor(member))


def test_dates_move_while_it_is_a_draft_and_not_after(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward = factories.officer()
    stage.people(20)
    draft = stage.prepared(steward)
    by, start = stage.actor(steward), db.now() + dt.timedelta(days=2)
    wanted = [
        Span("deliberation", start, start + dt.timedelta(days=7)),
        Span("voting", start + dt.timedelta(days=7), start + dt.timedelta(days=21)),
    ]
    moved = rounds.reschedule(draft.id, wanted, by=by)
    assert [phase.label for phase in moved.phases] == ["deliberation", "voting"]
    assert moved.closes_at == wanted[1].ends_at
    overlapping = [Span("deliberation", start, start + dt.timedelta(days=8)), wanted[1]]
    backwards = [Span("voting", start, start - dt.timedelta(days=1))]
    for wrong, field in ((overlapping, "deliberation_ends"), (backwards, "voting_ends"), ([], "voting_starts")):
        with pytest.raises(Invalid) as refusal:
            rounds.reschedule(draft.id, wrong, by=by)
        assert field in refusal.value.fields
    voting.freeze(draft.id, by=by)
    with pytest.raises(WrongState):
        rounds.reschedule(draft.id, wanted, by=by)


def test_tasks_are_given_and_taken(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward, member, stranger = factories.officer(), factories.member("Ana"), factories.person("Nobody")
    round_ = stage.prepared(steward)
    by = stage.actor(steward)
    given = rounds.give_task(round_.id, steward.id, "outreach", by=by)
    assert rounds.give_task(round_.id, steward.id, "outreach", by=by).id == given.id
    assert stage.actor(steward).has_task(round_.id, "outreach")
    assert [(task.task, name) for task, name in tasks_of(round_.id)] == [("outreach", "Imani")]
    for person, task in ((stranger, "outreach"), (steward, "king"), (member, "outreach")):
        with pytest.raises(Invalid):
            rounds.give_task(round_.id, person.id, task, by=by)
    with pytest.raises(NotFound):
        rounds.take_task(given.id, round_id=999, by=by)
    rounds.take_task(given.id, by=by)
    assert tasks_of(round_.id) == []


def test_no_task_goes_to_who_holds_no_office_and_outreach_only_to_stewards(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward, member = factories.officer(), factories.member("Ana")
    auditor = factories.officer("Aud", "auditor")
    round_ = stage.prepared(steward)
    here = f"/rounds/{round_.slug}/tasks"
    client = browser.of(app, steward)
    page = client.get(here).text
    assert re.search(r'<option[^>]* value="">Choose a person', page)
    for sent, status in (
        ({"person": "", "task": "outreach"}, 422),
        ({"person": "x", "task": "outreach"}, 422),
        ({"person": member.id, "task": "certifier"}, 422),
        ({"person": member.id, "task": "outreach"}, 422),
        ({"person": auditor.id, "task": "outreach"}, 422),
        ({"person": steward.id, "task": "outreach"}, 303),
        ({"person": auditor.id, "task": "certifier"}, 303),
        ({"person": steward.id, "task": "reviewer"}, 303),
    ):
        answer = client.post(here, data={"csrf_token": browser.token(page), **sent})
        assert answer.status_code == status, sent
        if sent["task"] == "certifier" and status == 422:
            assert "This task is for stewards and auditors who serve" in answer.text
        if sent["task"] == "outreach" and sent["person"] in (member.id, auditor.id):
            assert "Outreach is for stewards who serve" in answer.text


def test_a_round_asks_its_own_questions_until_it_is_frozen(app: Flask) -> None:
    factories.adopt(text=stage.charter(money=True, form="approval", count='rule = "greedy"'))
    steward = factories.officer()
    by = stage.actor(steward)
    round_ = rounds.create_round(rounds.NewRound("vote", "Spring"), by=by)
    first = rounds.ask_question(round_.id, "Who benefits?", by=by, private=True)
    rounds.ask_question(round_.id, "What will you not grow into?", by=by)
    rounds.drop_question(first.id, by=by)
    assert [question.text for question in rounds.get(round_.id).questions] == ["What will you not grow into?"]
    with pytest.raises(Invalid):
        rounds.ask_question(round_.id, " ", by=by)


def test_an_act_for_two_waits_on_the_desk_of_the_other(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    one, two = factories.officer("Imani"), factories.officer("Omar")
    round_ = stage.prepared(one)
    with pytest.raises(Invalid):
        rounds.cancel(round_.id, "  ", by=stage.actor(one))
    proposed = rounds.cancel(round_.id, "Not this year.", by=stage.actor(one))
    with pytest.raises(WrongState):
        rounds.cancel(round_.id, "Again.", by=stage.actor(two))
    waits = [str(item.text) for item in desk.waiting_for(stage.actor(two))]
    assert any("cancel this round" in text for text in waits)
    assert not any("cancel this round" in str(item.text) for item in desk.waiting_for(stage.actor(one)))
    rounds.withdraw_act(proposed.id, by=stage.actor(one))
    with pytest.raises(WrongState):
        rounds.second_act(proposed.id, by=stage.actor(two))
    assert rounds.get(round_.id).status == "draft"


def test_a_persons_own_page_tells_whether_their_vote_is_cast(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.frozen(steward)
    assert ["Voting has not begun" in str(item.text) for item in voting_desk.mine(stage.actor(voters[0]))] == [True]
    factories.later(hours=2)
    voting.settle(round_.id)
    assert "You can vote" in str(voting_desk.mine(stage.actor(voters[0]))[0].text)
    stage.cast(voters[0], round_)
    assert "is cast" in str(voting_desk.mine(stage.actor(voters[0]))[0].text)
