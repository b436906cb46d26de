"""However often and from however many devices at once: one member, one live ballot (TRUST 5, row 4)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from fund import db
from fund.rounds import service as rounds
from fund.voting.models import Envelope, Participation
from tests import factories
from tests.races.serving import Arena, Reply, in_turns, inside
from tests.voting import stage

pytestmark = pytest.mark.served
DEVICES, CHANGING = 20, 3


def prepared(arena: Arena, members: int) -> tuple[str, int, list[str], list[int]]:
    """An open secret round and its electors' cookies."""
    factories.found()
    factories.adopt(text=stage.charter())
    steward = factories.officer()
    people = stage.people(members)
    round_ = stage.opened(steward)
    return round_.slug, round_.id, arena.cookies(people), [one.id for one in people]


def raced(arena: Arena, members: int, *, unlocked: bool) -> tuple[list[list[Reply]], str, int, list[int], list[str]]:
    """Every member posts one ballot from twenty devices at once: half with one key, half with five."""
    slug, round_id, cookies, people = inside(arena, lambda: prepared(arena, members))
    path = f"/rounds/{slug}/ballot/cast"
    codes: list[str] = []
    with arena.serving(unlocked=unlocked) as log:

        def vote(turn: int, device: int, connection: object) -> Reply:
            key = "one-and-the-same-key" if turn % 2 == 0 else f"a-key-of-device-{device % 5}"
            return arena.post(connection, path, cookies[turn], request=key, **{"mark-resolution": "yes"})  # type: ignore[arg-type]

        replies = in_turns(DEVICES, members, vote, arena)
        connection = arena.connect()
        for turn in range(0, min(members, 10), 2):
            codes.append(code(arena.ask(connection, "GET", path, cookies[turn])))
            arena.post(connection, path, cookies[turn], request="one-and-the-same-key", **{"mark-resolution": "yes"})
            codes.append(code(arena.ask(connection, "GET", path, cookies[turn])))
        connection.close()
    return replies, log.read_text(), round_id, people, codes


def changed_at_once(arena: Arena, *, unlocked: bool) -> tuple[int, int]:
    """A few members have voted and now change their vote from twenty devices at once: live ballots, size of the roll.

    Here nothing but the lock on the elector and the participation stands between two devices: both find the same
    earlier ballot, and both would put their own in its place.
    """
    slug, round_id, cookies, people = inside(arena, lambda: prepared(arena, 20))
    path = f"/rounds/{slug}/ballot/cast"
    with arena.serving(unlocked=unlocked):
        connection = arena.connect()
        for cookie in cookies[:CHANGING]:
            first = arena.post(connection, path, cookie, request="the-first-ballot", **{"mark-resolution": "yes"})
            assert first.status == 303, first.text
        connection.close()

        def change(turn: int, device: int, connection: object) -> Reply:
            key = f"a-key-of-device-{device}"
            return arena.post(connection, path, cookies[turn], request=key, **{"mark-resolution": "no"})  # type: ignore[arg-type]

        replies = in_turns(DEVICES, CHANGING, change, arena)
    assert {reply.status for turn in replies for reply in turn} == {303}, "nothing was refused, and nothing broke"
    live = inside(arena, lambda: db.session.query(Envelope).filter_by(round_id=round_id, replaced=False).count())
    return live, len(people)


def code(page: Reply) -> str:
    """The receipt's code on a page."""
    found = re.search(r"[A-Z0-9]{4}(-[A-Z0-9]{4}){2,}", page.text)
    return found[0] if found else f"no receipt: {page.status}"


def problems(arena: Arena, outcome: tuple[list[list[Reply]], str, int, list[int], list[str]]) -> list[str]:
    """Everything that is not as it must be after the race."""
    replies, log, round_id, people, codes = outcome
    wrong = [f"{reply.status}" for turn in replies for reply in turn if reply.status != 303]
    wrong += [line for line in log.splitlines() if "Traceback" in line or "fault in" in line]
    live = db.session.query(Envelope).filter_by(round_id=round_id, replaced=False).count()
    parts = {one.member_id: one.cast_n for one in db.session.query(Participation).filter_by(round_id=round_id)}
    wrong += [] if live == len(people) else [f"{live} live ballots of {len(people)} members"]
    wrong += [] if set(parts) == set(people) else ["not everybody took part"]
    wrong += [f"one key, {parts.get(who)} casts" for who in people[::2] if parts.get(who) != 1]
    wrong += [f"receipts differ: {pair}" for pair in zip(codes[::2], codes[1::2], strict=True) if pair[0] != pair[1]]
    wrong += [one for one in codes if one.startswith("no receipt")]
    return wrong


def counted(round_id: int) -> int:
    """How many ballots the round has once it is over."""
    stage.ended(rounds.get(round_id))
    return sum(stage.groups(rounds.get(round_id)).values())


@pytest.mark.parametrize("members", [25, pytest.param(200, marks=[pytest.mark.long, pytest.mark.timeout(1200)])])
def test_twenty_posts_at_once_make_one_ballot(database_url: str, tmp_path: Path, members: int) -> None:
    arena = Arena(database_url, tmp_path)
    outcome = raced(arena, members, unlocked=False)
    assert inside(arena, lambda: problems(arena, outcome)) == []
    assert inside(arena, lambda: counted(outcome[2])) == members
    inside(arena, factories.dispose)


def test_without_locks_one_member_has_two_live_ballots(database_url: str, tmp_path: Path) -> None:
    arena = Arena(database_url, tmp_path)
    live, electors = changed_at_once(arena, unlocked=True)
    assert live > CHANGING, f"{live} live ballots of {CHANGING} members: the race would not be seen"
    assert live <= electors * DEVICES
    inside(arena, factories.dispose)


def test_a_vote_changed_from_twenty_devices_at_once_stays_one_ballot(database_url: str, tmp_path: Path) -> None:
    arena = Arena(database_url, tmp_path)
    assert changed_at_once(arena, unlocked=False)[0] == CHANGING
    inside(arena, factories.dispose)
