"""Did a tie matter? Every other way each tie could have gone is counted too, within a bound.

For each tie of a count the other options that were level are put in the place of the one chosen, one at a time, and the
contest is counted again; ties that come up only then are followed in all their ways as well. If any of these counts
elects others, or pays other amounts, the tie changed the outcome. The bound is on work and is the same everywhere: at
most `MOST_COUNTS` recounts, and fewer for large contests. Where it is hit first, the tie's answer stays open (None).

A tie the chain does not break stops the count only if something depends on it: where every way it can go funds the same
options with the same amounts, the count goes on as if the order of the file had decided (`no_difference`).
"""

from __future__ import annotations

from collections import deque
from dataclasses import replace

from fund.counting.contest import Contest
from fund.counting.count import Count, Tie
from fund.counting.errors import UnbrokenTie
from fund.counting.profile import Profile
from fund.counting.sitting import Forced, Sitting, hold, published, work_of

MOST_COUNTS = 64
MOST_WORK = 200_000  # marks on ballots looked at, over all recounts

NO_TIES: Forced = {}
Outcome = tuple[frozenset[str], tuple[tuple[str, int], ...]]


def sit(contest: Contest, profile: Profile) -> tuple[Sitting, Forced]:
    """The sitting that counts this contest, and how those ties went in it on which nothing depends and which the chain
    does not break. Raises UnbrokenTie where something does depend, or where that is not known within the bound.
    """
    try:
        return hold(contest, profile), NO_TIES
    except UnbrokenTie as fault:
        if not fault.tied:
            raise
        position = {option.id: place for place, option in enumerate(contest.options)}
        waiting = _ways(fault, NO_TIES, position)
        found: tuple[Sitting, Forced] | None = None
        for _ in range(min(MOST_COUNTS, MOST_WORK // work_of(contest, profile))):
            forced = waiting.pop()
            try:
                sitting = hold(contest, profile, forced, frozenset(forced))
            except UnbrokenTie as later:
                waiting += _ways(later, forced, position)
                continue
            if found is None:
                found = sitting, forced
            elif outcome_of(published(sitting)) != outcome_of(published(found[0])):
                raise fault from None
            if not waiting:
                return found
        raise


def _ways(fault: UnbrokenTie, forced: Forced, position: dict[str, int]) -> list[Forced]:
    """The choices so far with each way the chain leaves open, the one by the order of the file last."""
    key = (fault.purpose, fault.tied)
    places = sorted((position[id_] for id_ in fault.options), reverse=fault.best)
    return [{**forced, key: place} for place in places]


def explore(contest: Contest, result: Count, work: int, profile: Profile, settled: Forced = NO_TIES) -> Count:
    """The same count with `changes_outcome` answered for its ties. `work` is what one count of this contest costs,
    `settled` what `sit` found.
    """
    left = min(MOST_COUNTS, MOST_WORK // max(work, 1))
    ties = []
    for tie in result.ties:
        if tie.changes_outcome is None:
            answer, used = _changes(contest, profile, outcome_of(result), tie, left, settled)
            left -= used
            tie = replace(tie, changes_outcome=answer)
        ties.append(tie)
    return replace(result, ties=tuple(ties))


def outcome_of(result: Count) -> Outcome:
    """Who is elected, and with how much."""
    return frozenset(result.elected), tuple(sorted(result.awards.items()))


def _changes(
    contest: Contest, profile: Profile, before: Outcome, tie: Tie, left: int, settled: Forced
) -> tuple[bool | None, int]:
    """Whether another choice in this tie leads to another outcome (None: not known within `left`), and recounts made."""
    position = {option.id: place for place, option in enumerate(contest.options)}
    waiting: deque[Forced] = deque(_others(tie, settled, position))
    used, open_end = 0, False
    while waiting:
        if used >= left:
            return None, used
        forced = waiting.popleft()
        used += 1
        try:
            other = published(hold(contest, profile, forced))
        except UnbrokenTie:
            open_end = True
            continue
        if outcome_of(other) != before:
            return True, used
        for later in other.ties:
            if later.changes_outcome is None and _key(later, position) not in forced and later.stage > tie.stage:
                waiting.extend(_others(later, forced, position))
    return (None if open_end else False), used


def _key(tie: Tie, position: dict[str, int]) -> tuple[str, frozenset[int]]:
    return tie.purpose, frozenset(position[id_] for id_ in tie.options)


def _others(tie: Tie, forced: Forced, position: dict[str, int]) -> list[Forced]:
    """The choices so far, with each option that was not chosen put in the place of the one that was."""
    key = _key(tie, position)
    return [{**forced, key: position[id_]} for id_ in tie.options if id_ != tie.chosen]
