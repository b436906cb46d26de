"""`fund check`: every invariant, recomputed from the live database (TRUST 4). Exit 0 only if all hold.

An invariant is a sentence and a function that returns what breaks it, in words, empty when it holds. A feature tells its own
in `fund/<feature>/invariants.py` as `INVARIANTS`, a tuple of such pairs; here stand those of the whole: the guards and
the log of acts. Everything is only read, and each invariant is looked at even if another is broken.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from importlib.util import find_spec

import click

from fund import FEATURES, create_app, db
from fund.audit import service as audit
from fund.operations import migrate

Invariant = tuple[str, Callable[[], list[str]]]


def guards_in_place() -> list[str]:
    """What keeps the database from being the one this program guards."""
    state = migrate.state_of(db.alchemy.engine)
    return [] if state.is_current else [state.sentence()]


def invariants() -> Iterator[Invariant]:
    """Every invariant there is: those of the whole, then each feature's."""
    yield "tables and guards are as the program made them", guards_in_place
    yield "the log of acts is whole, without a gap or a change", audit.broken_links
    for feature in FEATURES:
        if find_spec(f"fund.{feature}") and find_spec(f"fund.{feature}.invariants"):
            yield from import_module(f"fund.{feature}.invariants").INVARIANTS


def examined(found: Iterable[Invariant]) -> Iterator[tuple[str, list[str]]]:
    """Each invariant's sentence with what breaks it."""
    for sentence, look in found:
        try:
            yield sentence, look()
        except Exception as error:
            yield sentence, [f"it could not be looked at: {error}"]
        finally:
            db.session.rollback()


@click.command()
@click.option("--quiet", is_flag=True, help="Say only what is broken.")
def check(quiet: bool) -> None:
    """Recompute every invariant from the live database and name what is broken. Exit 1 if anything is."""
    whole = True
    with create_app().app_context():
        for sentence, faults in examined(invariants()):
            whole = whole and not faults
            if faults:
                click.echo(f"  BROKEN {sentence}:")
                for fault in faults:
                    click.echo(f"           {fault}")
            elif not quiet:
                click.echo(f"  holds  {sentence}")
    sys.exit(not whole)
