"""Parts of a result that only some rounds have: chambers, set-asides, pairs of a Condorcet count, the order of a draw.

Everything is read from the count's own stages and facts and from the frozen rules; nothing is counted here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from fund.counting.forms import share_or_amount


@dataclass(frozen=True)
class Verdict:
    """What one chamber said of one option, and the yes votes it needed."""

    title: str
    yes: int
    no: int
    abstain: int
    needed: int
    adopted: bool


@dataclass(frozen=True)
class ChamberPart:
    """One chamber: people on its roll, ballots cast and needed, and what it said of each option."""

    name: str
    electors: int
    cast: int | None
    needed: int | None
    verdicts: list[Verdict] = field(default_factory=list)


@dataclass(frozen=True)
class PotPart:
    """A set-aside: how much was kept, how much of that was used, and where the rest went (`open_pool` or the fund)."""

    name: str
    kept_minor: int
    used_minor: int
    left_minor: int
    opens: bool


@dataclass(frozen=True)
class Duel:
    """Two options compared: how many ballots prefer the first to the second, and the other way round."""

    first: str
    second: str
    for_first: int
    for_second: int


def chambers(raw: Mapping[str, Any], titles: Mapping[str, str]) -> list[ChamberPart]:
    """The chambers of a result in the order of the rules; empty where there are none."""
    terms = raw["rule"].get("chambers") or {}
    quorums = {one["chamber"]: one for one in raw["quorum"]}
    roll = raw["roll"] if isinstance(raw["roll"], Mapping) else {}
    return [
        ChamberPart(
            name,
            int(roll.get(name, 0)),
            quorums[name]["cast"] if name in quorums else None,
            quorums[name]["needed"] if name in quorums else None,
            _verdicts([stage for stage in raw["rounds"] if _chamber_of(stage) == name], titles),
        )
        for name in terms
    ]


def _chamber_of(stage: Mapping[str, Any]) -> str | None:
    return (stage.get("facts") or {}).get("chamber")


def verdicts(raw: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, Verdict]:
    """Yes, no and abstentions by option, in a vote by majority that has no chambers; else empty."""
    if raw["rule"]["method"] != "majority" or raw["rule"].get("chambers"):
        return {}
    return _by_option([stage for stage in raw["rounds"] if any("needed:" in name for name in stage["facts"])], titles)


def _verdicts(stages: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> list[Verdict]:
    """What a chamber said, in the order of the ballot."""
    found = _by_option(stages, titles)
    return [found[key] for key in titles if key in found]


def _by_option(stages: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> dict[str, Verdict]:
    """With set-asides an option may stand in two stages: the last one tells."""
    found: dict[str, Verdict] = {}
    for stage in stages:
        facts = stage["facts"]
        for key, tally in stage["tally"].items():
            yes, needed = int(Fraction(tally)), int(facts[f"needed:{key}"])
            adopted = yes > 0 and yes >= needed
            found[key] = Verdict(
                titles.get(key, key), yes, facts[f"no:{key}"], facts[f"abstain:{key}"], needed, adopted
            )
    return found


def pots(raw: Mapping[str, Any], rules: Mapping[str, Any]) -> list[PotPart]:
    """The set-asides of a decided result."""
    found = []
    for aside in rules.get("set_asides") or ():
        left = raw["facts"].get(f"set_aside:{aside['group']}:left_minor")
        if left is not None:
            kept = share_or_amount(aside["share"], raw["budget"] or 0, "$")
            found.append(PotPart(aside["name"], kept, kept - left, left, aside["release"] == "at_count"))
    return found


def duels(raw: Mapping[str, Any], titles: Mapping[str, str]) -> list[Duel]:
    """Every pair of a Condorcet count; empty under any other rule."""
    if raw["rule"]["method"] != "condorcet" or not raw["rounds"]:
        return []
    facts = raw["rounds"][-1].get("facts") or {}
    keys = [key for key in titles if any(name.startswith(f"{key}>") for name in facts)]
    return [
        Duel(titles[one], titles[other], facts[f"{one}>{other}"], facts[f"{other}>{one}"])
        for place, one in enumerate(keys)
        for other in keys[place + 1 :]
        if f"{one}>{other}" in facts
    ]
