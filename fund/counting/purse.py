"""The money of a count: what is left of a pot, and whether the next option on the list can be paid from it.

Words: the *pot* is the whole budget or one set-aside; the *open pool* is what no set-aside keeps. An option *fits* when
its cost is at most what is left, its groups' caps hold, nothing it cannot go together with is funded, and a place is
free where places are counted. `fit` says what happens when the money does not suffice: `skip` it and go on, `stop` the
list, or pay `partial`ly down to the option's own minimum. An option that misses its place for any other reason is
passed over under every `fit`. Source: COUNTING.md, "Settings common to all"; FIELD.md B3. All amounts in minor units.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from fund.counting.contest import Option
from fund.counting.reasons import Reason, reason


@dataclass(slots=True)
class Limits:
    """What holds over the whole round, whichever pot pays: places, caps by group, options that exclude each other."""

    caps: dict[str, int] = field(default_factory=dict)
    seats: int | None = None
    rivals: Mapping[str, frozenset[str]] = field(default_factory=dict)
    paid: dict[str, int] = field(default_factory=dict)
    spent_in: dict[str, int] = field(default_factory=dict)

    def refusal(self, option: Option, amount: int) -> Reason | None:
        """Why the option may not have this amount, whatever money is left; None where it may."""
        for winner in self.paid:
            if winner in self.rivals.get(option.id, ()):
                return reason("excluded_by", winner_option=winner)
        for group in option.groups:
            if group in self.caps:
                left = self.caps[group] - self.spent_in.get(group, 0)
                if amount > left:
                    return reason("group_cap", group=group, cap_minor=self.caps[group], left_minor=left)
        return None

    @property
    def any(self) -> bool:
        """Whether there are caps or exclusions at all."""
        return bool(self.caps or self.rivals)

    def allow_all(self, options: Sequence[Option]) -> bool:
        """Whether caps and exclusions hold with all of these funded in full, in any order."""
        ids = {option.id for option in options}
        for option in options:
            rivals = self.rivals.get(option.id, frozenset())
            if self.refusal(option, option.cost) is not None or rivals & ids:
                return False
        spent: dict[str, int] = {}
        for option in options:
            for group in option.groups:
                spent[group] = spent.get(group, self.spent_in.get(group, 0)) + option.cost
        return all(spent[group] <= cap for group, cap in self.caps.items() if group in spent)

    def copy(self) -> Limits:
        """The same limits and what is used up of them, for a trial."""
        return Limits(self.caps, self.seats, self.rivals, dict(self.paid), dict(self.spent_in))

    @property
    def full(self) -> bool:
        """Whether every place is taken."""
        return self.seats is not None and len(self.paid) >= self.seats

    def record(self, option: Option, amount: int) -> None:
        """Note that the option is funded, or funded further."""
        self.paid[option.id] = self.paid.get(option.id, 0) + amount
        for group in option.groups:
            self.spent_in[group] = self.spent_in.get(group, 0) + amount


@dataclass(slots=True)
class Purse:
    """One pot. `budget` and `left` are None where only places are given. `reserve` is the open pool an option dearer
    than what is left here may draw the missing part from. `group`: whose set-aside this is; None for the open pool.
    """

    budget: int | None
    left: int | None
    fit: str
    limits: Limits
    reserve: Purse | None = None
    stopped_by: str | None = None
    group: str | None = None

    def __init__(
        self, budget: int | None, fit: str, limits: Limits, reserve: Purse | None = None, group: str | None = None
    ) -> None:
        self.budget = self.left = budget
        self.fit, self.limits, self.reserve, self.stopped_by, self.group = fit, limits, reserve, None, group

    def within_reach(self, option: Option) -> int | None:
        """Money this option could be paid from here at most; None where money is not counted."""
        if self.left is None:
            return None
        if self.reserve is not None and self.reserve.left is not None:
            return self.left + self.reserve.left
        return self.left

    def offer(self, option: Option) -> int | Reason:
        """The amount the option gets at its turn, or why it gets nothing. Changes nothing, except that a list which
        stops remembers at whom.
        """
        if self.stopped_by is not None:
            return reason("list_stopped", stopper_option=self.stopped_by)
        refusal = self.limits.refusal(option, option.cost)
        if refusal is not None:
            return refusal
        left = self.within_reach(option)
        if left is None or option.cost <= left:
            return option.cost
        if self.fit == "partial" and option.minimum is not None and left > 0:
            if left >= option.minimum:
                return left
            return reason("below_minimum", left_minor=left, minimum_minor=option.minimum)
        if self.fit == "stop":
            self.stopped_by = option.id
        if self.budget is not None and self.reserve is None and option.cost > self.budget:
            return reason("dearer_than_budget", cost_minor=option.cost, budget_minor=self.budget)
        return reason("does_not_fit", cost_minor=option.cost, left_minor=left, missing_minor=option.cost - left)

    def pay(self, option: Option, amount: int) -> None:
        """Take the amount out, from here first and then from the reserve."""
        if self.left is not None:
            own = min(amount, self.left)
            self.left -= own
            if self.reserve is not None and self.reserve.left is not None:
                self.reserve.left -= amount - own
        self.limits.record(option, amount)

    def could_pay_all(self, options: Sequence[Option]) -> bool:
        """Whether all of these can be paid in full, in any order: then their order makes no difference."""
        if self.stopped_by is not None:
            return False
        cost = sum(option.cost for option in options)
        left = self.within_reach(options[0])
        if left is not None and cost > left:
            return False
        if self.limits.seats is not None and len(self.limits.paid) + len(options) > self.limits.seats:
            return False
        return self.limits.allow_all(options)

    def could_pay_none(self, options: Sequence[Option]) -> bool:
        """Whether none of these can be paid anything now: their order makes no difference either."""
        if self.stopped_by is not None or self.limits.full:
            return True
        if self.fit == "stop":
            return False
        return all(isinstance(self.offer(option), Reason) for option in options)
