"""One pot split by votes (`proportional_capped`).

Every option with votes above zero gets the pot's share of its votes. Shares below the least award drop out, the
lowest first, one at a time, and the pot is shared anew among the rest. Nobody gets more than was asked for (`cap:
ask`, or a fixed amount): what is over a cap is shared among those below theirs, by votes. Awards are whole units of
the currency: the shares are cut, and the units left over go one each to the largest remainders, ties by the chain; an
award that meets its cap is exactly the cap. Source: COUNTING.md; FIELD.md C8.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from fund.counting.errors import BadContest
from fund.counting.reasons import reason
from fund.counting.rules.registry import COMMON, RuleSpec

if TYPE_CHECKING:
    from fund.counting.sitting import Sitting


def count_proportional(sitting: Sitting) -> None:
    """Split the budget among the candidates."""
    pot = sitting.contest.budget
    if pot is None:
        raise BadContest("$.budget", "the pot to split, in minor units")
    votes = {place: int(sitting.votes[place]) for place in sitting.candidates}
    sharing = {place: number for place, number in votes.items() if number > 0}
    for place, number in votes.items():
        if number <= 0:
            sitting.refuse(place, reason("not_positive", votes=number))
    sharing = _drop_small(sitting, pot, sharing)
    caps = {place: _cap(sitting, place) for place in sharing}
    shares, capped = fill_to_caps(Fraction(pot), sharing, caps)
    awards = whole_units(sitting, pot, shares, capped, caps)
    total = sum(sharing.values())
    for place in sorted(awards, key=lambda place: (-awards[place], place)):
        award = awards[place]
        if award == 0:
            sitting.refuse(place, reason("share_too_small", share_minor=nearest(shares[place]), minimum_minor=1))
        elif place in capped:
            sitting.elect(place, reason("share_capped", award_minor=award, votes=sharing[place], total=total), award)
        else:
            sitting.elect(place, reason("share", award_minor=award, votes=sharing[place], total=total), award)
    for place, share in plain_shares(pot, votes, sitting.contest.unit).items():
        sitting.facts[f"plain_share_minor:{sitting.options[place].id}"] = share
    sitting.stage(sharing, elected=sitting.elected)


def plain_shares(pot: int, votes: Mapping[int, int], unit: int) -> dict[int, int]:
    """What a simple share of the pot would have given each option, in whole units by largest remainder (equal ones in
    the order of the file): a figure for comparison only.
    """
    total = sum(number for number in votes.values() if number > 0)
    if not total:
        return dict.fromkeys(votes, 0)
    shares = {place: Fraction(pot * max(number, 0), total) for place, number in votes.items()}
    given = {place: int(share // unit) * unit for place, share in shares.items()}
    by_remainder = sorted(shares, key=lambda place: (given[place] - shares[place], place))
    for place in by_remainder[: (pot - sum(given.values())) // unit]:
        given[place] += unit
    return given


def nearest(amount: Fraction) -> int:
    """The nearest whole minor unit, halves upwards; for figures that are shown, never for awards."""
    return int((2 * amount.numerator + amount.denominator) // (2 * amount.denominator))


def _cap(sitting: Sitting, place: int) -> int | None:
    cap = sitting.rule["cap"]
    if cap == "none":
        return None
    return sitting.options[place].cost if cap == "ask" else int(cap)


def _drop_small(sitting: Sitting, pot: int, sharing: dict[int, int]) -> dict[int, int]:
    """Without the options whose share is below the least award; each of them is one stage of the log."""
    least = sitting.rule["min_award"]
    sharing = dict(sharing)
    while sharing:
        total = sum(sharing.values())
        fewest = min(sharing.values())
        if Fraction(pot * fewest, total) >= least:
            break
        lowest = sorted(place for place, number in sharing.items() if number == fewest)
        rest = total - fewest * len(lowest)
        all_go = rest == 0 or Fraction(pot * fewest, total - fewest * (len(lowest) - 1)) < least
        out = sitting.last(lowest, "eliminate", harmless=all_go)
        sitting.stage(sharing, eliminated=[out])
        share = nearest(Fraction(pot * fewest, total))
        sitting.refuse(out, reason("share_too_small", share_minor=share, minimum_minor=least))
        del sharing[out]
    return sharing


def fill_to_caps(
    pot: Fraction, votes: Mapping[int, int], caps: Mapping[int, int | Fraction | None]
) -> tuple[dict[int, Fraction], set[int]]:
    """Exact shares with nobody above the cap, and who meets it. Whoever would pass the cap at the present share per
    vote gets exactly the cap; the rest is shared anew until nobody passes it.
    """
    shares: dict[int, Fraction] = {}
    open_ = dict(votes)
    left = pot
    while open_:
        total = sum(open_.values())
        over = [
            place for place, number in open_.items()
            if (cap := caps[place]) is not None and left * number >= cap * total
        ]  # fmt: skip
        if not over:
            shares.update({place: left * number / total for place, number in open_.items()})
            break
        for place in over:
            cap = caps[place]
            shares[place] = Fraction(cap or 0)
            left -= shares[place]
            del open_[place]
    return shares, {place for place in votes if place not in open_}


def whole_units(
    sitting: Sitting, pot: int, shares: Mapping[int, Fraction], capped: set[int], caps: Mapping[int, int | None]
) -> dict[int, int]:
    """Awards in whole currency units by largest remainder; those at their cap keep exactly the cap."""
    unit = sitting.contest.unit
    awards = {place: int(share) if place in capped else int(share // unit) * unit for place, share in shares.items()}
    waiting = {place: shares[place] - awards[place] for place in shares if place not in capped}
    left = min(pot - sum(awards.values()), int(sum(waiting.values())))
    while left >= unit and waiting:
        largest = max(waiting.values())
        level = sorted(place for place, remainder in waiting.items() if remainder == largest)
        place = sitting.prefer(level, "remainder", harmless=len(level) * unit <= left)
        del waiting[place]
        cap = caps[place]
        if cap is None or awards[place] + unit <= cap:
            awards[place] += unit
            left -= unit
    return awards


RULES = (
    RuleSpec(
        name="proportional_capped",
        forms=("quadratic", "points"),
        settings={**COMMON, "floor": "none", "min_award": 0, "cap": "ask"},
        run=count_proportional,
    ),
)
