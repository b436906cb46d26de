"""Many at once: one live ballot a person, and no ballot that is acknowledged and not counted (TRUST 0.4, part 5 rows 4, 5)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from flask import Flask

from fund import db
from fund.db import Transaction, guards
from fund.db.engine import WRITING
from fund.errors import FundError
from fund.identity import actor_for
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting import service as voting
from fund.voting.closing import BallotsDisagree
from fund.voting.models import Envelope, OpenedBallot, Participation
from tests import factories
from tests.conftest import BACKEND
from tests.voting import stage

T = TypeVar("T")


def at_once(app: Flask, acts: list[Callable[[], T]]) -> list[T | BaseException]:
    """Do every act in a thread and an application context of its own, all starting together."""
    barrier = threading.Barrier(len(acts))
    outcomes: list[Any] = [None] * len(acts)

    def run(number: int) -> None:
        with app.app_context():
            barrier.wait()
            try:
                outcomes[number] = acts[number]()
            except BaseException as error:
                outcomes[number] = error
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_fifty_casts_of_one_member_end_in_one_live_ballot(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.opened(steward)
    person_id, round_id = voters[0].id, round_.id

    def act(number: int) -> Callable[[], voting.Receipt]:
        key = f"request-number-{number % 10}"
        mark = "yes" if number % 2 else "no"
        return lambda: voting.cast(actor_for(person_id), round_id, stage.yes(mark), key)

    outcomes = at_once(app, [act(number) for number in range(50)])
    receipts = [one for one in outcomes if isinstance(one, voting.Receipt)]
    assert [one for one in outcomes if one not in receipts] == []
    by_key: dict[int, set[voting.Receipt]] = {}
    for number, receipt in enumerate(receipts):
        by_key.setdefault(number % 10, set()).add(receipt)
    assert all(len(same) == 1 for same in by_key.values())
    db.session.rollback()
    part = db.session.query(Participation).one()
    assert part.cast_n == 10
    assert db.session.query(Envelope).filter_by(replaced=False).count() == 1
    assert db.session.query(Envelope).count() == 10


def test_many_members_at_once_have_one_ballot_each(app: Flask) -> None:
    factories.adopt(text=stage.charter())
    steward, voters = factories.officer(), stage.people(24)
    round_ = stage.opened(steward)
    ids, round_id = [voter.id for voter in voters], round_.id
    acts = [
        (lambda person_id=person_id: voting.cast(actor_for(person_id), round_id, stage.yes(), "one-and-the-same"))
        for person_id in ids
        for _ in range(3)
    ]
    outcomes = at_once(app, acts)
    assert all(isinstance(one, voting.Receipt) for one in outcomes)
    db.session.rollback()
    assert db.session.query(Participation).count() == db.session.query(Envelope).count() == len(voters)


def _closing(app: Flask) -> tuple[int, int, int]:
    """A closing with twelve casts in flight: how many were acknowledged, how many took part, how many were opened.

    Raises BallotsDisagree when the program itself finds, on opening, that a ballot came too late.
    """
    steward, voters = db.session.query(stage.Person).order_by(stage.Person.id).first(), _members()
    round_ = stage.opened(steward, days=1)
    for voter in voters[:10]:
        stage.cast(voter, round_)
    ids, round_id = [voter.id for voter in voters[10:22]], round_.id
    left = rounds.get(round_id).closes_at - db.now()
    factories.later(seconds=int(left.total_seconds()) - 1)
    db.session.rollback()

    def cast(person_id: int, wait: float) -> Callable[[], Any]:
        def act() -> Any:
            time.sleep(wait)
            return voting.cast(actor_for(person_id), round_id, stage.yes("no"), "a-cast-in-flight")

        return act

    def close() -> str:
        while True:
            status = voting.settle(round_id)
            if status != "open":
                return status
            time.sleep(0.01)

    acts: list[Callable[[], Any]] = [cast(person_id, n * 0.17) for n, person_id in enumerate(ids)]
    outcomes = at_once(app, [*acts, close, close])
    for one in outcomes[-2:]:
        if isinstance(one, BallotsDisagree):
            raise one
    assert outcomes[-2:] == ["opened", "opened"]
    acknowledged = sum(isinstance(one, voting.Receipt) for one in outcomes)
    refused = [one for one in outcomes[:-2] if not isinstance(one, voting.Receipt)]
    assert all(isinstance(one, FundError) for one in refused), refused
    db.session.rollback()
    took_part = db.session.query(Participation).filter_by(round_id=round_id).count()
    opened = db.session.query(OpenedBallot).filter_by(round_id=round_id).count()
    return 10 + acknowledged, took_part, opened


def _members() -> list[Any]:
    return (
        db.session.query(stage.Person)
        .filter(stage.Person.display_name.like("Member %"))
        .order_by(stage.Person.id)
        .all()
    )


def _people(app: Flask) -> None:
    factories.adopt(text=stage.charter(quorum='{ type = "none" }'))
    factories.officer()
    stage.people(24)


def test_no_ballot_lands_after_the_close_and_none_is_lost(app: Flask) -> None:
    _people(app)
    between = 0
    for _ in range(5):
        acknowledged, took_part, opened = _closing(app)
        assert acknowledged == took_part == opened
        between += 10 < acknowledged < 22
    assert between > 0, "no closing had casts on both sides"


@pytest.mark.skipif(BACKEND == "sqlite", reason="SQLite admits one writer at a time, so there is no lock to take away")
def test_without_the_lock_on_the_round_ballots_are_lost(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the lock taken away, ballots are acknowledged that nobody counts, or that stop the count."""
    _people(app)

    def unlocked(tx: Transaction, model: type[T], key: Any) -> T:
        found = tx.get(model, key)
        if model is Round:
            time.sleep(0.4)
        return found

    db.session.rollback()
    with db.alchemy.engines[WRITING].begin() as connection:
        guards.remove(connection)
    monkeypatch.setattr(Transaction, "lock_shared", unlocked)
    for _ in range(6):
        try:
            acknowledged, _took_part, opened = _closing(app)
        except BallotsDisagree:
            return
        if acknowledged > opened:
            return
    pytest.fail("no ballot was lost without the lock")
