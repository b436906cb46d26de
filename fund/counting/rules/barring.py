"""Caps and exclusions where options are elected and not paid down a list (`irv`, the three `stv`).

Words: an option is *barred* when, with those elected so far, it would break a cap of one of its groups, or cannot go
together with one of them. The law of it, the same for each of these rules:

1. An option whose own cost breaks a cap cannot stand. It is passed over before the count, as one below the floor is,
   and every ballot goes on to the next option on it.
2. Options that are elected at one stage are elected in turn, most votes first, level ones by the chain; one that an
   election before it bars is not elected. No tie is broken where none of the level ones bars another.
3. Whoever is barred by an election is excluded at once, at the stage of that election and before any surplus moves;
   the ballots go on as at every exclusion. Where the last place is filled nobody is excluded any more.

A cap is measured in what options cost: with a cost of 100 each, a cap of 200 is two places. Source: COUNTING.md, "Settings
common to all" (an option that would break its group's cap is passed over; the better placed one excludes the others).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from fund.counting.reasons import Reason, reason

if TYPE_CHECKING:
    from fund.counting.sitting import Sitting
    from fund.counting.ties import Number


def pass_over(sitting: Sitting) -> dict[int, Reason]:
    """Take out of `candidates` whoever cannot stand; each with its reason, to be said after those of the count."""
    out: dict[int, Reason] = {}
    for place in sitting.candidates if sitting.limits.any else ():
        why = sitting.limits.refusal(sitting.options[place], sitting.options[place].cost)
        if why is not None:
            out[place] = why
    sitting.candidates = [place for place in sitting.candidates if place not in out]
    return out


def in_turn(sitting: Sitting, votes: Mapping[int, Number], reached: Iterable[int]) -> list[int]:
    """Those of `reached` who are elected together, in the order of their election: most votes first."""
    waiting = sorted(reached, key=lambda place: (-votes[place], place))
    if not sitting.limits.any:
        return waiting
    limits, found = sitting.limits.copy(), []
    while waiting:
        level = [place for place in waiting if votes[place] == votes[waiting[0]]]
        if limits.allow_all([sitting.options[place] for place in level]):
            place = level[0]
        else:
            place = sitting.prefer(level, "elect")
        found.append(place)
        limits.record(sitting.options[place], sitting.options[place].cost)
        waiting = [
            other for other in waiting
            if other != place and limits.refusal(sitting.options[other], sitting.options[other].cost) is None
        ]  # fmt: skip
    return found


def bar(sitting: Sitting, standing: Iterable[int], votes: Callable[[int], str]) -> list[int]:
    """Whoever of these is barred now, each with its reason as of this stage. `votes` gives what one holds, as text."""
    out = []
    for place in sorted(standing) if sitting.limits.any else ():
        why = sitting.limits.refusal(sitting.options[place], sitting.options[place].cost)
        if why is not None:
            code = "barred_by" if why.code == "excluded_by" else "barred_by_cap"
            sitting.reasons[place] = reason(code, stage=sitting.stage_number, votes=votes(place), **why.params)
            out.append(place)
    return out


def facts_of(sitting: Sitting, barred: Sequence[int]) -> dict[str, str | int]:
    """What the stage's log says of each: the option it cannot go together with, or the group whose cap it would break."""
    found: dict[str, str | int] = {}
    for place in barred:
        params = sitting.reasons[place].params
        name = "excluded_by" if "winner_option" in params else "group_cap"
        found[f"{name}:{sitting.options[place].id}"] = params.get("winner_option", params.get("group", ""))
    return found
