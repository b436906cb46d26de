"""Many at once: one live ballot a person (TRUST 0.4, part 5 row 4). What happens at the close is in tests/races."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask

from fund import db
from fund.identity import actor_for
from fund.voting import service as voting
from fund.voting.models import Envelope, Participation
from tests import factories
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
