"""Ties and floors, read straight from COUNTING.md."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from hashlib import sha256

from fund.counting.contest import Contest

Tally = Mapping[str, Fraction]
TIES: list[tuple[tuple[str, ...], str]] = []  # every tie met since the list was cleared: who was level, who was chosen


def rows(contest: Contest) -> list:
    """Every ballot content once for each voter."""
    return [ballot.content for ballot in contest.ballots for _ in range(ballot.count)]


def first_choices(contest: Contest) -> dict[str, int]:
    """Ballots that put each option first as cast, or give it alone the most."""
    first = {option.id: 0 for option in contest.options}
    for content in rows(contest):
        if contest.form_in_force.form == "ranked":
            best = list(content[0]) if content else []
        elif contest.form_in_force.form in ("approval", "knapsack"):
            best = list(content)
        elif contest.form_in_force.form == "approve_deny":
            best = [id_ for id_, mark in content if mark == "yes"]
        else:
            most = max((value for _, value in content), default=0)
            best = [id_ for id_, value in content if value == most > 0]
        if len(best) == 1:
            first[best[0]] += 1
    return first


class Chain:
    def __init__(self, contest: Contest, votes: Mapping[str, Fraction]) -> None:
        self.steps = contest.rule["ties"]
        self.place = {option.id: n for n, option in enumerate(contest.options)}
        self.cost = {option.id: option.cost for option in contest.options}
        self.votes = votes
        self.seed = contest.rule["seed"]
        self.first = first_choices(contest)
        self.stages: list[Tally] = []

    def best(self, tied: Iterable[str]) -> str:
        return self._pick(list(tied), best=True)

    def worst(self, tied: Iterable[str]) -> str:
        return self._pick(list(tied), best=False)

    def _pick(self, tied: list[str], *, best: bool) -> str:
        level = sorted(tied, key=lambda id_: self.place[id_])
        chosen = self._picked(level, max if best else min)
        if len(level) > 1:
            TIES.append((tuple(level), chosen))
        return chosen

    def _picked(self, tied: list[str], choose: Callable) -> str:
        for step in self.steps:
            if step == "earlier_stage":
                for stage in reversed(self.stages):
                    edge = choose(stage[id_] for id_ in tied)
                    tied = [id_ for id_ in tied if stage[id_] == edge]
                continue
            key = {
                "most_votes": lambda id_: self.votes[id_],
                "lower_cost": lambda id_: -self.cost[id_],
                "higher_cost": lambda id_: self.cost[id_],
                "more_first_choices": lambda id_: self.first[id_],
                "listed": lambda id_: -self.place[id_],
                "lot": lambda id_: -int(sha256(f"{self.seed}\0{id_}".encode()).hexdigest(), 16),
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
