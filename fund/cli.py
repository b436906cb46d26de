"""The `fund` command: one table of commands, each loaded only when it is called.

`fund count` and `fund charter` must run where no database and no web framework is wanted, and every command must
answer at once; so this module imports nothing of the program but the one room that the command names. A feature adds a
command by one line in `COMMANDS`: either a click command in its `commands.py`, or, for the pure rooms, a
`run(arguments) -> exit code` that gets everything typed after the command's name untouched.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module

import click

from fund import __version__


@dataclass(frozen=True)
class Place:
    """Where a command lives, and the line that `fund --help` shows without importing it."""

    module: str
    attribute: str
    line: str
    plain: bool = False
    """True: `attribute` is a function that takes the raw arguments and returns an exit code, not a click command."""


COMMANDS: dict[str, Place] = {
    "serve": Place("fund.operations.serve", "serve", "Serve the fund's pages, with the job worker beside them."),
    "worker": Place("fund.operations.worker", "worker", "Run only the job worker, on a machine of its own."),
    "migrate": Place("fund.operations.migrate", "migrate", "Bring the database's tables and triggers up to date."),
    "doctor": Place("fund.operations.doctor", "doctor", "Say in words what is wrong with this installation."),
    "backup": Place("fund.operations.backup", "backup", "Write the whole fund into one file while it is in use."),
    "restore": Place("fund.operations.restore", "restore", "Read a backup into an empty place and verify it."),
    "check": Place("fund.operations.check", "check", "Recompute every invariant from the live database."),
    "import": Place("fund.operations.importing", "import_", "Read a charter or a list of members."),
    "export": Place("fund.operations.exporting", "export", "Write ballots, the ledger or the members into a file."),
    "permissions": Place("fund.operations.matrix", "permissions", "Print every page, its act, and who may do it."),
    "demo": Place("fund.demo.commands", "demo", "Load the demo fund into an empty database."),
    "member": Place("fund.members.commands", "member", "Look up and help a member."),
    "steward": Place("fund.stewards.commands", "steward", "See who serves; appoint one where nobody serves any more."),
    "round": Place("fund.voting.commands", "round_", "Look at a round, or settle one that is late."),
    "count": Place("fund.counting.command", "run", "Count ballot files and say who won and why.", plain=True),
    "charter": Place("fund.charter.command", "run", "Check a charter file and read it in plain words.", plain=True),
}


def _pass_through(name: str, place: Place, run: Callable[[Sequence[str]], int]) -> click.Command:
    """A click command that hands everything typed after its name to `run`, `--help` included."""

    def callback(arguments: tuple[str, ...]) -> None:
        sys.exit(run(list(arguments)))

    return click.Command(
        name,
        callback=callback,
        help=place.line,
        params=[click.Argument(["arguments"], nargs=-1, type=click.UNPROCESSED)],
        context_settings={"ignore_unknown_options": True},
        add_help_option=False,
    )


class CommandTable(click.Group):
    """A click group that knows its commands by name and imports one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = COMMANDS.get(cmd_name)
        if place is None:
            return None
        found = getattr(import_module(place.module), place.attribute)
        return _pass_through(cmd_name, place, found) if place.plain else found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, COMMANDS[name].line) for name in self.list_commands(ctx)])


@click.group(cls=CommandTable, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="fund")
def main() -> None:
    """Govern a community's investment fund: serve it, look after it, count its votes and check its books.

    FUND_DATABASE_URL names the database and FUND_HOME the folder for everything else;
    docs/deploy.md lists all settings.
    """
