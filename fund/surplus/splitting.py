"""How a surplus is split: values in, values out (FIELD B2 `surplus_split`, C2).

First the share that non-members earned by their labour, by hours, goes to the indivisible reserve: what they made is not
divided among members. The rest is split by the charter's percents, and the patronage by each member's hours, both by the
largest remainder, so that nothing is lost to rounding. Of the patronage the charter's percent is paid at once and the
rest stands in member accounts, member by member.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fund.charter.model_money import SurplusPart
from fund.currency import split

RESERVE, PATRONAGE, POT = "indivisible_reserve", "patronage", "solidarity_pot"


@dataclass(frozen=True)
class Share:
    """One member's patronage: hours in hundredths, minor units paid at once and kept in their account."""

    person_id: int
    hundredths: int
    cash_minor: int
    account_minor: int

    @property
    def patronage_minor(self) -> int:
        """Both together."""
        return self.cash_minor + self.account_minor


@dataclass(frozen=True)
class Split:
    """A whole surplus, split. `nonmember_minor` is part of the reserve."""

    surplus_minor: int
    nonmember_minor: int
    reserve_minor: int
    pot_minor: int
    shares: tuple[Share, ...]

    @property
    def cash_minor(self) -> int:
        """What members are paid at once, together."""
        return sum(one.cash_minor for one in self.shares)

    @property
    def accounts_minor(self) -> int:
        """What stands in member accounts, together."""
        return sum(one.account_minor for one in self.shares)

    @property
    def patronage_minor(self) -> int:
        """What goes to members, together."""
        return self.cash_minor + self.accounts_minor


def split_surplus(
    surplus_minor: int, parts: Sequence[SurplusPart], hours: Mapping[int, int], nonmember_hundredths: int = 0
) -> Split:
    """Split a surplus by the charter's parts; `hours` are hundredths by member.

    Raises ValueError for a surplus that is none, without parts, or without members' hours where members get a part.
    """
    if surplus_minor <= 0 or not parts:
        raise ValueError("a split needs a surplus and the charter's parts")
    worked = sum(hours.values())
    nonmember = 0
    if nonmember_hundredths:
        nonmember, _members = split(surplus_minor, [nonmember_hundredths, worked])
    amounts = dict.fromkeys((RESERVE, PATRONAGE, POT), 0)
    for part, amount in zip(parts, split(surplus_minor - nonmember, [one.percent for one in parts]), strict=True):
        amounts[part.to] += amount
    at_once = next((part.paid_at_once for part in parts if part.to == PATRONAGE), 100)
    return Split(
        surplus_minor, nonmember, amounts[RESERVE] + nonmember, amounts[POT], _shares(amounts[PATRONAGE], hours, at_once)
    )  # fmt: skip


def _shares(patronage_minor: int, hours: Mapping[int, int], at_once: int) -> tuple[Share, ...]:
    people = sorted(hours)
    if not patronage_minor:
        return ()
    amounts = split(patronage_minor, [hours[person] for person in people])
    shares = []
    for person, amount in zip(people, amounts, strict=True):
        cash, account = split(amount, [at_once, 100 - at_once])
        shares.append(Share(person, hours[person], cash, account))
    return tuple(shares)
