"""A week of micro-grants at the bank: the statement names who was helped, and the fund never keeps it (FIELD C5)."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from fund import db, jobs
from fund.bank import files, reading
from fund.bank.invariants import INVARIANTS
from fund.bank.models import BankLine, StatementFile
from fund.micro_grants import running
from fund.permissions import Actor
from tests import factories
from tests.bank.hands import accept_sure, day, difference, taken
from tests.bank.made import FORMATS, Said
from tests.micro_grants import week
from tests.micro_grants.test_erasing import PLANTED, everything

NAMES = ("ZEPHYRINE QUILL", "CASHAPP QUILLZEPH")


def found(app: Flask, home: Path) -> list[str]:
    held = everything(app, home).lower()
    return [one for one in PLANTED + NAMES if one.lower().encode() in held]


def paid_week(*amounts: int) -> tuple[Actor, Actor]:
    """A gift to the fund, and a week that is paid and in the books."""
    hands = week.funded()
    for n, amount in enumerate(amounts):
        week.asked(f"A{n}", amount)
    week.paid(hands, week.approved(hands, week.drawn(hands)))
    return hands


def statement(kind: str, *more: Said, amounts: tuple[int, ...] = (100, 50), last: int = 0) -> bytes:
    """What the bank says of it: the gift to the fund, each micro-grant with whom it went to, more lines."""
    lines = [Said(day(), 1_000_000, "Gift", "Gift", "G1")]
    lines += [
        Said(day(), -amount * 100, NAMES[0], f"{NAMES[1]} {n}", f"QUILLZEPH{n}") for n, amount in enumerate(amounts)
    ]
    return FORMATS[kind]([*lines, *more], 0, day(3), day(last))


def lines() -> list[BankLine]:
    db.session.rollback()
    return list(db.session.query(BankLine).order_by(BankLine.id))


@pytest.mark.parametrize("kind", ["csv", "ofx", "camt"])
def test_who_was_helped_never_stands_in_the_database_and_the_month_is_reconciled(
    app: Flask, tmp_path: Path, kind: str
) -> None:
    wren, _dana = paid_week(100, 50)
    begun = files.begin(0, f"bank.{kind}", statement(kind), by=wren)
    assert isinstance(begun, StatementFile)
    assert set(NAMES) <= set(found(app, tmp_path)), "the control: while the file is looked at, it is there to be read"
    files.take(begun.id, by=wren)
    assert found(app, tmp_path) == []
    assert [(one.counterparty, one.is_nameless) for one in lines()] == [("Gift", False), ("", True), ("", True)]
    assert accept_sure(by=wren) == 3
    assert difference() == 0
    assert {one.state for one in lines()} == {"matched"}
    assert found(app, tmp_path) == []
    assert [fault for _words, look in INVARIANTS for fault in look()] == []


@pytest.mark.parametrize("second", ["csv", "ofx", "camt"])
def test_the_same_days_in_another_file_bring_nothing_twice(app: Flask, tmp_path: Path, second: str) -> None:
    wren, _dana = paid_week(100, 100)
    taken(statement("camt", amounts=(100, 100)), by=wren)
    before = [one.id for one in lines()]
    more = Said(day(), -4_200, "Stamps", "Stamps", "S1")
    again = files.begin(1, "again", FORMATS[second](
        [Said(day(), 1_000_000, "Gift", "Gift", "G1"), *[Said(day(), -10_000, NAMES[0], "x", f"Q{n}") for n in range(2)]],
        0, day(2), day()), by=wren)  # fmt: skip
    assert isinstance(again, StatementFile)
    seen = files.look(again.id)
    assert seen.compared is not None
    assert (len(seen.compared.fresh), len(seen.compared.known)) == (0, 3)
    files.take(again.id, by=wren)
    assert [one.id for one in lines()] == before
    assert found(app, tmp_path) == []
    assert more.amount_minor not in {one.amount_minor for one in lines()}


def test_words_that_were_kept_go_when_the_line_turns_out_to_be_a_gift(app: Flask, tmp_path: Path) -> None:
    wren, _dana = paid_week(100)
    begun = files.begin(0, "bank.camt", statement("camt", amounts=(100,)), by=wren)
    assert isinstance(begun, StatementFile)
    files.take(begun.id, keep={1}, by=wren)
    assert lines()[1].counterparty == NAMES[0]
    assert accept_sure(by=wren) == 2
    assert (lines()[1].counterparty, lines()[1].reference, lines()[1].is_nameless) == ("", "", True)


def test_a_cost_of_another_amount_or_of_one_more_keeps_its_words(app: Flask) -> None:
    wren, _dana = paid_week(100, 50)
    more = (Said(day(), -10_000, "Printer", "Invoice 7", "P1"), Said(day(), -777, "Bank", "Fee", "F1"))
    taken(statement("camt", *more), by=wren)
    assert [one.counterparty for one in lines()] == ["Gift", "", "", "Printer", "Bank"]


def test_gifts_that_are_not_ticked_off_yet_are_known_too(app: Flask, tmp_path: Path) -> None:
    hands = week.funded()
    week.asked("A", 100)
    week.approved(hands, week.drawn(hands))
    taken(statement("ofx", amounts=(100,)), by=hands[0])
    assert found(app, tmp_path) == []
    row = next(one for one in reading.waiting() if one.line.is_nameless)
    assert row.proposal is None, "the week is not in the books yet"
    run = db.session.query(running.MicroRun).one()
    week.paid(hands, run)
    assert accept_sure(by=hands[0]) == 2
    assert difference() == 0


def test_without_a_week_nothing_loses_its_words(app: Flask) -> None:
    wren, _dana = week.funded()
    taken(statement("camt"), by=wren)
    assert not any(one.is_nameless for one in lines())


def test_the_database_lets_words_go_and_never_change(app: Flask) -> None:
    wren, _dana = paid_week(100)
    taken(statement("camt", amounts=(100,)), by=wren)
    for values in ({"external_id": "other"}, {"external_id": "nameless:x", "counterparty": "Somebody"}):
        with pytest.raises(DBAPIError, match="as the bank wrote it"), db.writing() as tx:
            tx.session.execute(update(BankLine).values(**values))


def test_a_file_that_nobody_came_back_to_goes_by_the_clock(app: Flask, tmp_path: Path) -> None:
    wren, _dana = paid_week(100)
    files.begin(0, "bank.csv", statement("csv"), by=wren)
    factories.later(days=files.KEPT_DAYS - 1)
    assert files.put_old_ones_away() == 0
    factories.later(days=2)
    assert jobs.tick() == []
    assert db.session.query(StatementFile).count() == 0
    assert found(app, tmp_path) == []


def test_the_page_shows_the_words_once_and_keeps_what_is_ticked(app: Flask, client: FlaskClient) -> None:
    wren, _dana = paid_week(100, 50)
    begun = files.begin(0, "bank.camt", statement("camt"), by=wren)
    assert isinstance(begun, StatementFile)
    factories.sign_in(client, factories.officer("Sol", "treasurer"))
    here = f"/treasury/bank/files/{begun.id}"
    page = client.get(here).text
    assert "2 lines are probably micro-grants" in page
    assert NAMES[0] in page
    sent = client.post(f"{here}/take", data={"csrf_token": factories.csrf(client, here), "keep": "2"})
    assert sent.status_code == 303
    assert [one.is_nameless for one in lines()] == [False, True, False]
    line = client.get(f"/treasury/bank/lines/{lines()[1].id}").text
    assert "micro-grants stand here without a person" in line
    assert "a gift of that week has this amount" in line.lower()


def test_on_day_31_a_whole_week_with_its_bank_is_gone(app: Flask, tmp_path: Path) -> None:
    """All of it together: asked, paid, seen at the bank, accepted, erased."""
    wren, _dana = paid_week(100)
    taken(statement("csv", amounts=(100,)), by=wren)
    accept_sure(by=wren)
    factories.later(days=31)
    assert jobs.tick() == []
    assert found(app, tmp_path) == []
    with db.writing() as tx:
        tx.add(BankLine(account_id=1, statement_id=1, external_id="x", booked_on=day(), amount_minor=1,
                        counterparty=NAMES[0]))  # fmt: skip
    assert NAMES[0] in found(app, tmp_path), "the control: a line that kept its words is found"
