"""The operator: who types `fund` commands on the machine itself, and how a refusal reaches them.

Whoever can run these commands can also open the database, so they are not asked to sign in. What they do is written into
the log of acts as done by nobody in particular: no member's name is put under it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from fund import create_app
from fund.errors import FundError
from fund.permissions import Actor, Role

OPERATOR = Actor(
    display_name="the operator",
    roles=frozenset({Role.SIGNED_IN, Role.STEWARD, Role.TREASURER, Role.ADMINISTRATOR}),
)


@contextmanager
def at_the_machine() -> Iterator[Actor]:
    """Inside the application, as the operator; a refusal becomes one plain line and exit code 1."""
    with create_app().app_context():
        try:
            yield OPERATOR
        except FundError as refusal:
            lines = [str(refusal.message), *(f"  {name}: {said}" for name, said in refusal.fields.items())]
            raise click.ClickException("\n".join(dict.fromkeys(lines))) from None
