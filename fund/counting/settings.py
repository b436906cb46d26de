"""The settings a charter can give a counting rule: their names, what each may be, and how a wrong one is answered.

A setting is kept in one canonical plain form (text, whole number, true or false, list, object), the same in a file,
on the command line (`--set name=value`), in the charter and in what the count publishes. Rule modules say which
settings they use and with which defaults (`rules/registry.py`); this room says what each value may be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from fund.counting.errors import BadContest

LARGEST_NUMBER = 2**63 - 1  # what every part of the program, and every reader of its files, can hold
LONGEST_TEXT = 10_000

TIE_STEPS = ("most_votes", "lower_cost", "higher_cost", "more_first_choices", "earlier_stage", "listed", "lot")
FLOOR_OF_COST = "votes/voters >= cost/(3*budget)"
FLOOR_OF_NET = "net > 0"


def whole_number(value: Any, path: str, *, least: int = 0, most: int = LARGEST_NUMBER) -> int:
    """The value as an integer within limits; text of digits is taken too, for the command line."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,19}", value):
        value = int(value)
    if isinstance(value, Decimal) and value.adjusted() < 20 and value == value.to_integral_value():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadContest(path, f"a whole number from {least} to {most}")
    return value


def exact_fraction(value: Any, path: str) -> Fraction:
    """A number given as 3, "2/3", "0.6", 0.6 (read as a decimal, not as a float) or "60%"."""
    text = str(value).strip() if isinstance(value, (str, int, Decimal)) and not isinstance(value, bool) else ""
    match = re.fullmatch(r"(\d{1,18})(?:/(\d{1,18})|(?:\.(\d{1,18}))?(%)?)", text)
    if match is None or (match[2] and int(match[2]) == 0):
        raise BadContest(path, 'a number such as "2/3", "0.6" or "60%"')
    if match[2]:
        return Fraction(int(match[1]), int(match[2]))
    number = Fraction(f"{match[1]}.{match[3] or 0}")
    return number / 100 if match[4] else number


