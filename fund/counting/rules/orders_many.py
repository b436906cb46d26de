"""Borda points and duels of very many rankings: exact as in orders.py, from arrays (marks.py) instead of tuples."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fund.counting.marks import Integers, Marks, summed


def borda_points(marks: Marks, candidates: Sequence[int], options: int) -> list[int]:
    """Points of every option, counting only the candidates on each ballot."""
    inside = np.zeros(options, dtype=bool)
    inside[list(candidates)] = True
    points = [0] * options
    for piece in marks.pieces():
        kept = inside[piece.places]
        before = np.concatenate([np.zeros(1, np.int64), np.cumsum(kept)])  # candidates up to each mark
        ranks = before[:-1] - np.repeat(before[piece.starts[:-1]], piece.lengths)
        worth = len(candidates) - 1 - ranks[kept]
        voters = piece.voters_of_marks()[kept]
        if len(candidates) * int(voters.max(initial=0)) >= 2**62:
            voters, worth = voters.astype(object), worth.astype(object)
        found = summed(piece.places[kept], voters * worth, options)
        points = [first + second for first, second in zip(points, found, strict=True)]
    return points


def pairwise(marks: Marks, candidates: Sequence[int], options: int) -> dict[int, dict[int, int]]:
    """Ballots that prefer each candidate to each other one: those that rank it, less those that rank the other before."""
    ranked, before = [0] * options, [0] * options**2
    for piece in marks.pieces():
        voters = piece.voters_of_marks()
        ranked = [one + more for one, more in zip(ranked, summed(piece.places, voters, options), strict=True)]
        pairs = _pairs(piece, voters, options)
        before = [one + more for one, more in zip(before, pairs, strict=True)]
    return {a: {b: 0 if a == b else ranked[a] - before[b * options + a] for b in candidates} for a in candidates}


def _pairs(piece: Marks, voters: Integers, options: int) -> list[int]:
    """Ballots that rank one option before another, at one x options + other."""
    owner = np.repeat(np.arange(len(piece)), piece.lengths)
    places = piece.places.astype(np.int64)
    found = [0] * options**2
    for apart in range(1, int(piece.lengths.max(initial=0))):
        same = owner[apart:] == owner[:-apart]
        keys = (places[:-apart] * options + places[apart:])[same]
        counted = summed(keys, voters[apart:][same], options**2)
        found = [one + more for one, more in zip(found, counted, strict=True)]
    return found
