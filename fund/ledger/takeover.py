"""A fund that already lives comes into these books: its position of one day, or its whole old journal.

A file is looked at first (`look`), and brought in (`bring`) as a whole or not at all; the same file twice is refused.
Each line of a position is one entry of that day against `income:opening`, which ends at nothing because the position
balances; members' accounts are one entry for each day on which they may be paid out. Lines are kept as they came, with
holders and history, for those who handle money; the books themselves name no lender and no member. Each entry of an old
journal becomes one entry of its own day. The rooms above that keep loans, notes, members' accounts and pots take each
line of theirs over (`CHECKS`, `LOAN_ACCOUNT`, `TAKEN`), so that it goes on there like one that began here.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from fund import audit, db
from fund.db import Transaction
from fund.errors import Invalid
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.books import Draft, post_entry
from fund.ledger.models import Account, BroughtLine, Entry
from fund.ledger.takeover_reading import (
    INTEREST,
    LOAN,
    MEMBERS,
    NOTES,
    Fault,
    Reading,
    Row,
    in_order,
    read_journal,
    read_opening,
)
from fund.members.models import Person
from fund.permissions import Actor, require

KINDS = ("opening", "journal")


@dataclass(frozen=True)
class Taken:
    """One line of a position that is in the books now: its account, and its entry (None: it moved nothing)."""

    row: Row
    account: Account
    entry: Entry | None


CHECKS: list[Callable[[Sequence[Row]], list[Fault]]] = []
"""Asked while a position is only looked at: what a room above cannot take over."""
LOAN_ACCOUNT: list[Callable[[Transaction, Row, int, dt.date, Actor], Account]] = []
"""Where a loan stands of which so much is still owed; asked before it is booked."""
TAKEN: list[Callable[[Transaction, Sequence[Taken], dt.date, Actor], None]] = []
"""Told of all lines at the end, in the same transaction."""
_ENTRIES = uuid.UUID("0f5d2c4e-2b57-4f0e-9d0c-7f6f3c1a5e21")


def look(kind: str, data: bytes, *, on: dt.date | None, by: Actor) -> Reading:
    """Read a file and name every mistake; nothing is written. Raises Invalid for what is no table at all."""
    require(by, "history.enter")
    if kind not in KINDS:
        raise Invalid(_l("Choose what the file holds."), field="what")
    today, currency = foundation.today(), foundation.fund().currency
    if kind == "journal":
        return read_journal(data, currency=currency, today=today)
    if on is None:
        raise Invalid(_l("Say of which day this position is."), field="on")
    if on > today:
        raise Invalid(_l("This day has not come yet."), field="on")
    found = read_opening(data, currency=currency, today=on)
    return replace(found, faults=found.faults + tuple(fault for look in CHECKS for fault in look(found.rows)))


def bring(kind: str, data: bytes, *, on: dt.date | None, by: Actor) -> Reading:
    """Bring a file's books in, as a whole or not at all.

    Raises Invalid, naming the first mistakes, when a line is not right, when the file was brought in before, when the
    day lies in a closed year, or when an account would end below nothing.
    """
    found = look(kind, data, on=on, by=by)
    if found.faults:
        raise Invalid(_l("Nothing was brought in: %(n)s mistakes. %(first)s", n=len(found.faults),
                         first=told(found.faults[0])), field="file")  # fmt: skip
    digest = hashlib.sha256(data).digest()
    with db.writing() as tx:
        accounts.lock_balances(tx, [accounts.free(tx).id])
        if tx.session.scalar(select(func.count()).where(BroughtLine.file_hash == digest)):
            raise Invalid(_l("This file was brought in already."), field="file")
        if kind == "journal":
            _journal(tx, found.rows, digest, by)
        else:
            _position(tx, found.rows, digest, on or foundation.today(), by)
        audit.record(tx, "takeover.bring", by=by.person_id, on=("fund", 1), kind=kind, lines=len(found.rows),
                     sha256=digest.hex())  # fmt: skip
    return found


def told(fault: Fault) -> str:
    """One mistake in a line of words."""
    where = str(_l("Line %(n)s", n=fault.line)) if fault.line else str(_l("The whole file"))
    return f"{where}{', ' + fault.column if fault.column else ''}: {fault.expected}"


def brought(*, most: int = 500) -> Sequence[BroughtLine]:
    """Notes, loans with their history and members' accounts as they came, for those who handle money."""
    return db.session.scalars(
        select(BroughtLine)
        .where(BroughtLine.what.in_(("note", "loan", "repayment", "member")))
        .order_by(BroughtLine.id)
        .limit(most)
    ).all()