def fraction_text(number: Fraction | int) -> str:
    """The canonical text of an exact number: `7`, `2/3`."""
    number = Fraction(number)
    return str(number.numerator) if number.denominator == 1 else f"{number.numerator}/{number.denominator}"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its name and the reader that turns a given value into the canonical one or raises BadContest."""

    name: str
    read: Callable[[Any, str], Any]


def _one_of(*allowed: str) -> Callable[[Any, str], Any]:
    def read(value: Any, path: str) -> str:
        if not isinstance(value, str) or value not in allowed:
            raise BadContest(path, "one of " + ", ".join(allowed))
        return value

    return read


def _yes_or_no(value: Any, path: str) -> bool:
    if value in ("true", "false"):
        return bool(value == "true")
    if not isinstance(value, bool):
        raise BadContest(path, "true or false")
    return value


def _number(least: int, most: int = LARGEST_NUMBER) -> Callable[[Any, str], Any]:
    return lambda value, path: whole_number(value, path, least=least, most=most)


def _number_or_none(value: Any, path: str) -> int | None:
    return None if value in (None, "null", "none", "") else whole_number(value, path)


def _text_or_none(value: Any, path: str) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > LONGEST_TEXT:
        raise BadContest(path, f"text of at most {LONGEST_TEXT} characters")
    return value


def _ties(value: Any, path: str) -> list[str]:
    steps = value.split(",") if isinstance(value, str) else value
    if not isinstance(steps, (list, tuple)):
        raise BadContest(path, "a list of " + ", ".join(TIE_STEPS))
    chain = [step.strip() if isinstance(step, str) else step for step in steps if step != ""]
    for place, step in enumerate(chain):
        if not isinstance(step, str) or step not in TIE_STEPS:
            raise BadContest(f"{path}[{place}]", "one of " + ", ".join(TIE_STEPS))
    if len(set(chain)) != len(chain):
        raise BadContest(path, "every step at most once")
    return chain


def _threshold(value: Any, path: str) -> str:
    """`majority` is more yes than no; a number is the least share of yes in yes + no."""
    if value == "majority":
        return "majority"
    share = exact_fraction(value, path)
    if not 0 < share <= 1:
        raise BadContest(path, '"majority" or a share above 0 and at most 1')
    return fraction_text(share)


def _quorum(value: Any, path: str) -> Any:
    """None, `majority_of_roll`, `{type: count, value: n}` or `{type: percent, value: share of the roll}`."""
    if value in (None, "none"):
        return None
    if value == "majority_of_roll" or (isinstance(value, Mapping) and dict(value) == {"type": "majority_of_roll"}):
        return {"type": "majority_of_roll"}
    if isinstance(value, str) and value.endswith("%"):
        value = {"type": "percent", "value": value[:-1]}
    elif not isinstance(value, Mapping):
        value = {"type": "count", "value": value}
    if (
        set(value) - {"type", "value", "on_miss"}
        or "value" not in value
        or value.get("type") not in ("count", "percent")
    ):
        raise BadContest(path, 'majority_of_roll, a number of ballots, or {"type": "percent", "value": 80}')
    if value["type"] == "count":
        return {"type": "count", "value": whole_number(value["value"], f"{path}.value")}
    share = exact_fraction(value["value"], f"{path}.value")
    if share > 100:
        raise BadContest(f"{path}.value", "at most 100")
    return {"type": "percent", "value": fraction_text(share)}


def quorum_needed(quorum: Mapping[str, Any], roll: int | None, path: str = "$.roll") -> int:
    """Ballots needed: a count as it stands, floor(n/2)+1, or the percentage of the roll, rounded up."""
    if quorum["type"] == "count":
        return int(quorum["value"])
    if roll is None:
        raise BadContest(path, "the number of electors, which the quorum is a share of")
    if quorum["type"] == "majority_of_roll":
        return roll // 2 + 1
    share = Fraction(quorum["value"]) * roll / 100
    return -((-share.numerator) // share.denominator)


def _chambers(value: Any, path: str) -> Any:
    """`{name: {quorum, threshold}}`, or null for one chamber of all. None in a chamber: as the rule says for all."""
    if value is None:
        return None
    if not isinstance(value, Mapping) or not value:
        raise BadContest(path, 'an object such as {"coops": {"quorum": 4, "threshold": "majority"}}')
    chambers = {}
    for name, terms in value.items():
        place = f"{path}.{name}"
        if not isinstance(terms, Mapping) or set(terms) - {"quorum", "threshold"}:
            raise BadContest(place, "an object with quorum and threshold")
        chambers[name] = {
            "quorum": _quorum(terms.get("quorum"), f"{place}.quorum"),
            "threshold": _threshold(terms["threshold"], f"{place}.threshold")
            if terms.get("threshold") is not None
            else None,
        }
    return chambers


def _floor(value: Any, path: str) -> str:
    """`none`, `votes >= n`, `votes/voters >= cost/(3*budget)` or `net > 0`."""
    text = re.sub(r"\s+", "", value) if isinstance(value, str) else value
    if text in (None, "none"):
        return "none"
    if text == FLOOR_OF_COST.replace(" ", ""):
        return FLOOR_OF_COST
    if text == FLOOR_OF_NET.replace(" ", ""):
        return FLOOR_OF_NET
    if isinstance(text, int) and not isinstance(text, bool):
        text = f"votes>={text}"
    match = re.fullmatch(r"votes>=(\d{1,18})", text) if isinstance(text, str) else None
    if match is None:
        raise BadContest(path, f"none, votes >= 10, {FLOOR_OF_COST} or {FLOOR_OF_NET}")
    return f"votes >= {int(match[1])}"


def _cap(value: Any, path: str) -> Any:
    """`ask` (no more than was asked for), `none`, or an amount in minor units."""
    if value in ("ask", "none"):
        return value
    return "none" if value is None else whole_number(value, path, least=1)


SETTINGS: dict[str, Setting] = {
    name: Setting(name, read)
    for name, read in {
        "ties": _ties,
        "seed": _text_or_none,
        "quorum": _quorum,
        "threshold": _threshold,
        "chambers": _chambers,
        "floor": _floor,
        "fit": _one_of("skip", "stop", "partial"),
        "overvotes": _one_of("exhaust", "skip"),
        "max_skipped_ranks": _number_or_none,
        "repeats": _one_of("skip", "exhaust"),
        "eliminate": _one_of("lowest", "batch"),
        "until": _one_of("majority", "two"),
        "seats": _number(1, 10_000),
        "quota": _one_of("droop", "hare"),
        "whole_quota": _yes_or_no,
        "decimals": _number(0, 18),
        "surplus": _one_of("weighted_inclusive_gregory"),
        "elect_per_round": _one_of("all", "one"),
        "utility": _one_of("cost", "votes", "score"),
        "completion": _one_of(
            "none", "utilitarian", "add1", "add1_exhaustive", "add1+utilitarian", "add1_exhaustive+utilitarian"
        ),
        "comparison": _one_of("none", "satisfaction", "exclusion"),
        "min_award": _number(0),
        "cap": _cap,
        "credits": _number(1, 10**9),
        "pairwise": _yes_or_no,
        "pairwise_bound": _number(1, 10**12),
    }.items()
}


def read_setting(name: str, value: Any, path: str) -> Any:
    """The canonical value of one setting. Raises BadContest for an unknown name or a value it may not have."""
    if name not in SETTINGS:
        raise BadContest(path, "a setting of a counting rule: " + ", ".join(sorted(SETTINGS)))
    return SETTINGS[name].read(value, path)
