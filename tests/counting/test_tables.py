"""Cast-vote records as CSV and XLSX: the column map, and an error that names the cell."""

from __future__ import annotations

import gzip
import io
import json
import zipfile

import openpyxl
import pytest

from fund.counting.command import run
from fund.counting.errors import BadContest
from fund.counting.formats import xlsx
from fund.counting.formats.records import loads_csv, read_columns

RANKED = "precinct,copies,1st,2nd,3rd\nnorth,4,Ann,Bo,\nsouth,3,Bo,,Cy\nnorth,1,Cy|Bo,Ann,\n,,,,\n"


def counted(capsys, *argv: str, code: int = 0) -> dict:
    assert run(["--json", *argv]) == code
    return json.loads(capsys.readouterr().out)


def test_ranked_rows_are_read_with_skips_overvotes_and_copies(tmp_path, capsys):
    path = tmp_path / "votes.csv"
    path.write_text(RANKED)
    shown = counted(capsys, str(path), "--columns", "ranking=3-5,count=copies", "--set", "overvotes=skip")
    assert (shown["ballots"], shown["elected"]) == (8, ["Ann"])
    assert shown["rounds"][0]["tally"] == {"Ann": "5", "Bo": "3", "Cy": "0"}


def test_a_workbook_gives_the_same_count_as_the_table(tmp_path, capsys):
    book = openpyxl.Workbook()
    for line in RANKED.splitlines()[:-1]:
        book.active.append([int(cell) if cell.isdecimal() else cell or None for cell in line.split(",")])
    book.save(tmp_path / "votes.xlsx")
    (tmp_path / "votes.csv.gz").write_bytes(gzip.compress(RANKED.encode()))
    shown = [
        counted(capsys, str(tmp_path / name), "--columns", "ranking=1st..3rd,count=2")
        for name in ("votes.xlsx", "votes.csv.gz")
    ]
    assert {**shown[0], "file": ""} == {**shown[1], "file": ""}


@pytest.mark.parametrize(
    ("kind", "table", "scores"),
    [
        ("approve", "a;b\nx;\n1;yes\n", {"a": "2", "b": "1"}),
        ("points", "a;b\n3;\n1;4\n", {"a": "4", "b": "4"}),
        ("votes", "a;b\n-3;1\n2;2\n", {"a": "-1", "b": "3"}),
        ("marks", "a;b\nyes;no\nyes;abstain\n", {"a": "2", "b": "0"}),
    ],
)
def test_a_column_can_be_an_option(kind, table, scores, tmp_path, capsys):
    path = tmp_path / "votes.csv"
    path.write_text(table)
    more = [] if kind == "marks" else ["--seats", "1", "--set", "ties=listed"]
    assert counted(capsys, str(path), "--columns", f"{kind}=1-2", *more)["scores"] == scores


@pytest.mark.parametrize(
    ("table", "place"),
    [("a,b\nx,maybe\n", "row 2 column 2"), ("a\nx\n", "--columns"), ("", "--columns")],
)
def test_a_bad_cell_is_named(table, place):
    with pytest.raises(BadContest) as refused:
        loads_csv(table.encode(), read_columns("approve=1-2"))
    assert refused.value.path == place


def test_a_table_needs_its_map_and_the_map_must_be_one(tmp_path, capsys):
    path = tmp_path / "votes.csv"
    path.write_text(RANKED)
    assert run([str(path)]) == 3
    for wrong in ("ranking", "ranking=1-2,points=3", "count=1", "rank=1-2"):
        assert run([str(path), "--columns", wrong]) == 2
    (tmp_path / "votes.xlsx").write_bytes(b"PK no workbook")
    assert run([str(tmp_path / "votes.xlsx"), "--columns", "ranking=1-2"]) == 3


# The preview ----------------------------------------------------------------------------------------------------------
WRONG = "precinct,copies,Benches,Garden\nnorth,4,x,\nsouth,many,maybe,no\nnorth,1,,si\nwest,2,x,x\n"


def test_a_preview_without_a_map_shows_the_columns_a_map_can_name(tmp_path, capsys):
    path = tmp_path / "votes.csv"
    path.write_text(WRONG)
    assert run(["--preview", str(path)]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[1:5] == ["column 1: precinct", "column 2: copies", "column 3: Benches", "column 4: Garden"]
    assert shown[5] == "row 2: north | 4 | x | "


def test_a_preview_names_every_wrong_cell_and_says_what_the_others_mean(tmp_path, capsys):
    path = tmp_path / "votes.csv.gz"
    path.write_bytes(gzip.compress(WRONG.encode()))
    argv = ["--preview", "--columns", "approve=3-4,count=copies", str(path)]
    assert run([*argv, "--json"]) == 3
    out, err = capsys.readouterr()
    assert len(err.splitlines()) == 1
    look = json.loads(out)
    assert look["shown"] == [
        {"path": "row 2", "read": "4 x Benches"},
        {"path": "row 5", "read": "2 x Benches, Garden"},
    ]
    assert [(fault["path"], fault["expected"].partition(" (not")[2]) for fault in look["error_list"]] == [
        ("row 3 column 2 (copies)", " 'many')"),
        ("row 3 column 3 (Benches)", " 'maybe')"),
        ("row 4 column 4 (Garden)", " 'si')"),
    ]
    assert run(argv) == 3
    assert "ballots: 8, errors: 3" in capsys.readouterr().out


def test_a_preview_of_any_other_file_shows_its_rule_and_its_void_ballots(tmp_path, capsys):
    path = tmp_path / "town.pb"
    path.write_text(
        "META\nkey;value\nbudget;9\nvote_type;approval\nPROJECTS\nproject_id;cost\n1;4\nVOTES\nvoter_id;vote\na;1\nb;2\n"
    )
    assert run(["--preview", str(path)]) == 3
    shown = capsys.readouterr().out
    assert "rule: greedy" in shown
    assert "$.ballots[1]: expected a ballot that is valid: line 11: expected the id of a project (not '2')" in shown


@pytest.mark.parametrize(("table", "place"), [("a,a\nx,\n", "row 1 column 2"), ("a,\nx,\n", "row 1 column 2")])
def test_two_columns_of_one_name_are_refused(table, place):
    with pytest.raises(BadContest) as refused:
        loads_csv(table.encode(), read_columns("approve=1-2"))
    assert refused.value.path == place


def test_a_large_workbook_is_read_in_pieces():
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="C{n}"><v>7.0</v></c></row>' for n in range(1, 3_000))
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as book:
        book.writestr("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{rows}</sheetData></worksheet>")
    found = list(xlsx.rows(kept.getvalue()))
    assert (len(found), found[2_998]) == (2_999, ["2999", "", "7"])
