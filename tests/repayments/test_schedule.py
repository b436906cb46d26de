"""The arithmetic of what is due: figures of FIELD part C and D, and properties that hold for all amounts."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fund.repayments import fair
from fund.repayments.schedule import (
    Due,
    Terms,
    add_months,
    deferred,
    divided,
    extended,
    forgiven,
    instalment,
    instalment_days,
    lessened,
    level,
    period,
    prepaid,
    share_due,
    shifted,
)

START = dt.date(2026, 1, 31)
AMOUNTS = st.integers(1, 10**13)
RATES = st.integers(0, 2000)
COUNTS = st.integers(1, 120)


def days(count: int) -> list[dt.date]:
    return [add_months(START, 1 + n) for n in range(count)]


def test_a_loan_without_interest_of_6000_over_24_months_is_24_times_250() -> None:
    terms = Terms.of("zero_interest", {"months": 24, "grace_months": 3})
    rows = level(600_000, 0, instalment_days(terms, dt.date(2026, 3, 15)))
    assert [row.amount_minor for row in rows] == [25_000] * 24
    assert (rows[0].due_on, rows[-1].due_on) == (dt.date(2026, 6, 15), dt.date(2028, 5, 15))


def test_the_last_instalment_takes_the_rest() -> None:
    assert [row.amount_minor for row in level(1_000, 0, days(3))] == [333, 333, 334]
    assert [row.amount_minor for row in level(2, 0, days(3))] == [2]


def test_a_loan_at_four_percent_by_hand() -> None:
    """12,000 at 4 % over three months: each 4,026.69; interest 40.00, 26.71, 13.37."""
    rows = level(1_200_000, 400, days(3))
    assert instalment(1_200_000, 400, 3) == 402_669
    assert [(row.principal_minor, row.gain_minor) for row in rows] == [
        (398_669, 4_000),
        (399_998, 2_671),
        (401_333, 1_337),
    ]


def test_c4_quarter_by_quarter() -> None:
    terms = Terms.of("profit_share", {"percent": 20, "cap_multiple_percent": 100, "after_wages": True})
    room, due = 1_200_000, []
    for surplus in (-800, 1_500, 6_000, 9_500, 14_000, 20_000, 24_000):
        due.append(share_due(terms, surplus * 100, room_minor=room, capital_minor=room))
        room -= due[-1]
    assert [one // 100 for one in due] == [0, 300, 1_200, 1_900, 2_800, 4_000, 1_800]
    assert room == 0


def test_a_share_of_sales_above_the_capital_is_gain() -> None:
    terms = Terms.of("revenue_share", {"percent": 4, "cap_multiple_percent": 120})
    assert terms.cap_minor(900_000) == 1_080_000
    assert share_due(terms, 825_000, room_minor=1_080_000, capital_minor=900_000) == 33_000
    assert divided(33_000, 20_000) == (20_000, 13_000)
    assert share_due(terms, 0, room_minor=1_000, capital_minor=0) == 0


def test_a_dividend_is_at_most_what_is_aimed_at_and_half_of_a_surplus() -> None:
    terms = Terms.of("nonvoting_share", {"target_dividend_bp": 300, "redeem_after_months": 60})
    due = [
        share_due(terms, year, room_minor=10**9, capital_minor=1_000_000) for year in (-5, 0, 20_000, 60_000, 900_000)
    ]
    assert due == [0, 0, 10_000, 30_000, 30_000]


def test_a_floor_is_never_more_than_the_surplus() -> None:
    terms = Terms.of("profit_share", {"percent": 10, "floor_minor": 5_000})
    due = [share_due(terms, one, room_minor=10**6, capital_minor=10**6) for one in (-1, 0, 3_000, 20_000, 90_000)]
    assert due == [0, 0, 3_000, 5_000, 9_000]


def test_periods_follow_each_other_after_the_grace_until_the_time_is_over() -> None:
    terms = Terms.of("revenue_share", {"percent": 4, "grace_months": 3, "max_months": 5})
    spans = [period(terms, dt.date(2026, 1, 10), n) for n in range(3)]
    assert spans == [
        (dt.date(2026, 4, 10), dt.date(2026, 5, 9)), (dt.date(2026, 5, 10), dt.date(2026, 6, 9)), None,
    ]  # fmt: skip
    quarter = Terms.of("profit_share", {"percent": 20, "max_months": 4})
    assert period(quarter, dt.date(2026, 1, 10), 1) == (dt.date(2026, 4, 10), dt.date(2026, 5, 9)), "the last is cut"


def test_what_happens_to_a_plan() -> None:
    rows = level(60_000, 0, days(6))
    today = rows[1].due_on
    assert [row.amount_minor for row in prepaid(rows, 15_000, 0)] == [5_000, 10_000, 10_000, 10_000, 10_000]
    assert [row.due_on for row in shifted(rows, 2, today)][:3] == [rows[0].due_on, rows[3].due_on, rows[4].due_on]
    put_off = deferred(rows, rows[4].due_on, today)
    assert [row.due_on for row in put_off].count(rows[4].due_on) == 3
    after, capital, gain = forgiven([Due(START, 100, 7), *rows], 120)
    assert (capital, gain, sum(row.principal_minor for row in after)) == (113, 7, 60_100 - 113)
    assert [row.amount_minor for row in lessened(rows, 25_000)] == [10_000, 10_000, 10_000, 5_000]
    more = extended(rows, 40_000, 0, today)
    assert [row.amount_minor for row in more] == [10_000, 10_000, 20_000, 20_000, 20_000, 20_000]
    assert extended(rows, -60_000, 0, START) == []
    assert sum(row.principal_minor for row in extended(rows[:2], -5_000, 0, today)) == 15_000
    assert extended([], 500, 0, START) == [Due(add_months(START, 1), 500, 0)]


@given(AMOUNTS, RATES, COUNTS)
def test_a_plan_adds_up_and_is_never_below_nothing(amount: int, rate: int, count: int) -> None:
    rows = level(amount, rate, days(count))
    assert sum(row.principal_minor for row in rows) == amount
    assert all(row.principal_minor >= 0 and row.gain_minor >= 0 and row.amount_minor for row in rows)
    assert {row.amount_minor for row in rows[:-1]} <= {instalment(amount, rate, count)} or amount < count * 10
    assert rate or not sum(row.gain_minor for row in rows)


@given(AMOUNTS, RATES, COUNTS, st.integers(0, 10**13))
def test_paying_ahead_never_costs_more(amount: int, rate: int, count: int, ahead: int) -> None:
    rows = level(amount, rate, days(count))
    after = prepaid(rows, min(ahead, amount), rate)
    assert sum(row.principal_minor for row in after) == amount - min(ahead, amount)
    assert sum(row.gain_minor for row in after) <= sum(row.gain_minor for row in rows)


@given(AMOUNTS, RATES, COUNTS, st.integers(0, 10**14))
def test_forgiving_is_exact(amount: int, rate: int, count: int, waived: int) -> None:
    rows = level(amount, rate, days(count))
    whole = sum(row.amount_minor for row in rows)
    after, capital, gain = forgiven(rows, waived)
    assert capital + gain == min(waived, whole)
    assert sum(row.amount_minor for row in after) == whole - capital - gain


@given(
    st.sampled_from(["profit_share", "revenue_share"]), AMOUNTS, st.integers(1, 50), st.integers(100, 300), st.integers(0, 10**6),
    st.lists(st.integers(-(10**13), 10**13), max_size=12),
)  # fmt: skip
def test_shares_never_pass_the_cap_and_never_ask_of_a_loss(
    kind: str, amount: int, percent: int, cap: int, floor: int, figures: list[int]
) -> None:
    terms = Terms.of(kind, {"percent": percent, "cap_multiple_percent": cap, "floor_minor": floor})
    room, capital, gained = terms.cap_minor(amount), amount, 0
    for figure in figures:
        due = share_due(terms, figure, room_minor=room, capital_minor=capital)
        principal, gain = divided(due, capital)
        assert principal + gain == due
        assert 0 <= due <= max(0, figure)
        room, capital, gained = room - due, capital - principal, gained + gain
    assert room >= 0
    assert capital >= 0
    assert gained <= (fair.gain_allowed(terms, amount) or 0)


def objections(terms: Terms, rows: list[Due], principal: int) -> list[str]:
    found = fair.objections(
        terms, rows, principal_minor=principal, paid_out_minor=principal, gained_minor=0, currency="USD"
    )
    return [str(one) for one in found]


def test_an_unfair_plan_is_refused_by_name() -> None:
    fixed = Terms.of("fixed", {"months": 12, "rate_bp": 400})
    assert objections(fixed, level(120_000, 400, days(12)), 120_000) == []
    (dear,) = objections(fixed, level(120_000, 400, days(60)), 120_000)
    assert "the agreement allows at most USD 26.11" in dear
    assert objections(fixed, level(120_000, 80, days(60)), 120_000) == []
    (interest,) = objections(Terms.of("zero_interest", {"months": 12}), level(1_000, 500, days(9)), 1_000)
    assert "would cost the business" in interest
    (wages,) = objections(
        Terms.of("profit_share", {"percent": 20, "after_wages": True}), level(1_000, 0, days(9)), 1_000
    )
    assert "before costs and wages are covered" in wages
    assert len(objections(fixed, [Due(START, -1, 0)], 5)) == 2


@pytest.mark.parametrize(("day", "months", "then"), [
    (dt.date(2026, 1, 31), 1, dt.date(2026, 2, 28)), (dt.date(2027, 12, 31), 2, dt.date(2028, 2, 29)),
    (dt.date(2026, 8, 31), -6, dt.date(2026, 2, 28)),
])  # fmt: skip
def test_months_end_where_months_end(day: dt.date, months: int, then: dt.date) -> None:
    assert add_months(day, months) == then
