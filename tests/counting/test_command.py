"""`fund count` as COUNTING.md states it: what it prints, and its exit codes."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fund.counting.command import run
from fund.counting.progress import Progress

DATA = Path(__file__).parent.parent / "data" / "counting"
C2 = str(DATA / "c2_worker_surplus.json")


def printed(capsys: pytest.CaptureFixture[str], *argv: str, code: int = 0) -> list[dict]:
    assert run(["--json", *argv]) == code
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_json_is_one_object_a_line_and_names_the_file(capsys):
    both = printed(capsys, C2, str(DATA / "c8_main_street.json"))
    assert [each["file"] for each in both] == [C2, str(DATA / "c8_main_street.json")]
    assert both[0]["elected"] == ["P3", "P1", "P4"]
    assert (both[0]["spent"], both[0]["ballots"], both[0]["valid"], both[0]["void"]) == (940_000, 5, 5, 0)
    assert both[0]["rounds"][0]["tally"]["P3"] == "10"


def test_settings_are_replaced_and_lists_have_commas(capsys):
    (result,) = printed(capsys, C2, "--set", "ties=higher_cost,lot")
    assert result["elected"] == ["P3", "P1", "P2"]
    assert result["rule"]["ties"] == ["higher_cost", "lot"]


def test_the_budget_and_a_second_rule_can_be_asked_for(capsys):
    (result,) = printed(capsys, C2, "--budget", "240000", "--compare", "proportional_capped")
    assert result["elected"] == ["P3"]
    assert result["compare"]["rule"]["method"] == "proportional_capped"
    assert sum(result["compare"]["awards"].values()) == 240_000


def test_a_packed_file_gives_the_same_result(capsys, tmp_path):
    packed = tmp_path / "c2.json.gz"
    packed.write_bytes(gzip.compress(Path(C2).read_bytes()))
    (plain,), (other,) = printed(capsys, C2), printed(capsys, str(packed))
    assert {**plain, "file": ""} == {**other, "file": ""}


@pytest.mark.parametrize(
    "argv",
    [[], ["--rule", "nosuch", C2], ["--set", "ties", C2], ["--set", "ties=none_such", C2], ["--budget", "-1", C2],
     ["--set", "completion=add1", C2], ["--nosuch", C2], ["--explain", "nobody", C2]],
)  # fmt: skip
def test_bad_usage_is_2(argv, capsys):
    assert run(argv) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_bad_input_is_3_with_one_line_that_names_file_place_and_what_was_expected(tmp_path, capsys):
    bad = tmp_path / "bad.json"
    bad.write_text(Path(C2).read_text().replace('"P4": 5', '"P9": 5'))
    assert run([str(bad)]) == 3
    (line,) = capsys.readouterr().err.strip().splitlines()
    assert line.startswith(f"{bad}: $.ballots[2].votes.P9: expected the id of an option")


def test_lenient_counts_a_bad_ballot_as_void_and_lists_it(tmp_path, capsys):
    bad = tmp_path / "bad.json"
    bad.write_text(Path(C2).read_text().replace('"P4": 5', '"P9": 5'))
    (result,) = printed(capsys, "--lenient", str(bad))
    assert (result["valid"], result["void"]) == (4, 1)
    assert "P9" in result["voids"][0]["reason"]


def test_an_unbroken_tie_is_4_and_the_first_failure_gives_the_code(tmp_path, capsys):
    tied = tmp_path / "tied.json"
    tied.write_text(Path(C2).read_text().replace('["lower_cost", "lot"]', '["lot"]'))
    lines = printed(capsys, str(tied), str(tmp_path / "missing.json"), C2, code=4)
    assert "P2, P4" in lines[0]["error"]
    assert "error" in lines[1]
    assert lines[2]["elected"] == ["P3", "P1", "P4"]


def test_two_rules_stand_side_by_side_and_what_differs_is_marked(capsys):
    assert run([C2, "--compare", "proportional_capped"]) == 0
    lines = capsys.readouterr().out.splitlines()
    table = [" ".join(line.split()) for line in lines]
    assert "Side by side greedy proportional_capped" in table
    assert "Project 3 2,400 USD 2,400 USD" in table
    assert "* Project 2 - 2,304 USD" in table
    assert "* spent 9,400 USD 9,600 USD" in table


def test_explain_names_the_place_the_distance_and_the_ties_at_every_stage(capsys):
    assert run(["--explain", "P2", C2]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Project 2 [P2]",
        "Stage 1: 8 votes; place 3 of 4; 1 behind the next.",
        "Stage 2: 8 votes; place 2 of 3; 1 behind the next.",
        "Stage 3: 8 votes; place 1 of 2.",
        "Tie at stage 3 (fund): P2, P4; lower_cost: P4. Another choice would have changed the outcome.",
        "Not funded: costs 3,200 USD, only 200 USD was left (3,000 USD missing).",
    ]


def test_explain_under_equal_shares_names_the_price_for_each_supporter_at_every_stage(capsys):
    assert run(["--explain", "benches", str(DATA / "c7_floor_27.json")]) == 0
    prices = [line.split("; ")[-1] for line in capsys.readouterr().out.splitlines() if line.startswith("Stage")]
    assert prices == [  # 15,000 / 140 is 107.15 raised to a cent; those who paid for another before have less left
        "price: at most 107.15 USD for each supporter (140).",
        "price: at most 107.15 USD for each supporter (140).",
        "price: at most 147.03 USD for each supporter (140).",
        "its supporters (140) hold 13,162.99 USD, 1,837.01 USD short of its cost.",
    ]


def test_long_work_shows_a_line_where_somebody_watches_and_wipes_it():
    stream = io.StringIO()
    with Progress(stream, watched=True, patience=0.01) as progress:
        progress.now("counting a.json (1 of 2)")
        time.sleep(0.1)
        progress.now("")
    assert "\rcounting a.json (1 of 2), 0 s" in stream.getvalue()
    assert stream.getvalue().endswith("\r")
    unwatched = io.StringIO()
    with Progress(unwatched, watched=False, patience=0.01) as progress:
        progress.now("counting a.json")
        time.sleep(0.05)
    assert unwatched.getvalue() == ""


def test_a_terminal_that_cannot_show_a_name_does_not_end_the_count(tmp_path):
    path = tmp_path / "n.json"
    path.write_text(Path(C2).read_text().replace("Project 3", "Łódź 3"))
    code = "import sys; from fund.counting.command import run; sys.exit(run(sys.argv[1:]))"
    ended = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, env={"PYTHONIOENCODING": "ascii"}, check=False
    )
    assert (ended.returncode, b"\\u0141" in ended.stdout) == (0, True)


def test_explain_prints_the_path_of_one_option(capsys):
    assert run(["--explain", "P2", C2]) == 0
    assert "only 200 USD was left" in capsys.readouterr().out


def test_counting_loads_neither_flask_nor_sqlalchemy():
    code = (
        "import sys; from fund.counting.command import run; "
        f"assert run([{C2!r}]) == 0; "
        "assert not {'flask', 'sqlalchemy'} & set(sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0
