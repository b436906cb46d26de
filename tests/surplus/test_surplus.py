"""C2, sharing a surplus: 48,000 into 14,400, 24,000 and 9,600; patronage by hours; two people; nothing lost to rounding."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update
from sqlalchemy.exc import DBAPIError

from fund import db
from fund.charter import load, preset
from fund.decisions import service as decisions
from fund.errors import Forbidden, FundError, Invalid, WrongState
from fund.foundation import service as foundation
from fund.ledger import reading as books
from fund.ledger.invariants import INVARIANTS as OF_BOOKS
from fund.surplus import hours, payouts, reading, service
from fund.surplus.invariants import INVARIANTS
from fund.surplus.models import SurplusRun, SurplusShare
from fund.surplus.splitting import split_surplus
from tests import factories
from tests.ledger import money
from tests.surplus import co_op

PARTS = load(preset("c2-worker-surplus").text).surplus_split


def faults() -> list[str]:
    db.session.rollback()
    return [fault for _words, look in (*INVARIANTS, *OF_BOOKS) for fault in look()]


def test_the_surplus_of_c2(app: Flask) -> None:
    wren, dana, people = co_op.founded()
    run = co_op.shared(wren, dana)
    assert (run.reserve_minor, run.patronage_minor, run.pot_minor) == (1_440_000, 2_400_000, 960_000)
    assert (run.cash_minor, run.accounts_minor) == (960_000, 1_440_000)
    found = co_op.shares(run)
    assert {name: cash + kept for name, (cash, kept) in found.items()} == co_op.SHARES
    assert found["Ana"] == (288_000, 432_000)
    assert [money.held(code) for code in (
        "cash:free", "cash:indivisible-reserve", "cash:solidarity-pot", "cash:member-accounts",
        "liability:patronage-due", "liability:member-accounts",
    )] == [1_200_000, 1_440_000, 960_000, 2_400_000, -960_000, -1_440_000]  # fmt: skip
    entry = money.entries("surplus")
    assert (len(entry), entry[0].decision_id, entry[0].memo) == (1, run.decision_id, "Surplus of 2026")
    decision = decisions.get(run.decision_id)
    assert decision.stands
    assert not [name for name in people if name in decision.text + entry[0].memo]
    assert books.money().adds_up
    assert faults() == []


def test_what_non_members_earned_goes_to_the_reserve(app: Flask) -> None:
    wren, dana, _people = co_op.founded()
    run = co_op.shared(wren, dana, others=2000)
    assert run.nonmember_minor == 1_200_000  # 2,000 of 8,000 hours
    assert run.reserve_minor == 1_200_000 + 1_080_000
    assert (run.patronage_minor, run.pot_minor) == (1_800_000, 720_000)
    assert co_op.shares(run)["Ana"] == (216_000, 324_000)
    assert faults() == []


def test_payouts_go_as_payments_and_accounts_are_paid_after_five_years(app: Flask) -> None:
    wren, dana, people = co_op.founded()
    hands = (dana, factories.actor(factories.officer("Lin", class_code="candidate")))
    run = co_op.shared(wren, dana)
    assert payouts.ask_for_cash(run.id, by=wren) == 5
    assert payouts.ask_for_cash(run.id, by=wren) == 0
    co_op.pay_all(wren, hands)
    assert (money.held("liability:patronage-due"), money.held("cash:member-accounts")) == (0, 1_440_000)
    assert reading.standing(reading.account_of(people["Ana"].id)) == (0, 432_000)
    share = reading.account_of(people["Ana"].id)[0].share
    with pytest.raises(WrongState, match="its day has come"):
        payouts.redeem(share.id, by=wren)
    assert run.redeem_on == service.months_later(run.recorded_at.astimezone(foundation.zone()).date(), 60)
    factories.later(days=365 * 5 + 3)
    assert reading.redeemable() == 5
    payouts.redeem(share.id, by=wren)
    with pytest.raises(WrongState, match="on its way"):
        payouts.redeem(share.id, by=wren)
    co_op.pay_all(wren, hands)
    assert reading.standing(reading.account_of(people["Ana"].id)) == (0, 0)
    assert (money.held("liability:member-accounts"), reading.redeemable()) == (-1_008_000, 4)
    assert books.money().adds_up
    assert faults() == []


def test_two_people_and_once(app: Flask) -> None:
    wren, dana, _people = co_op.founded()
    run = service.propose(co_op.recorded(wren), co_op.SURPLUS, by=wren)
    with pytest.raises(Forbidden):
        service.confirm(run.id, by=wren)
    with pytest.raises(WrongState, match="second person"):
        payouts.ask_for_cash(run.id, by=wren)
    with pytest.raises(WrongState, match="already"):
        service.propose(run.period_id, 100, by=wren)
    with pytest.raises(WrongState, match="stand"):
        hours.record_hours(run.period_id, "Ana", 100, by=wren)
    service.confirm(run.id, by=dana)
    service.confirm(run.id, by=dana)
    assert len(money.entries("surplus")) == 1
    with pytest.raises(WrongState):
        service.drop(run.id, by=wren)
    for values in ({"cash_minor": 1}, {"account_minor": 1}):
        with pytest.raises(DBAPIError, match="never changed"), db.writing() as tx:
            tx.session.execute(update(SurplusShare).values(**values))


def test_a_run_that_is_dropped_leaves_the_hours_to_be_mended(app: Flask) -> None:
    wren, dana, _people = co_op.founded()
    run = service.propose(co_op.recorded(wren), co_op.SURPLUS, by=wren)
    service.drop(run.id, by=dana)
    hours.record_hours(run.period_id, "Eli", 0, by=wren)
    again = service.propose(run.period_id, co_op.SURPLUS, by=wren)
    service.confirm(again.id, by=dana)
    with pytest.raises(WrongState):
        service.confirm(run.id, by=dana)
    assert set(co_op.shares(again)) == {"Ana", "Bo", "Cy", "Dee"}
    assert faults() == []


def test_what_cannot_be_shared_is_refused_and_nothing_written(app: Flask) -> None:
    wren, dana, _people = co_op.founded(pool=100)
    number = co_op.recorded(wren)
    for amount in (0, -5, 10**18):
        with pytest.raises(Invalid, match="more than nothing"):
            service.propose(number, amount, by=wren)
    with pytest.raises(Invalid, match="not come"):
        service.propose(number, 5, decided_on=dt.date(2199, 1, 1), by=wren)
    run = service.propose(number, co_op.SURPLUS, by=wren)
    with pytest.raises(Invalid, match="not enough money"):
        service.confirm(run.id, by=dana)
    assert not decisions.get(run.decision_id).stands
    with pytest.raises(FundError):
        service.open_pot(5, entry_id=uuid.uuid4(), by=wren)
    factories.adopt("c3-bookshop-sustainers")
    with pytest.raises(WrongState, match="does not say"):
        service.preview(number, 100)


def test_the_pot_is_opened_for_a_round_once(app: Flask) -> None:
    wren, dana, _people = co_op.founded()
    co_op.shared(wren, dana)
    key = uuid.uuid4()
    for _time in range(2):
        service.open_pot(960_000, entry_id=key, by=wren)
    assert (money.held("cash:solidarity-pot"), money.held("cash:free")) == (0, 2_160_000)


CSV_WRONG = [
    (b"", "empty"), (b"\xff\xfe\x00", "CSV file in UTF-8"), (b"name,hours\nAna,3\n", "the columns member, hours"),
    (b"member,hours\nAna,-3\n", "two decimals"), (b"member,hours\nAna,1.005\n", "two decimals"),
    (b"member,hours\nNobody,3\n", "a member with a vote"), (b"member,hours\nAna,3\nana,4\n", "once"),
    (b"member,hours\nAna\n", "2 values"), (b"member,hours\nAna,0\n", "more than none"),
    (b"member,hours\n", "nobody in this file"), (b"member,hours\nDana,3\n", "a member with a vote"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "words"), CSV_WRONG)
def test_a_file_of_hours_is_taken_over_whole_or_not_at_all(app: Flask, data: bytes, words: str) -> None:
    wren, _dana, _people = co_op.founded(pool=0)
    day = dt.date(2020, 1, 1)
    period = hours.begin_period("P", day, day, by=wren)
    with pytest.raises(Invalid) as refused:
        hours.import_hours(period.id, data, by=wren)
    assert words in str(refused.value)
    assert hours.of_period(period.id) == []


def test_a_file_of_hours(app: Flask) -> None:
    wren, _dana, _people = co_op.founded(pool=0)
    period = hours.begin_period("P", dt.date(2020, 1, 1), dt.date(2020, 2, 1), by=wren)
    data = "\ufeffMember;Hours\nAna;1,800.25\n BO ;37.5\n\n".encode()
    assert hours.read(data).faults == ()
    assert hours.of_period(period.id) == [], "looking writes nothing"
    assert hours.import_hours(period.id, data, by=wren) == 2
    assert [(name, row.hundredths) for row, name in hours.of_period(period.id)] == [("Ana", 180_025), ("Bo", 3_750)]


def test_the_check_finds_a_run_that_is_not_what_its_hours_give(app: Flask) -> None:
    wren, _dana, _people = co_op.founded()
    run = service.propose(co_op.recorded(wren), co_op.SURPLUS, by=wren)
    with db.writing() as tx:
        from fund.db import guards

        guards.remove(tx.session.connection())
        tx.session.execute(
            update(SurplusRun).where(SurplusRun.id == run.id).values(cash_minor=0, accounts_minor=2_400_000)
        )
        tx.session.execute(update(SurplusShare).values(cash_minor=0))
        guards.install(tx.session.connection())
    assert any("not those that hours and percents give" in one for one in faults())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.integers(1, 10**12), st.dictionaries(st.integers(1, 50), st.integers(1, 10**6), min_size=1, max_size=12),
    st.integers(0, 10**6),
)  # fmt: skip
def test_nothing_is_lost_whatever_the_figures(surplus: int, worked: dict[int, int], others: int) -> None:
    found = split_surplus(surplus, PARTS, worked, others)
    assert found.reserve_minor + found.patronage_minor + found.pot_minor == surplus
    assert 0 <= found.nonmember_minor <= found.reserve_minor
    for share in found.shares:
        exact = found.patronage_minor * share.hundredths
        assert abs(share.patronage_minor * sum(worked.values()) - exact) < sum(worked.values())
