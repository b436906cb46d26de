"""Made-up ballots: a steward looks ahead at the result page of a round that nobody has voted in.

Nothing is written and nothing is read of any vote: the ballots are drawn from a number and the round's own rules with
SHA-256, so that the same number always gives the same ballots. The count is the real one. It stands only on the page
that the steward asked for; there is no file of it and no row in the database that could be taken for a result.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isqrt
from typing import Any

from flask_babel import lazy_gettext as _l

from fund.counting.count import count
from fund.db import canonical_bytes
from fund.errors import WrongState
from fund.permissions import Actor, require
from fund.results.reading import Shown, shown
from fund.rounds.models import Round
from fund.voting import ballot_view
from fund.voting import choices as ballot_choices
from fund.voting.tally import contest_of

ACT = "round.look_ahead"
MOST_BALLOTS = 500
MOST_SETS = 1000


class NothingToCount(WrongState):
    """The ballot has no line yet."""


@dataclass(frozen=True)
class MadeUpOption:
    """One line of the ballot as the tables of a result take it."""

    option_id: str
    title: str
    cost_minor: int
    proposal_id: int | None = None


@dataclass(frozen=True)
class LookAhead:
    """Made-up ballots counted: the number they were drawn from, how many, a few of them, and the count."""

    set_number: int
    ballots: int
    samples: list[dict[str, Any]]
    outcome: Shown


def look_ahead(round_: Round, *, set_number: int = 1, ballots: int | None = None, by: Actor) -> LookAhead:
    """Count made-up ballots by the rules that freezing would fix (or has fixed).

    Raises WrongState once voting has opened, NothingToCount while there is nothing on the ballot.
    """
    require(by, ACT, round_)
    if round_.status not in ("draft", "frozen"):
        raise WrongState(_l("Ballots are made up only before voting opens."))
    rules = ballot_view.rules_shown(round_)
    if not rules["options"]:
        raise NothingToCount(_l("There is nothing on this ballot yet."))
    set_number = max(1, min(set_number, MOST_SETS))
    seed = f"{round_.uuid}:{set_number}"
    rooms = _rooms(rules, ballots)
    made = [(room, choices) for room, wanted in rooms for choices in _ballots(rules, f"{seed}:{room}", wanted)]
    contest = contest_of(
        _as_if_enough(rules, rooms),
        grouped(made),
        title=round_.title,
        roll=max(rules["electors"], len(made)),
        seed=seed,
    )
    raw = json.loads(count(contest).bytes())
    options = {one["id"]: MadeUpOption(one["id"], one["title"], one["cost"]) for one in rules["options"]}
    samples = [choices for _room, choices in made[:3]]
    return LookAhead(set_number, len(made), samples, shown(raw, options, round_, rules))


def grouped(made: Sequence[tuple[str, Mapping[str, Any]]]) -> list[tuple[str, dict[str, Any], int]]:
    """Equal ballots together, as (chamber, choices, how many)."""
    found = Counter((room, canonical_bytes(dict(choices))) for room, choices in made)
    return [(room, json.loads(data), n) for (room, data), n in sorted(found.items())]


def ballot(rules: Mapping[str, Any], seed: str, voter: int) -> dict[str, Any]:
    """One made-up ballot of the round's form, within its limits: some options are liked more than others."""
    form = rules["form"]
    ids = [one["id"] for one in rules["options"]]
    liked = sorted(
        ids, key=lambda id_: -(_drawn(seed, voter, id_) % 100 + 1) * (_drawn(seed, "liking", id_) % 100 + 20)
    )
    return _MAKERS[form["form"]](form, liked, _drawn(seed, voter, "size"), rules)


