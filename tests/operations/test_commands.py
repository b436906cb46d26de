"""The commands of the machine's operator: first start, import, export, the table of permissions."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select

from fund import db
from fund.cli import COMMANDS, main
from fund.foundation.models import CharterVersion
from fund.members.models import Membership
from fund.operations import first_start
from tests import factories

ROLL = "name,class,email,basis,old_enough\n"


@pytest.fixture
def empty(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """An installation whose database has tables and nothing in them; commands find it by its settings."""
    monkeypatch.setenv("FUND_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("FUND_DATABASE_URL", database_url)
    monkeypatch.setenv("FUND_TESTING", "1")
    app = factories.application(database_url, tmp_path / "home")
    with app.app_context():
        yield app
        factories.dispose()


@pytest.fixture
def founded(empty: Flask) -> Flask:
    """The same with a fund and its charter."""
    factories.found()
    factories.adopt()
    return empty


def fund(*arguments: str) -> Result:
    """Run a `fund` command in this process."""
    ended = CliRunner().invoke(main, list(arguments))
    assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
    db.session.rollback()
    return ended


def test_the_first_start_makes_two_stewards_whose_links_only_the_owner_can_read(empty: Flask) -> None:
    path = first_start.found_if_empty(empty)
    assert path is not None
    assert path.stat().st_mode & 0o777 == 0o600
    links = re.findall(r"http://localhost(/sign-in/link/\S+)", path.read_text())
    assert len(set(links)) == 2
    assert all(empty.test_client().get(link).status_code == 200 for link in links)
    assert first_start.found_if_empty(empty) is None


def test_a_link_is_shown_at_no_log(empty: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    path = first_start.found_if_empty(empty)
    assert path is not None
    first_start.tell(path)
    said = capsys.readouterr().out
    assert str(path) in said
    assert "/sign-in/link/" not in said


def test_a_charter_is_proposed_and_not_adopted(empty: Flask, tmp_path: Path) -> None:
    file = tmp_path / "charter.toml"
    file.write_text((files("fund.charter") / "presets" / "millrace.toml").read_text())
    assert fund("import", "--dry-run", str(file)).exit_code == 0
    assert db.session.scalars(select(CharterVersion)).all() == []
    assert fund("import", str(file)).output.startswith("Version 1 of the charter is proposed")
    assert [version.state for version in db.session.scalars(select(CharterVersion))] == ["proposed"]


def test_a_wrong_charter_is_refused_in_words(empty: Flask, tmp_path: Path) -> None:
    (tmp_path / "charter.toml").write_text("format = 'charter/1'\n[fund\n")
    refused = fund("import", str(tmp_path / "charter.toml"))
    assert refused.exit_code == 1
    assert "line 2" in refused.output
    (tmp_path / "charter.toml").write_bytes(b"\xff\xfe")
    assert fund("import", str(tmp_path / "charter.toml")).exit_code == 1


def test_a_list_of_members_is_taken_over_as_a_whole_or_not_at_all(founded: Flask, tmp_path: Path) -> None:
    file = tmp_path / "members.csv"
    file.write_text(ROLL + "Rosa,member,rosa@example.org,lives,yes\nNobody,pirate,,lives,yes\n")
    tried = fund("import", "--dry-run", str(file))
    assert tried.exit_code == 1
    assert "line 3, class" in tried.output
    assert fund("import", str(file)).exit_code == 1
    assert db.session.scalars(select(Membership)).all() == []
    file.write_text(ROLL + "Rosa,member,rosa@example.org,lives,yes\n")
    assert fund("import", str(file)).output == "1 people are members now.\n"
    assert len(db.session.scalars(select(Membership)).all()) == 1


def test_ballots_are_not_imported_but_counted(founded: Flask) -> None:
    refused = fund("import", str(Path(__file__).with_name("five_ballots.pb")))
    assert refused.exit_code == 1
    assert "fund count FILE" in refused.output


def test_members_and_ledger_go_into_files_of_their_owner(founded: Flask, tmp_path: Path) -> None:
    factories.member("=SUM(A1)")
    target = tmp_path / "members.csv"
    assert fund("export", "members", "--output", str(target)).exit_code == 0
    assert target.stat().st_mode & 0o777 == 0o600
    [row] = csv.DictReader(io.StringIO(target.read_text("utf-8-sig")))
    assert row["name"] == "'=SUM(A1)"
    assert fund("export", "ledger", "--output", str(tmp_path / "ledger.csv")).exit_code == 0
    again = fund("export", "members", "--output", str(target))
    assert again.exit_code == 1
    assert "exists already" in again.output


def test_ballots_need_a_round_that_exists(founded: Flask, tmp_path: Path) -> None:
    assert "--round NAME" in fund("export", "ballots", "--output", str(tmp_path / "ballots.json")).output
    refused = fund("export", "ballots", "--round", "no-such", "--output", str(tmp_path / "ballots.json"))
    assert refused.exit_code == 1
    assert not (tmp_path / "ballots.json").exists()


def test_the_table_of_permissions_names_every_address(founded: Flask) -> None:
    printed = fund("permissions").output
    assert "/healthz\tGET\t" in printed
    assert all(len(line.split("\t")) == 4 for line in printed.splitlines())


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_tells_how_it_is_used(name: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main([name, "--help"], prog_name="fund")
    assert ended.value.code == 0


def test_a_command_that_does_not_exist_is_refused_with_the_exit_code_of_bad_usage(empty: Flask) -> None:
    refused = fund("elect")
    assert refused.exit_code == 2
    assert "No such command" in refused.output
