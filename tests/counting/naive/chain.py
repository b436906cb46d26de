"""Ties and floors, read straight from COUNTING.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from fund.counting.contest import Contest

Tally = Mapping[str, Fraction]


def rows(contest: Contest) -> list:
    """Every ballot content once for each voter."""
    return [ballot.content for ballot in contest.ballots for _ in range(ballot.count)]


class Chain:
    def __init__(self, contest: Contest, votes: Mapping[str, Fraction]) -> None:
        self.steps = contest.rule["ties"]
        self.place = {option.id: n for n, option in enumerate(contest.options)}
        self.cost = {option.id: option.cost for option in contest.options}
        self.votes = votes
        self.stages: list[Tally] = []

    def best(self, tied: Iterable[str]) -> str:
        return self._pick(list(tied), best=True)

    def worst(self, tied: Iterable[str]) -> str:
        return self._pick(list(tied), best=False)

    def _pick(self, tied: list[str], *, best: bool) -> str:
        choose = max if best else min
        for step in self.steps:
            if step == "earlier_stage":
                for stage in reversed(self.stages):
                    edge = choose(stage[id_] for id_ in tied)
                    tied = [id_ for id_ in tied if stage[id_] == edge]
                continue
            key = {
                "most_votes": lambda id_: self.votes[id_],
                "lower_cost": lambda id_: -self.cost[id_],
                "listed": lambda id_: -self.place[id_],
            }[step]
            edge = choose(key(id_) for id_ in tied)
            tied = [id_ for id_ in tied if key(id_) == edge]
        assert len(tied) == 1
        return tied[0]


def above_floor(contest: Contest, votes: Mapping[str, Fraction], support: Mapping[str, int], voters: int) -> list[str]:
    kept = []
    for option in contest.options:
        floor = contest.rule["floor"]
        if floor == "none":
            fine = True
        elif floor == "net > 0":
            fine = votes[option.id] > 0
        elif floor.startswith("votes >="):
            fine = votes[option.id] >= int(floor.split()[-1])
        else:
            fine = (
                Fraction(support[option.id], voters) >= Fraction(option.cost, 3 * contest.budget) if voters else False
            )
        if fine:
            kept.append(option.id)
    return kept
