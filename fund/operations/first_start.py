"""The first start of an empty fund: its own rows, and two founding stewards, each with a link of their own.

The links are single-use and open everything, so they never go into a log: they are written to a file that only this
account can read, and shown where a person looks at a terminal. Two, because most acts that matter need a second one.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click
from flask import Flask

from fund import db
from fund.foundation import service as foundation
from fund.foundation.models import Fund
from fund.stewards import service as stewards

FILE = "first-stewards.txt"
NAMES = ("First steward", "Second steward")


def found_if_empty(app: Flask) -> Path | None:
    """Found the fund if the database holds none; returns the file with the two links, None if there was a fund."""
    if db.session.get(Fund, 1) is not None:
        return None
    config = app.config["FUND"]
    foundation.found()
    links = [
        f"{person.display_name}: {config.base_url}/sign-in/link/{secret}"
        for person, secret in stewards.found_stewards(NAMES)
    ]
    path: Path = config.home / FILE
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(
            "\n".join([*links, "", "Each link works once, for 14 days. Remove this file when both were used.", ""])
        )
    return path


def tell(path: Path) -> None:
    """Say where the links are; show them only to a person at a terminal."""
    click.echo(f"A new fund. The links of its first two stewards are in {path}")
    if sys.stdout.isatty():
        click.echo(path.read_text())
