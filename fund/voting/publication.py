"""What may be published of a secret round's ballots: every one without its name, or totals only (TRUST 3.2).

A ballot with many possible fillings is like a signature: who dictated a rare pattern finds it in the list. So a full
list is published only where log2(possible ballots) <= log2(electors) + 2, that is where there are at most four times
as many possible ballots as electors. Whole numbers only; the share of ballots that could be unique is cut, not rounded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from math import comb, isqrt, perm
from typing import Any

BALLOTS_PER_ELECTOR = 4
_DIGITS = Context(prec=60)


@dataclass(frozen=True)
class Publication:
    """What is published: `full` or `aggregate`, how many different ballots are possible, and what percent could be
    unique if everybody chose at random. `narrowed`: the charter asked for a full list and this rule does not allow it."""

    publication: str
    possible_ballots: int
    unique_percent: int
    narrowed: bool


def decide(stated: str, assurance: str, form: Mapping[str, Any], options: int, electors: int) -> Publication:
    """What is published of a round with these settings. An open round shows its ballots by name in any case."""
    possible = possible_ballots(form, options)
    share = unique_percent(possible, electors)
    if assurance == "open":
        return Publication("full", possible, share, narrowed=False)
    fits = possible <= BALLOTS_PER_ELECTOR * electors
    return Publication(
        "full" if stated == "full" and fits else "aggregate", possible, share, narrowed=stated == "full" and not fits
    )


def possible_ballots(form: Mapping[str, Any], options: int) -> int:
    """How many different valid ballots there are for so many options, at most. Raises KeyError for a form not built."""
    return {
        "approve_deny": lambda: 3**options,
        "approval": lambda: sum(
            comb(options, size)
            for size in range(form.get("min", 0), min(options, form.get("max") or options) + 1)
        ),
        "knapsack": lambda: sum(comb(options, size) for size in range(form.get("min", 0), options + 1)),
        "ranked": lambda: sum(
            perm(options, length) for length in range(form.get("min", 0), min(options, form.get("k") or options) + 1)
        ),
        "points": lambda: _points(form["total"], form.get("max") or form["total"], options),
        "none": lambda: 1,
        "quadratic": lambda: _quadratic(form["credits"], options, negative=bool(form.get("negative"))),
    }[form["form"]]()  # fmt: skip


def unique_percent(possible: int, electors: int) -> int:
    """Percent of ballots that nobody else would fill in the same way, if all electors chose at random among all
    possible ones: 100 * (1 - 1/possible) ** (electors - 1). Real people agree more often, so it is an upper estimate."""
    if possible <= 1 or electors <= 1:
        return 100 if electors == 1 else 0
    chance = _DIGITS.divide(Decimal(possible - 1), Decimal(possible))
    return int(_DIGITS.multiply(_DIGITS.power(chance, electors - 1), Decimal(100)))


def _points(total: int, most: int, options: int) -> int:
    """Vectors of whole points of at most `most` each that add up to at most `total`."""
    ways = [1] + [0] * total
    for _ in range(options):
        ways = [sum(ways[max(0, spent - most) : spent + 1]) for spent in range(total + 1)]
    return sum(ways)


def _quadratic(credits: int, options: int, *, negative: bool) -> int:
    """Vectors of whole votes whose squares add up to at most `credits`."""
    ways = [1] + [0] * credits
    for _ in range(options):
        after = list(ways)
        for votes in range(1, isqrt(credits) + 1):
            cost = votes * votes
            times = 2 if negative else 1
            for spent in range(cost, credits + 1):
                after[spent] += times * ways[spent - cost]
        ways = after
    return sum(ways)
