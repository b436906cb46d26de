"""The ballots of a contest as every rule reads them: options by position, equal ballots together, void ones set apart.

Words: a *group* is a set of equal ballots with its weight. A ranked group is a strict order of option positions, what
is left of the marks once overvotes, skipped and repeated ranks were read as the rule's settings say (COUNTING.md,
"Ranked paper ballots"; the reading of RCTab). Any other group is a list of (option position, value): 1 for an
approval or a yes, -1 for a no, points, votes or a contribution. A *blank* ballot marks nothing; it counts as cast,
and as a voter. Where the rule has chambers, the ballots of each are a profile of their own beside that of all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fund.counting.contest import Ballot, Contest, Option, Rule
from fund.counting.forms import void_reason

if TYPE_CHECKING:
    from fund.counting.marks import Marks
    from fund.counting.packed import PackedBallots

VALUE_OF_MARK = {"yes": 1, "no": -1, "abstain": 0}


FEW = 3_000  # groups from which on arrays are quicker than plain tuples, and worth loading NumPy for
Rows = tuple[bool, tuple[tuple[Any, int], ...]]  # whether they are ranked, and the groups with their weights


@dataclass(frozen=True, slots=True)
class Cast:
    """How many ballots were cast, and why some are void."""

    blank: int
    valid: int
    void: int
    voids: tuple[tuple[str, str], ...]
    longest_ranking: int


class Profile:
    """Grouped ballots, the same for all rules; `of_rows` or `of_marks` makes one.

    A profile of few groups holds them as plain tuples, one of many as arrays (marks.py); whichever it was not made with
    is made when a rule first asks for it. No sum is kept: each rule makes those it needs.
    """

    def __init__(
        self,
        options: tuple[Option, ...],
        cast: Cast,
        rows: Rows | None,
        marks: Marks | None,
        chambers: Mapping[str, Profile] | None = None,
    ) -> None:
        self.options = options
        self.chambers: Mapping[str, Profile] = chambers or {}
        self.blank, self.valid, self.void, self.voids = cast.blank, cast.valid, cast.void, cast.voids
        self.longest_ranking = cast.longest_ranking
        self._rows, self._marks = rows, marks
        self._size: int | None = None
        self.groups = len(marks) if marks is not None else len(rows[1]) if rows is not None else 0
        self.is_ranked = marks.ranked if marks is not None else rows is not None and rows[0]
        self.many = self.groups >= FEW

    @property
    def voters(self) -> int:
        """Ballots that count as cast: valid and blank."""
        return self.valid + self.blank

    @property
    def marks(self) -> Marks:
        """The groups as arrays."""
        if self._marks is None:
            from fund.counting.marks import marks_of

            self._marks = marks_of(self._rows[1] if self._rows is not None else (), ranked=self.is_ranked)
        return self._marks

    @property
    def rows(self) -> tuple[tuple[Any, int], ...]:
        """The groups in order, as plain tuples with their weights: orders where ranked, else (option, value) pairs."""
        if self._rows is None:
            self._rows = (self.is_ranked, tuple(sorted(self.marks.rows())))
        return self._rows[1]

    @property
    def ranked(self) -> tuple[tuple[tuple[int, ...], int], ...]:
        """Ranked groups as plain tuples; none where the ballots hold no ranks."""
        return self.rows if self.is_ranked else ()

    @property
    def scored(self) -> tuple[tuple[tuple[tuple[int, int], ...], int], ...]:
        """Other groups as plain tuples; none where the ballots are ranked."""
        return () if self.is_ranked else self.rows

    @property
    def size(self) -> int:
        """Marks on all groups together: what it costs to look at each once."""
        if self._size is None:
            self._size = len(self._marks.places) if self._marks is not None else sum(len(each) for each, _ in self.rows)
        return self._size

    def supporters(self) -> list[int]:
        """Ballots in favour of each option: those that give it a positive value, or rank it."""
        if self.many:
            from fund.counting import marks

            return marks.supporters(self.marks, len(self.options))
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
        if self.is_ranked:
            return self.supporters()
        if self.many:
            from fund.counting import marks

            return marks.totals(self.marks, len(self.options))
        found = [0] * len(self.options)
        for values, weight in self.scored:
            for place, value in values:
                found[place] += weight * value
        return found

    def first_choices(self) -> list[int]:
        """Ballots that put each option first; for ballots without ranks, those that give it alone the highest value."""
        if self.many:
            from fund.counting import marks

            return marks.first_choices(self.marks, len(self.options))
        found = [0] * len(self.options)
        if self.is_ranked:
            for order, weight in self.rows:
                if order:
                    found[order[0]] += weight
            return found
        for values, weight in self.rows:
            highest = max((value for _, value in values), default=0)
            best = [place for place, value in values if value == highest]
            if highest > 0 and len(best) == 1:
                found[best[0]] += weight
        return found

    def valued(self, wanted: Sequence[int]) -> list[list[int]]:
        """For each of these values, the ballots that give it to each option."""
        if self.many:
            from fund.counting import marks

            return [marks.valued(self.marks, len(self.options), value) for value in wanted]
        found = {value: [0] * len(self.options) for value in wanted}
        for values, weight in self.scored:
            for place, value in values:
                if value in found:
                    found[value][place] += weight
        return list(found.values())

    def gifts(self) -> dict[tuple[int, int], int]:
        """For each option and value, how many ballots give it."""
        if self.many:
            from fund.counting import marks

            return marks.gifts(self.marks)
        found: dict[tuple[int, int], int] = {}
        for values, weight in self.scored:
            for given in values:
                found[given] = found.get(given, 0) + weight
        return found

    def utilities(self) -> tuple[tuple[tuple[tuple[int, int], ...], int], ...]:
        """Groups as (option, positive value): points as given, rankings by position (the longest ranking's length for
        a first place, one less for each place after it).
        """
        if not self.is_ranked:
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
    packed = _packed(contest)
    ballots, first = (contest.ballots, 0) if packed is None else (packed.others, len(packed.cells))
    position = {option.id: place for place, option in enumerate(contest.options)}
    costs = {option.id: option.cost for option in contest.options}
    ranked: dict[tuple[int, ...], int] = {}
    scored: dict[tuple[tuple[int, int], ...], int] = {}
    blank = valid = void = longest = 0
    voids: list[tuple[str, str]] = []
    for number, ballot in enumerate(ballots, first):
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
    rows = tuple(sorted(ranked.items())) if ranked else tuple(sorted(scored.items()))
    if rule.stated.get("chambers"):
        cast = Cast(blank, valid, void, tuple(voids), longest)
        return Profile(contest.options, cast, (False, rows), None, _by_chamber(contest, rule))
    if packed is not None:
        marks, empty, deepest = packed.marks(reading)
        valid, blank = valid + packed.total - sum(each.count for each in packed.others) - empty, blank + empty
        cast = Cast(blank, valid, void, tuple(voids), max(longest, deepest))
        return Profile(contest.options, cast, None, marks.and_rows(rows))
    cast = Cast(blank, valid, void, tuple(voids), form.k or longest)
    return Profile(contest.options, cast, (bool(ranked), rows), None)


def _by_chamber(contest: Contest, rule: Rule) -> dict[str, Profile]:
    """A profile of the ballots of each chamber."""
    ballots: dict[str, list[Ballot]] = {name: [] for name in rule["chambers"]}
    for ballot in contest.ballots:
        if ballot.chamber in ballots:
            ballots[ballot.chamber].append(ballot)
    without = Rule.of(rule.method)
    form = contest.form_in_force
    return {
        name: profile_of(contest.replace(ballots=tuple(those), form=form, ballots_checked=True), without)
        for name, those in ballots.items()
    }


def _packed(contest: Contest) -> PackedBallots | None:
    """The ballots as a reader packed them, where the form sets no limit that each would have to be held against."""
    form, ballots = contest.form_in_force, contest.ballots
    limits = (form.min, form.max, form.k, form.total, form.credits)
    if isinstance(ballots, tuple) or form.form == "knapsack" or any(limit is not None for limit in limits):
        return None
    from fund.counting.packed import PackedBallots

    if not isinstance(ballots, PackedBallots) or ballots.ids != tuple(option.id for option in contest.options):
        return None
    return ballots if form.negative or ballots.kind != "votes" else None
