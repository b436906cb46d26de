"""Made-up contests of any size: a table of one ballot a row, up to eight of forty options ranked, mostly distinct; yes or
no on twelve proposals in two chambers; and gifts to eight causes, of which five hundred kinds differ.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from fund.counting.contest import Contest, Form, Option, Rule
from fund.counting.marks import Marks
from fund.counting.profile import Cast, Profile

OPTIONS, RANKS, PIECE = 40, 8, 200_000
PROPOSALS, CAUSES, KINDS = 12, 8, 500
CHAMBERS = ("residents", "workers")


def write(path: Path, ballots: int, seed: int = 2026) -> None:
    """Write the table; options differ in favour, and six ballots in seven rank five options or more."""
    dice = np.random.default_rng(seed)
    names = np.array([f"option-{number:02d}" for number in range(OPTIONS)] + [""])
    favour = np.linspace(1.2, 0, OPTIONS)
    with path.open("w") as file:
        file.write("place," + ",".join(f"rank {rank}" for rank in range(1, RANKS + 1)) + "\n")
        for first in range(0, ballots, PIECE):
            rows = min(PIECE, ballots - first)
            order = np.argsort(-(favour + dice.gumbel(size=(rows, OPTIONS))), axis=1)[:, :RANKS]
            ranked = np.arange(RANKS) < np.maximum(dice.integers(2, 16, size=rows), 3)[:, None]
            cells = names[np.where(ranked, order, OPTIONS)]
            file.write("\n".join(f"p{first // PIECE}," + ",".join(row) for row in cells.tolist()) + "\n")


def said(ballots: int, seed: int = 2026) -> tuple[Contest, Profile]:
    """Yes, no or abstain on every proposal, half of the ballots in each chamber; few are alike."""
    dice = np.random.default_rng(seed)
    options = tuple(Option(f"proposal-{number:02d}", cost=100) for number in range(PROPOSALS))
    terms = {"residents": {"threshold": "majority", "quorum": 1}, "workers": {"threshold": "1/2", "quorum": 1}}
    rule = Rule.of("majority", chambers=terms, ties=["listed"])
    marks = [_said_by(dice, ballots // 2) for _ in CHAMBERS]
    parts = {name: _profile(options, each) for name, each in zip(CHAMBERS, marks, strict=True)}
    both = _profile(options, _together(*marks))
    everyone = Profile(options, Cast(0, both.valid, 0, (), 0), None, both.marks, parts)
    return Contest(options, rule, (), budget=600, form=Form("approve_deny")), everyone


def _said_by(dice: np.random.Generator, ballots: int) -> Marks:
    values = dice.choice(np.array([1, -1, 0]), size=ballots * PROPOSALS, p=[0.5, 0.4, 0.1])
    starts = np.arange(ballots + 1) * PROPOSALS
    places = np.tile(np.arange(PROPOSALS, dtype=np.int32), ballots)
    return Marks(False, starts, places, values, np.ones(ballots, np.int64))


def _together(first: Marks, second: Marks) -> Marks:
    starts = np.concatenate([first.starts, second.starts[1:] + first.starts[-1]])
    both = [np.concatenate([getattr(first, name), getattr(second, name)]) for name in ("places", "values", "weights")]
    return Marks(False, starts, *both)


def _profile(options: tuple[Option, ...], marks: Marks) -> Profile:
    return Profile(options, Cast(0, int(marks.weights.sum()), 0, (), 0), None, marks)


def given(ballots: int, seed: int = 2026) -> tuple[Contest, Profile]:
    """Gifts to one to three causes; however many give, no more than so many kinds of them differ."""
    dice = np.random.default_rng(seed)
    options = tuple(Option(f"cause-{number}", cost=10**9) for number in range(CAUSES))
    kinds = set()
    while len(kinds) < KINDS:
        causes = sorted(dice.choice(CAUSES, size=dice.integers(1, 4), replace=False).tolist())
        kinds.add(tuple((place, int(dice.integers(1, 40)) * 100) for place in causes))
    often = np.maximum(1, dice.multinomial(ballots - KINDS, np.full(KINDS, 1 / KINDS)) + 1).tolist()
    rows = tuple(sorted(zip(kinds, often, strict=True)))
    rule = Rule.of("quadratic_funding", pairwise=True, ties=["listed"])
    contest = Contest(options, rule, (), budget=10**9, form=Form("contributions"))
    return contest, Profile(options, Cast(0, ballots, 0, (), 0), (False, rows), None)


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
