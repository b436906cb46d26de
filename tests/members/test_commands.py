"""`fund member` at the machine: finding, counting, and a new code for somebody who has lost every way in."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from flask import Flask

from fund.members import commands, signing_in
from tests import factories


@pytest.fixture
def run(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """Run `fund member ...` on the test's own fund."""
    factories.adopt()
    config = app.config["FUND"]
    for name, value in (("FUND_HOME", config.home), ("FUND_DATABASE_URL", config.database_url), ("FUND_TESTING", "1")):
        monkeypatch.setenv(name, str(value))
    return lambda *words: CliRunner().invoke(commands.member, list(words))


def test_finding_people_and_counting_the_roll(run) -> None:
    rosa = factories.member("Rosa Lind", email="rosa@example.org")
    for number in range(5):
        factories.member(f"Neighbour {number}")
    found = run("find", "lind")
    assert found.exit_code == 0
    assert found.output.split() == [str(rosa.id), "active", "Rosa", "Lind", "(rosa@example.org)"]
    assert "seen_in_person 6" in run("roll").output


def test_a_code_at_the_machine_lets_somebody_back_in(run) -> None:
    rosa = factories.member("Rosa", email="rosa@example.org")
    made = run("code", str(rosa.id))
    assert made.exit_code == 0
    code = made.output.split()[1]
    assert signing_in.enter_with_paper(code).person_id == rosa.id


def test_nobody_is_one_plain_line(run) -> None:
    answer = run("code", "4711")
    assert answer.exit_code == 1
    assert answer.output.strip() == "Error: There is no such person."
