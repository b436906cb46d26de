"""The waterfall: a loss runs through layers from the first-loss one to the most senior; a recovery runs back.

Values in, values out. A layer bears at most what it holds; only when it is empty does the next one bear anything. Inside
a layer that has holders each bears in proportion to what they are owed, by largest remainder, so that the parts are
exactly the whole and nobody bears more than they are owed. Source: FIELD A1 (capital stack), B2 `capital.layers`, C1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from fund.currency import split


@dataclass(frozen=True)
class Layer:
    """A layer and what it can bear (or, for a recovery, be given back). `holders` are (who, how much), together
    `holds_minor`; a layer without holders stands for the fund itself."""

    code: str
    holds_minor: int
    holders: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if self.holds_minor < 0 or any(amount < 0 for _who, amount in self.holders):
            raise ValueError(f"layer {self.code} holds less than nothing")
        if self.holders and sum(amount for _who, amount in self.holders) != self.holds_minor:
            raise ValueError(f"layer {self.code} is not the sum of its holders")


@dataclass(frozen=True)
class Share:
    """What one layer bears, and each holder in it."""

    code: str
    amount_minor: int
    holders: dict[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Shared:
    """A whole loss: the share of every layer in order, and what no layer could bear."""

    shares: tuple[Share, ...]
    uncovered_minor: int


def bear(loss_minor: int, layers: Sequence[Layer]) -> Shared:
    """Run a loss through layers, the first one first. Raises ValueError for a loss of less than nothing."""
    if loss_minor < 0:
        raise ValueError("a loss is not negative")
    left, shares = loss_minor, []
    for layer in layers:
        part = min(left, layer.holds_minor)
        shares.append(Share(layer.code, part, within(part, layer)))
        left -= part
    return Shared(tuple(shares), left)


def give_back(recovered_minor: int, borne: Sequence[Layer]) -> Shared:
    """Run a recovery back through what layers bore: the last that lost is made whole first.

    `borne` are the layers in the order of loss, `holds_minor` what each still misses. Shares come in the same order.
    """
    backwards = bear(recovered_minor, tuple(reversed(borne)))
    return Shared(tuple(reversed(backwards.shares)), backwards.uncovered_minor)


def within(amount_minor: int, layer: Layer) -> dict[int, int]:
    """Each holder's part of what a layer bears, by largest remainder; nobody's part is more than they hold."""
    if not layer.holders or not layer.holds_minor:
        return {}
    parts = split(amount_minor, [held for _who, held in layer.holders])
    return {who: part for (who, _held), part in zip(layer.holders, parts, strict=True) if part}
