"""`fund steward`: who serves, and a way back for a fund whose terms have all run out.

While anybody serves as a steward, offices are given on the pages, by two people. Where nobody does, nobody could give
any: then, and only then, whoever keeps the machine appoints one, on the members' word, which everybody can read.
"""

from __future__ import annotations

import click

from fund.operator import at_the_machine


@click.group()
def steward() -> None:
    """See who serves; appoint a steward where nobody serves any more."""


@steward.command("list")
def list_() -> None:
    """List who serves: number of the person, role, last day, name."""
    with at_the_machine():
        from fund.stewards import service

        for term in service.all_serving():
            click.echo(f"{term.person_id:>6}  {term.role:<14} {term.ends_on}  {term.person.display_name}")


@steward.command()
@click.argument("person_id", type=int)
@click.option("--how", required=True, help="When and where the members decided it; anyone can read it.")
@click.option("--months", type=click.IntRange(1, 60), default=3, show_default=True, help="How long the term is.")
def appoint(person_id: int, how: str, months: int) -> None:
    """Make PERSON_ID a steward (`fund member find` gives the number). Refused while a steward serves."""
    with at_the_machine() as operator:
        from fund.members.service import display_name
        from fund.stewards import service

        term = service.appoint_where_nobody_serves(person_id, how=how, months=months, by=operator)
        name = display_name(person_id)
        click.echo(f"{name} is a steward until {term.ends_on} and can record further terms at /stewards.")
