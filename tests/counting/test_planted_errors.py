"""The comparison with the plain engine has teeth: an error planted in an engine module is noticed."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from fund.counting import floor, profile, purse, ties
from fund.counting.rules import buying, irv, meek, orders, phragmen, proportional, stv
from tests.counting import test_against_naive as contests

Wrong = Callable[[Callable[..., Any]], Callable[..., Any]]


def plus_one(right: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given, **named: right(*given, **named) + 1


def last_standing(right: Callable[..., Any]) -> Callable[..., Any]:
    return lambda loads, standing: [standing[-1]]


def as_the_last(right: Callable[..., Any]) -> Callable[..., Any]:
    return lambda chain, tied, purpose: chain.last(tied, purpose)


def nothing(right: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given, **named: None


def in_full(right: Callable[..., Any]) -> Callable[..., Any]:
    """Everyone pays as if nobody ever ran short."""
    return lambda till, place: (till.market.costs[place] * till.denominator, till.market.utility[place])


PLANTED: dict[str, tuple[Any, str, Wrong, Callable[[random.Random], None]]] = {
    "the chain prefers the wrong one": (ties.Chain, "prefer", as_the_last, contests.greedy),
    "ranks read from the end": (profile, "read_ranks", lambda right: lambda *a: right(*a)[::-1], contests.irv),
    "the floor one vote too high": (floor, "votes_needed", plus_one, contests.greedy),
    "caps and exclusions forgotten": (purse.Limits, "refusal", nothing, contests.greedy),
    "a quota one step too high": (stv, "quota_of", plus_one, contests.stv),
    "batches never found": (irv, "_batch", lambda right: lambda *a: [], contests.irv),
    "keep factors rounded down": (meek, "up", lambda right: lambda a, b: a // b, contests.stv_meek),
    "voters who run short are forgotten": (buying.Till, "_find_price", in_full, contests.equal_shares),
    "loads not compared": (phragmen, "_lightest", last_standing, contests.phragmen),
    "small shares kept": (proportional, "_drop_small", lambda right: lambda s, p, v: v, contests.proportional),
    "a first place worth one more": (
        orders,
        "borda_points",
        lambda right: lambda *a: [points + 1 for points in right(*a)],
        contests.orders,
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_error_is_noticed(planted, monkeypatch):
    where, name, wrong, check = PLANTED[planted]
    monkeypatch.setattr(where, name, wrong(getattr(where, name)))
    noticed = False
    for number in range(contests.CONTESTS):
        try:
            check(random.Random(f"{check.__name__} {number}"))
        except Exception:
            noticed = True
            break
    assert noticed
