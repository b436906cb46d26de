"""Amounts of a contest in minor units of its currency, as `ballot-file/1` has them.

A Pabulib file may state whole units only (1,000 PLN), and its contest then counts in these. Equal shares completes in
steps of one unit, so a file that forgot the difference would be counted in other steps and could have other winners.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from fund.counting.contest import Ballot, Contest, Option, Rule
from fund.counting.errors import BadContest
from fund.currency import exponent

AMOUNTS_OF_RULES = ("min_award", "cap")


def in_minor_units(contest: Contest) -> Contest:
    """The same contest with every amount in minor units. Raises BadContest where amounts have more decimals than that."""
    decimals = exponent(contest.currency)
    if contest.exponent in (None, decimals):
        return contest
    if contest.currency_exponent > decimals:
        raise BadContest("amounts", f"at most {decimals} decimals, to be written in minor units")
    times: int = 10 ** (decimals - contest.currency_exponent)
    return contest.replace(
        exponent=None,
        budget=None if contest.budget is None else contest.budget * times,
        options=tuple(_option(option, times) for option in contest.options),
        rule=_rule(contest.rule, times),
        compare_with=None if contest.compare_with is None else _rule(contest.compare_with, times),
        set_asides=tuple(
            replace(aside, amount=None if aside.amount is None else aside.amount * times)
            for aside in contest.set_asides
        ),
        caps=MappingProxyType({
            group: cap * times if isinstance(cap, int) else cap for group, cap in contest.caps.items()
        }),
        ballots=_ballots(contest.ballots, times),
        ballots_checked=contest.ballots_checked,
    )  # fmt: skip


def _option(option: Option, times: int) -> Option:
    minimum = None if option.minimum is None else option.minimum * times
    return replace(option, cost=option.cost * times, minimum=minimum)


def _rule(rule: Rule, times: int) -> Rule:
    stated: dict[str, Any] = {
        name: value * times if name in AMOUNTS_OF_RULES and isinstance(value, int) else value
        for name, value in rule.stated.items()
    }
    return Rule.of(rule.method, **stated)


def _ballots(ballots: Sequence[Ballot], times: int) -> Sequence[Ballot]:
    if not any(ballot.kind == "contributions" for ballot in ballots):
        return ballots
    return tuple(
        replace(ballot, content=tuple((id_, amount * times) for id_, amount in ballot.content))
        if ballot.kind == "contributions"
        else ballot
        for ballot in ballots
    )
