"""Sequential Phragmen for participatory budgeting (`phragmen`).

Every option funded is a load of its cost on its supporters, spread so that all of them carry the same afterwards. At
each step the option whose supporters would carry the least is funded. An option dearer than the whole budget is left
out from the start; the count ends at the first option that does not fit (`fit: stop`), or passes it over (`skip`).

Loads are whole numbers over one common denominator: a voter's load is that of the last option funded among those she
supports, so there are as many different loads as funded options, and a group of ballots only remembers which one.
`phragmen_many.py` does the same for many ballots.
Source: Brill, Freeman, Janson and Lackner 2017; for budgets Los, Christoff and Grossi 2022.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from math import gcd
from typing import TYPE_CHECKING

from fund.counting.errors import BadContest
from fund.counting.reasons import Reason, reason
from fund.counting.rules.buying import MOST_VOTERS
from fund.counting.rules.funding import offer_and_pay
from fund.counting.rules.registry import MONEY, RuleSpec

if TYPE_CHECKING:
    from fund.counting.sitting import Sitting


class Carried(ABC):
    """What the voters carry: `levels` are the loads there are, over `denominator`. How it is kept differs with the number
    of ballots (`Loads`, `phragmen_many.ManyLoads`); what an option weighs, and what its funding does, does not.
    """

    def __init__(self, costs: list[int], voters: list[int]) -> None:
        self.costs, self.voters = costs, voters
        self.denominator = 1
        self.levels = [0]

    @abstractmethod
    def near(self, standing: Sequence[int]) -> Sequence[int]:
        """Those of the options that can be the lightest."""

    @abstractmethod
    def load_of(self, place: int) -> int:
        """What all supporters of the option carry together, over `denominator`."""

    @abstractmethod
    def scale(self, factor: int) -> None:
        """Make the loads that are kept beside `levels` finer."""

    @abstractmethod
    def move(self, place: int, load: int) -> None:
        """Put the supporters of the option on the newest level, which is `load`."""

    def after(self, place: int) -> tuple[int, int]:
        """The load of each supporter if the option were funded: numerator over `denominator`, and divisor."""
        return self.costs[place] * self.denominator + self.load_of(place), self.voters[place]

    def fund(self, place: int) -> Fraction:
        """Put the load of the option on its supporters; what each of them carries now."""
        numerator, divisor = self.after(place)
        common = gcd(numerator, divisor)
        factor, load = divisor // common, numerator // common
        if factor > 1:
            self.denominator *= factor
            self.levels = [level * factor for level in self.levels]
            self.scale(factor)
        self.levels.append(load)
        self.move(place, load)
        return Fraction(load, self.denominator)


class Loads(Carried):
    """What few voters carry. `sums[p]` is the load of all supporters of p together, over `denominator`."""

    def __init__(self, sitting: Sitting) -> None:
        self.options_of = [tuple(place for place, _ in values) for values, _ in sitting.profile.utilities()]
        self.weights = [weight for _, weight in sitting.profile.utilities()]
        self.groups_of: list[list[int]] = [[] for _ in sitting.options]
        for group, places in enumerate(self.options_of):
            for place in places:
                self.groups_of[place].append(group)
        voters = [sum(self.weights[group] for group in groups) for groups in self.groups_of]
        super().__init__([option.cost for option in sitting.options], voters)
        self.level_of = [0] * len(self.weights)  # the place of each group's load in `levels`
        self.sums = [0] * len(self.costs)

    def near(self, standing: Sequence[int]) -> Sequence[int]:
        """Those of the options that can be the lightest: all."""
        return standing

    def load_of(self, place: int) -> int:
        """What all supporters of the option carry together, over `denominator`."""
        return self.sums[place]

    def scale(self, factor: int) -> None:
        """Make the sums finer."""
        self.sums = [total * factor for total in self.sums]

    def move(self, place: int, load: int) -> None:
        """Put the supporters of the option on the newest level, which is `load`."""
        new = len(self.levels) - 1
        moved: dict[tuple[int, int], int] = {}
        for group in self.groups_of[place]:
            old = self.level_of[group]
            self.level_of[group] = new
            for other in self.options_of[group]:
                moved[other, old] = moved.get((other, old), 0) + self.weights[group]
        for (other, old), weight in moved.items():
            self.sums[other] += weight * (load - self.levels[old])


def count_phragmen(sitting: Sitting) -> None:
    """Fund the options that weigh least on those who carry them."""
    budget = sitting.purse.budget
    if budget is None:
        raise BadContest("$.budget", "a budget in minor units")
    loads = _loads(sitting)
    standing = [place for place in sitting.candidates if loads.voters[place]]
    for place in sitting.candidates:
        if place not in standing:
            sitting.refuse(place, reason("no_votes"))
    for place in [place for place in standing if loads.costs[place] > budget]:
        standing.remove(place)
        sitting.refuse(place, reason("dearer_than_budget", cost_minor=loads.costs[place], budget_minor=budget))
    while standing:
        level = _lightest(loads, standing)
        options = [sitting.options[place] for place in level]
        chosen = sitting.prefer(level, "fund", harmless=sitting.purse.could_pay_none(options))
        votes = {place: sitting.votes[place] for place in standing}
        standing.remove(chosen)
        offered = offer_and_pay(sitting, chosen)
        if isinstance(offered, Reason):
            sitting.refuse(chosen, offered)
            continue
        load = loads.fund(chosen)
        most = -(-load.numerator // load.denominator)
        why = reason("carried", award_minor=offered, supporters=loads.voters[chosen], load_minor=most)
        sitting.elect(chosen, why, offered)
        sitting.stage(votes, elected=[chosen], facts={"load_minor": most, "left_minor": sitting.purse.left or 0})
    if not sitting.stages:
        sitting.stage({place: sitting.votes[place] for place in sitting.candidates})


def _loads(sitting: Sitting) -> Carried:
    """The loads at the start, of the kind that suits the number of ballots; both give the same outcome."""
    if not sitting.profile.many or sitting.profile.voters > MOST_VOTERS:
        return Loads(sitting)
    from fund.counting.rules.phragmen_many import ManyLoads

    return ManyLoads(sitting)


def _lightest(loads: Carried, standing: list[int]) -> list[int]:
    """The options whose supporters would carry the least, all that are exactly level."""
    best: list[int] = []
    least, least_voters = 0, 1
    for place in loads.near(standing):
        load, voters = loads.after(place)
        difference = load * least_voters - least * voters
        if not best or difference < 0:
            best, least, least_voters = [place], load, voters
        elif difference == 0:
            best.append(place)
    return sorted(best)


RULES = (
    RuleSpec(
        name="phragmen",
        forms=("approval",),
        settings={**MONEY, "fit": "stop"},
        run=count_phragmen,
        pots=True,
    ),
)
