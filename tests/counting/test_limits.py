"""Hostile files as processes under hard limits of time and memory: refused or counted, in one line, never killed."""

from __future__ import annotations

import gzip
import io
import json
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

SECONDS, MEMORY = 20, 2 << 30
MIB = 1 << 20
CODE = "import sys; from fund.counting.command import run; sys.exit(run(sys.argv[1:]))"
SHEET = "xl/worksheets/sheet1.xml"
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def contest(**changes: object) -> bytes:
    made = {
        "format": "ballot-file/1",
        "budget": 900,
        "options": [{"id": id_, "cost": 300} for id_ in "abcd"],
        "rule": {"method": "greedy", "ties": ["listed"]},
        "ballots": [{"count": 3, "approve": ["a", "b"]}],
    }
    return json.dumps({**made, **changes}).encode()


def bomb(piece: bytes, mebibytes: int) -> bytes:
    """A gzip file that unpacks to so many pieces of one mebibyte, from members that are the same."""
    return gzip.compress((piece * MIB)[:MIB], mtime=0) * mebibytes


def workbook(**parts: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(SHEET if name == "sheet" else "xl/sharedStrings.xml", content)
    return kept.getvalue()


def sheet(rows: str, *, before: str = "") -> bytes:
    head = "".join(f'<c t="inlineStr"><is><t>{id_}</t></is></c>' for id_ in "abc")
    return f"{before}<worksheet {MAIN}><sheetData><row>{head}</row>{rows}</sheetData></worksheet>".encode()


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
WIDE = '<row><c r="XFD1"/></row>'
HUGE_ORDER = [[str(n)] for n in range(1_000)]
HOSTILE: dict[str, tuple[str, Callable[[], bytes], int | None]] = {
    "a gzip bomb of JSON": ("x.json.gz", lambda: bomb(b" ", 1_100), 3),
    "a gzip bomb within the limit": ("x.json.gz", lambda: bomb(b"[", 300), 3),
    "a gzip bomb of one long number": ("x.json.gz", lambda: bomb(b"9", 200), 3),
    "a gzip bomb of a table": ("x.csv.gz", lambda: bomb(b"x,", 200), 3),
    "a gzip bomb of rows": ("x.csv.gz", lambda: b"".join((gzip.compress(b"a,b,c\n"), bomb(b"1,,\n", 40))), 0),
    "a gzip bomb of Pabulib": ("x.pb.gz", lambda: bomb(b"META\n", 200), 3),
    "a gzip bomb of BLT": ("x.blt.gz", lambda: bomb(b"1 1 0\n", 40), 3),
    "a workbook that unpacks to much": ("x.xlsx", lambda: workbook(sheet=sheet(" " * 1_100 * MIB)), 3),
    "a workbook of wide rows": ("x.xlsx", lambda: workbook(sheet=sheet(WIDE * 200_000)), 3),
    "a workbook with entities": ("x.xlsx", lambda: workbook(sheet=sheet("&b;", before=LAUGHS)), 3),
    "the same in UTF-16": (
        "x.xlsx",
        lambda: workbook(sheet=sheet("&b;", before=LAUGHS).decode().encode("utf-16")),
        3,
    ),
    "a hundred thousand brackets": ("x.json", lambda: b"[" * 100_000, 3),
    "a number of a million digits": ("x.json", lambda: contest(budget=0).replace(b'"budget": 0', b'"budget": ' + b"9" * MIB), 3),
    "an exponent of a billion": ("x.json", lambda: contest(budget=0).replace(b'"budget": 0', b'"budget": 1e999999999'), 3),
    "a share of a billion digits": (
        "x.json",
        lambda: contest(caps={"n": 0}).replace(b'"n": 0', b'"n": 0.' + b"1" * 100_000),
        3,
    ),
    "a thousand options on ten thousand ranks": (
        "x.json",
        lambda: contest(
            options=[{"id": str(n)} for n in range(1_000)],
            rule={"method": "irv", "ties": ["listed"]},
            ballots=[{"count": n, "ranking": (HUGE_ORDER[n:] + HUGE_ORDER[:n]) * 10} for n in range(20)],
        ),
        0,
    ),
    "counts and costs at the edge of 64 bits": (
        "x.json",
        lambda: contest(
            budget=2**63 - 1,
            options=[{"id": id_, "cost": 2**63 - 1 - n} for n, id_ in enumerate("abcd")],
            rule={"method": "equal_shares", "completion": "add1"},
            ballots=[{"count": 2**61 + n, "approve": [a, b]} for n, (a, b) in enumerate(("ab", "bc", "cd"))],
        ),
        0,
    ),
    "shares under a cap that would be raised for years": (
        "x.json",
        lambda: contest(
            budget=9 * 10**18,
            options=[{"id": "a", "cost": 9 * 10**18}, {"id": "b", "cost": 9 * 10**18}, {"id": "c", "cost": 100}],
            rule={"method": "equal_shares", "completion": "add1"},
            caps={"g": 5},
            ballots=[{"approve": [id_]} for id_ in "abc"],
        ),
        3,
    ),
    "shares that would be raised for years": (
        "x.json",
        lambda: contest(
            budget=9 * 10**18,
            options=[{"id": "a", "cost": 9 * 10**18}, {"id": "b", "cost": 9 * 10**18}, {"id": "c", "cost": 100}],
            rule={"method": "equal_shares", "completion": "add1"},
            ballots=[{"approve": [id_]} for id_ in "abc"],
        ),
        3,
    ),
    "the wrong encoding": ("x.json", lambda: contest(title="grün").decode().encode("utf-16"), 3),
    "a table in the wrong encoding": ("x.csv", lambda: "a,b,c\nx,,grün\n".encode("latin-1"), 3),
    "an empty file": ("x.json", lambda: b"", 3),
    "an empty table": ("x.csv", lambda: b"", 3),
    "an empty workbook": ("x.xlsx", lambda: b"", 3),
}  # fmt: skip


SLOW = ("bomb", "unpacks", "wide", "ranks", "under a cap")  # by their size; one small bomb is in test_bad_input.py


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "case",
    [pytest.param(case, marks=[pytest.mark.long] if any(word in case for word in SLOW) else []) for case in HOSTILE],
)
def test_a_hostile_file_ends_in_one_line_within_the_limits(case: str, tmp_path: Path):
    name, content, code = HOSTILE[case]
    path = tmp_path / name
    path.write_bytes(content())
    table = path.suffix in (".csv", ".xlsx") or ".csv" in path.name
    ended = ran([str(path), "--json", *(["--columns", "approve=a..c", "--seats", "1"] if table else [])])
    assert ended.returncode == code, ended.stderr[-500:]
    assert len(ended.stderr.splitlines()) == (code != 0)
    assert (b"Traceback" in ended.stderr) is False
    if code:
        assert ended.stderr.startswith(str(path).encode())
        assert b"expected" in ended.stderr


def ran(argv: list[str]) -> subprocess.CompletedProcess[bytes]:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))

    argv = [sys.executable, "-c", CODE, *argv]
    return subprocess.run(argv, capture_output=True, preexec_fn=limit, check=False)
