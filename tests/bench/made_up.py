"""Made-up contests of any size: a table of one ballot a row, up to eight of forty options ranked, mostly distinct."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

OPTIONS, RANKS, PIECE = 40, 8, 200_000


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


if __name__ == "__main__":
    write(Path(sys.argv[1]), int(sys.argv[2]))
