"""Meek's single transferable vote (`stv_meek`).

Every option has a keep factor: of each ballot that reaches it, it keeps that part and passes on the rest. An elected
option's factor falls, round by round, until it keeps just a quota; an eliminated one keeps nothing. So a ballot's later
choices get their part of every earlier surplus, and the quota falls as ballots are exhausted.

Source: Hill, Wichmann and Woodall 1987 (Algorithm 123); the steps, the nine decimals, the roundings (each product and
quotient upwards) and omega = 1e-6 are those of the reference rule of the Proportional Representation Foundation. All
figures are whole numbers of 10**-9 of a vote.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from fund.counting.reasons import Reason, reason
from fund.counting.rules import barring
from fund.counting.rules.irv import why_out
from fund.counting.rules.registry import COMMON, RANKED, RuleSpec

if TYPE_CHECKING:
    from fund.counting.sitting import Sitting

ONE = 10**9
OMEGA = ONE // 10**6


def up(numerator: int, divisor: int) -> int:
    """The quotient, rounded up to a whole number."""
    return -(-numerator // divisor)


def text(amount: int) -> str:
    """Billionths of a vote as exact decimal text."""
    whole, rest = divmod(amount, ONE)
    return str(whole) if not rest else f"{whole}.{rest:09d}".rstrip("0")


class Round:
    """The state of a count: keep factors, votes, quota, and who is hopeful or elected."""

    def __init__(self, ranked: Sequence[tuple[tuple[int, ...], int]], standing: Sequence[int], seats: int) -> None:
        self.ranked = ranked
        self.seats = seats
        self.hopeful = set(standing)
        self.elected: list[int] = []
        self.keep = dict.fromkeys(standing, ONE)
        self.votes = dict.fromkeys(standing, 0)
        self.quota = 0

    def distribute(self) -> None:
        """Step B.2.a and b: hand out every ballot by the keep factors, and find the quota of what was handed out."""
        self.votes = dict.fromkeys(self.votes, 0)
        for order, weight in self.ranked:
            left = ONE
            for place in order:
                factor = self.keep.get(place, 0)
                if factor:
                    kept = up(left * factor, ONE)
                    self.votes[place] += kept * weight
                    left -= kept
                    if left <= 0:
                        break
        self.quota = sum(self.votes.values()) // (self.seats + 1) + 1

    def iterate(self, in_turn: Callable[[list[int]], list[int]]) -> tuple[list[int], int]:
        """Step B.2 until somebody reaches the quota or the surplus is spent: who is elected, and the surplus left.
        `in_turn` orders those who reach it, most votes first, less those that an election before theirs bars.
        """
        before: int | None = None
        while True:
            self.distribute()
            new = in_turn([place for place in self.hopeful if self.votes[place] >= self.quota])
            self.hopeful.difference_update(new)
            self.elected += new
            surplus = max(0, sum(self.votes[place] - self.quota for place in self.elected))
            if new or surplus < OMEGA or (before is not None and surplus >= before):
                return new, surplus
            before = surplus
            for place in self.elected:
                self.keep[place] = up(up(self.keep[place] * self.quota, ONE) * ONE, self.votes[place])

    @property
    def decided(self) -> bool:
        """Step B.1: all seats are filled, or no more are standing than there are seats."""
        return len(self.elected) >= self.seats or len(self.elected) + len(self.hopeful) <= self.seats


def _round(sitting: Sitting) -> Round:
    """The state at the start, of the kind that suits the number of ballots; both give the same outcome."""
    profile, seats = sitting.profile, sitting.rule["seats"]
    if not profile.many or not profile.is_ranked:
        return Round(profile.ranked, sitting.candidates, seats)
    from fund.counting.rules.meek_many import ManyRound

    return ManyRound(profile.marks, sitting.candidates, seats, len(profile.options))


def count_meek(sitting: Sitting) -> None:
    """Fill the seats."""
    sitting.chain.history = []
    passed_over = barring.pass_over(sitting)
    state = _round(sitting)
    lost: list[int] = []
    while sitting.profile.valid and not state.decided:
        new, surplus = state.iterate(lambda reached: barring.in_turn(sitting, state.votes, reached))
        for place in new:
            votes, quota = text(state.votes[place]), text(state.quota)
            _elect(sitting, place, reason("won", stage=sitting.stage_number, votes=votes, quota=quota))
        if new:
            out = _barred(sitting, state)
        else:
            out = [_defeated(sitting, state, surplus)]
            kept = {other: state.votes[other] for other in state.hopeful if other not in out}
            held = state.votes[out[0]]
            sitting.reasons[out[0]] = why_out(sitting, text(held), held, kept, ONE)
        _show(sitting, state, new, out)
        for place in out:
            state.hopeful.discard(place)
            del state.votes[place], state.keep[place]
            lost.append(place)
    _finish(sitting, state, lost)
    for place, why in passed_over.items():
        sitting.refuse(place, why)


def _elect(sitting: Sitting, place: int, why: Reason) -> None:
    sitting.elect(place, why)
    sitting.limits.record(sitting.options[place], sitting.options[place].cost)


def _barred(sitting: Sitting, state: Round) -> list[int]:
    """Who is excluded because of those elected so far, while there are seats left."""
    standing = state.hopeful if len(state.elected) < state.seats else ()
    return barring.bar(sitting, standing, lambda place: text(state.votes[place]))


def _defeated(sitting: Sitting, state: Round, surplus: int) -> int:
    """Step B.3: the lowest; whoever is no further above it than the surplus still to move is tied with it."""
    fewest = min(state.votes[place] for place in state.hopeful)
    tied = sorted(place for place in state.hopeful if state.votes[place] <= fewest + surplus)
    return sitting.last(tied, "eliminate")


def _show(sitting: Sitting, state: Round, elected: Sequence[int], eliminated: Sequence[int]) -> None:
    exhausted = text(sitting.profile.valid * ONE - sum(state.votes.values()))
    sitting.exhausted = exhausted
    sitting.stage(
        {place: text(votes) for place, votes in state.votes.items()},
        quota=text(state.quota),
        elected=elected,
        eliminated=eliminated,
        exhausted=exhausted,
        facts={
            **{f"keep:{sitting.options[place].id}": text(factor) for place, factor in sorted(state.keep.items())},
            **(barring.facts_of(sitting, eliminated) if elected else {}),
        },
    )
    sitting.chain.history.append(dict(state.votes))


def _finish(sitting: Sitting, state: Round, lost: Sequence[int]) -> None:
    """Step C: those still hopeful fill the seats left, or go without."""
    filled = len(state.elected) >= state.seats or not sitting.profile.valid
    if not filled or not sitting.stages:
        state.distribute()
    rest = sorted(state.hopeful, key=lambda place: (-state.votes[place], place))
    if not filled or not sitting.stages:
        last = [] if filled else barring.in_turn(sitting, state.votes, rest)
        for place in last:
            _elect(sitting, place, reason("won_last", stage=sitting.stage_number, votes=text(state.votes[place])))
        state.elected += last
        state.hopeful.difference_update(last)
        barred = _barred(sitting, state)
        _show(sitting, state, last, barred)
        lost = [*lost, *barred]
    if filled:
        for place in rest:
            missing = text(max(0, state.quota - state.votes[place]))
            why = reason("not_reached", votes=text(state.votes[place]), quota=text(state.quota), missing=missing)
            sitting.refuse(place, why)
    for place in reversed(lost):
        sitting.refuse(place, sitting.reasons[place])


RULES = (
    RuleSpec(
        name="stv_meek",
        forms=("ranked",),
        first_choices=True,
        settings={**COMMON, **RANKED, "floor": "none", "seats": 1},
        run=count_meek,
    ),
)
