"""Ties: the charter's chain, and the public draw.

A chain is a list of steps tried in order; each keeps the options it prefers among those still level. `prefer` names the
option the chain likes best (funded first, elected, kept), `last` the one it likes least (eliminated). The steps:

most_votes, lower_cost, higher_cost, more_first_choices (on the ballots as cast), earlier_stage (the most recent earlier
stage at which they differed: more is better), listed (order in the file), lot (the smallest SHA-256 of the text of the
public draw, a zero byte and the option's id).

A chain that ends without a decision raises UnbrokenTie; one that needs a draw which is not there yet, DrawNeeded.
Source: COUNTING.md, "Ties".
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from fund.counting.contest import Option
from fund.counting.errors import DrawNeeded, UnbrokenTie

Number = int | Fraction


def lot_number(seed: str, option_id: str) -> int:
    """The option's number in the draw; the smallest is preferred."""
    return int.from_bytes(hashlib.sha256(seed.encode() + b"\x00" + option_id.encode()).digest())


@dataclass(slots=True)
class Chain:
    """The chain of one count. `votes` and `first_choices` by option position; `history` one tally a stage so far."""

    steps: Sequence[str]
    seed: str | None
    options: tuple[Option, ...]
    votes: Sequence[Number]
    first_choices: Sequence[int]
    history: list[Mapping[int, Number]] = field(default_factory=list)

    def prefer(self, tied: Sequence[int], purpose: str) -> tuple[int, str]:
        """The position the chain prefers among `tied`, and the step that decided."""
        return self._narrow(tied, purpose, best=True)

    def last(self, tied: Sequence[int], purpose: str) -> tuple[int, str]:
        """The position the chain prefers least among `tied`, and the step that decided."""
        return self._narrow(tied, purpose, best=False)

    def standing_order(self, tied: Sequence[int]) -> list[int] | None:
        """All of these from the most preferred to the least, whenever they are tied; None where that takes a draw that
        is not there yet, or where the chain does not tell them apart.
        """
        steps = self.steps[: self.steps.index("lot")] if "lot" in self.steps and self.seed is None else self.steps
        liking = {place: tuple(self._liking(step, place) for step in steps) for place in tied}
        if len(set(liking.values())) < len(liking):
            return None
        return sorted(tied, key=lambda place: liking[place], reverse=True)

    def _narrow(self, tied: Sequence[int], purpose: str, *, best: bool) -> tuple[int, str]:
        level = sorted(tied)
        for step in self.steps:
            if step == "lot" and self.seed is None:
                raise DrawNeeded(tuple(self.options[place].id for place in level), purpose)
            liking = {place: self._liking(step, place) for place in level}
            chosen = max(liking.values()) if best else min(liking.values())
            level = [place for place in level if liking[place] == chosen]
            if len(level) == 1:
                return level[0], step
        raise UnbrokenTie(tuple(self.options[place].id for place in level), purpose)

    def _liking(self, step: str, place: int) -> Any:
        """A key that is larger the more this step prefers the option."""
        if step == "most_votes":
            return self.votes[place]
        if step == "lower_cost":
            return -self.options[place].cost
        if step == "higher_cost":
            return self.options[place].cost
        if step == "more_first_choices":
            return self.first_choices[place]
        if step == "earlier_stage":
            return tuple(tally.get(place, 0) for tally in reversed(self.history))
        if step == "listed":
            return -place
        return -lot_number(self.seed or "", self.options[place].id)
