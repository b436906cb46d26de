"""`fund worker`: the job worker alone, for a machine that serves no pages, and the list of what it does."""

from __future__ import annotations

import sys

import click

from fund import create_app, jobs


@click.command()
@click.option("--list", "only_list", is_flag=True, help="Print every job with what it does, and end.")
@click.option("--once", is_flag=True, help="Do what is due now, and end.")
def worker(only_list: bool, once: bool) -> None:
    """Run the job worker until SIGTERM: it settles rounds, counts, and sends mail as they fall due."""
    if only_list:
        for name, _verb in jobs.due():
            click.echo(name)
        return
    app = create_app()
    if once:
        with app.app_context():
            failed = jobs.tick()
        sys.exit(f"Could not {'; could not '.join(failed)}. The log says why." if failed else 0)
    jobs.consumer(app).run()
