"""A small worked picture of each way to vote: three shops, one pot of 1,000, a few ballots, counted by the engine.

Nothing here is typed in but the ballots: who is funded and every figure come from the count of these ballots by the
rules that the wizard would write. Amounts are in minor units of USD and shown in the fund's currency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from flask_babel import gettext as _
from markupsafe import Markup

from fund.charter import load, rules_for_round, ways
from fund.charter.freeze import counting_rule
from fund.charter.wizard import write
from fund.counting.contest import Ballot, Contest, Form, Option, Rule
from fund.counting.count import Count, count
from fund.pictures import Bar, Part, bars, stacked
from fund.presentation import direction, money, number

POT_MINOR: Final = 100_000
COSTS_MINOR: Final = {"bakery": 60_000, "bikes": 50_000, "books": 40_000}
DRAW: Final = "4 2 6"
SCALE: Final = 1000
Way = ways.Way

# fmt: off
BALLOTS: Final[dict[str, tuple[Ballot, ...]]] = {
    "approve_deny": (
        Ballot.marks({"bakery": "yes", "bikes": "yes", "books": "no"}, 5),
        Ballot.marks({"bakery": "yes", "bikes": "no", "books": "yes"}, 3),
        Ballot.marks({"bakery": "no", "bikes": "abstain", "books": "yes"}, 2),
    ),
    "approval": (
        Ballot("approve", ("bakery", "bikes"), 4), Ballot("approve", ("bikes", "books"), 4), Ballot("approve", ("bakery",), 2),
    ),
    "knapsack": (
        Ballot("approve", ("bakery", "books"), 4), Ballot("approve", ("bikes", "books"), 3), Ballot("approve", ("bikes",), 3),
    ),
    "ranked": (
        Ballot.ranking("bakery", "bikes", count=4), Ballot.ranking("bikes", "books", count=4),
        Ballot.ranking("books", "bikes", count=2),
    ),
    "points": (
        Ballot.points({"bakery": 6, "bikes": 4}, 4), Ballot.points({"bikes": 5, "books": 5}, 3),
        Ballot.points({"books": 10}, 3),
    ),
    "quadratic": (
        Ballot.votes({"bakery": 4, "bikes": 3}, 4), Ballot.votes({"bikes": 5}, 2), Ballot.votes({"books": 5}, 3),
        Ballot.votes({"bakery": 3, "books": 4}, 1),
    ),
    "none": (),
}
AGAINST: Final = (
    Ballot.votes({"bakery": 4, "bikes": 3}, 4), Ballot.votes({"bikes": 4, "bakery": -3}, 3), Ballot.votes({"books": 5}, 3),
)
# fmt: on


@dataclass(frozen=True)
class Row:
    """One shop of the example: its name, its votes as the rule sees them, what it gets, and why."""

    name: str
    votes: str
    award: str
    reason: str


@dataclass(frozen=True)
class Example:
    """A worked picture: how many ballots, the picture, and the figures in it."""

    ballots: int
    picture: Markup
    rows: list[Row]


def contest(way: Way) -> Contest:
    """The example of a way: the same three shops under the rule that the wizard writes, or two places to fill."""
    ballots = AGAINST if way.code == "credits_against" else BALLOTS[way.form]
    options = tuple(Option(id_, id_.title(), 0 if way.places else cost) for id_, cost in COSTS_MINOR.items())
    if way.places:
        rule = Rule.of(way.rule, seats=2, ties=["earlier_stage", "lot"], seed=DRAW)
        return Contest(options, rule, ballots, currency="USD", form=Form("ranked"))
    charter = load(write({"vote": way.code}))
    top: dict[str, Any] = counting_rule(
        rules_for_round(charter, charter.round_types[0].code, electors=10, budget_minor=POT_MINOR)
    )
    rule = Rule.read({**top["rule"], "quorum": None, "seed": DRAW}, "$.rule")
    return Contest(options, rule, ballots, budget=POT_MINOR, currency="USD", form=Form(**top["form"]))


def counted(way: Way) -> Count:
    """The example, counted; the same every time, so it is counted once."""
    return _counted(way.code)


@lru_cache
def _counted(code: str) -> Count:
    return count(contest(ways.way(code)))


def example(way: Way) -> Example:
    """The worked picture of a way to vote, in the language of the page."""
    result = counted(way)
    order = [*result.elected, *(one for one in result.order if one not in result.elected)]
    rows = [_row(way, result, id_) for id_ in order]
    return Example(result.ballots, _picture(way, result, order, rows), rows)


def _row(way: Way, result: Count, id_: str) -> Row:
    why = result.reasons[id_].text(money=money, option=lambda key: _names(way)[key], translate=_)
    if way.places:
        award = _("chosen") if id_ in result.elected else _("not chosen")
    else:
        award = money(result.awards[id_]) if id_ in result.awards else _("nothing")
    return Row(_names(way)[id_], _figure(result.scores[id_]), award, why)


def _picture(way: Way, result: Count, order: Sequence[str], rows: Sequence[Row]) -> Markup:
    title = (
        _("Three shops, one pot of %(pot)s", pot=money(POT_MINOR)) if not way.places else _("Three people, two places")
    )
    if way.rule in ("proportional_capped", "lot"):
        parts = [
            Part(row.name, result.awards[id_], row.award)
            for id_, row in zip(order, rows, strict=True)
            if id_ in result.awards
        ]
        if result.spent < POT_MINOR:
            parts.append(Part(_("Left over"), POT_MINOR - result.spent, money(POT_MINOR - result.spent), "mist"))
        return stacked(parts, title=title, desc=_("What each gets of the pot"), rtl=direction() == "rtl")
    drawn = [
        Bar(
            row.name,
            max(0, int(Fraction(result.scores[id_]) * SCALE)),
            f"{row.votes} · {row.award}",
            tone="reed" if id_ in result.elected else "pool",
        )
        for id_, row in zip(order, rows, strict=True)
    ]
    return bars(drawn, title=title, desc=_("Votes of each, and what it gets"), rtl=direction() == "rtl")


def _names(way: Way) -> dict[str, str]:
    if way.places:
        return {"bakery": "Ana", "bikes": "Bo", "books": "Cy"}
    return {"bakery": _("Bakery"), "bikes": _("Bikes"), "books": _("Books")}


def _figure(exact: str) -> str:
    value = Fraction(exact)
    return number(int(value)) if value.denominator == 1 else f"{number(int(value))}.{int(value * 100) % 100:02d}"
