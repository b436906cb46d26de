"""`fund import FILE`: a charter (.toml) is proposed, a list of members (.csv) taken over as a whole or not at all."""

from __future__ import annotations

from pathlib import Path

import click

from fund.errors import Invalid
from fund.foundation import service as foundation
from fund.members import roll_import
from fund.operator import at_the_machine
from fund.permissions import Actor


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would be read and what is wrong, line by line.")
def import_(file: Path, dry_run: bool) -> None:
    """Read FILE into the fund: a charter (.toml) or a list of members (.csv).

    A charter is proposed; that it was adopted, by whom and how, people record themselves. Elections of Pabulib (.pb)
    are counted where they are: fund count FILE.
    """
    readers = {".toml": _charter, ".csv": _members}
    reader = readers.get(file.suffix.lower())
    if reader is None:
        raise click.ClickException(
            f"{file.name} is neither a charter (.toml) nor a list of members (.csv). "
            "Files of ballots (.json, .pb, .blt) are counted where they are: fund count FILE"
        )
    with at_the_machine() as operator:
        reader(file.read_bytes(), operator, dry_run)


def _charter(data: bytes, operator: Actor, dry_run: bool) -> None:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Invalid("A charter is text in UTF-8; this file is not.") from None
    if dry_run:
        foundation.parsed(data)
        click.echo("The charter can be read. `fund charter check` says what in it is not in force yet.")
        return
    foundation.found()
    version = foundation.propose_charter(text, by=operator)
    click.echo(f"Version {version.number} of the charter is proposed. Record its adoption at /charter.")


def _members(data: bytes, operator: Actor, dry_run: bool) -> None:
    if dry_run:
        reading = roll_import.read(data)
        for fault in reading.faults:
            click.echo(f"line {fault.line}, {fault.column}: expected {fault.expected}")
        click.echo(f"{len(reading.rows)} people can be read, {len(reading.faults)} mistakes.")
        if reading.faults:
            raise click.exceptions.Exit(1)
        return
    click.echo(f"{roll_import.import_roll(data, by=operator)} people are members now.")
