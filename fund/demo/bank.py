"""The demo fund's bank: a year of statements, month by month, and what the treasurer made of them.

What the bank wrote is invented from what the books say: the day of a payment is a day later, names stand in capitals, as
banks write them. Every line is accepted by the treasurer, so bank and books agree to the cent.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from fund import db
from fund.bank import books, files, reading, service
from fund.bank.files import Told
from fund.bank.models import BankLine, StatementFile
from fund.demo.people import TREASURER
from fund.demo.stage import Stage
from fund.permissions import Actor

BANK = "Port Alder Savings Bank"
BEGINS_DAYS_AGO = 326
NAMES = {"Neighbour notes": "NEIGHBOUR NOTE", "Solidarity notes": "SOLIDARITY NOTE", "Anchor notes": "ANCHOR NOTE"}


@dataclass(frozen=True)
class BankSays:
    """One line as the bank writes it."""

    day: dt.date
    amount_minor: int
    name: str
    text: str


def a_year_is_reconciled(stage: Stage) -> None:
    """Twelve statements are taken in, and every line of them is accepted."""
    by = stage.actor(TREASURER)
    account = service.add_account(BANK, by=by)
    held, profile = 0, "Savings bank"
    for first, last, lines in by_month(the_year(stage.day(1)), stage.day(BEGINS_DAYS_AGO), stage.day(1)):
        file = files.begin(account.id, f"statement-{first:%Y-%m}.csv", as_csv(lines, held, first), by=by)
        assert isinstance(file, StatementFile)
        closing = held + sum(one.amount_minor for one in lines)
        files.tell(file.id, Told(files.told_of(file).mapping, held, closing, first, last, profile), by=by)
        held, profile = files.take(file.id, by=by).closing_minor, ""
    accept_all(by)


def the_year(last: dt.date) -> list[BankSays]:
    """What the bank wrote until a day, oldest first, as far as the books know it."""
    found = []
    for one in books.open_entries(db.session(), last=last):
        later = 1 if one.whole_minor < 0 and one.occurred_on < last else 0
        text = " ".join(word for word in (NAMES.get(one.memo, one.memo), one.reference) if word)
        found.append(BankSays(one.occurred_on + dt.timedelta(days=later), one.whole_minor, one.who.upper(), text))
    return sorted(found, key=lambda line: (line.day, -line.amount_minor, line.name, line.text))


def by_month(lines: Sequence[BankSays], first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.date, list[BankSays]]]:
    """The lines of each month with its first and last day, from one day to another, also where a month has none."""
    months = {month: list(those) for month, those in groupby(lines, key=lambda line: line.day.replace(day=1))}
    out, at = [], first
    while at <= last:
        after = (at.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        end = min(after - dt.timedelta(days=1), last)
        out.append((at, end, months.get(at.replace(day=1), [])))
        at = after
    return out


def as_csv(lines: Sequence[BankSays], opening_minor: int, month: dt.date) -> bytes:
    """The CSV of this bank, which begins with a line of its own before the headings."""
    out, held = io.StringIO(), opening_minor
    writer = csv.writer(out)
    writer.writerow([f"{BANK}, statement of {month:%B %Y}"])
    writer.writerow(["Date", "Name", "Description", "Amount", "Balance"])
    for one in lines:
        held += one.amount_minor
        writer.writerow([one.day.isoformat(), one.name, one.text, _plain(one.amount_minor), _plain(held)])
    return out.getvalue().encode()


def accept_all(by: Actor) -> None:
    """Accept what is proposed for every line that waits."""
    db.session.rollback()
    lines = db.session.query(BankLine).filter_by(state="open").order_by(BankLine.booked_on, BankLine.id).all()
    found, _told = reading.proposals(lines)
    service.accept([(one.line_id, one.key) for one in found.values()], by=by)


def _plain(amount_minor: int) -> str:
    sign = "-" if amount_minor < 0 else ""
    return f"{sign}{abs(amount_minor) // 100}.{abs(amount_minor) % 100:02d}"
