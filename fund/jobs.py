"""Jobs hold no truth: what is due is found from the database's own state, so losing the queue loses nothing.

One task, `look`, does everything that is due: rounds to open or close, counts to run, awards to offer, messages to
send. It runs every minute by the clock, and at once when an act has said `tx.wake()`. Each verb is idempotent, takes
its own locks and stands alone: a fault in one is logged and keeps none of the others from running.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from flask import Flask, current_app
from huey import Huey, PostgresHuey, SqliteHuey, crontab
from huey.consumer import Consumer
from sqlalchemy.engine import make_url

from fund import db
from fund.config import Config

log = logging.getLogger("fund.jobs")
MOST_WAITING = 2
"""Looks that may wait in the queue; more would find nothing new."""


def due() -> list[tuple[str, Callable[[], object]]]:
    """Every verb that the clock owes, in the order of the thread from vote to payment."""
    from fund.awards import payments as award_payments
    from fund.awards import reports
    from fund.awards import service as awards
    from fund.bank import files as statement_files
    from fund.bank import service as bank
    from fund.giving import recurring
    from fund.ledger import service as ledger
    from fund.members import service as members
    from fund.messages import service as messages
    from fund.micro_grants import erasing
    from fund.notes import interest
    from fund.payments import accounts as payee_accounts
    from fund.payments import service as payments
    from fund.pots import service as pots
    from fund.proposals import service as proposals
    from fund.repayments import service as repayments
    from fund.results import service as results
    from fund.voting import service as voting

    return [
        ("activate members whose waiting is over", members.activate_due),
        ("move proposals with their phases", proposals.settle_phases),
        ("open, extend and close rounds", voting.settle_all),
        ("count closed rounds", results.count_due),
        ("make undisputed results final", results.finalise_due),
        ("offer awards", awards.offer_due),
        ("let awards expire", awards.expire_due),
        ("ask for instalments whose day has come", award_payments.ask_for_what_is_due),
        ("remind of reports", reports.remind_due),
        ("let payments expire that nobody finished", payments.expire_due),
        ("erase accounts of payees that nobody needs", payee_accounts.erase_due),
        ("release money set aside whose days are over", pots.release_due),
        ("ask for dues of a new period, and remind once", recurring.dues_due),
        ("count interest on notes", interest.accrue_due),
        ("bring plans of repayment up to date", repayments.settle_due),
        ("remind of repayments, once", repayments.remind_due),
        ("erase what micro-grants need no more", erasing.erase_due),
        ("forget who stood in the bank's lines", bank.forget_due),
        ("put statements away that nobody came back to", statement_files.put_old_ones_away),
        ("compare the books with themselves", ledger.self_check),
        ("send messages", messages.drain),
    ]


def tick() -> list[str]:
    """Do everything that is due now, inside an application context. Returns the names of verbs that failed."""
    failed = []
    for name, verb in due():
        try:
            verb()
        except Exception:
            log.exception("could not %s", name)
            failed.append(name)
        finally:
            db.session.remove()
    return failed


class Bell(NamedTuple):
    """The queue of one installation, and the task on it that has a worker look at once."""

    queue: Huey
    look: Callable[[], object]


@cache
def bell(settings: Config) -> Bell:
    """The queue that these settings name, with what runs on it: one look a minute by the clock, and looks asked for."""
    queue = _queue(settings)
    queue.periodic_task(crontab(minute="*"), name="look_by_the_clock")(_look)
    return Bell(queue, queue.task(name="look")(_look))


def let_go() -> None:
    """Close the queue's connections; before a process forks, so that no two processes share one."""
    bell.cache_clear()


def waiting_count(settings: Config) -> int:
    """How many looks wait in the queue of an installation."""
    return int(bell(settings).queue.pending_count())


def wake() -> None:
    """Have a worker look at once; if the queue cannot be reached, the clock does it within a minute."""
    settings: Config = current_app.config["FUND"]
    try:
        if waiting_count(settings) < MOST_WAITING:
            bell(settings).look()
    except Exception:
        log.exception("the job queue did not take a wake-up")


_bound: list[Flask] = []


def consumer(app: Flask) -> Consumer:
    """The worker's loop for one application; `run()` returns after SIGTERM, once what it is doing is done, or SIGINT."""
    _bound[:] = [app]
    queue = bell(app.config["FUND"]).queue
    return queue.create_consumer(workers=1, periodic=True, max_delay=1.0, graceful_signal="TERM")


def _queue(settings: Config) -> Huey:
    url = make_url(settings.queue_url)
    if url.get_backend_name() == "sqlite":
        settings.home.mkdir(parents=True, exist_ok=True)
        return SqliteHuey("fund", filename=url.database, results=False)
    return PostgresHuey("fund", dsn=settings.queue_url.replace("+psycopg", ""), results=False)


def _look() -> None:
    with _bound[0].app_context():
        tick()
