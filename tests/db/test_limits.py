"""The count of tries in the database: two first hits at the same moment are two, an ended window starts anew."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from fund import db
from fund.db.engine import WRITING, alchemy
from fund.db.limits import DatabaseStorage, RateWindow

HANDS = 8
Hit = Callable[[], int]


def at_once(app: Flask, hit: Hit) -> list[int | str]:
    """Let many workers hit at the same moment; gives what each was told, sorted, or the name of what went wrong."""
    barrier, told = threading.Barrier(HANDS), []

    def one() -> None:
        with app.app_context():
            barrier.wait()
            try:
                told.append(hit())
            except Exception as fault:
                told.append(type(fault).__name__)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one) for _ in range(HANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(told, key=str)


@pytest.fixture
def storage(app: Flask) -> DatabaseStorage:
    """The limiter's storage."""
    return DatabaseStorage("fund://")


def test_first_hits_at_the_same_moment_are_all_counted(app: Flask, storage: DatabaseStorage) -> None:
    for turn in range(5):
        assert at_once(app, lambda key=f"key-{turn}": storage.incr(key, 60)) == list(range(1, HANDS + 1))
        db.session.rollback()
        assert storage.get(f"key-{turn}") == HANDS


def test_control_reading_first_and_writing_then_loses_hits_or_fails(app: Flask) -> None:
    reading = threading.Barrier(HANDS)

    def hit() -> int:
        with Session(alchemy.engines[None]) as session:
            known = session.scalars(select(RateWindow.hits).where(RateWindow.key == "key")).one_or_none()
        reading.wait()
        with Session(alchemy.engines[WRITING]) as session, session.begin():
            session.merge(RateWindow(key="key", hits=(known or 0) + 1, expires_at=2**40))
        return (known or 0) + 1

    assert at_once(app, hit) != list(range(1, HANDS + 1))


def test_an_ended_window_starts_anew_and_others_that_ended_are_forgotten(
    app: Flask, storage: DatabaseStorage, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1_000_000
    monkeypatch.setattr("fund.db.limits.time.time", lambda: now)
    assert [storage.incr("mine", 60), storage.incr("mine", 60), storage.incr("old", 10)] == [1, 2, 1]
    now += 60
    assert (storage.get("mine"), storage.incr("mine", 60), storage.incr("mine", 60, amount=3)) == (0, 1, 4)
    db.session.rollback()
    assert db.session.scalars(select(RateWindow.key)).all() == ["mine"]
    assert storage.get_expiry("mine") == now + 60
    storage.clear("mine")
    db.session.rollback()
    assert storage.get("mine") == 0
