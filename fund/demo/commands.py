"""`fund demo`: load Millrace Commons Fund into an empty database."""

from __future__ import annotations

import click
import flask_migrate

from fund import create_app
from fund.demo import load
from fund.errors import FundError

EXAMPLES = ("missed", "tie")


@click.command()
@click.option(
    "--with", "extras", multiple=True, type=click.Choice(EXAMPLES),
    help="Also a round whose tie waits for its public draw, or one that missed its quorum twice. May be repeated.",
)  # fmt: skip
def demo(extras: tuple[str, ...]) -> None:
    """Load the demo, Millrace Commons Fund, into an empty database; the tables are made if they are missing."""
    with create_app().app_context():
        flask_migrate.upgrade()
        try:
            load(extras=tuple(sorted(set(extras))))
        except FundError as refusal:
            raise click.ClickException(str(refusal)) from None
    click.echo("The demo is loaded. `fund serve` shows it.")
