"""Down the list: paying options in order of preference until the money (or the places) are gone.

Shared by every rule that makes a list: by votes (`greedy`), by repeated instant runoffs (`sequential_irv`), by yes
votes (`majority`), and by votes again for what equal shares leaves over. The list is asked for one option at a time,
so that a tie is only broken when its turn has come, and no public draw is asked for where the order of the tied
options cannot matter (all of them can be paid, or none).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from fund.counting.errors import BadContest
from fund.counting.reasons import Reason, reason

if TYPE_CHECKING:
    from fund.counting.sitting import Sitting
    from fund.counting.ties import Number


def need_pot_or_seats(sitting: Sitting) -> None:
    """Refuse to make a list that nothing ends."""
    if sitting.purse.left is None and sitting.limits.seats is None:
        raise BadContest("$.budget", "a budget in minor units, or seats in the rule")


def by_votes(sitting: Sitting, votes: Mapping[int, Number], purpose: str = "fund") -> Iterator[int]:
    """Positions from most to fewest votes, ties by the chain, each asked for when its turn comes."""
    waiting = dict(votes)
    while waiting:
        most = max(waiting.values())
        level = sorted(place for place, number in waiting.items() if number == most)
        while level:
            options = [sitting.options[place] for place in level]
            harmless = sitting.purse.could_pay_all(options) or sitting.purse.could_pay_none(options)
            best = sitting.prefer(level, purpose, harmless=harmless)
            level.remove(best)
            del waiting[best]
            yield best


def offer_and_pay(sitting: Sitting, place: int) -> int | Reason:
    """Fund the option at its turn if it fits; the amount, or the reason against it."""
    option = sitting.options[place]
    offered = sitting.purse.offer(option)
    if not isinstance(offered, Reason):
        sitting.purse.pay(option, offered)
    return offered


def fund(sitting: Sitting, place: int, votes: Number | None, drawn: int | None = None) -> int | None:
    """Fund or refuse the next option of a list, with its reason; the amount it got, or None.

    `votes` put it there; None for a list that is an order and not a comparison of votes, where it has the place `drawn`,
    counting those before it that were passed over.
    """
    option, limits = sitting.options[place], sitting.limits
    if limits.full:
        sitting.refuse(place, _too_late(sitting, votes))
        return None
    offered = offer_and_pay(sitting, place)
    if isinstance(offered, Reason):
        sitting.refuse(place, offered)
        return None
    number, seats = len(sitting.elected) + 1, limits.seats or 0
    at = number if drawn is None else drawn
    if sitting.purse.left is None:
        if votes is None:
            why = reason("chosen_in_order", place=at, seats=seats)
        else:
            why = reason("chosen", place=number, seats=seats, votes=sitting.text(votes))
    elif offered < option.cost:
        why = reason("funded_in_part", award_minor=offered, cost_minor=option.cost)
    elif votes is None:
        why = reason("funded_in_order", award_minor=offered, place=at)
    else:
        why = reason("funded", award_minor=offered, place=number, votes=sitting.text(votes))
    sitting.elect(place, why, offered)
    return offered


def _too_late(sitting: Sitting, votes: Number | None) -> Reason:
    seats = sitting.limits.seats or 0
    if votes is None:
        return reason("too_late_in_order", seats=seats)
    least = min(sitting.votes[other] for other in sitting.elected)
    return reason("no_seat_left", seats=seats, votes=sitting.text(votes), least=sitting.text(least),
                  missing=sitting.text(least - votes))  # fmt: skip
