"""A statement of ten thousand lines: read, taken in, matched and accepted in a fund whose books hold each of them.

Half of the lines carry words that the books know, as a bank's lines do; the others are known by amount and day only.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from fund import db
from fund.bank import books, files, reading, service
from fund.bank.files import Told
from fund.bank.models import BankLine, StatementFile
from fund.foundation import service as foundation
from fund.permissions import Actor
from tests.bank.made import FORMATS, Said

LINES = 10_000
DAYS = 60
AT_ONCE = 500


def lines_of_the_books() -> list[Said]:
    """What the bank would have written of the entries that it has not shown yet, a day later."""
    today = foundation.today()
    return [
        Said(
            min(one.occurred_on + dt.timedelta(days=number % 3), today), one.rest_minor, f"NAME {number}",
            one.memo if number % 2 else "", f"B{number:06d}",
        )
        for number, one in enumerate(books.open_entries(db.session())[:LINES])
    ]  # fmt: skip


def measured(kind: str, account_id: int, lines: list[Said], *, by: Actor) -> dict[str, float]:
    """Seconds of each step from the file's bytes to the last accepted line."""
    days = [one.day for one in lines]
    lines = sorted(lines, key=lambda one: one.day)
    data = FORMATS[kind](lines, 0, min(days), max(days))
    taken: dict[str, float] = {}

    def timed(name: str, act: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        found = act()
        taken[f"{kind}, {len(lines):,} lines, {name}, s"] = time.perf_counter() - began
        return found

    file = timed("read", lambda: files.begin(account_id, f"year.{kind}", data, by=by))
    assert isinstance(file, StatementFile)
    files.tell(file.id, Told(files.told_of(file).mapping, opening_minor=0), by=by)
    timed("looked at", lambda: files.look(file.id))
    timed("taken in", lambda: files.take(file.id, by=by))
    db.session.rollback()
    waiting = db.session.scalars(select(BankLine).where(BankLine.state == "open")).all()
    found, _told = timed("matched", lambda: reading.proposals(waiting))
    assert len(found) == len(waiting), f"{len(found)} of {len(waiting)} lines are known again"
    timed("the page of lines", reading.waiting)
    pairs = [(number, one.key) for number, one in found.items()]
    timed("accepted", lambda: [service.accept(pairs[at : at + AT_ONCE], by=by) for at in range(0, len(pairs), AT_ONCE)])
    return taken
