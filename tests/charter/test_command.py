"""`fund charter`: what it prints, where, and how it ends."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from fund.charter import preset
from fund.charter.command import run
from tests.charter.mistakes import HEAD


def test_a_sound_file_ends_well_and_lists_what_is_not_in_force(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "charter.toml"
    file.write_text(HEAD + "[stewards]\nstagger = true\n")
    assert run(["check", str(file)]) == 0
    said = capsys.readouterr().out
    assert f"{file}: line 5: stewards.stagger: not yet in force" in said
    assert said.endswith("this charter can be adopted.\n")


def test_a_refused_setting_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "charter.toml"
    file.write_text(HEAD + "[conflict]\nmay_still_vote = false\n")
    assert run(["check", str(file)]) == 1
    assert f"{file}: line 5: conflict.may_still_vote: refused: it bears on votes" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["check", "show"])
def test_a_wrong_file_ends_with_3_and_one_line_for_each_mistake(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "charter.toml"
    file.write_text(HEAD + "curency = 'USD'\n[stewards]\ncount = 0\n")
    assert run([command, str(file)]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    lines = captured.err.splitlines()
    assert [line.split(": ")[1] for line in lines] == ["line 4", "line 6"]


def test_a_file_that_is_not_there_ends_with_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["check", str(tmp_path / "none.toml")]) == 3
    assert run(["check", str(tmp_path)]) == 3
    assert len(capsys.readouterr().err.splitlines()) == 2


def test_standard_input_and_presets_can_be_read(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(HEAD.encode())))
    assert run(["check", "-"]) == 0
    assert run(["check", "c1-commons-fund"]) == 0
    assert "-: this charter can be adopted." in capsys.readouterr().out


def test_show_says_the_charter_in_sentences(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["show", "millrace"]) == 0
    said = capsys.readouterr().out
    assert "Members and votes\n-----------------\n* Every vote weighs the same" in said
    assert max(len(line) for line in said.splitlines()) <= 100


def test_presets_and_settings_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["presets"]) == 0
    assert "c7-ward-pb: Ward budget" in capsys.readouterr().out
    assert run(["presets", "c7-ward-pb"]) == 0
    assert capsys.readouterr().out == preset("c7-ward-pb").text
    assert run(["presets", "c9"]) == 2
    assert run(["settings"]) == 0
    assert "`round_types[].ballot.form`" in capsys.readouterr().out
    assert run(["schema"]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == "charter/1"


@pytest.mark.parametrize("argv", [[], ["check"], ["check", "a", "b"], ["dance"], ["settings", "x"]])
def test_bad_usage_ends_with_2(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(argv) == 2
    assert "Usage: fund charter check FILE" in capsys.readouterr().err


def test_help_ends_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    assert "Usage: fund charter check FILE" in capsys.readouterr().out


def test_a_reader_who_stops_early_causes_no_fault() -> None:
    code = "import sys; from fund.charter.command import run; sys.exit(run(['settings']))"
    writer = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stderr is not None
    writer.stdout.read(10)
    writer.stdout.close()
    assert (writer.stderr.read(), writer.wait()) == (b"", 0)


def test_the_charter_needs_no_web_framework_and_no_database() -> None:
    code = (
        "import sys, fund.charter, fund.charter.command, fund.charter.wizard, fund.charter.sentences\n"
        "heavy = {'flask', 'sqlalchemy', 'werkzeug', 'jinja2', 'flask_babel', 'numpy'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
