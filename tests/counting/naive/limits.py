"""Caps, exclusions and who may stand: COUNTING.md, "Settings common to all"."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from fund.counting.contest import Contest
from tests.counting.naive.chain import Chain, above_floor, rows


class Rules:
    """Caps and exclusions, asked again for every option."""

    def __init__(self, contest: Contest) -> None:
        self.options = {option.id: option for option in contest.options}
        self.caps = {
            group: cap if isinstance(cap, int) else int(Fraction(cap) * contest.budget)
            for group, cap in contest.caps.items()
        }
        self.incompatible = contest.incompatible

    def allow(self, id_: str, funded: Mapping[str, int]) -> bool:
        for together in self.incompatible:
            if id_ in together and any(other in funded for other in together if other != id_):
                return False
        for group in self.options[id_].groups:
            if group in self.caps:
                spent = sum(amount for other, amount in funded.items() if group in self.options[other].groups)
                if spent + self.options[id_].cost > self.caps[group]:
                    return False
        return True

    def with_(self, elected: Iterable[str], id_: str) -> bool:
        """Whether it may join those elected."""
        return self.allow(id_, {other: self.options[other].cost for other in elected})

    def all_with(self, elected: Iterable[str], level: list[str]) -> bool:
        """Whether these may all join them: each may with all the rest."""
        return all(self.with_([*elected, *(other for other in level if other != id_)], id_) for id_ in level)


def can_stand(contest: Contest, orders: list[list[str]]) -> list[str]:
    """Not below the floor (by the ballots that rank it), and no cap broken alone."""
    ranked = {option.id: sum(option.id in order for order in orders) for option in contest.options}
    votes = {id_: Fraction(number) for id_, number in ranked.items()}
    found = above_floor(contest, votes, ranked, len(rows(contest)))
    return [id_ for id_ in found if Rules(contest).with_([], id_)]


def one_by_one(contest: Contest, chain: Chain, votes, reached: list[str], elected: list[str]) -> list[str]:
    """Who is elected of those who reached it together: most votes first, each with those before it."""
    rules, found = Rules(contest), []
    while True:
        left = [id_ for id_ in reached if id_ not in found and rules.with_([*elected, *found], id_)]
        if not left:
            return found
        level = [id_ for id_ in left if votes[id_] == max(votes[other] for other in left)]
        if rules.all_with([*elected, *found], level):
            found.append(min(level, key=lambda id_: chain.place[id_]))
        else:
            found.append(chain.best(level))


def barred(contest: Contest, standing: list[str], elected: list[str]) -> list[str]:
    """Who may not join those elected, while there are seats left."""
    if len(elected) >= contest.rule["seats"]:
        return []
    return [id_ for id_ in standing if not Rules(contest).with_(elected, id_)]
