"""The comparison with the plain engine has teeth: an error planted in an engine module is noticed."""

from __future__ import annotations

import random
from collections.abc import Callable
from pkgutil import iter_modules
from typing import Any

import pytest

from fund.counting import branches, floor, forms, marks, profile, purse, sitting, ties
from fund.counting import rules as rooms
from fund.counting.rules import (
    barring,
    buying,
    buying_many,
    equal_shares,
    expanding,
    expanding_many,
    funding,
    greedy,
    irv,
    majority,
    matching,
    meek,
    meek_many,
    orders,
    orders_many,
    phragmen,
    phragmen_many,
    piles,
    piles_many,
    proportional,
    raising,
    stv,
)
from tests.counting import test_against_naive as contests
from tests.counting.naive.chain import TIES

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


def by_price_alone(right: Callable[..., Any]) -> Callable[..., Any]:
    return lambda **given: right(**{**given, "divisor": [1] * len(given["costs"])})


def in_file_order(right: Callable[..., Any]) -> Callable[..., Any]:
    return lambda sitting, votes: iter(sorted(votes))


def in_one_pot(right: Callable[..., Any]) -> Callable[..., Any]:
    return lambda sitting: sitting.spec.run(sitting)


def one_more_each(right: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *given, **named: [number + 1 for number in right(*given, **named)]


PLANTED: dict[str, tuple[Any, str, Wrong, Callable[[random.Random], None]]] = {
    "the chain prefers the wrong one": (ties.Chain, "prefer", as_the_last, contests.greedy),
    "ranks read from the end": (profile, "read_ranks", lambda right: lambda *a: right(*a)[::-1], contests.irv),
    "the floor one vote too high": (floor, "votes_needed", plus_one, contests.greedy),
    "caps and exclusions forgotten": (purse.Limits, "refusal", nothing, contests.greedy),
    "a quota one step too high": (stv, "quota_of", plus_one, contests.stv),
    "a surplus one vote too small": (
        piles.Piles,
        "settle",
        lambda right: lambda table, elected, quota: right(table, elected, quota + 1),
        contests.stv,
    ),
    "barred options left standing": (barring, "bar", lambda right: lambda *a: [], contests.stv_scottish),
    "rivals elected together": (
        barring, "in_turn", lambda right: lambda sitting, votes, reached: sorted(reached, key=lambda p: (-votes[p], p)),
        contests.stv,
    ),
    "whoever cannot stand stands": (barring, "pass_over", lambda right: lambda sitting: {}, contests.irv),
    "batches never found": (irv, "_batch", lambda right: lambda *a: [], contests.irv),
    "caps broken by the level": (
        purse.Limits, "allow_all", lambda right: lambda limits, options: True, contests.stv_meek
    ),
    "keep factors rounded down": (meek, "up", lambda right: lambda a, b: a // b, contests.stv_meek),
    "voters who run short are forgotten": (buying.Till, "_find_price", in_full, contests.equal_shares),
    "loads not compared": (phragmen, "_lightest", last_standing, contests.phragmen),
    "small shares kept": (proportional, "_drop_small", lambda right: lambda s, p, v, g: v, contests.proportional),
    "caps of groups forgotten": (proportional, "groups_of", lambda right: lambda s: [], contests.proportional),
    "rivals who share both": (proportional, "drop_rivals", lambda right: lambda s, votes: votes, contests.proportional),
    "a part of a set-aside on top of the cap": (
        proportional, "_cap",
        lambda right: lambda s, place: None if s.rule["cap"] == "none" else s.options[place].cost, contests.proportional
    ),
    "a part of a set-aside outside the group's cap": (
        purse.Limits, "record",
        lambda right: lambda limits, option, amount: limits.paid.update({option.id: amount}), contests.proportional
    ),
    "matched twice": (
        matching, "_most", lambda right: lambda s, place, match: right(s, place, match) + s.awards.get(place, 0),
        contests.quadratic_funding
    ),
    "a unit above a group's cap": (
        proportional.Ceilings, "room", lambda right: lambda *a: True, contests.proportional
    ),
    "a first place worth one more": (
        orders,
        "borda_points",
        lambda right: lambda *a: [points + 1 for points in right(*a)],
        contests.orders,
    ),
    "void ballots counted": (profile, "void_reason", nothing, contests.voids),
    "credits summed, not squared": (
        forms, "credits_spent", lambda right: lambda votes: sum(abs(v) for _, v in votes), contests.voids
    ),
    "the quorum one ballot too high": (sitting, "quorum_needed", plus_one, contests.majority),
    "a yes too many needed": (majority, "yes_needed", plus_one, contests.majority),
    "set-asides forgotten": (sitting, "_count_pots", in_one_pot, contests.greedy),
    "down the file, not the votes": (greedy, "by_votes", in_file_order, contests.greedy),
    "what does not fit is paid": (
        funding, "offer_and_pay", lambda right: lambda sitting, place: sitting.options[place].cost, contests.greedy
    ),
    "matches above a group's cap": (matching, "groups_of", lambda right: lambda s: [], contests.quadratic_funding),
    "rivals matched both": (matching, "drop_rivals", lambda right: lambda s, votes: votes, contests.quadratic_funding),
    "contributions not taken off": (
        matching, "plain_matches",
        lambda right: lambda gifts, n: [match + 10**62 for match in right(gifts, n)], contests.quadratic_funding,
    ),
    "leftovers not handed on": (equal_shares, "_complete_by_votes", nothing, contests.equal_shares),
    "the comparison the wrong way round": (
        equal_shares, "_voices", lambda right: lambda *a: right(*a)[::-1], contests.equal_shares
    ),
    "shares of add1 passed over that were in doubt": (
        equal_shares, "_first_in_doubt", lambda right: lambda *a, **named: right(*a, **named) + 50, contests.equal_shares
    ),
    "rankings bought by price alone": (expanding, "Market", by_price_alone, contests.expanding),
    "no other branch looked at": (branches, "_others", lambda right: lambda *a: [], contests.branches),
}  # fmt: skip
AS_IF_MANY: dict[str, tuple[Any, str, Wrong, Callable[[random.Random], None]]] = {
    "a vote too many": (marks, "totals", one_more_each, contests.greedy),
    "a ballot too many on every pile": (piles_many.ManyPiles, "_voters", one_more_each, contests.irv),
    "everyone pays twice": (
        buying_many.ManyTill, "pay", lambda right: lambda till, place, price: right(till, place, 2 * price),
        contests.equal_shares,
    ),
    "the last purchase of a raised share forgotten": (
        raising.Raise, "outcomes",
        lambda right: lambda block, shares: [found and found[:-1] for found in right(block, shares)],
        contests.equal_shares,
    ),
    "duels the wrong way round": (
        orders_many, "pairwise",
        lambda right: lambda m, places, n: (
            lambda found: {a: {b: found[b][a] for b in places} for a in places})(right(m, places, n)),
        contests.orders,
    ),
    "a billionth of a vote too much": (meek_many.ManyRound, "_handed_out", one_more_each, contests.stv_meek),
    "first choices again and again": (
        expanding_many.ManyRankings, "widen", lambda right: lambda rankings, rank: right(rankings, 0), contests.expanding
    ),
    "loads a step too heavy": (
        phragmen_many.ManyLoads, "after",
        lambda right: lambda loads, place: (right(loads, place)[0] + place, right(loads, place)[1]), contests.phragmen,
    ),
}  # fmt: skip


ALL = [*PLANTED.values(), *AS_IF_MANY.values()]


def noticed(check: Callable[[random.Random], None]) -> bool:
    for number in range(contests.CONTESTS):
        TIES.clear()
        try:
            check(random.Random(f"{check.__name__} {number}"))
        except Exception:
            return True
    return False


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_error_is_noticed(planted, monkeypatch):
    where, name, wrong, check = PLANTED[planted]
    monkeypatch.setattr(where, name, wrong(getattr(where, name)))
    assert noticed(check)


@pytest.mark.parametrize("planted", AS_IF_MANY)
def test_an_error_planted_in_the_arrays_is_noticed(planted, monkeypatch):
    where, name, wrong, check = AS_IF_MANY[planted]
    contests.as_if_many(monkeypatch)
    monkeypatch.setattr(where, name, wrong(getattr(where, name)))
    assert noticed(check)


def test_every_rule_has_an_error_planted_in_it():
    planted = {getattr(where, "__module__", getattr(where, "__name__", "")) for where, *_ in ALL}
    there = {f"{rooms.__name__}.{found.name}" for found in iter_modules(rooms.__path__)}
    assert there - planted == {"fund.counting.rules.registry"}
