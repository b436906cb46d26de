"""Votes end while ballots are on their way: none is counted late, none is acknowledged and left out (TRUST 5, row 5)."""

from __future__ import annotations

import datetime as dt
import http.client
import time
from pathlib import Path

import pytest

from fund import db
from fund.rounds import service as rounds
from fund.rounds.schedule import Span
from fund.voting import service as voting
from fund.voting.models import NamedBallot
from tests import factories
from tests.races.serving import Arena, Reply, in_turns, inside
from tests.voting import stage

pytestmark = pytest.mark.served
LEAD_SECONDS = 1


def prepared(arena: Arena, n: int, voters: int) -> tuple[list[tuple[int, str, dt.datetime]], list[str]]:
    """So many open rounds that end one day after the other."""
    factories.found()
    factories.adopt(text=stage.charter(assurance="open", quorum='{ type = "count", value = 1, on_miss = "lapse" }'))
    steward = factories.officer()
    people = stage.people(voters)
    by, opens = factories.actor(steward), db.now() + dt.timedelta(hours=1)
    made = []
    for number in range(n):
        ends = opens + dt.timedelta(days=number + 1)
        new = rounds.NewRound("vote", f"Round {number}", question="Shall it?", phases=[Span("voting", opens, ends)])
        made.append(voting.freeze(rounds.create_round(new, by=by).id, by=by))
    factories.later(hours=1, seconds=1)
    voting.settle_all()
    cookies = arena.cookies(people)
    found = [rounds.get(one.id) for one in made]
    return sorted(((one.id, one.slug, one.closes_at) for one in found), key=lambda one: one[2]), cookies


def raced(arena: Arena, n: int, voters: int, *, unlocked: bool) -> tuple[list[int], list[list[Reply]], str]:
    """All voters cast in every round around the moment of its end."""
    planned, cookies = inside(arena, lambda: prepared(arena, n, voters))
    ends_at: dict[int, float] = {}

    def come_near(turn: int) -> None:
        left = planned[turn][2] - db.now()
        factories.later(seconds=int(left.total_seconds()) - LEAD_SECONDS)
        ends_at[turn] = time.monotonic() + (planned[turn][2] - db.now()).total_seconds()

    def vote(turn: int, voter: int, connection: http.client.HTTPConnection) -> Reply:
        time.sleep(max(0, ends_at[turn] - time.monotonic() - 0.15 + 0.02 * voter))
        fields = {"request": f"from-voter-{voter}", "mark-resolution": "yes"}
        return arena.post(connection, f"/rounds/{planned[turn][1]}/ballot/cast", cookies[voter], **fields)

    with arena.serving(unlocked=unlocked) as log:
        replies = in_turns(voters, n, vote, arena, lambda turn: inside(arena, lambda: come_near(turn)))
    inside(arena, voting.settle_all)
    return [one[0] for one in planned], replies, log.read_text()


def problems(ids: list[int], replies: list[list[Reply]], log: str) -> list[str]:
    """Everything that is not as it must be after the last end."""
    wrong = [line for line in log.splitlines() if "Traceback" in line or "fault in" in line]
    for round_id, turn in zip(ids, replies, strict=True):
        round_ = rounds.get(round_id)
        acknowledged = sum(reply.status == 303 for reply in turn)
        refused = [reply.status for reply in turn if reply.status not in (303, 409)]
        stored = db.session.query(NamedBallot).filter_by(round_id=round_id).count()
        counted = round_.ballots_cast or 0
        wrong += [f"round {round_id} answered {refused}"] if refused else []
        wrong += [f"round {round_id} is {round_.status}"] if round_.status not in ("opened", "lapsed") else []
        if not stored == acknowledged == (counted if round_.status == "opened" else 0):
            wrong.append(f"round {round_id}: {acknowledged} acknowledged, {stored} stored, {counted} counted")
    return wrong


@pytest.mark.parametrize("n", [10, pytest.param(100, marks=[pytest.mark.long, pytest.mark.timeout(600)])])
def test_nothing_is_counted_late_and_nothing_acknowledged_is_lost(database_url: str, tmp_path: Path, n: int) -> None:
    arena = Arena(database_url, tmp_path)
    ids, replies, log = raced(arena, n, 12, unlocked=False)
    assert inside(arena, lambda: problems(ids, replies, log)) == []
    answered = [reply.status for turn in replies for reply in turn]
    assert 303 in answered, "no ballot came in time"
    assert 409 in answered, "no ballot came too late"
    inside(arena, factories.dispose)


def test_without_locks_ballots_are_late_or_lost(database_url: str, tmp_path: Path) -> None:
    arena = Arena(database_url, tmp_path)
    ids, replies, log = raced(arena, 8, 12, unlocked=True)
    assert inside(arena, lambda: problems(ids, replies, log))
    inside(arena, factories.dispose)
