"""Quadratic funding (`quadratic_funding`): a matching pool that follows the number of givers more than their money.

What an option should have is the square of the sum of the square roots of its contributions; the match is that minus
the contributions. If all matches together are more than the pool (the budget), each is scaled down alike; `cap`
limits one option's match (`ask`: what is still missing to its cost), and nobody gets more than the match, even where
others meet their cap. Caps of groups hold as in proportional.py, and of options that cannot go together the one with the
larger match stays, before anything is shared. With `pairwise`, the match of every two givers
is divided by 1 + (what the two have in common over all options) / `pairwise_bound`, so that a pair who give alike
everywhere cannot draw without limit (Buterin, "pairwise coordination subsidies").

A set-aside is a part of the pool for the options of its group: it matches them first, by all of the above. Where it may
overflow, the open pool then matches what is still missing to each one's match, beside the matches of everyone to whom
no set-aside gave anything. COUNTING.md says no more than that set-asides are counted first; this is our reading.

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
from fund.counting.rules.proportional import Ceilings, Group, Stop, drop_rivals, fill, groups_of, parts_of
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


def bounded_matches(gifts: Sequence[tuple[Gifts, int]], options: int, bound: int) -> list[int]:
    """The pairwise-bounded matches, as multiples of 10**-30. `gifts`: what equal givers gave, and how many they are; what
    one pair of them draws is what each of their pairs draws, so the work grows with different givers only.
    """
    roots: dict[int, int] = {}
    matches = [0] * options  # multiples of 1 / FINE
    amounts = [(dict(given), givers) for given, givers in gifts]
    for number, (first, givers) in enumerate(amounts):
        for second, others in amounts[: number + 1]:
            pairs = givers * others if second is not first else givers * (givers - 1) // 2
            shared = {place: first[place] * second[place] for place in first.keys() & second.keys()}
            for product in shared.values():
                if product not in roots:
                    roots[product] = isqrt(product * FINE**2)
            whole = bound * FINE + sum(roots[product] for product in shared.values())
            for place, product in shared.items():
                matches[place] += pairs * (2 * roots[product] * bound * FINE // whole)
    return [_rounded(Fraction(match, FINE)) for match in matches]


def count_quadratic_funding(sitting: Sitting) -> None:
    """Share out the matching pool."""
    pool = sitting.purse.budget
    if pool is None:
        raise BadContest("$.budget", "the matching pool, in minor units")
    number = len(sitting.options)
    if sitting.rule["pairwise"]:
        if sitting.profile.groups**2 > MOST_PAIRS:
            raise BadContest("$.ballots", f"at most {isqrt(MOST_PAIRS)} different givers under pairwise matching")
        matches = bounded_matches(sitting.profile.scored, number, sitting.rule["pairwise_bound"])
    else:
        matches = plain_matches(sitting.profile.gifts(), number)
    wanted, caps = _missing(sitting, matches)
    kept = drop_rivals(sitting, wanted)
    pot = min(Fraction(pool), Fraction(sum(kept.values()), ROUNDED))
    ceilings = Ceilings(caps, groups_of(sitting))
    before = len(sitting.elected)
    shares, stops = fill(pot, kept, ceilings)
    awards = _whole(sitting, shares, ceilings.groups)
    for place in sorted(awards, key=lambda place: (-awards[place], place)):
        if awards[place]:
            _award(sitting, place, awards[place], stops.get(place))
    for place in sitting.candidates:
        stop = stops.get(place)
        if (place in wanted and place not in kept) or awards.get(place) or place in sitting.parts:
            continue
        nothing = reason("no_match", given_minor=int(sitting.votes[place]))
        sitting.refuse(place, stop.refusal(awards) if isinstance(stop, Group) else nothing)
    tally = {place: sitting.votes[place] for place in sitting.candidates}
    sitting.stage(tally, elected=sitting.elected[before:], facts=parts_of(sitting, awards))


def _missing(sitting: Sitting, matches: Sequence[int]) -> tuple[dict[int, int], dict[int, Fraction]]:
    """What is still missing to each candidate's match, as multiples of 10**-30, and the most it may get from this pool."""
    wanted: dict[int, int] = {}
    caps: dict[int, Fraction] = {}
    for place in sitting.candidates:
        had = sitting.awards.get(place, 0)
        most = _most(sitting, place, Fraction(matches[place], ROUNDED)) - had
        if matches[place] > 0 and (most > 0 or place not in sitting.parts):
            wanted[place], caps[place] = matches[place] - had * ROUNDED, most
    return wanted, caps


def _award(sitting: Sitting, place: int, award: int, stop: Stop) -> None:
    """Give the option its match from this pool, and say why it is so much."""
    figures = {"award_minor": award, "given_minor": int(sitting.votes[place])}
    if place in sitting.parts:
        had = sitting.awards[place]
        figures |= {"award_minor": had + award, "aside_minor": had, "open_minor": award}
        sitting.add(place, reason("matched_and_more", group=sitting.parts[place], **figures), award)
    elif isinstance(stop, Group):
        sitting.elect(place, reason("matched_in_group", group=stop.name, cap_minor=stop.cap, **figures), award)
    else:
        sitting.elect(place, reason("matched", **figures), award)


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
        if all(group.paid(awards) < group.room for group in groups if place in group.members):
            awards[place] += 1
            left -= 1
    return awards


RULES = (
    RuleSpec(
        name="quadratic_funding",
        forms=("contributions",),
        settings={**COMMON, "floor": "none", "cap": "none", "pairwise": False, "pairwise_bound": 10_000},
        run=count_quadratic_funding,
        pots=True,
        shares=True,
    ),
)
