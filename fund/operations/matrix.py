"""`fund permissions`: every page with its act and the roles that may do it, printed from the one table."""

from __future__ import annotations

import click

from fund import create_app
from fund.permissions import matrix


@click.command()
def permissions() -> None:
    """Print every address with its method, its act, and the roles that may do it."""
    for line in matrix(create_app()):
        click.echo("\t".join(line))
