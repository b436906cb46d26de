"""`fund steward` at the machine: who serves, and a way back for a fund in which nobody serves any more."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from flask import Flask

from fund.permissions import Role
from fund.stewards import commands
from tests import factories


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Run `fund steward ...` on the test's own fund."""
    factories.adopt()
    config = app.config["FUND"]
    for name, value in (("FUND_HOME", config.home), ("FUND_DATABASE_URL", config.database_url), ("FUND_TESTING", "1")):
        monkeypatch.setenv(name, str(value))
    return lambda *words: CliRunner().invoke(commands.steward, list(words))


def test_a_fund_whose_terms_have_all_run_out_is_not_locked_out(run) -> None:  # type: ignore[no-untyped-def]
    imani, rosa = factories.officer("Imani"), factories.member("Rosa")
    assert "steward" in run("list").output
    refused = run("appoint", str(rosa.id), "--how", "Meeting of 3 May")
    assert (refused.exit_code, refused.output.strip()) == (
        1, "Error: A steward serves: offices are given on the pages, at /stewards.",
    )  # fmt: skip
    assert not factories.actor(rosa).has(Role.STEWARD)
    factories.later(days=400)
    assert not factories.actor(imani).has(Role.STEWARD)
    assert run("list").output == ""
    assert run("appoint", str(rosa.id), "--how", " ").exit_code == 1
    assert run("appoint", "4711", "--how", "Meeting").exit_code == 1
    stranger = factories.person("Stranger")
    assert "active members" in run("appoint", str(stranger.id), "--how", "Meeting").output
    made = run("appoint", str(rosa.id), "--how", "Meeting of 3 May")
    assert (made.exit_code, "Rosa is a steward until" in made.output) == (0, True)
    assert factories.actor(rosa).has(Role.STEWARD)
