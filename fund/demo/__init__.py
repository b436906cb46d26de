"""The demo: Millrace Commons Fund of Port Alder, an invented town, loaded through the verbs that people use (FIELD D).

`fund serve --demo` asks `is_wanted` and calls `load`; `fund demo` does the same by hand (fund/demo/commands.py).
"""

from __future__ import annotations

from collections.abc import Callable


def is_wanted() -> bool:
    """Whether this database should be given the demo: it is empty, or an earlier loading was broken off."""
    from fund.demo import loading

    return loading.is_empty() or loading.is_broken_off()


def load(tell: Callable[[str], None] | None = None, extras: tuple[str, ...] = ()) -> None:
    """Load the demo and tell of each scene; a loading that was broken off is undone first.

    `extras`: "tie" and "missed", two more rounds. Raises WrongState when the database holds a fund.
    """
    import click

    from fund.demo import loading

    loading.load_everything(tell or click.echo, extras)
