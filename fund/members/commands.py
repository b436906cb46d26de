"""`fund member`: look people up on the machine itself, and let somebody back in who has lost every way.

Whoever can type these commands can also open the database. That a code was made is in the log of acts, under nobody's
name, and the member reads it among their own details.
"""

from __future__ import annotations

import click

from fund.operator import at_the_machine


@click.group()
def member() -> None:
    """Look up and help a member."""


@member.command()
@click.argument("text", default="")
def find(text: str) -> None:
    """List people whose name, address or phone holds TEXT: number, state, name, contact."""
    with at_the_machine():
        from fund.members import service

        found = service.people(search=text)
        for person in found.rows:
            state = person.memberships[-1].state if person.memberships else "no member"
            contact = person.email or person.phone or "code on paper"
            click.echo(f"{person.id:>6}  {state:<10} {person.display_name}  ({contact})")
        if found.total > len(found.rows):
            click.echo(f"... and {found.total - len(found.rows)} more: write more of the name")


@member.command()
def roll() -> None:
    """Count verified members by class and way of verification, as the public sees them."""
    with at_the_machine():
        from fund.members import service

        for line in service.roll():
            ways = ", ".join(f"{how} {n if n is not None else 'fewer than 5'}" for how, n in line.ways)
            click.echo(f"{line.class_code:<16} {line.total:>7}  {ways}")


@member.command()
@click.argument("person_id", type=int)
def code(person_id: int) -> None:
    """Make a new sign-in code on paper for PERSON_ID; the one before works no more."""
    with at_the_machine():
        from fund.members import service, signing_in

        click.echo(f"{service.display_name(person_id)}: {signing_in.code_at_the_machine(person_id)}")
        click.echo("It works once, within 60 days, under “I have a code on paper” at /sign-in.")
