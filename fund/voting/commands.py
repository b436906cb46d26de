"""`fund round`: list the rounds, and settle one that is late, on a machine where no worker runs."""

from __future__ import annotations

import click

from fund.operator import at_the_machine


@click.group("round")
def round_() -> None:
    """Look at the rounds of this fund, or settle one that is late."""


@round_.command("list")
def list_() -> None:
    """List every round: status, address, title, end of voting (UTC)."""
    with at_the_machine():
        from fund.rounds import listing

        for one in listing.every():
            ends = one.closes_at.strftime("%Y-%m-%d %H:%M") if one.closes_at else "no date"
            click.echo(f"{one.status:<14} {one.slug:<40} {one.title}  ({ends} UTC)")


@round_.command("settle")
@click.argument("slug", required=False)
def settle(slug: str | None) -> None:
    """Do what the clock owes: open, extend, close, open the ballots. Without SLUG: every round that is due."""
    with at_the_machine():
        from fund.rounds import service
        from fund.voting import service as voting

        if slug is None:
            click.echo(f"{voting.settle_all()} rounds looked at")
        else:
            click.echo(voting.settle(service.by_slug(slug).id))
