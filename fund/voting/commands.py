"""`fund round`: list the rounds, and settle one that is late, on a machine where no worker runs."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from fund.errors import FundError


def _in_fund(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside the application; a refusal is one plain line."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        from fund import create_app

        with create_app().app_context():
            try:
                return command(*args, **kwargs)
            except FundError as refusal:
                raise click.ClickException(str(refusal)) from None

    return run


@click.group("round")
def round_() -> None:
    """Look at the rounds of this fund, or settle one that is late."""


@round_.command("list")
@_in_fund
def list_() -> None:
    """List every round: status, address, title, end of voting (UTC)."""
    from fund.rounds import service

    for one in service.listed():
        ends = one.closes_at.strftime("%Y-%m-%d %H:%M") if one.closes_at else "no date"
        click.echo(f"{one.status:<14} {one.slug:<40} {one.title}  ({ends} UTC)")


@round_.command("settle")
@click.argument("slug", required=False)
@_in_fund
def settle(slug: str | None) -> None:
    """Do what the clock owes: open, extend, close, open the ballots. Without SLUG: every round that is due."""
    from fund.rounds import service
    from fund.voting import service as voting

    if slug is None:
        click.echo(f"{voting.settle_all()} rounds looked at")
    else:
        click.echo(voting.settle(service.by_slug(slug).id))
