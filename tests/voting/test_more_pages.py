"""Pages around the ballot: sorting first, pledges and reasons, outreach, the walk-up roll; and what they cost."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import event

from fund import db
from fund.db.outbox import OutboxMessage
from fund.rounds import service as rounds
from fund.voting import service as voting
from fund.voting.models import Elector, Pledge, Reason
from tests import factories
from tests.voting import browser, stage

QUADRATIC = {"form": "quadratic", "count": 'rule = "greedy"\ndraw_source = "Dice"'}


def test_sorting_first_puts_the_liked_on_top_and_keeps_nothing(app: Flask) -> None:
    factories.adopt(text=stage.charter(money=True, ballot="credits = 25\norganise_first = true", **QUADRATIC))
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.opened(steward, asks={f"option-{n}": 10_000 for n in range(6)})
    client = browser.of(app, voters[0])
    here = f"/rounds/{round_.slug}/ballot"
    assert "Sort them first" in client.get(here).get_data(as_text=True)
    token = browser.token(client.get(f"{here}/sort").get_data(as_text=True))
    page = client.post(
        here, data={"csrf_token": token, "organised": "1", "group-option-4": "like", "group-option-0": "no"}
    )
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert text.index("Option-4") < text.index("Option-1") < text.index("Option-0")


def test_pledges_and_reasons_are_left_beside_the_receipt(app: Flask) -> None:
    factories.adopt(text=stage.charter(ballot='pledge_questions = ["I will help", "I will tell others"]'))
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.opened(steward)
    client = browser.of(app, voters[0])
    page = browser.vote(client, round_, **{"mark-resolution": "yes"})
    token = browser.token(page)
    here = f"/rounds/{round_.slug}"
    kept = client.post(f"{here}/pledges", data={"csrf_token": token, "pledge-resolution": ["1"]}, follow_redirects=True)
    assert "Your pledges are kept" in kept.get_data(as_text=True)
    assert db.session.query(Pledge).one().kinds == ["I will tell others"]
    assert client.post(f"{here}/pledges", data={"csrf_token": token, "pledge-resolution": ["7"]}).status_code == 422
    empty = client.post(f"{here}/reasons", data={"csrf_token": token, "option": "*", "text": ""})
    assert empty.status_code == 422
    client.post(f"{here}/reasons", data={"csrf_token": token, "option": "*", "text": "It is fair."})
    assert db.session.query(Reason).one().text == "It is fair."


def test_outreach_sees_who_has_not_voted_and_sends_one_reminder(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.opened(steward)
    here = f"/rounds/{round_.slug}"
    client = browser.of(app, steward)
    assert client.get(f"{here}/outreach").status_code == 403
    rounds.give_task(round_.id, steward.id, "outreach", by=stage.actor(steward))
    stage.cast(voters[0], round_)
    page = client.get(f"{here}/outreach").get_data(as_text=True)
    assert "Member 002" in page
    assert "Member 001" not in page
    token = browser.token(page)
    assert client.post(f"{here}/outreach/remind", data={"csrf_token": token}).status_code == 303
    assert client.post(f"{here}/outreach/remind", data={"csrf_token": token}).status_code == 409
    assert db.session.query(OutboxMessage).filter_by(kind="vote_reminder").count() == 24


def test_a_steward_adds_a_newcomer_to_a_walk_up_roll(app: Flask) -> None:
    factories.adopt(text=stage.charter(roll="walk_up"))
    steward = factories.officer()
    stage.people(24)
    round_ = stage.opened(steward)
    newcomer = factories.member("Zora")
    client = browser.of(app, steward)
    here = f"/rounds/{round_.slug}/roll"
    token = browser.token(client.get(here).get_data(as_text=True))
    assert "Zora" in client.post(here, data={"csrf_token": token, "search": "Zor"}).get_data(as_text=True)
    assert client.post(f"{here}/add", data={"csrf_token": token, "person": "x"}).status_code == 422
    assert client.post(f"{here}/add", data={"csrf_token": token, "person": str(newcomer.id)}).status_code == 303
    assert db.session.get(Elector, (round_.id, newcomer.id)) is not None


@pytest.mark.parametrize("state", ["draft", "open"])
def test_queries_do_not_grow_with_options_or_voters(app: Flask, state: str) -> None:
    factories.adopt(text=stage.charter(money=True, ballot="credits = 25", **QUADRATIC))
    steward = factories.officer()
    stage.people(20)
    small = stage.money_round(steward, {"a": 1_000, "b": 1_000})
    large = stage.money_round(steward, {f"o{n}": 1_000 for n in range(10)})
    stage.people(60)
    if state == "open":
        for draft in (small, large):
            voting.freeze(draft.id, by=stage.actor(steward))
        factories.later(hours=2)
        voting.settle_all()
    client = browser.of(app, steward)
    for page in ("ballot", "manage"):
        few, many = (_queries(client, f"/rounds/{one.slug}/{page}") for one in (small, large))
        assert few == many, page


def _queries(client: browser.Browser, path: str) -> int:
    counted = []
    engine = db.alchemy.engine
    listener = lambda *_args: counted.append(1)  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    assert client.get(path).status_code == 200
    event.remove(engine, "before_cursor_execute", listener)
    return len(counted)


def test_unknown_rounds_and_acts_are_not_found(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward = factories.officer()
    stage.people(20)
    round_ = stage.prepared(steward)
    client = browser.of(app, steward)
    for path in ("/rounds/none/ballot", "/rounds/none/manage", "/rounds/new/none", f"/rounds/{round_.slug}/acts/none"):
        assert client.get(path).status_code == 404, path
    token = factories.csrf(client, f"/rounds/{round_.slug}/tasks")
    for path in ("acts/9/second", "acts/9/withdraw", "tasks/9/take-off", "questions/9/drop"):
        assert client.post(f"/rounds/{round_.slug}/{path}", data={"csrf_token": token}).status_code == 404, path


def test_the_command_lists_and_settles_rounds(
    database_url: str, tmp_path: object, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    from fund import operator
    from fund.voting.commands import round_ as command

    factories.adopt(text=stage.charter())
    steward = factories.officer()
    stage.people(20)
    made = stage.frozen(steward)
    factories.later(hours=2)
    monkeypatch.setattr(operator, "create_app", lambda: app)
    listed = CliRunner().invoke(command, ["list"])
    assert made.slug in listed.output
    assert CliRunner().invoke(command, ["settle", made.slug]).output == "open\n"
    assert CliRunner().invoke(command, ["settle", "none"]).exit_code == 1
    assert CliRunner().invoke(command, ["settle"]).exit_code == 0
