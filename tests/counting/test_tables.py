"""Cast-vote records as CSV and XLSX: the column map, and an error that names the cell."""

from __future__ import annotations

import gzip
import json

import openpyxl
import pytest

from fund.counting.command import run
from fund.counting.errors import BadContest
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
