"""`fund export KIND --output FILE`: the ballots of a round, the ledger, or the members, as files.

The same verbs as on the pages, so the same promises hold: a round that publishes totals only gives no ballots here
either, and no cell of a table can become a formula. Files are readable by their owner alone.
"""

from __future__ import annotations

import os
from pathlib import Path

import click

from fund.errors import Invalid
from fund.members import roll_export
from fund.operator import at_the_machine
from fund.permissions import Actor
from fund.reports import files
from fund.results import exports, reading
from fund.rounds import service as rounds


@click.command()
@click.argument("kind", type=click.Choice(["ballots", "ledger", "members"]))
@click.option("--round", "slug", metavar="NAME", help="The round, as its address names it; for ballots.")
@click.option(
    "--form",
    type=click.Choice(list(files.FILES)),
    default="journal.csv",
    show_default=True,
    metavar="FILE",
    help="The ledger as which of the files of /money/reports, such as ledger.journal (hledger) or ledger.jsonl (our own).",
)
@click.option("--public", is_flag=True, help="The ledger as anyone may have it; without this it is exact.")
@click.option("--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="A file not there yet.")
def export(kind: str, slug: str | None, form: str, public: bool, output: Path) -> None:
    """Write ballots (a ballot-file/1), the ledger (every posting, in one of many forms) or the members (CSV) into a file.

    The ledger as ledger.jsonl is what `fund import` reads back into an empty fund.
    """
    if output.exists():
        raise click.ClickException(f"{output} exists already; nothing was written.")
    with at_the_machine() as operator:
        data = files.make(form, exact=not public).data if kind == "ledger" else _of(kind, slug, operator)
    with os.fdopen(os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
    click.echo(f"{output}: {len(data)} bytes")


def _of(kind: str, slug: str | None, operator: Actor) -> bytes:
    if kind == "members":
        return roll_export.export(by=operator)
    if slug is None:
        raise Invalid("Say of which round: --round NAME")
    round_ = rounds.by_slug(slug)
    return exports.ballots(reading.outcome_of(round_, operator), round_)
