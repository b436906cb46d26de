"""C5, a week of micro-grants: the eight payments, the one entry, two people, carry-over, and what is refused in words."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from fund import db
from fund.errors import Forbidden, FundError, Invalid, NotFound, WrongState
from fund.ledger import reading as books
from fund.ledger.invariants import INVARIANTS as OF_BOOKS
from fund.micro_grants import allotting, reading, running, service
from fund.micro_grants.allotting import Asked
from fund.micro_grants.invariants import INVARIANTS
from fund.micro_grants.models import MicroLine, MicroRequest
from fund.micro_grants.service import Asking
from fund.permissions import VISITOR
from tests import factories
from tests.ledger import money
from tests.micro_grants import week


def faults() -> list[str]:
    db.session.rollback()
    return [fault for _words, look in (*INVARIANTS, *OF_BOOKS) for fault in look()]


def test_the_eight_payments_of_c5(app: Flask) -> None:
    hands = week.funded()
    run, requests = week.c5(hands)
    by_number = {one.id: name for name, (one, _code) in requests.items()}
    assert [by_number[one.request_id] for one in week.lines(run)][-2:] == ["R3", "R6"]
    service.answer(requests["R3"][1], accepts=True, by=VISITOR)
    run = week.paid(hands, week.approved(hands, run))
    gifts = {by_number[one.request_id]: one.amount_minor // 100 for one in week.lines(run) if one.amount_minor}
    assert gifts == week.PAID
    assert (len(gifts), run.paid_minor, run.state) == (8, 150_000, "booked")
    entry = next(one for one in money.entries("micro_grant") if one.id == run.entry_id)
    assert len(money.entries("micro_grant")) == 2  # this week's, and the one three weeks ago
    assert [(line.account.code, line.amount_minor) for line in entry.postings] == [
        ("expense:micro-grants", 150_000), ("cash:micro-grants", -150_000),
    ]  # fmt: skip
    assert entry.memo == "Micro-grants"
    assert service.by_code(requests["R6"][1]).request.state == "waiting"
    assert (money.held("cash:micro-grants"), books.money().adds_up) == (0, True)
    assert faults() == []


def test_carried_over_comes_first_and_a_part_that_is_declined_goes_to_the_next(app: Flask) -> None:
    hands = week.funded()
    run, requests = week.c5(hands)
    service.answer(requests["R3"][1], accepts=False, by=VISITOR)
    standing = service.by_code(requests["R6"][1])
    assert (standing.offered, standing.line and standing.line.amount_minor) == (True, 10_000)
    running.answer_for(run.id, requests["R6"][0].id, accepts=True, by=hands[1])
    week.paid(hands, week.approved(hands, run))
    factories.later(days=7)
    fresh, _code = week.asked("New", 250)
    following = week.lines(week.drawn(hands))
    assert [one.request_id for one in following] == [requests["R3"][0].id, fresh.id]
    assert [one.carried for one in following] == [True, False]
    assert faults() == []


def test_a_part_that_nobody_answered_is_not_given(app: Flask) -> None:
    hands = week.funded()
    run, _requests = week.c5(hands)
    running.propose(run.id, by=hands[0])
    assert sum(one.amount_minor for one in week.lines(run)) == 140_000


def test_order_and_shares_as_in_c5_by_themselves() -> None:
    drawn = [Asked(name, amount, False, name in week.RECENT) for name, amount in week.AMOUNTS.items()]
    ordered = sorted(drawn, key=lambda one: one.recent)  # the order of the list is that of the draw
    shares = {one.lot_name: one.amount_minor for one in allotting.allot(ordered, 1500, partial_min_minor=50)}
    assert {name: amount for name, amount in shares.items() if amount} == week.PAID
    assert shares["R6"] == 0
    assert [one.amount_minor for one in allotting.allot(drawn[:3], 480, partial_min_minor=50)] == [250, 200, 0]
    assert [one.lot_name for one in allotting.in_order(drawn, "x", recent_last=True)][-2:] != ["R8", "R9"]


def test_the_draw_takes_two_who_type_the_same(app: Flask) -> None:
    wren, dana = week.funded()
    week.asked("A", 100)
    run = running.close_list(by=wren)
    with pytest.raises(WrongState):
        running.propose(run.id, by=wren)
    running.enter_draw(run.id, "4 2 6", by=wren)
    for text, by, words in (("4 2 6", wren, "second person"), ("4 2 5", dana, "another text")):
        with pytest.raises(Invalid, match=words):
            running.enter_draw(run.id, text, by=by)
    running.enter_draw(run.id, "4 2 7", by=wren)
    running.enter_draw(run.id, " 4 2  7 ", by=dana)
    with pytest.raises(WrongState):
        running.enter_draw(run.id, "1", by=dana)
    with pytest.raises(DBAPIError, match="draw"), db.writing() as tx:
        tx.session.execute(update(type(run)).values(seed="chosen afterwards"))


def test_nothing_is_paid_before_two_people_approved_and_nothing_twice(app: Flask) -> None:
    wren, dana = hands = week.funded()
    request, _code = week.asked("A", 100)
    run = week.drawn(hands)
    running.propose(run.id, by=wren)
    with pytest.raises(WrongState, match="second person"):
        running.record_paid(run.id, request.id, by=wren)
    with pytest.raises(Forbidden):
        running.approve(run.id, by=wren)
    with pytest.raises(DBAPIError, match="approved"), db.writing() as tx:
        tx.session.execute(update(MicroLine).values(amount_minor=1))
    running.approve(run.id, by=dana)
    assert money.held("cash:micro-grants") == 10_000
    running.record_paid(run.id, request.id, by=dana)
    with pytest.raises(WrongState):
        running.record_paid(run.id, request.id, by=dana)
    assert (len(money.entries("micro_grant")), money.held("cash:micro-grants")) == (1, 0)


def test_a_gift_that_cannot_be_paid_goes_back_to_the_fund(app: Flask) -> None:
    hands = week.funded()
    first, _code = week.asked("A", 100)
    second, _code = week.asked("B", 50)
    run = week.approved(hands, week.drawn(hands))
    running.record_paid(run.id, first.id, paid=False, by=hands[0])
    running.record_paid(run.id, second.id, by=hands[0])
    assert (week.fresh(run).paid_minor, money.held("cash:micro-grants"), money.held("cash:free")) == (5_000, 0, 995_000)
    assert faults() == []


def test_too_little_money_is_refused_and_nothing_written(app: Flask) -> None:
    hands = week.funded(amount=50)
    week.asked("A", 100)
    run = week.drawn(hands)
    running.propose(run.id, by=hands[0])
    with pytest.raises(Invalid, match="not enough money"):
        running.approve(run.id, by=hands[1])
    assert not reading.week(run.id).approved


WRONG: list[tuple[Asking, str]] = [
    (Asking("A", 25_001, "cash", not_a_steward=True), "more than the charter"),
    (Asking("A", 0, "cash", not_a_steward=True), "more than the charter"),
    (Asking("A", -5, "cash", not_a_steward=True), "more than the charter"),
    (Asking(" ", 100, "cash", not_a_steward=True), "alias"),
    (Asking("A", 100, " ", not_a_steward=True), "paid"),
    (Asking("A", 100, "cash"), "Stewards and their households"),
    (Asking("A", 100, "cash", urgent_by=dt.date(2020, 1, 1), not_a_steward=True), "passed"),
]


@pytest.mark.parametrize(("asking", "words"), WRONG)
def test_what_cannot_be_asked_is_refused_in_words(app: Flask, asking: Asking, words: str) -> None:
    week.funded()
    with pytest.raises(FundError, match=words):
        service.ask(asking, by=VISITOR)
    assert db.session.query(MicroRequest).count() == 0


def test_a_fund_without_the_setting_has_no_micro_grants(app: Flask) -> None:
    factories.adopt("c3-bookshop-sustainers")
    with pytest.raises(NotFound):
        week.asked("A", 10)


def test_one_list_a_week_and_no_second_while_one_is_open(app: Flask) -> None:
    hands = week.funded()
    with pytest.raises(WrongState, match="Nobody"):
        running.close_list(by=hands[0])
    week.asked("A", 10)
    week.asked("A again", 20, way="PHONE  a-555")
    run = running.close_list(by=hands[0])
    assert len(week.lines(run)) == 1, "the same way to pay is in a list once"
    week.asked("B", 10)
    with pytest.raises(WrongState, match="closed already"):
        running.close_list(by=hands[0])
    factories.later(days=7)
    with pytest.raises(WrongState, match="week before"):
        running.close_list(by=hands[0])


def test_public_figures_are_of_months_that_are_over_and_never_of_fewer_than_five(app: Flask) -> None:
    hands = week.funded()
    run, requests = week.c5(hands)
    service.answer(requests["R3"][1], accepts=True, by=VISITOR)
    week.paid(hands, week.approved(hands, run))
    assert reading.months() == [] or not reading.months()[0].told
    factories.later(days=40)
    told = [one for one in reading.months() if one.told]
    assert [(one.total_minor // 100 >= 1500, one.count >= 8, one.median_minor) for one in told] == [
        (True, True, 20_000)
    ]
    assert told[0].wait_days == 0
    page = app.test_client().get("/micro-grants").text
    assert "$200" in page
    assert "fewer than 5" in page or len(reading.months()) == 1


def test_the_check_finds_gifts_that_the_draw_does_not_give(app: Flask) -> None:
    hands = week.funded()
    for name in "ABC":
        week.asked(name, 100)
    run = week.drawn(hands)
    assert faults() == []
    with db.writing() as tx:
        tx.lock_all(db.alchemy.select(MicroLine).where(MicroLine.run_id == run.id))[0].amount_minor = 5_000
    assert any("not those that its draw gives" in one for one in faults())
