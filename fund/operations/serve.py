"""`fund serve`: the pages and the job worker beside them, started and ended together.

The application is loaded once, here; the web workers and the job worker are forked from it and share its memory. No
connection to the database may cross a fork, so this process lets go of all of them first.
"""

from __future__ import annotations

import sys
from functools import partial

import click
from flask import Flask

from fund import create_app, db, jobs
from fund import demo as story
from fund.errors import FundError
from fund.ledger import service as ledger
from fund.operations import first_start, migrate, server
from fund.operations.supervisor import Supervisor


@click.command()
@click.option("--host", default="127.0.0.1", envvar="FUND_HOST", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, envvar="FUND_PORT", show_default=True, help="Port; 0 takes a free one.")
@click.option("--workers", default=2, envvar="FUND_WEB_WORKERS", show_default=True, help="Web processes: one a core.")
@click.option("--threads", default=4, envvar="FUND_WEB_THREADS", show_default=True, help="Requests at once in each.")
@click.option("--no-worker", is_flag=True, help="Pages only; `fund worker` runs somewhere else.")
@click.option("--demo", is_flag=True, help="Migrate first, and load the demo fund if the database is empty.")
def serve(host: str, port: int, workers: int, threads: int, no_worker: bool, demo: bool) -> None:
    """Serve the fund's pages, with the job worker beside them, until Ctrl-C or SIGTERM ends both."""
    app = create_app()
    try:
        prepare(app, demo=demo)
        listener = server.listen(host, port)
    except FundError as refusal:
        raise click.ClickException(str(refusal)) from None
    where = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::", "::1") else host  # noqa: S104 - compared, not bound
    ready = partial(click.echo, f"Commonpool is at http://{where}:{listener.getsockname()[1]} (Ctrl-C ends it)")
    release_connections(app)
    pages = server.Server(app, listener, workers=workers, threads=threads, when_ready=ready)
    parts = {"the web server": pages.run}
    if not no_worker:
        parts["the job worker"] = partial(work, app)
    sys.exit(Supervisor(parts).run())


def work(app: Flask) -> None:
    """The job worker, until SIGTERM lets it finish what it is doing and end."""
    jobs.consumer(app).run()


def prepare(app: Flask, *, demo: bool) -> None:
    """Make sure the database fits the program and holds a fund. Raises FundError saying what to do where it does not."""
    with app.app_context():
        state = migrate.state_of(db.alchemy.engine)
    if demo and not state.is_current and state.is_known:
        migrate.upgrade(app)
        with app.app_context():
            state = migrate.state_of(db.alchemy.engine)
    if not state.is_current:
        raise FundError(state.sentence())
    with app.app_context():
        if demo and story.is_wanted():
            story.load()
        elif not demo and (links := first_start.found_if_empty(app)):
            first_start.tell(links)
        for fault in ledger.check_at_start():
            click.echo(
                f"The books do not agree with themselves: {fault}. Money stands still until `fund check` is clean.",
                err=True,
            )


def release_connections(app: Flask) -> None:
    """Close every connection this process holds."""
    jobs.let_go()
    with app.app_context():
        db.session.remove()
        for engine in db.alchemy.engines.values():
            engine.dispose()
