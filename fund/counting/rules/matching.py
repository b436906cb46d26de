"""Quadratic funding (`quadratic_funding`): a matching pool that follows the number of givers more than their money.

What an option should have is the square of the sum of the square roots of its contributions; the match is that minus
the contributions. If all matches together are more than the pool (the budget), each is scaled down alike; `cap`
limits one option's match (`ask`: what is still missing to its cost), and nobody gets more than the match, even where
others meet their cap. Caps of groups hold as in proportional.py, and of options that cannot go together the one with the
larger match stays, before anything is shared. With `pairwise`, the match of every two givers
is divided by 1 + (what the two have in common over all options) / `pairwise_bound`, so that a pair who give alike
everywhere cannot draw without limit (Buterin, "pairwise coordination subsidies").

It turns money into weight, and is therefore in no preset. Square roots are irrational, so the rule says how far they
go: each option's match is rounded to thirty decimals of a minor unit, and all the rest is exact. Roots are taken to
ninety decimals: with up to 10**9 givers of up to 10**18 minor units what they lack together is less than 10**-50, so
that a match which is a whole number (equal gifts, say) comes out as that number, and equal matches of different gifts
come out equal. Awards are whole minor units by largest remainder. Source: Buterin, Hitzig and Weyl 2019.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import isqrt
from typing import TYPE_CHECKING

from fund.counting.errors import BadContest
from fund.counting.reasons import reason
from fund.counting.rules.proportional import Ceilings, Group, drop_rivals, fill, groups_of
from fund.counting.rules.registry import COMMON, RuleSpec

if TYPE_CHECKING:
    from fund.counting.sitting import Sitting

FINE = 10**90
ROUNDED = 10**30
MOST_PAIRS = 4_000_000
Gifts = tuple[tuple[int, int], ...]  # (option, minor units) of one giver


def _rounded(match: Fraction) -> int:
    """A match rounded to thirty decimals, as a multiple of 10**-30."""
    return (2 * match.numerator * ROUNDED + match.denominator) // (2 * match.denominator)


def plain_matches(gifts: Mapping[tuple[int, int], int], options: int) -> list[int]:
    """(sum of roots) squared minus the sum, for every option, as multiples of 10**-30. `gifts`: for each option and
    amount, how many gave it.
    """
    roots, sums = [0] * options, [0] * options
    for (place, amount), givers in gifts.items():
        roots[place] += isqrt(amount * FINE**2) * givers
        sums[place] += amount * givers
    return [max(0, _rounded(Fraction(roots[place] ** 2, FINE**2) - sums[place])) for place in range(options)]


def bounded_matches(gifts: tuple[Gifts, ...], options: int, bound: int) -> list[int]:
    """The pairwise-bounded matches, as multiples of 10**-30."""
    amounts = [dict(given) for given in gifts]
    matches = [0] * options  # multiples of 1 / FINE
    for number, first in enumerate(amounts):
        for second in amounts[:number]:
            shared = {place: isqrt(first[place] * second[place] * FINE**2) for place in first if place in second}
            whole = bound * FINE + sum(shared.values())
            for place, product in shared.items():
                matches[place] += 2 * product * bound * FINE // whole
    return [_rounded(Fraction(match, FINE)) for match in matches]


def count_quadratic_funding(sitting: Sitting) -> None:
    """Share out the matching pool."""
    pool = sitting.contest.budget
    if pool is None:
        raise BadContest("$.budget", "the matching pool, in minor units")
    number = len(sitting.options)
    if sitting.rule["pairwise"]:
        if sitting.profile.valid**2 > MOST_PAIRS:
            raise BadContest("$.ballots", f"at most {isqrt(MOST_PAIRS)} givers under pairwise matching")
        gifts = tuple(given for given, weight in sitting.profile.scored for _ in range(weight))
        matches = bounded_matches(gifts, number, sitting.rule["pairwise_bound"])
    else:
        matches = plain_matches(sitting.profile.gifts(), number)
    wanted = {place: matches[place] for place in sitting.candidates if matches[place] > 0}
    kept = drop_rivals(sitting, wanted)
    pot = min(Fraction(pool), Fraction(sum(kept.values()), ROUNDED))
    caps = {place: _most(sitting, place, Fraction(matches[place], ROUNDED)) for place in kept}
    ceilings = Ceilings(caps, groups_of(sitting))
    shares, stops = fill(pot, kept, ceilings)
    awards = _whole(sitting, shares, ceilings.groups)
    for place in sorted(awards, key=lambda place: (-awards[place], place)):
        award, stop, given = awards[place], stops.get(place), int(sitting.votes[place])
        if award and isinstance(stop, Group):
            figures = {"award_minor": award, "given_minor": given, "cap_minor": stop.cap}
            sitting.elect(place, reason("matched_in_group", group=stop.name, **figures), award)
        elif award:
            sitting.elect(place, reason("matched", award_minor=award, given_minor=given), award)
    for place in sitting.candidates:
        stop = stops.get(place)
        if (place in wanted and place not in kept) or awards.get(place):
            continue
        nothing = reason("no_match", given_minor=int(sitting.votes[place]))
        sitting.refuse(place, stop.refusal(awards) if isinstance(stop, Group) else nothing)
    sitting.stage({place: sitting.votes[place] for place in sitting.candidates}, elected=sitting.elected)


def _most(sitting: Sitting, place: int, match: Fraction) -> Fraction:
    """The most an option may have: its match, and no more than its cap."""
    cap = sitting.rule["cap"]
    if cap == "none":
        return match
    if cap == "ask":
        return min(match, Fraction(max(0, sitting.options[place].cost - int(sitting.votes[place]))))
    return min(match, Fraction(cap))


def _whole(sitting: Sitting, shares: Mapping[int, Fraction], groups: Sequence[Group]) -> dict[int, int]:
    """Whole minor units by largest remainder, ties by the chain; none that a group's cap leaves no room for."""
    awards = {place: int(share) for place, share in shares.items()}
    waiting = {place: share - awards[place] for place, share in shares.items() if share > awards[place]}
    left = int(sum(waiting.values()))
    while left > 0 and waiting:
        largest = max(waiting.values())
        level = sorted(place for place, remainder in waiting.items() if remainder == largest)
        place = sitting.prefer(level, "remainder", harmless=len(level) <= left and not groups)
        del waiting[place]
        if all(group.paid(awards) < group.cap for group in groups if place in group.members):
            awards[place] += 1
            left -= 1
    return awards


RULES = (
    RuleSpec(
        name="quadratic_funding",
        forms=("contributions",),
        settings={**COMMON, "floor": "none", "cap": "none", "pairwise": False, "pairwise_bound": 10_000},
        run=count_quadratic_funding,
    ),
)
