"""`fund check` holds on a sound fund and names the fault after one row is changed behind its back."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from fund import db
from fund.audit.models import AuditEvent
from fund.db import guards
from fund.db.engine import WRITING
from fund.operations import check
from tests import factories


def faults() -> dict[str, list[str]]:
    """What is broken, by sentence."""
    return {sentence: found for sentence, found in check.examined(check.invariants()) if found}


def test_everything_holds_on_a_sound_fund(app: Flask) -> None:
    factories.adopt()
    factories.officer("Imani")
    assert faults() == {}


def test_a_changed_event_and_the_missing_guard_are_named(app: Flask) -> None:
    factories.adopt()
    with db.alchemy.engines[WRITING].begin() as connection:
        guards.remove(connection)
        connection.execute(text("UPDATE audit_event SET prev_hash = hash WHERE seq = 1"))
    found = faults()
    assert "audit event 1 does not follow" in found["the log of acts is whole, without a gap or a change"][0]
    assert "guard_audit_event" in found["tables and guards are as the program made them"][0]


def test_the_guard_refuses_the_same_change_while_it_is_there(app: Flask) -> None:
    factories.adopt()
    with pytest.raises(Exception, match="never changed"), db.writing() as tx:
        tx.session.get_one(AuditEvent, 1).act = "something.else"
    assert faults() == {}


def test_one_invariant_that_fails_to_look_hides_no_other(app: Flask) -> None:
    def fails() -> list[str]:
        raise RuntimeError("no such table")

    found = check.examined([("first", fails), ("second", lambda: ["x is 3, not 4"])])
    assert dict(found) == {"first": ["it could not be looked at: no such table"], "second": ["x is 3, not 4"]}


def test_the_command_says_it_with_its_exit_code(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FUND_HOME", str(app.config["FUND"].home))
    monkeypatch.setenv("FUND_DATABASE_URL", app.config["FUND"].database_url)
    assert CliRunner().invoke(check.check, ["--quiet"]).output == ""
    with db.alchemy.engines[WRITING].begin() as connection:
        guards.remove(connection)
    ended = CliRunner().invoke(check.check, ["--quiet"])
    assert ended.exit_code == 1
    assert "BROKEN tables and guards" in ended.output
