"""The scale of the voluntary land gift: steps that its receivers set, each a yearly sum or a share of revenue. Pure.

A step is written on a line of its own: `Renting a home with one bedroom = 60`, or `A business = 0.25 % of revenue, at
least 150`. It is a suggestion: any other sum, and none, is as good. Source: FIELD A3, C6.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MOST_STEPS = 20
MOST_WORDS = 80
_SHARE = re.compile(
    r"(?P<whole>[0-9]{1,2})(?:\.(?P<part>[0-9]{1,2}))?\s*%(?:\s*of revenue)?(?:\s*,?\s*at least\s+(?P<least>.+))?\Z"
)


@dataclass(frozen=True)
class Step:
    """One step: for whom, and a sum, or hundredths of a percent of a year's revenue with a least sum."""

    words: str
    amount_minor: int = 0
    revenue_bp: int = 0

    @property
    def is_share(self) -> bool:
        """Whether it is a share of revenue."""
        return self.revenue_bp > 0

    def of_revenue(self, revenue_minor: int) -> int:
        """What a year's revenue comes to, in whole minor units rounded down, never below the step's least sum."""
        return max(self.amount_minor, revenue_minor * self.revenue_bp // 10_000)


class WrongLine(ValueError):
    """A line that is no step, by its number."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


def read(text: str, amount_of: Callable[[str], int]) -> list[Step]:
    """Steps from their lines; `amount_of` reads a sum to minor units, and raises ValueError. Raises WrongLine at the first
    line that is no step, that says nothing, or is one too many."""
    found: list[Step] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        words, sign, value = (part.strip() for part in line.rpartition("="))
        if not sign or not words or len(words) > MOST_WORDS or len(found) == MOST_STEPS:
            raise WrongLine(number)
        try:
            step = _step(words, value, amount_of)
        except ValueError:
            raise WrongLine(number) from None
        if step.amount_minor <= 0 and not step.is_share:
            raise WrongLine(number)
        found.append(step)
    return found


def stored(steps: Sequence[Step]) -> list[list[str]]:
    """Steps as they are kept: words, minor units, hundredths of a percent."""
    return [[step.words, str(step.amount_minor), str(step.revenue_bp)] for step in steps]


def restored(rows: Sequence[Sequence[str]]) -> list[Step]:
    """Steps from what was kept."""
    return [Step(words, int(amount), int(share)) for words, amount, share in rows]


def _step(words: str, value: str, amount_of: Callable[[str], int]) -> Step:
    share = _SHARE.match(value)
    if share is None:
        return Step(words, amount_of(value))
    revenue_bp = int(share["whole"]) * 100 + int((share["part"] or "").ljust(2, "0"))
    if not revenue_bp:
        raise ValueError(value)
    return Step(words, amount_of(share["least"]) if share["least"] else 0, revenue_bp)
