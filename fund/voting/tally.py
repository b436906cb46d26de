"""Opened ballots as the count takes them: equal ones together, grouped by the database (COUNTING.md).

A round with chambers may hold ballots with names and secret ones side by side, each with its chamber.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fund import charter as charters
from fund.counting.contest import Ballot, Contest, Form, Option, Rule, SetAside
from fund.currency import exponent
from fund.db import Transaction, canonical_bytes
from fund.errors import WrongState
from fund.rounds import service as rounds
from fund.rounds.models import Round
from fund.voting.models import NamedBallot, OpenedBallot

COUNTABLE = ("opened", "awaiting_draw", "counted", "certified", "final", "disputed")


def ballot_groups(tx: Transaction, round_id: int) -> list[tuple[str, dict[str, Any], int]]:
    """Groups of equal ballots as (chamber, choices, how many), in the order of their bytes.

    Raises WrongState before the ballots are opened: no number leaves the database earlier.
    """
    round_ = tx.get(Round, round_id)
    if round_.status not in COUNTABLE:
        raise WrongState(_l("The ballots of this round are not opened."))
    tables: list[type[OpenedBallot] | type[NamedBallot]] = [_table(round_)]
    if rounds.rules(round_).get("chambers"):
        tables = [OpenedBallot, NamedBallot]
    found = [row for table in tables for row in _grouped(tx, table, round_id)]
    return sorted(found, key=lambda row: (row[0], canonical_bytes(row[1]))) if len(tables) > 1 else found


def _table(round_: Round) -> type[OpenedBallot] | type[NamedBallot]:
    return OpenedBallot if round_.assurance == "secret" else NamedBallot


def _grouped(
    tx: Transaction, table: type[OpenedBallot] | type[NamedBallot], round_id: int
) -> list[tuple[str, dict[str, Any], int]]:
    rows = tx.session.execute(
        select(table.chamber, table.choices_bytes, func.count())
        .where(table.round_id == round_id)
        .group_by(table.chamber, table.choices_bytes)
        .order_by(table.chamber, table.choices_bytes)
    )
    return [(chamber, json.loads(bytes(choices)), count) for chamber, choices, count in rows]


def contest(tx: Transaction, round_id: int, *, seed: str | None = None) -> Contest:
    """What the count needs: the frozen rules and the grouped ballots, with the text of the draw once there is one.

    Raises WrongState before the ballots are opened.
    """
    groups = ballot_groups(tx, round_id)
    round_ = tx.get(Round, round_id)
    return contest_of(rounds.rules(round_), groups, title=round_.title, roll=round_.electorate_n, seed=seed)


def contest_of(
    rules: dict[str, Any], groups: Sequence[tuple[str, dict[str, Any], int]], *, title: str, roll: int | None,
    seed: str | None = None,
) -> Contest:  # fmt: skip
    """A contest under frozen rules (or those that freezing would fix) from groups of ballots (chamber, choices, n)."""
    top = charters.counting_rule(rules)
    rule = Rule.read(top["rule"], "$.rule")
    compared = Rule.read(top["compare_with"], "$.compare_with") if "compare_with" in top else None
    names = {one["code"]: one["name"] for one in rules.get("chambers") or ()}
    return Contest(
        options=options_of_rules(rules),
        rule=rule if seed is None else rule.with_settings(seed=seed),
        ballots=tuple(_ballot(names.get(chamber, chamber), choices, count) for chamber, choices, count in groups),
        budget=top.get("budget"),
        currency=top["currency"],
        title=title,
        roll=top.get("roll", roll),
        form=Form(**top["form"]),
        set_asides=tuple(SetAside(**one) for one in top.get("set_asides", ())),
        caps=top.get("caps", {}),
        incompatible=tuple(tuple(rivals) for rivals in top.get("incompatible", ())),
        compare_with=compared,
        exponent=exponent(top["currency"]),
    )


def options_of_rules(rules: dict[str, Any]) -> tuple[Option, ...]:
    """The options of frozen rules, in the order of the ballot."""
    return tuple(
        Option(one["id"], one["title"], one["cost"], tuple(one["groups"]), one["least"]) for one in rules["options"]
    )


def _ballot(chamber: str, choices: dict[str, Any], count: int) -> Ballot:
    ((kind, content),) = choices.items()
    if kind == "ranking":
        held: Sequence[Any] = tuple(tuple(rank) for rank in content)
    elif kind == "approve":
        held = tuple(content)
    else:
        held = tuple(content.items())
    return Ballot(kind, held, count, chamber or None)
