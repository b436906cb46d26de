"""Who comes first in a week and what each gets: values in, values out (FIELD C5).

Who was carried over from an earlier week comes first, then who was not helped lately; the lot orders those who are level.
Down that order each gets what they asked for while the pot holds it. Somebody for whom the rest is too small is offered
that rest, if it is as much as the charter's least part; who declines it, or is offered nothing, is carried over.
The lot is the one of the counting engine: the smallest SHA-256 of the public text and the request's lot name.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from fund.counting.ties import lot_number


@dataclass(frozen=True)
class Asked:
    """One request in a closed list; amounts in minor units."""

    lot_name: str
    amount_minor: int
    carried: bool
    recent: bool


@dataclass(frozen=True)
class Share:
    """What one request gets: all of it, a part that has to be accepted, or nothing this week."""

    lot_name: str
    amount_minor: int
    is_part: bool


def in_order(asked: Sequence[Asked], seed: str, *, recent_last: bool) -> list[Asked]:
    """The requests in the order in which the pot is given out."""
    return sorted(
        asked,
        key=lambda one: (not one.carried, recent_last and one.recent, lot_number(seed, one.lot_name), one.lot_name),
    )


def allot(
    ordered: Sequence[Asked], pot_minor: int, *, partial_min_minor: int = 0, declined: Collection[str] = ()
) -> list[Share]:
    """What each gets, in the same order. `declined` are the lot names of those who did not want a part."""
    left, shares = pot_minor, []
    for one in ordered:
        is_part = 0 < left < one.amount_minor and left >= partial_min_minor and one.lot_name not in declined
        amount = one.amount_minor if one.amount_minor <= left else left if is_part else 0
        left -= amount
        shares.append(Share(one.lot_name, amount, is_part))
    return shares
