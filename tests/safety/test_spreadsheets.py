"""No cell of any file that leaves the fund is computed by a spreadsheet program; numbers stay numbers (TRUST 5, row 26)."""

from __future__ import annotations

import csv
import io
import re

import openpyxl
import pytest
from werkzeug.test import TestResponse

from fund import db, spreadsheets
from fund.db import guards
from fund.db.engine import WRITING
from tests.safety.fund_copy import FundCopy
from tests.safety.walks import Walks

PAYLOADS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1+1", "\r=1+1", "\n=1+1", " =1+1", "\u00a0=1+1", "\x00=1+1", "＝1+1", "＋1", "－1+1",
    "＠SUM(A1)", "\ufeff=1+1", "\u200b=1+1", "\u200f=1+1", "﹢1+1", "﹣1+1", "﹦1+1", "﹫A1", "⁺1", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://evil\")",
    "-2+3+cmd|' /C calc'!A0", "=1+1;x", "=1+1,x", '=1+1"x', "=1\n=2", "+", "-", "@", "=", "--1", "-1 000", "+49 30 123", "-1e5", "=\"\"",
]  # fmt: skip
FORMULA = re.compile(r"[\s\x00\ufeff\u200b\u200f]*[=+\-@＝＋－＠﹢﹣﹦﹫⁺\t\r\n]")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?\Z")


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_text_becomes_a_formula(payload: str) -> None:
    file = spreadsheets.csv_bytes([["name"], [payload], [f"a{payload}"]])
    read = list(csv.reader(io.StringIO(file.decode("utf-8-sig"), newline="")))
    assert read[1] == ["'" + payload.replace("\x00", "")]
    assert read[2] == [f"a{payload}".replace("\x00", "")]
    if "\x00" not in payload:
        sheet = openpyxl.load_workbook(io.BytesIO(spreadsheets.xlsx_bytes({"s": [["name"], [payload]]}))).active
        assert sheet["A2"].data_type == "s"
        assert str(sheet["A2"].value).startswith("'")


@pytest.mark.parametrize("number", ["0", "-5", "12.50", "-0.10"])
def test_numbers_stay_numbers(number: str) -> None:
    assert spreadsheets.safe(number) == number
    assert spreadsheets.safe(-5) == -5


def files(copy: FundCopy, looked_at: Walks, role: str) -> list[tuple[str, str, bytes]]:
    """Every CSV and XLSX that somebody can download."""
    found = []
    asked = {("GET", one.path) for one in looked_at.of(role) if is_table(one.answer)}
    final = f"/rounds/{copy.world.rounds['final']}/results/files/"
    asked |= {("GET", final + "totals.csv"), ("GET", final + "totals.xlsx"), ("POST", "/members/export")}
    for method, path in sorted(asked):
        answer = copy.ask(role, method, path)
        if is_table(answer):
            assert answer.headers["Content-Disposition"].startswith("attachment")
            found.append((path, answer.mimetype, answer.data))
    return found


def is_table(answer: TestResponse) -> bool:
    """Whether an answer is a file that a spreadsheet program opens."""
    return answer.mimetype == "text/csv" or "spreadsheetml" in (answer.mimetype or "")


@pytest.mark.parametrize(("role", "least"), [("visitor", 3), ("steward", 4), ("treasurer", 3)])
def test_no_file_of_the_fund_holds_a_formula(copy: FundCopy, looked_at: Walks, role: str, least: int) -> None:
    poison(copy)
    seen = files(copy, looked_at, role)
    kept = 0
    for path, kind, data in seen:
        table = rows(kind, data)
        kept += sum("canary-formula" in str(cell) for row in table for cell in row)
        bad = [cell for row in table for cell in row if FORMULA.match(str(cell)) and not NUMBER.match(str(cell))]
        assert bad == [], path
    copy.restore()
    assert len(seen) >= least
    assert kept, "no file showed what was planted"


def rows(kind: str, data: bytes) -> list[list[object]]:
    """The table in a file; a formula cell of XLSX comes back with its sign."""
    if kind == "text/csv":
        return [list(row) for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))]
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    return [["" if cell.value is None else cell.value for cell in row] for row in sheet.iter_rows()]


def poison(copy: FundCopy) -> None:
    """Put a formula into texts that people type, behind the services' back and past every guard."""
    planted = {
        "person": "display_name", "business": "name", "ballot_option": "title", "entry": "memo", "account": "name",
        "contribution": "contributor_name", "membership": "neighbourhood",
    }  # fmt: skip
    with copy.app.app_context():
        with db.alchemy.engines[WRITING].begin() as connection:
            guards.remove(connection)
            for table, column in planted.items():
                known = db.Model.metadata.tables.get(table)
                if known is not None and column in known.columns:
                    connection.execute(known.update().values({column: "=1+1 canary-formula"}))
        db.session.remove()
