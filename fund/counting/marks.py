"""Every mark on every group of ballots, one after the other, as NumPy arrays: the profile of a contest with many ballots.

Words: group g holds the marks `starts[g]` to `starts[g + 1]`; a mark names an option by its position (`places`) and says
how much it gives it (`values`; None where every mark is worth one, as in approvals and rankings, where the order of the
marks is that of the ranks). `weights[g]` equal ballots make the group.

Figures are exact: sums are made in 64-bit whole numbers where no sum can exceed them, else in Python's own.
Nothing here is summed beforehand; a rule asks for what it needs. Only contests with many groups come here, so that a
small count never loads NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

PIECE = 2**18  # groups looked at together
MOST = 2**62  # sums that stay below this are made in 64 bits
Integers = NDArray[Any]
Row = tuple[Any, int]


@dataclass(frozen=True, slots=True)
class Marks:
    """Groups of ballots as flat arrays. `ranked`: the marks of a group are in order of preference."""

    ranked: bool
    starts: Integers
    places: Integers
    values: Integers | None
    weights: Integers

    def __len__(self) -> int:
        return len(self.weights)

    @property
    def lengths(self) -> Integers:
        """Marks of each group."""
        return np.diff(self.starts)

    def of_groups(self, groups: Integers) -> tuple[Integers, Integers]:
        """The marks of some groups, as indices, and for each the position of its group in `groups`."""
        first = self.starts[groups]
        lengths = self.starts[groups + 1] - first
        owner = np.repeat(np.arange(len(groups)), lengths)
        ends = np.cumsum(lengths)
        return np.arange(ends[-1] if len(ends) else 0) + (first - ends + lengths)[owner], owner

    def voters_of_marks(self) -> Integers:
        """For each mark the ballots that bear it."""
        return np.repeat(self.weights, self.lengths)

    def with_positions(self, top: int) -> Marks:
        """Rankings as values by position: `top` for a first place, one less for each place after it."""
        ranks = np.arange(len(self.places)) - np.repeat(self.starts[:-1], self.lengths)
        return Marks(False, self.starts, self.places, top - ranks, self.weights)

    def and_rows(self, rows: Sequence[Row]) -> Marks:
        """These groups and after them some more."""
        if not rows:
            return self
        more = marks_of(rows, ranked=self.ranked)
        values = None
        if self.values is not None or more.values is not None:
            both = [
                np.ones(len(each.places), np.int64) if each.values is None else each.values for each in (self, more)
            ]
            values = np.concatenate(both)
        starts = np.concatenate([self.starts, more.starts[1:] + self.starts[-1]])
        places = np.concatenate([self.places, more.places.astype(self.places.dtype)])
        return Marks(self.ranked, starts, places, values, np.concatenate([self.weights, more.weights]))

    def pieces(self) -> Iterator[Marks]:
        """The same groups, some after the others, so that what is made of them does not fill the memory."""
        for first in range(0, max(len(self), 1), PIECE):
            starts = self.starts[first : first + PIECE + 1]
            a, b = int(starts[0]), int(starts[-1])
            values = None if self.values is None else self.values[a:b]
            yield Marks(self.ranked, starts - a, self.places[a:b], values, self.weights[first : first + PIECE])

    def rows(self) -> tuple[Row, ...]:
        """The same groups as plain tuples, for rules whose work is small or cubic anyway."""
        starts, places, weights = self.starts.tolist(), self.places.tolist(), self.weights.tolist()
        spans = zip(starts, starts[1:], weights, strict=False)
        if self.ranked:
            return tuple((tuple(places[a:b]), weight) for a, b, weight in spans)
        values = [1] * len(places) if self.values is None else self.values.tolist()
        pairs = list(zip(places, values, strict=True))
        return tuple((tuple(pairs[a:b]), weight) for a, b, weight in spans)


def marks_of(rows: Sequence[Row], *, ranked: bool) -> Marks:
    """Arrays from plain rows: `(order, weight)` where ranked, else `(((place, value), ...), weight)`."""
    lengths = np.fromiter((len(content) for content, _ in rows), dtype=np.int64, count=len(rows))
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    weights = np.fromiter((weight for _, weight in rows), dtype=np.int64, count=len(rows))
    total = int(starts[-1])
    if ranked:
        places = np.fromiter((place for order, _ in rows for place in order), dtype=np.int32, count=total)
        return Marks(True, starts, places, None, weights)
    pairs: Iterable[tuple[int, int]] = [pair for content, _ in rows for pair in content]
    places = np.fromiter((place for place, _ in pairs), dtype=np.int32, count=total)
    values = np.fromiter((value for _, value in pairs), dtype=np.int64, count=total)
    return Marks(False, starts, places, None if (values == 1).all() else values, weights)


def summed(places: Integers, amounts: Integers, options: int) -> list[int]:
    """The sum of the amounts at each place, exact."""
    most = int(np.abs(amounts).max(initial=0)) * len(amounts)
    if most < 2**53:  # every partial sum is a whole number that a float holds
        return np.bincount(places, weights=amounts, minlength=options).astype(np.int64).tolist()
    found = np.zeros(options, dtype=np.int64 if most < MOST else object)
    np.add.at(found, places, amounts if most < MOST else amounts.astype(object))
    return [int(number) for number in found]


def supporters(marks: Marks, options: int) -> list[int]:
    """Ballots that give each option a positive value, or rank it."""
    return _in_pieces(_supporters, marks, options)


def totals(marks: Marks, options: int) -> list[int]:
    """The sum of the values each option was given."""
    return _in_pieces(_totals, marks, options)


def first_choices(marks: Marks, options: int) -> list[int]:
    """Ballots that rank each option first; without ranks, those that give it alone the highest positive value."""
    return _in_pieces(_first_choices, marks, options)


def valued(marks: Marks, options: int, value: int) -> list[int]:
    """Ballots that give each option just this value."""
    return _in_pieces(lambda piece, number: _valued(piece, number, value), marks, options)


def _valued(marks: Marks, options: int, value: int) -> list[int]:
    if marks.values is None:
        return supporters(marks, options) if value == 1 else [0] * options
    given = marks.values == value
    return summed(marks.places[given], marks.voters_of_marks()[given], options)


def gifts(marks: Marks) -> dict[tuple[int, int], int]:
    """For each option and value, how many ballots give it."""
    found: dict[tuple[int, int], int] = {}
    for piece in marks.pieces():
        values = np.ones(len(piece.places), np.int64) if piece.values is None else piece.values
        order = np.lexsort((values, piece.places))
        places, values, voters = piece.places[order], values[order], piece.voters_of_marks()[order]
        new = np.ones(len(places), dtype=bool)
        new[1:] = (places[1:] != places[:-1]) | (values[1:] != values[:-1])
        first = new.nonzero()[0]
        kind = np.cumsum(new) - 1
        counts = summed(kind, voters, len(first)) if len(first) else []
        for place, value, count in zip(places[first].tolist(), values[first].tolist(), counts, strict=True):
            found[place, value] = found.get((place, value), 0) + count
    return found


def _in_pieces(sums: Callable[[Marks, int], list[int]], marks: Marks, options: int) -> list[int]:
    return [sum(parts) for parts in zip(*(sums(piece, options) for piece in marks.pieces()), strict=True)]


def _supporters(marks: Marks, options: int) -> list[int]:
    voters = marks.voters_of_marks()
    if marks.values is not None:
        voters = np.where(marks.values > 0, voters, 0)
    return summed(marks.places, voters, options)


def _totals(marks: Marks, options: int) -> list[int]:
    voters = marks.voters_of_marks()
    if marks.values is None:
        return summed(marks.places, voters, options)
    highest = int(np.abs(marks.values).max(initial=0)) * int(voters.max(initial=0))
    if highest < MOST:
        return summed(marks.places, voters * marks.values, options)
    return summed(marks.places, voters.astype(object) * marks.values.astype(object), options)


def _first_choices(marks: Marks, options: int) -> list[int]:
    lengths = marks.lengths
    if marks.ranked:
        named = lengths > 0
        return summed(marks.places[marks.starts[:-1][named]], marks.weights[named], options)
    if marks.values is None:
        alone = lengths == 1
        return summed(marks.places[marks.starts[:-1][alone]], marks.weights[alone], options)
    some = np.flatnonzero(lengths)
    highest = np.maximum.reduceat(marks.values, marks.starts[some]) if len(some) else np.zeros(0, np.int64)
    owner = np.repeat(np.arange(len(some)), lengths[some])
    best = (marks.values == highest[owner]) & (marks.values > 0)
    sole = np.bincount(owner[best], minlength=len(some)) == 1
    chosen = best & sole[owner]
    return summed(marks.places[chosen], marks.weights[some][owner[chosen]], options)


def by_option(marks: Marks, options: int) -> list[tuple[Integers, Integers | None]]:
    """For each option the groups that support it, in order, and the values they give it (None: one each)."""
    owner = np.repeat(np.arange(len(marks), dtype=np.int32), marks.lengths)
    places, values = marks.places, marks.values
    if values is not None and (values <= 0).any():
        kept = values > 0
        owner, places, values = owner[kept], places[kept], values[kept]
    order = np.argsort(places.astype(np.uint16 if options < 2**16 else np.int64), kind="stable")
    cuts = np.searchsorted(places[order], np.arange(1, options))
    groups = np.split(owner[order], cuts)
    given: Sequence[Integers | None] = [None] * options if values is None else np.split(values[order], cuts)
    return list(zip(groups, given, strict=True))