def _position(tx: Transaction, rows: Sequence[Row], digest: bytes, on: dt.date, by: Actor) -> None:
    """Each line of a position as an entry; a loan with what is still owed on it."""
    back: dict[str, int] = {}
    for row in rows:
        if row.what == "repayment":
            back[row.code] = back.get(row.code, 0) + row.amount_minor
    taken = []
    for row in [one for one in rows if one.what not in ("member", "repayment")]:
        amount = row.amount_minor - (back.get(row.code, 0) if row.what == "loan" else 0)
        if row.what == "loan" and amount and LOAN_ACCOUNT:
            account = LOAN_ACCOUNT[0](tx, row, amount, on, by)
        else:
            account = accounts.named(tx, row.code, _name(row))
        lines = [(account, amount)] if amount else []
        if row.interest_minor:
            of_class = row.code.replace(NOTES, INTEREST)
            lines.append((accounts.named(tx, of_class, f"{account.name}: interest"[:160]), -row.interest_minor))
        entry = _open(tx, lines, account.name, f"{digest.hex()}:{row.line}", on, by) if lines else None
        taken.append(Taken(row, account, entry))
    where = {one.row.code: one.account for one in taken if one.row.what == "loan"}
    taken += [Taken(row, where[row.code], None) for row in rows if row.what == "repayment"]
    taken += _members(tx, [row for row in rows if row.what == "member"], digest, on, by)
    for one in taken:
        _keep(tx, one.row, one.account, one.entry, digest, by)
    for follow in TAKEN:
        follow(tx, taken, on, by)


def _members(tx: Transaction, rows: Sequence[Row], digest: bytes, on: dt.date, by: Actor) -> list[Taken]:
    """Members' accounts: one entry for those that may be paid out from the same day."""
    taken = []
    for due in sorted({row.due or on for row in rows}):
        mine = [row for row in rows if (row.due or on) == due]
        account = accounts.named(tx, MEMBERS, _name(mine[0]))
        total = sum(row.amount_minor for row in mine)
        entry = _open(tx, [(account, total)], account.name, f"{digest.hex()}:{mine[0].line}", on, by)
        taken += [Taken(row, account, entry) for row in mine]
    return taken


def _open(
    tx: Transaction, lines: list[tuple[Account, int]], memo: str, key: str, on: dt.date, by: Actor
) -> Entry:  # fmt: skip
    """One entry of a position, against `income:opening`."""
    against = (accounts.named(tx, accounts.OPENING), -sum(amount for _account, amount in lines))
    return post_entry(
        tx,
        Draft(
            id=uuid.uuid5(_ENTRIES, key), kind="opening", memo=memo, lines=[*lines, against], occurred_on=on,
            by=by.person_id,
        ),
    )  # fmt: skip


def _journal(tx: Transaction, rows: Sequence[Row], digest: bytes, by: Actor) -> None:
    """Each entry of an old journal on its own day."""
    for number, group in groupby(in_order(rows), key=lambda row: row.entry):
        lines = list(group)
        booked = [(accounts.named(tx, row.code, row.name or None), row.amount_minor) for row in lines]
        memo = next((row.note for row in lines if row.note), "") or number
        entry = post_entry(
            tx,
            Draft(
                id=uuid.uuid5(_ENTRIES, f"{digest.hex()}:{number}"), kind="opening", memo=memo,
                lines=booked, occurred_on=lines[0].day or foundation.today(), by=by.person_id,
            ),
        )  # fmt: skip
        _keep(tx, lines[0], booked[0][0], entry, digest, by)


def _keep(tx: Transaction, row: Row, account: Account, entry: Entry | None, digest: bytes, by: Actor) -> None:
    """The line as it came."""
    person_id = person_called(tx.session, row.name) if row.what in ("note", "member") else None
    tx.add(
        BroughtLine(
            file_hash=digest, line=row.line, what=row.what, account_id=account.id, person_id=person_id,
            name=row.name, amount_minor=abs(row.amount_minor), happened_on=row.day, due_on=row.due, note=row.note,
            entry_id=entry.id if entry else None, brought_by=by.person_id, brought_at=tx.now(),
        )
    )  # fmt: skip


def _name(row: Row) -> str | None:
    """The name of an account. The books name no lender and no member."""
    if row.code == MEMBERS:
        return str(_l("Members’ accounts"))
    if row.what == "note":
        return str(_l("Notes, class %(name)s", name=row.code.partition("notes-")[2]))
    if row.code.startswith(LOAN):
        return row.name or None
    return row.name or accounts.NAMES.get(row.code)


def person_called(session: Session, text: str) -> int | None:
    """The one person with this name or e-mail address; None when there is none or more than one."""
    same = func.lower(text)
    found = session.scalars(
        select(Person.id)
        .where(
            Person.erased_at.is_(None), or_(func.lower(Person.display_name) == same, func.lower(Person.email) == same)
        )
        .limit(2)
    ).all()
    return found[0] if len(found) == 1 else None
