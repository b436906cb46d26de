"""What `fund doctor` looks at, one function each: facts about this installation, in words, with what to do.

A finding is `well`, a `warning` (it works, but a person should know) or `broken` (it does not work, or votes or money
are in danger). An examination changes nothing; one that cannot look because something failed is itself a finding.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from sqlalchemy import column, func, select, table

from fund import db
from fund.config import Config
from fund.foundation.models import Fund
from fund.operations import migrate

MEGABYTE = 1024 * 1024
LEAST_FREE_MB = 200
COMFORTABLE_FREE_MB = 2000
MOST_CLOCK_SECONDS = 2.0


class Grade(Enum):
    """How a finding weighs."""

    WELL = "well"
    WARNING = "warning"
    BROKEN = "broken"


@dataclass(frozen=True)
class Finding:
    """One sentence about one thing."""

    grade: Grade
    sentence: str


Examination = Callable[[Flask], Iterator[Finding]]


def well(sentence: str) -> Finding:
    """Nothing to do."""
    return Finding(Grade.WELL, sentence)


def warning(sentence: str) -> Finding:
    """It works; somebody should know."""
    return Finding(Grade.WARNING, sentence)


def broken(sentence: str) -> Finding:
    """Somebody must act."""
    return Finding(Grade.BROKEN, sentence)


def python(_app: Flask) -> Iterator[Finding]:
    """The Python that runs this."""
    version = ".".join(map(str, sys.version_info[:3]))
    fits = (3, 11) <= sys.version_info[:2] <= (3, 13)
    yield well(f"Python {version}.") if fits else broken(f"Python {version}; this program is made for 3.11 to 3.13.")


def disk(app: Flask) -> Iterator[Finding]:
    """Room for the database, attachments and backups."""
    config: Config = app.config["FUND"]
    for folder in sorted({_existing(config.home), _existing(config.files_folder)}):
        free = shutil.disk_usage(folder).free // MEGABYTE
        if not os.access(folder, os.W_OK):
            yield broken(f"{folder} cannot be written to by this account.")
        elif free < LEAST_FREE_MB:
            yield broken(f"Only {free} MB are free at {folder}; votes and payments will be refused when it is full.")
        elif free < COMFORTABLE_FREE_MB:
            yield warning(f"{free} MB are free at {folder}; make room before the next round.")
        else:
            yield well(f"{free} MB are free at {folder}.")


def database(_app: Flask) -> Iterator[Finding]:
    """Reachable, at the right revision, guarded, and not broken on disk."""
    engine = db.alchemy.engine
    shown = engine.url.render_as_string(hide_password=True)
    state = migrate.state_of(engine)
    yield well(f"The database {shown} answers.")
    yield well(state.sentence()) if state.is_current else broken(state.sentence())
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            answer = connection.exec_driver_sql("PRAGMA quick_check(3)").scalars().all()
            if answer != ["ok"]:
                yield broken(f"The SQLite file is damaged ({'; '.join(map(str, answer))}): restore the last backup.")
        elif state.is_current:
            catalogue = table("pg_tables", column("tablename"), column("tableowner"))
            owner = select(catalogue.c.tableowner).where(catalogue.c.tablename == Fund.__tablename__)
            if connection.scalar(owner) == connection.scalar(select(func.current_user())):
                yield warning(
                    "The program's own account owns the tables and could drop the triggers that guard votes and money: "
                    "let another account own them and name it in FUND_MIGRATION_URL."
                )


def clock(_app: Flask) -> Iterator[Finding]:
    """The database's clock decides when rounds open and close; it should agree with this machine's."""
    engine = db.alchemy.engine
    if engine.dialect.name == "sqlite":
        yield well(f"The clock of this machine says {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%S} UTC.")
        return
    with engine.connect() as connection:
        theirs = connection.execute(select(func.clock_timestamp())).scalar_one()
    apart = abs((dt.datetime.now(dt.UTC) - theirs).total_seconds())
    if apart > MOST_CLOCK_SECONDS:
        yield warning(f"The clocks of this machine and of the database are {apart:.0f} s apart; the database's counts.")
    else:
        yield well("The clocks of this machine and of the database agree.")


def secrets(app: Flask) -> Iterator[Finding]:
    """The keys are readable by this account alone, and not where backups or attachments go."""
    config: Config = app.config["FUND"]
    folder = config.secrets_folder
    if not folder.is_dir():
        yield broken(f"The secrets store {folder} does not exist.")
        return
    others = stat.S_IRWXG | stat.S_IRWXO
    open_to_others = [path for path in (folder, *folder.iterdir()) if path.stat().st_mode & others]
    if open_to_others:
        names = ", ".join(str(path) for path in sorted(open_to_others)[:3])
        yield broken(f"Other accounts can reach keys: chmod go-rwx {names}")
    else:
        yield well(f"The secrets store {folder} is readable by this account alone.")
    if folder.is_relative_to(config.files_folder):
        yield broken(f"The secrets store lies among the attachments ({folder}): move it and set FUND_SECRETS_DIR.")


def address(app: Flask) -> Iterator[Finding]:
    """TLS and the proxy in front."""
    config: Config = app.config["FUND"]
    host = urlsplit(config.base_url).hostname or ""
    local = host in ("localhost", "127.0.0.1", "::1")
    if config.secure and config.trusted_proxies == 0:
        yield broken(
            f"People come by {config.base_url}, so a proxy with TLS stands in front, but FUND_TRUSTED_PROXIES is 0: "
            "everyone seems to come from one address. Set it to the number of proxies, mostly 1."
        )
    elif config.secure:
        yield well(f"People come by {config.base_url} through {config.trusted_proxies} trusted proxies.")
    elif not local:
        yield broken(f"{config.base_url} has no TLS: codes and ballots can be read on the way. See docs/deploy.md.")
    else:
        yield warning(f"Only this machine can use {config.base_url}; for others set FUND_BASE_URL to an https address.")


def mail(app: Flask) -> Iterator[Finding]:
    """Sign-in codes and outcomes go out by mail."""
    config: Config = app.config["FUND"]
    if config.smtp_url is None:
        say = broken if config.secure else warning
        yield say("FUND_SMTP_URL is not set: no sign-in code and no outcome reaches anyone by mail.")
    elif config.mail_from.endswith("@localhost"):
        yield broken(f"Mail would come from {config.mail_from}: set FUND_MAIL_FROM to an address of yours.")
    else:
        yield well(f"Mail goes out as {config.mail_from}. Try it: fund doctor --smtp YOUR-ADDRESS")


def instance(app: Flask) -> Iterator[Finding]:
    """A demo lets anyone become anyone, so nobody's real money may lie in it."""
    config: Config = app.config["FUND"]
    kind = db.session.scalar(select(Fund.instance))
    if kind is None:
        yield warning("There is no fund in this database yet.")
    elif kind == "production":
        yield well("This is a production instance: nobody can move its clock or become somebody else.")
    elif config.secure:
        yield broken(f"This is a {kind} instance, and whoever reaches {config.base_url} can become anyone in it.")
    else:
        yield warning(f"This is a {kind} instance: whoever reaches it can become anyone. It is for trying only.")


def jobs(app: Flask) -> Iterator[Finding]:
    """The queue takes wake-ups, and somebody takes them off it."""
    from fund import jobs

    if jobs.waiting_count(app.config["FUND"]) >= jobs.MOST_WAITING:
        yield warning("Nobody works off the job queue: start `fund serve` or `fund worker`.")
    else:
        yield well("The job queue answers, and nothing waits in it for long.")


ALL: tuple[tuple[str, Examination], ...] = (
    ("python", python),
    ("disk", disk),
    ("database", database),
    ("clock", clock),
    ("secrets", secrets),
    ("address", address),
    ("mail", mail),
    ("instance", instance),
    ("jobs", jobs),
)
"""Every examination by its name, in the order of the report."""


def _existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder
