"""Two worlds that differ only in what was chosen answer every request alike until voting ends (TRUST part 5, row 31)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from fund import db
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.rounds.schedule import Span
from fund.voting import ballot_view, envelopes
from fund.voting import service as voting
from fund.voting.models import Envelope
from tests import factories
from tests.conftest import Databases
from tests.voting import browser, stage

CHANGING = re.compile(
    r'name="csrf_token"[^>]*value="[^"]+"|name="request" value="[^"]+"|data-copy="[^"]+"|[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]'
)
"""What is random in every answer: tokens, request numbers, receipt codes. They do not depend on what was chosen."""
MARKS = (["yes"] * 13 + ["no"] * 2, ["no"] * 13 + ["yes"] * 2)


@pytest.mark.parametrize("assurance", ["secret", "open"])
def test_every_answer_is_the_same_in_two_worlds(databases: Databases, tmp_path: Path, assurance: str) -> None:
    one, other = (_answers(databases, tmp_path / str(n), marks, assurance) for n, marks in enumerate(MARKS))
    assert len(one) > 80
    assert {name for name in one if one[name] != other[name]} == set()


def test_a_planted_leak_is_found(databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = ballot_view.lines

    def leaking(round_: Round, rules: dict[str, Any]) -> list[Any]:
        """The same lines, with a summary that is one sign longer where the yes are ahead."""
        sealed = db.session.query(Envelope).filter_by(round_id=round_.id, replaced=False)
        chosen = [envelopes.unseal(round_, envelope.content)[1] for envelope in sealed]
        ahead = sum(b"yes" in one for one in chosen) > len(chosen) // 2
        return [
            type(line)(line.id, line.name, line.ask_minor, "." if ahead else "", line.url)
            for line in honest(round_, rules)
        ]

    monkeypatch.setattr(ballot_view, "lines", leaking)
    one, other = (_answers(databases, tmp_path / str(n), marks, "secret") for n, marks in enumerate(MARKS))
    assert any("ballot" in name for name in one if one[name] != other[name])


def _answers(databases: Databases, home: Path, marks: list[str], assurance: str) -> dict[str, tuple[int, str, str]]:
    """Status, headers and body of every page about the round, for every role, in a world where these votes were cast."""
    url = databases.fresh()
    app = factories.application(url, home)
    with app.app_context():
        factories.found()
        clients, round_ = _world(app, marks, assurance)
        found = {
            f"{role} {method} {path}": answer
            for role, client in clients.items()
            for method, path, answer in _visit(app, client, round_)
        }
        factories.dispose()
    databases.drop(url)
    return found


def _world(app: Flask, marks: list[str], assurance: str) -> tuple[dict[str, browser.Browser], Round]:
    """A round that is open at a fixed hour of 2031, in which these votes were cast."""
    opens = stage.dt.datetime(2031, 1, 6, 17, 0, tzinfo=stage.dt.UTC)
    factories.later(seconds=(opens - db.now()).total_seconds() - 3600)
    factories.adopt(
        text=stage.charter(assurance=assurance, visible="members", ballot='pledge_questions = ["I will help"]')
    )
    steward, treasurer = factories.officer("Imani"), factories.officer("Tala", "treasurer")
    supporter, voters = factories.member("Sol", class_code="solidarity"), stage.people(24)
    spans = [Span("voting", opens, opens + stage.dt.timedelta(days=14))]
    by = stage.actor(steward)
    round_ = rounds.create_round(rounds.NewRound("vote", "The quorum", question="Lower it?", phases=spans), by=by)
    rounds.give_task(round_.id, steward.id, "outreach", by=by)
    voting.freeze(round_.id, by=by)
    factories.later(seconds=3700)
    assert voting.settle(round_.id) == "open"
    browser.vote(browser.of(app, voters[0]), rounds.get(round_.id), **{"mark-resolution": marks[0]})
    for voter, mark in zip(voters[1:], marks[1:], strict=False):
        stage.cast(voter, round_, stage.yes(mark))
    who = {
        "steward": steward,
        "treasurer": treasurer,
        "supporter": supporter,
        "voted": voters[3],
        "not yet": voters[20],
    }
    clients = {"visitor": browser.of(app), **{role: browser.of(app, one) for role, one in who.items()}}
    return clients, rounds.get(round_.id)


def _visit(app: Flask, client: browser.Browser, round_: Round) -> Iterator[tuple[str, str, tuple[int, str, str]]]:
    """Every page that can be asked for with the round's name or with nothing."""
    for rule in app.url_map.iter_rules():
        if rule.arguments - {"slug"} or "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        path = rule.rule.replace("<slug>", round_.slug)
        if not path.startswith(("/rounds", "/me", "/steward")) and path != "/":
            continue
        if path.startswith(("/me/", "/stewards")):
            continue
        answer = client.get(path)
        headers = sorted(f"{name}: {value}" for name, value in answer.headers if name not in ("Set-Cookie", "Date"))
        yield "GET", path, (answer.status_code, CHANGING.sub("*", answer.get_data(as_text=True)), "\n".join(headers))
