"""`fund import FILE`: a charter (.toml) is proposed, a list of members (.csv) taken over as a whole or not at all."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click

from fund.errors import Invalid
from fund.foundation import service as foundation
from fund.ledger import bringing, own_file, takeover
from fund.members import roll_import
from fund.operator import at_the_machine
from fund.permissions import Actor


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--as",
    "kind",
    type=click.Choice(["members", "opening", "journal"]),
    default="members",
    show_default=True,
    help="What a table (.csv) holds: the roll, an older fund's position of one day, or its old journal.",
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day of an opening position.")
@click.option("--dry-run", is_flag=True, help="Only say what would be read and what is wrong, line by line.")
def import_(file: Path, kind: str, on: dt.datetime | None, dry_run: bool) -> None:
    """Read FILE into the fund: a charter (.toml), a table (.csv: members, or an older fund's books) or a whole ledger
    (.jsonl).

    A charter is proposed; that it was adopted, by whom and how, people record themselves. Elections of Pabulib (.pb)
    are counted where they are: fund count FILE. A ledger that `fund export ledger --form ledger.jsonl` wrote is read into
    an empty fund that has a charter.
    """
    readers = {".toml": _charter, ".csv": _members, ".jsonl": _ledger}
    reader = readers.get(file.suffix.lower())
    if reader is None:
        raise click.ClickException(
            f"{file.name} is neither a charter (.toml) nor a list of members (.csv) nor a ledger (.jsonl). "
            "Files of ballots (.json, .pb, .blt) are counted where they are: fund count FILE"
        )
    with at_the_machine() as operator:
        if reader is _members and kind != "members":
            _older_books(kind, file.read_bytes(), on.date() if on else None, operator, dry_run)
            return
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


def _older_books(kind: str, data: bytes, on: dt.date | None, operator: Actor, dry_run: bool) -> None:
    found = takeover.look(kind, data, on=on, by=operator)
    for fault in found.faults:
        click.echo(takeover.told(fault))
    if dry_run or found.faults:
        click.echo(f"{len(found.rows)} lines can be read, {len(found.faults)} mistakes. Nothing was written.")
        if found.faults:
            raise click.exceptions.Exit(1)
        return
    takeover.bring(kind, data, on=on, by=operator)
    click.echo(f"{len(found.rows)} lines were brought in. `fund check` looks at the books anew.")


def _ledger(data: bytes, operator: Actor, dry_run: bool) -> None:
    if dry_run:
        found = own_file.read(data)
        click.echo(f"{len(found.entries)} entries on {len(found.accounts)} accounts can be read; every hash fits.")
        return
    click.echo(f"{bringing.bring_ledger(data, by=operator)} entries were brought in. `fund check` looks at them anew.")
