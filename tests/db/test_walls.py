"""The database layer: reading cannot write, writing is all or nothing, guards stand."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError

from fund import db
from fund.audit import service as audit
from fund.audit.models import AuditEvent
from fund.db import guards
from fund.errors import NotFound
from fund.members.models import Person
from tests import factories


def test_the_reading_session_cannot_write(app: Flask) -> None:
    db.session.add(Person(display_name="Nobody", registered_at=db.now()))
    with pytest.raises(DBAPIError):
        db.session.commit()
    db.session.rollback()


def test_a_refused_act_leaves_nothing(app: Flask) -> None:
    with pytest.raises(NotFound), db.writing() as tx:
        tx.add(Person(display_name="Half", registered_at=tx.now()))
        tx.get(Person, 999)
    assert db.session.query(Person).count() == 0


def test_an_inner_refusal_that_is_caught_undoes_only_the_inner_act(app: Flask) -> None:
    with db.writing() as tx:
        tx.add(Person(display_name="Outer", registered_at=tx.now()))
        with pytest.raises(NotFound), db.writing() as inner:
            inner.add(Person(display_name="Inner", registered_at=inner.now()))
            inner.get(Person, 999)
    assert [p.display_name for p in db.session.query(Person)] == ["Outer"]


def test_an_inner_act_that_is_undone_leaves_no_line_in_the_log(app: Flask) -> None:
    before = db.session.query(AuditEvent).count()
    with db.writing() as tx:
        audit.record(tx, "outer.act", by=None, on=("test", 1))
        with pytest.raises(NotFound), db.writing() as inner:
            audit.record(inner, "inner.act", by=None, on=("test", 2))
            inner.get(Person, 999)
    assert [e.act for e in db.session.query(AuditEvent).order_by(AuditEvent.seq)][before:] == ["outer.act"]


def test_every_guard_stands_after_migration(app: Flask) -> None:
    assert guards.missing(db.session.connection()) == []


def test_a_dropped_guard_is_named(app: Flask) -> None:
    name = next(g.name for g in guards.registered() if g.table == "audit_event")
    with db.writing() as tx:
        on = " ON audit_event" if tx.session.connection().dialect.name == "postgresql" else ""
        tx.session.connection().exec_driver_sql(f"DROP TRIGGER {name}{on}")
    assert guards.missing(db.session.connection()) == [name]


def test_the_log_of_acts_is_chained_and_cannot_be_changed(app: Flask) -> None:
    factories.adopt()
    assert audit.broken_links() == []
    with pytest.raises(DBAPIError), db.writing() as tx:
        tx.session.query(AuditEvent).update({"act": "nothing.happened"})
    assert audit.broken_links() == []