def _rooms(rules: Mapping[str, Any], ballots: int | None) -> list[tuple[str, int]]:
    """How many ballots in each chamber, or in all: three of five on the roll, unless a number is asked for."""
    if rules["form"]["form"] == "none":
        return []
    rolls = [(one["code"], one["electors"] or 0) for one in rules["chambers"]] or [("", rules["electors"])]
    return [(code, min(ballots or max(3 * electors // 5, 12), MOST_BALLOTS)) for code, electors in rolls]


def _as_if_enough(rules: dict[str, Any], rooms: Sequence[tuple[str, int]]) -> dict[str, Any]:
    """The rules with rolls that hold the made-up voters, and no quorum to miss: this is not about turnout."""
    cast = dict(rooms)
    chambers = [{**one, "electors": max(one["electors"] or 0, cast.get(one["code"], 0))} for one in rules["chambers"]]
    rule = {name: value for name, value in rules["rule"].items() if name != "quorum"}
    if chambers:
        rule["chambers"] = {name: {**terms, "quorum": None} for name, terms in rule["chambers"].items()}
    return {**rules, "chambers": chambers, "rule": rule}


def _ballots(rules: Mapping[str, Any], seed: str, wanted: int) -> Iterator[dict[str, Any]]:
    for voter in range(wanted):
        yield ballot_choices.read(ballot(rules, seed, voter), rules)


def _drawn(*parts: object) -> int:
    digest = hashlib.sha256("\0".join(str(part) for part in parts).encode()).digest()
    return int.from_bytes(digest[:8], "big")


def _size(form: Mapping[str, Any], most: int, drawn: int) -> int:
    """A number of marks within the form's limits."""
    least = max(1, form.get("min") or 1)
    return min(most, least + drawn % max(1, most - least + 1))


def _marks(_form: Mapping[str, Any], liked: list[str], drawn: int, _rules: Mapping[str, Any]) -> dict[str, Any]:
    yes = 1 + drawn % len(liked) if drawn % 3 or len(liked) > 1 else 0
    said = {id_: "yes" if place < yes else "no" for place, id_ in enumerate(liked)}
    if drawn % 10 == 0:
        said[liked[-1]] = "abstain"
    return {"marks": said}


def _approve(form: Mapping[str, Any], liked: list[str], drawn: int, _rules: Mapping[str, Any]) -> dict[str, Any]:
    return {"approve": liked[: _size(form, min(len(liked), form.get("max") or len(liked)), drawn)]}


def _knapsack(_form: Mapping[str, Any], liked: list[str], _drawn: int, rules: Mapping[str, Any]) -> dict[str, Any]:
    left, chosen = rules["budget_minor"] or 0, []
    costs = {one["id"]: one["cost"] for one in rules["options"]}
    for id_ in liked:
        if costs[id_] <= left:
            left -= costs[id_]
            chosen.append(id_)
    return {"approve": chosen}


def _ranking(form: Mapping[str, Any], liked: list[str], drawn: int, _rules: Mapping[str, Any]) -> dict[str, Any]:
    return {"ranking": [[id_] for id_ in liked[: _size(form, min(len(liked), form.get("k") or len(liked)), drawn)]]}


def _points(form: Mapping[str, Any], liked: list[str], drawn: int, _rules: Mapping[str, Any]) -> dict[str, Any]:
    left, most = form["total"], min(form.get("max") or form["total"], form["total"])
    sharing = liked[: _size(form, min(len(liked), left), drawn)]
    given = dict.fromkeys(sharing, 1)
    left -= len(sharing)
    for id_ in sharing:
        more = min(left, most - 1, left // 2 + 1)
        given[id_] += more
        left -= more
    return {"points": given}


def _votes(form: Mapping[str, Any], liked: list[str], drawn: int, _rules: Mapping[str, Any]) -> dict[str, Any]:
    left, given = form["credits"], {}
    for id_ in liked[: _size(form, min(len(liked), max(1, left)), drawn)]:
        given[id_] = max(1, isqrt(left * 3 // 5))
        left -= given[id_] ** 2
        if left < 1:
            break
    if form.get("negative") and left >= 1 and drawn % 3 == 0 and liked[-1] not in given:
        given[liked[-1]] = -1
    return {"votes": given}


_MAKERS = {
    "approve_deny": _marks, "approval": _approve, "knapsack": _knapsack, "ranked": _ranking, "points": _points,
    "quadratic": _votes,
}  # fmt: skip
