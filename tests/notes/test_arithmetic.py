"""The pure parts: interest that cutting time into pieces does not change, and a waterfall that loses no cent."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fund.notes import accrual
from fund.notes.waterfall import Layer, Shared, bear, give_back, within

AMOUNTS = st.integers(0, 10**9)
HOLDERS = st.lists(st.integers(0, 10**7), max_size=8)


@st.composite
def layer(draw: st.DrawFn, number: int) -> Layer:
    held = draw(HOLDERS)
    if held:
        return Layer(str(number), sum(held), tuple(enumerate(held)))
    return Layer(str(number), draw(AMOUNTS))


LAYERS = st.integers(1, 5).flatmap(lambda n: st.tuples(*(layer(number) for number in range(n))))


def test_a_year_at_three_percent() -> None:
    assert accrual.accrue(1_800_000, 300, 365, 0) == (54_000, 0)
    assert accrual.accrue(15_000, 300, 1, 0) == (1, 15_000 * 300 - accrual.WHOLE)


def test_interest_runs_from_the_day_after_issue_to_maturity() -> None:
    day = dt.date(2026, 3, 1)
    assert accrual.days_between(day, dt.date(2026, 3, 31), None) == 30
    assert accrual.days_between(day, dt.date(2026, 5, 31), dt.date(2026, 3, 11)) == 10
    assert accrual.days_between(day, dt.date(2026, 2, 1), None) == 0


@pytest.mark.parametrize(
    "wrong", [(-1, 1, 1, 0), (1, -1, 1, 0), (1, 1, -1, 0), (1, 1, 1, -1), (1, 1, 1, accrual.WHOLE)]
)
def test_interest_backwards_is_refused(wrong: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError):
        accrual.accrue(*wrong)


@given(AMOUNTS, st.integers(0, 2000), st.lists(st.integers(0, 400), max_size=30))
def test_cutting_time_into_pieces_changes_nothing(owed: int, rate: int, pieces: list[int]) -> None:
    booked, carry = 0, 0
    for days in pieces:
        whole, carry = accrual.accrue(owed, rate, days, carry)
        booked += whole
    assert (booked, carry) == accrual.accrue(owed, rate, sum(pieces), 0)
    exact = Fraction(owed * rate * sum(pieces), accrual.WHOLE)
    assert 0 <= exact - booked < 1


def test_losing_the_carry_would_be_noticed() -> None:
    daily = sum(accrual.accrue(15_000, 100, 1, 0)[0] for _day in range(365))
    assert daily < accrual.accrue(15_000, 100, 365, 0)[0] == 150


@given(AMOUNTS, LAYERS)
def test_the_waterfall_is_exact_and_in_order(loss: int, layers: tuple[Layer, ...]) -> None:
    shared = bear(loss, layers)
    assert sum(one.amount_minor for one in shared.shares) + shared.uncovered_minor == loss
    for place, (one, share) in enumerate(zip(layers, shared.shares, strict=True)):
        assert 0 <= share.amount_minor <= one.holds_minor
        if share.amount_minor < one.holds_minor:
            assert all(later.amount_minor == 0 for later in shared.shares[place + 1 :])
            assert shared.uncovered_minor == 0
        holds = dict(one.holders)
        if holds:
            assert sum(share.holders.values()) == share.amount_minor
        assert all(part <= holds[who] for who, part in share.holders.items())
        for who, part in share.holders.items():
            assert abs(part - Fraction(share.amount_minor * holds[who], one.holds_minor)) < 1


@given(AMOUNTS, AMOUNTS, LAYERS)
def test_a_recovery_of_everything_restores_everything(loss: int, first: int, layers: tuple[Layer, ...]) -> None:
    lost = bear(loss, layers)
    missing = _missing(layers, lost)
    part = min(first, sum(one.holds_minor for one in missing))
    back = give_back(part, missing)
    assert sum(one.amount_minor for one in back.shares) == part
    still = [one.holds_minor - share.amount_minor for one, share in zip(missing, back.shares, strict=True)]
    full = [place for place, share in enumerate(back.shares) if share.amount_minor]
    assert all(still[place] == 0 for place in range(min(full, default=0) + 1, len(still)) if full)
    assert give_back(sum(one.holds_minor for one in missing), missing).uncovered_minor == 0


def _missing(layers: tuple[Layer, ...], lost: Shared) -> list[Layer]:
    return [
        Layer(one.code, share.amount_minor, tuple(share.holders.items()) if one.holders else ())
        for one, share in zip(layers, lost.shares, strict=True)
    ]


def test_layers_that_are_no_layers_are_refused() -> None:
    with pytest.raises(ValueError):
        Layer("a", -1)
    with pytest.raises(ValueError):
        Layer("a", 5, ((1, 4),))
    with pytest.raises(ValueError):
        bear(-1, ())
    assert within(3, Layer("a", 3)) == {}
