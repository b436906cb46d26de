"""What can go wrong in a count, each with the facts a person needs to mend it.

Two families: the input is wrong (`BadContest`, with the place in the file and what was expected there), or the input
is right and the charter's tie chain does not decide (`UnbrokenTie`, and `DrawNeeded` where a public draw would).
"""

from __future__ import annotations

from fund.errors import FundError


class CountingError(FundError):
    """Anything that stops a count. The message is one plain line."""

    status = 422
    title = "This cannot be counted"


class BadContest(CountingError):
    """The ballots, the options or the rule are not what the rule needs.

    `path` is the place (`$.ballots[3].ranking[0]`, `line 12`), `expected` says what should stand there.
    """

    def __init__(self, path: str, expected: str) -> None:
        self.path = path
        self.expected = expected
        super().__init__(f"{path}: expected {expected}")


class UnbrokenTie(CountingError):
    """Options are level and the charter's chain names no way to choose. `options` holds their ids in file order; `tied`
    the positions of all that were level before the chain began, and `best` whether it was to name the most preferred.
    """

    def __init__(self, options: tuple[str, ...], purpose: str) -> None:
        self.options = options
        self.purpose = purpose
        self.tied: frozenset[int] = frozenset()
        self.best = True
        super().__init__(f"tie that the chain does not break ({purpose}): {', '.join(options)}")


class DrawNeeded(UnbrokenTie):
    """The chain reaches `lot` and the public draw has not been entered yet. Its text is the setting `seed`."""

    def __init__(self, options: tuple[str, ...], purpose: str) -> None:
        super().__init__(options, purpose)
        self.message = f"public draw needed ({purpose}) between: {', '.join(options)}"
