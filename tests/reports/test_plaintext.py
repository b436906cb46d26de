"""The ledger as other programs read it: hledger and beancount accept it, and tell the balances that the fund tells."""

from __future__ import annotations

import csv
import datetime as dt
import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from fund.reports import other_programs, plaintext
from fund.reports.booked import BookedEntry, Books, ChartAccount, decimal, numbers

BEANCOUNT = next((place for place in (".venv/books/bin/python", sys.executable)
                  if Path(place).exists() and subprocess.run([place, "-c", "import beancount"], capture_output=True,
                                                             check=False).returncode == 0), None)  # fmt: skip
TELL = """
import sys
from beancount import loader
from beancount.core import realization
entries, errors, options = loader.load_file(sys.argv[1])
for error in errors: print("ERROR", error.message)
for account in realization.iter_children(realization.realize(entries)):
    for position in account.balance: print(account.account, position.units.number)
"""

needs_hledger = pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed here")
needs_beancount = pytest.mark.skipif(BEANCOUNT is None, reason="beancount is not installed here (make books)")


def small(**changes: object) -> Books:
    """A few entries whose names and memos hold every sign that the other programs read."""
    accounts = (
        ChartAccount("cash:free", "Free money", "cash", "USD", 90_00),
        ChartAccount("liability:notes-a_b", 'Notes "A"; b', "liability", "USD", -60_00),
        ChartAccount("liability:notes-a-b", "Notes: A, b", "liability", "USD", -40_00),
        ChartAccount("expense:costs", "Costs", "expense", "USD", 10_00),
    )
    day = dt.date(2026, 3, 1)
    entries = (
        BookedEntry("11111111-aaaa", day, "contribution", '* ; "x" | \\ (y) =', (("cash:free", 60_00), ("liability:notes-a_b", -60_00))),
        BookedEntry("22222222-aaaa", day, "contribution", "", (("cash:free", 40_00), ("liability:notes-a-b", -40_00))),
        BookedEntry("33333333-aaaa", day, "cost", "Stamps", (("expense:costs", 10_00), ("cash:free", -10_00)), 7, "22222222-aaaa"),
    )  # fmt: skip
    return Books(**{"fund": 'The "Mill"; fund', "currency": "USD", "accounts": accounts, "entries": entries,
                    "exact": True, **changes})  # type: ignore[arg-type]  # fmt: skip


def in_yen() -> Books:
    """Books in a currency without decimals."""
    accounts = (
        ChartAccount("cash:free", "Free", "cash", "JPY", 1200),
        ChartAccount("income:gift", "Gifts", "income", "JPY", -1200),
    )
    entry = BookedEntry(
        "11111111-aaaa", dt.date(2026, 3, 1), "contribution", "Gift", (("cash:free", 1200), ("income:gift", -1200))
    )
    return Books("Mill", "JPY", accounts, (entry,), True)


def by_hledger(path: Path) -> dict[str, str]:
    """Every balance as hledger tells it. A file that it refuses fails the test."""
    told = subprocess.run(["hledger", "-f", str(path), "balance", "--flat", "--empty", "--no-total", "-O", "csv"],
                          capture_output=True, text=True, check=False)  # fmt: skip
    assert told.returncode == 0, told.stderr
    rows = list(csv.reader(io.StringIO(told.stdout)))[1:]
    return {account: amount.split(" ")[0].replace(",", "") for account, amount in rows}


def by_beancount(path: Path) -> dict[str, str]:
    """Every balance that is not nothing as beancount tells it."""
    assert BEANCOUNT is not None
    told = subprocess.run([BEANCOUNT, "-c", TELL, str(path)], capture_output=True, text=True, check=True).stdout
    assert "ERROR" not in told, told
    return dict(line.rsplit(" ", 1) for line in told.splitlines())


def expected(books: Books, names: dict[str, str]) -> dict[str, str]:
    return {names[one.code]: decimal(one.balance_minor, books.currency) for one in books.accounts if one.balance_minor}


def not_nothing(told: dict[str, str]) -> dict[str, str]:
    return {name: amount for name, amount in told.items() if float(amount)}


@needs_hledger
@pytest.mark.parametrize("books", [small(), in_yen()], ids=["signs", "yen"])
def test_hledger_reads_every_sign(books: Books, tmp_path: Path) -> None:
    path = tmp_path / "ledger.journal"
    path.write_text("".join(plaintext.hledger(books)))
    names = {one.code: plaintext._hledger_name(one) for one in books.accounts}
    assert not_nothing(by_hledger(path)) == expected(books, names)


@needs_beancount
@pytest.mark.parametrize("books", [small(), in_yen()], ids=["signs", "yen"])
def test_beancount_reads_every_sign(books: Books, tmp_path: Path) -> None:
    path = tmp_path / "ledger.beancount"
    path.write_text("".join(plaintext.beancount(books)))
    assert not_nothing(by_beancount(path)) == expected(books, plaintext._beancount_names(books.accounts))


@needs_hledger
def test_a_balance_that_is_not_the_sum_is_refused_by_the_other_program(tmp_path: Path) -> None:
    """The control: the balances at the end of the file are compared, so a wrong one is found there."""
    first, *others = small().accounts
    wrong = small(accounts=(ChartAccount(first.code, first.name, first.kind, "USD", first.balance_minor + 1), *others))
    path = tmp_path / "ledger.journal"
    path.write_text("".join(plaintext.hledger(wrong)))
    refused = subprocess.run(["hledger", "-f", str(path), "balance"], capture_output=True, text=True, check=False)
    assert refused.returncode != 0
    assert "assertion" in refused.stderr


def test_books_that_do_not_add_up_are_not_written() -> None:
    entry = BookedEntry("1", dt.date(2026, 1, 1), "cost", "x", (("cash:free", 5), ("expense:costs", -4)))
    for writer in (plaintext.hledger, plaintext.beancount, other_programs.quickbooks, other_programs.xero):
        with pytest.raises(ValueError, match="does not add up"):
            list(writer(small(entries=(entry,))))


def test_quickbooks_and_xero_get_their_own_columns() -> None:
    rows = list(other_programs.quickbooks(small()))
    assert rows[0] == ["1", "03/01/2026", "Cash:Free money", "60.00", "", '* ; "x" | \\ (y) =', "USD"]
    assert rows[1][2:5] == ['Owed:Notes "A"; b', "", "60.00"]
    (one,) = list(other_programs.xero(small()))
    assert one[0] == ['* ; "x" | \\ (y) = [11111111]', "01/03/2026", "contribution", "1001", "Tax Exempt", "60.00"]
    assert one[1][5] == "-60.00"
    assert numbers(small().accounts) == {
        "cash:free": "1001", "liability:notes-a_b": "3001", "liability:notes-a-b": "3002", "expense:costs": "6001",
    }  # fmt: skip


def test_xero_gets_whole_entries_in_files_it_can_take() -> None:
    entry = small().entries[0]  # type: ignore[index]
    parts = list(other_programs.xero(small(entries=[entry] * 400)))
    assert [len(rows) for rows in parts] == [300, 300, 200]
