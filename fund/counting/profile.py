"""The ballots of a contest as every rule reads them: options by position, equal ballots together, void ones set apart.

Words: a *group* is a set of equal ballots with its weight. A ranked group is a strict order of option positions, what
is left of the marks once overvotes, skipped and repeated ranks were read as the rule's settings say (COUNTING.md,
"Ranked paper ballots"; the reading of RCTab). Any other group is a list of (option position, value): 1 for an
approval or a yes, -1 for a no, points, votes or a contribution. A *blank* ballot marks nothing; it counts as cast,
and as a voter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fund.counting.contest import Ballot, Contest, Option, Rule
from fund.counting.forms import void_reason

VALUE_OF_MARK = {"yes": 1, "no": -1, "abstain": 0}


@dataclass(frozen=True, slots=True)
class Profile:
    """Grouped ballots. `ranked` and `scored` are the groups (one of the two is empty), each with its weight."""

    options: tuple[Option, ...]
    ranked: tuple[tuple[tuple[int, ...], int], ...]
    scored: tuple[tuple[tuple[tuple[int, int], ...], int], ...]
    blank: int
    valid: int
    void: int
    voids: tuple[tuple[str, str], ...]
    longest_ranking: int

    @property
    def voters(self) -> int:
        """Ballots that count as cast: valid and blank."""
        return self.valid + self.blank

    def supporters(self) -> list[int]:
        """Ballots in favour of each option: those that give it a positive value, or rank it."""
        found = [0] * len(self.options)
        for order, weight in self.ranked:
            for place in order:
                found[place] += weight
        for values, weight in self.scored:
            for place, value in values:
                if value > 0:
                    found[place] += weight
        return found

    def totals(self) -> list[int]:
        """Votes of each option: the sum of its values; for ranked ballots, the ballots that rank it."""
        if self.ranked:
            return self.supporters()
        found = [0] * len(self.options)
        for values, weight in self.scored:
            for place, value in values:
                found[place] += weight * value
        return found

    def first_choices(self) -> list[int]:
        """Ballots that put each option first; for ballots without ranks, those that give it alone the highest value."""
        found = [0] * len(self.options)
        for order, weight in self.ranked:
            if order:
                found[order[0]] += weight
        for values, weight in self.scored:
            highest = max((value for _, value in values), default=0)
            best = [place for place, value in values if value == highest]
            if highest > 0 and len(best) == 1:
                found[best[0]] += weight
        return found

    def utilities(self) -> tuple[tuple[tuple[tuple[int, int], ...], int], ...]:
        """Groups as (option, positive value): points as given, rankings by position (the longest ranking's length for
        a first place, one less for each place after it).
        """
        if not self.ranked:
            return tuple((tuple(pair for pair in values if pair[1] > 0), weight) for values, weight in self.scored)
        top = self.longest_ranking
        return tuple((tuple((place, top - rank) for rank, place in enumerate(order)), weight)
                     for order, weight in self.ranked)  # fmt: skip


def read_ranks(ranks: Sequence[Sequence[str]], position: Mapping[str, int], rule: Mapping[str, Any]) -> tuple[int, ...]:
    """The strict order of positions that a ranked ballot states, under the rule's reading of paper marks.

    More than `max_skipped_ranks` empty ranks in a row end the ballot there. A rank with two options ends it
    (`overvotes: exhaust`) or is passed over (`skip`). A repeated option is ignored (`repeats: skip`) or ends it.
    """
    most_skips, skips = rule["max_skipped_ranks"], 0
    order: list[int] = []
    seen: set[int] = set()
    for rank in ranks:
        if not rank:
            skips += 1
            continue
        if most_skips is not None and skips > most_skips:
            break
        skips = 0
        marked = [position[id_] for id_ in rank]
        if rule["repeats"] == "exhaust" and any(place in seen for place in marked):
            break
        if len(marked) > 1:
            if rule["overvotes"] == "exhaust":
                break
            if rule["repeats"] == "exhaust":
                seen.update(marked)
            continue
        if marked[0] not in seen:
            seen.add(marked[0])
            order.append(marked[0])
    return tuple(order)


def _values(ballot: Ballot, position: Mapping[str, int]) -> tuple[tuple[int, int], ...]:
    if ballot.kind == "approve":
        return tuple(sorted((position[id_], 1) for id_ in ballot.content))
    if ballot.kind == "marks":
        return tuple(sorted((position[id_], VALUE_OF_MARK[mark]) for id_, mark in ballot.content))
    return tuple(sorted((position[id_], value) for id_, value in ballot.content))


def is_blank(ballot: Ballot) -> bool:
    """Whether the ballot marks nothing at all; `abstain` is a mark, zero points are not."""
    if ballot.kind == "ranking":
        return not any(ballot.content)
    if ballot.kind in ("approve", "marks"):
        return not ballot.content
    return not any(value for _, value in ballot.content)


def profile_of(contest: Contest, rule: Rule | None = None) -> Profile:
    """Read and group the ballots of a checked contest as `rule` (default: the contest's own) reads them."""
    rule = rule or contest.rule
    reading = {name: rule[name] if name in rule.in_force() else default for name, default in
               (("overvotes", "exhaust"), ("max_skipped_ranks", None), ("repeats", "skip"))}  # fmt: skip
    form = contest.form_in_force
    position = {option.id: place for place, option in enumerate(contest.options)}
    costs = {option.id: option.cost for option in contest.options}
    ranked: dict[tuple[int, ...], int] = {}
    scored: dict[tuple[tuple[int, int], ...], int] = {}
    blank = valid = void = longest = 0
    voids: list[tuple[str, str]] = []
    for number, ballot in enumerate(contest.ballots):
        why = void_reason(ballot, form, costs, contest.budget)
        if why is not None:
            void += ballot.count
            voids.append((f"$.ballots[{number}]", why))
        elif is_blank(ballot):
            blank += ballot.count
        else:
            valid += ballot.count
            if ballot.kind == "ranking":
                order = read_ranks(ballot.content, position, reading)
                longest = max(longest, len(order))
                ranked[order] = ranked.get(order, 0) + ballot.count
            else:
                values = _values(ballot, position)
                scored[values] = scored.get(values, 0) + ballot.count
    return Profile(
        options=contest.options,
        ranked=tuple(sorted(ranked.items())),
        scored=tuple(sorted(scored.items())),
        blank=blank,
        valid=valid,
        void=void,
        voids=tuple(voids),
        longest_ranking=form.k or longest,
    )
