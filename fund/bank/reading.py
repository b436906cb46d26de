"""What people see of the bank: cash per bank beside the books, the lines that wait with what they probably are, months.

The comparison is made for the day up to which every account has a statement: what the bank held at its end, what the books
held, and the difference. Anyone may see these figures; the lines themselves name people and are for the money hands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import case, func, select

from fund import db
from fund.bank import books, matching, nameless, recording, statements
from fund.bank.matching import Candidate, OpenLine, Proposal
from fund.bank.models import BankAccount, BankLine, IgnoredLine, Match, Statement
from fund.bank.service import PART
from fund.errors import NotFound
from fund.foundation import service as foundation
from fund.ledger.models import Disbursement, Entry
from fund.members.service import names
from fund.payments import service as payments

WINDOW = dt.timedelta(days=matching.DAYS_APART * 3)
ON_A_PAGE = 40


@dataclass(frozen=True)
class AtBank:
    """One account: what the bank says it held, and until which day."""

    account_id: int
    name: str
    balance_minor: int
    as_of: dt.date


@dataclass(frozen=True)
class Standing:
    """Bank and books side by side at the end of `day`. None of it where no statement was taken in."""

    accounts: tuple[AtBank, ...]
    day: dt.date
    bank_minor: int
    books_minor: int
    open_lines: int
    oldest_open: dt.date | None
    oldest_days: int

    @property
    def difference_minor(self) -> int:
        """The books less the bank."""
        return self.books_minor - self.bank_minor


@dataclass(frozen=True)
class Row:
    """A line that waits, with what it probably is."""

    line: BankLine
    proposal: Proposal | None
    label: str
    day: dt.date | None
    ignoring: IgnoredLine | None = None
    said_by: str = ""
    asked: Disbursement | None = None
    """A payment that was asked for from this line and waits for approval or for its acceptance here."""

    @property
    def rest_minor(self) -> int:
        """What is left of it."""
        return self.line.amount_minor - self.line.settled_minor


@dataclass(frozen=True)
class Month:
    """One month: whether statements reach its end, how many of its lines wait, bank and books at its end."""

    first: dt.date
    covered: bool
    open_lines: int
    bank_minor: int
    books_minor: int

    @property
    def last(self) -> dt.date:
        """The last day of the month."""
        return (self.first + dt.timedelta(days=32)).replace(day=1) - dt.timedelta(days=1)

    @property
    def difference_minor(self) -> int:
        """The books less the bank at the month's end."""
        return self.books_minor - self.bank_minor

    @property
    def reconciled(self) -> bool:
        """Statements reach its end, every line is settled, and bank and books agree."""
        return self.covered and not self.open_lines and not self.difference_minor


def standing() -> Standing | None:
    """Bank and books side by side; None while no statement was taken in."""
    session = db.session()
    accounts_ = session.scalars(select(BankAccount).order_by(BankAccount.id)).all()
    last = {one.id: statements.last_of(session, one.id) for one in accounts_}
    reached = [one.to_on for one in last.values() if one is not None]
    if not reached:
        return None
    day = min(reached)
    at_bank = tuple(
        AtBank(one.id, one.name, found.closing_minor - _later(one.id, day), found.to_on)
        for one in accounts_
        if (found := last[one.id]) is not None
    )
    number, oldest = session.execute(
        select(func.count(), func.min(BankLine.booked_on)).where(BankLine.state == "open")
    ).one()
    today = foundation.today()
    return Standing(
        at_bank, day, sum(one.balance_minor for one in at_bank), books.cash_on(session, day), int(number), oldest,
        (today - oldest).days if oldest else 0,
    )  # fmt: skip


def waiting(*, most: int = ON_A_PAGE, after: tuple[dt.date, int] | None = None) -> list[Row]:
    """Lines that wait, oldest first, each with its proposal."""
    statement = select(BankLine).where(BankLine.state == "open").order_by(BankLine.booked_on, BankLine.id)
    if after is not None:
        day, number = after
        statement = statement.where((BankLine.booked_on > day) | ((BankLine.booked_on == day) & (BankLine.id > number)))
    lines = db.session.scalars(statement.limit(most)).all()
    return _rows(lines)


def proposals(lines: Sequence[BankLine]) -> tuple[dict[int, Proposal], dict[str, tuple[str, dt.date | None]]]:
    """What these lines probably are, and for each key its label and day."""
    if not lines:
        return {}, {}
    session = db.session()
    days = [line.booked_on for line in lines]
    entries = books.open_entries(session, first=min(days) - WINDOW, last=max(days) + WINDOW)
    others = [*books.payments_to_make(), *books.pledges_to_come(session)]
    told: dict[str, tuple[str, dt.date | None]] = {f"entry-{one.id}": (one.label, one.occurred_on) for one in entries}
    told |= {one.key: (one.label, None) for one in others}
    asked = {
        int(about.rpartition(":")[2]): one
        for about, one in payments.on_their_way([recording.about(one.id) for one in lines]).items()
        if one.state != "requested"
    }
    own = {
        number: Proposal(number, f"payment-{one.id}", sure=True, days_apart=0, why=("asked",))
        for number, one in asked.items()
    }
    taken = {one.key for one in own.values()}
    weeks = [one for one in entries if one.kind == nameless.OF_A_WEEK]
    told |= {f"{PART}-{one.id}": (one.label, one.occurred_on) for one in weeks}
    gifts = matching.parts_of(
        [OpenLine(one.id, one.booked_on, one.amount_minor - one.settled_minor) for one in lines if one.is_nameless],
        [Candidate(f"{PART}-{one.id}", one.rest_minor, one.occurred_on) for one in weeks],
    )
    found = matching.propose(
        [OpenLine(line.id, line.booked_on, line.amount_minor - line.settled_minor, f"{line.reference} {line.counterparty}")
         for line in lines if line.id not in gifts and line.id not in own],
        [
            *(Candidate(f"entry-{one.id}", one.rest_minor, one.occurred_on, one.words,
                        "" if one.names_somebody else f"{one.kind}:{one.memo}") for one in entries),
            *(Candidate(one.key, one.amount_minor, None, one.words) for one in others if one.key not in taken),
        ],
    )  # fmt: skip
    return found | gifts | own, told


def line(line_id: int) -> BankLine:
    """One line. Raises NotFound."""
    found = db.session.get(BankLine, line_id)
    if found is None:
        raise NotFound(_l("There is no such line."))
    return found


def row_of(found: BankLine) -> Row:
    """One line with what it probably is; nothing is proposed for a settled one."""
    return _rows([found])[0]


def matched_with(found: BankLine) -> Sequence[tuple[Match, Entry]]:
    """The entries a line is matched with."""
    rows = db.session.execute(
        select(Match, Entry).join(Entry, Entry.id == Match.entry_id).where(Match.line_id == found.id).order_by(Match.id)
    )
    return [(one, entry) for one, entry in rows]


def may_be(found: BankLine, *, most: int = 30) -> list[books.OpenEntry]:
    """Entries in the same direction that are not at the bank, nearest days first."""
    entries = books.open_entries(db.session(), first=found.booked_on - 2 * WINDOW, last=found.booked_on + 2 * WINDOW)
    came = found.amount_minor > 0
    near = [one for one in entries if (one.rest_minor > 0) == came]
    return sorted(near, key=lambda one: (abs((one.occurred_on - found.booked_on).days), str(one.id)))[:most]


def not_at_bank(*, most: int = 20) -> list[books.OpenEntry]:
    """Entries that the statements should show and do not, oldest first."""
    found = standing()
    if found is None:
        return []
    first = db.session.scalar(select(func.min(Statement.from_on)))
    return books.open_entries(db.session(), first=first, last=found.day, most=most)


def gaps() -> list[tuple[str, statements.Gap]]:
    """What is missing between statements, with the account's name."""
    named = db.session.execute(select(BankAccount.id, BankAccount.name).order_by(BankAccount.id)).all()
    chains = [(name, statements.chain(db.session(), number)) for number, name in named]
    return [(name, gap) for name, found in chains if found is not None for gap in found.gaps]


def before_the_first() -> int:
    """What the books held before the first statement and is not at the bank since, less what the first statement opens
    with: nothing, when books and bank began alike."""
    session = db.session()
    accounts_ = session.scalars(select(BankAccount.id)).all()
    chains = [one for number in accounts_ if (one := statements.chain(session, number)) is not None]
    if not chains:
        return 0
    first = min(one.statements[0].from_on for one in chains)
    held = books.cash_on(session, first - dt.timedelta(days=1))
    matched = session.scalar(
        select(func.coalesce(func.sum(Match.amount_minor), 0))
        .join(Entry, Entry.id == Match.entry_id)
        .where(Entry.occurred_on < first)
    )
    return held - int(matched or 0) - sum(one.opening_minor for one in chains)


def months(*, most: int = 12) -> list[Month]:
    """The months since the first statement, newest first."""
    session = db.session()
    found = standing()
    first = session.scalar(select(func.min(Statement.from_on)))
    if found is None or first is None:
        return []
    moved = _by_month()
    opening = sum(
        one.opening_minor + one.missing_minor
        for number in session.scalars(select(BankAccount.id))
        if (one := statements.chain(session, number)) is not None
    )
    out, at, held = [], first.replace(day=1), opening
    while at <= found.day:
        after = (at + dt.timedelta(days=32)).replace(day=1)
        change, waits = moved.get(at, (0, 0))
        held += change
        end = after - dt.timedelta(days=1)
        out.append(Month(at, found.day >= end, waits, held, books.cash_on(session, min(end, found.day))))
        at = after
    return list(reversed(out[-most:]))


def accounts() -> Sequence[BankAccount]:
    """The fund's bank accounts."""
    return db.session.scalars(select(BankAccount).order_by(BankAccount.id)).all()


def taken(*, most: int = 60) -> list[tuple[Statement, str, int]]:
    """Statements that were taken in, newest first: with the account's name and how many lines they were the first to hold."""
    number = select(BankLine.statement_id, func.count().label("n")).group_by(BankLine.statement_id).subquery()
    rows = db.session.execute(
        select(Statement, BankAccount.name, func.coalesce(number.c.n, 0))
        .join(BankAccount, BankAccount.id == Statement.account_id)
        .outerjoin(number, number.c.statement_id == Statement.id)
        .order_by(Statement.to_on.desc(), Statement.id.desc())
        .limit(most)
    )
    return [(one, name, int(count)) for one, name, count in rows]


def left_out(*, most: int = 60) -> list[tuple[BankLine, IgnoredLine, str, str]]:
    """Lines that two people left out, newest first, with their names."""
    rows = db.session.execute(
        select(BankLine, IgnoredLine)
        .join(IgnoredLine, IgnoredLine.line_id == BankLine.id)
        .where(BankLine.state == "ignored", IgnoredLine.ended_at.is_(None))
        .order_by(BankLine.booked_on.desc(), BankLine.id.desc())
        .limit(most)
    ).all()
    who = names({one for _line, said in rows for one in (said.proposed_by, said.seconded_by) if one is not None})
    return [(one, said, who.get(said.proposed_by, ""), who.get(said.seconded_by or 0, "")) for one, said in rows]


def _rows(lines: Sequence[BankLine]) -> list[Row]:
    found, told = proposals([one for one in lines if one.state == "open"])
    said = {
        one.line_id: one
        for one in db.session.scalars(
            select(IgnoredLine).where(
                IgnoredLine.ended_at.is_(None), IgnoredLine.line_id.in_([line.id for line in lines])
            )
        )
    }
    who = names({one.proposed_by for one in said.values()})
    asked = payments.on_their_way([recording.about(line.id) for line in lines])
    out = []
    for one in lines:
        best, ignoring = found.get(one.id), said.get(one.id)
        label, day = told[best.key] if best is not None else ("", None)
        by = who.get(ignoring.proposed_by, "") if ignoring else ""
        out.append(Row(one, best, label, day, ignoring, by, asked.get(recording.about(one.id))))
    return out


def _later(account_id: int, day: dt.date) -> int:
    return int(
        db.session.scalar(
            select(func.coalesce(func.sum(BankLine.amount_minor), 0)).where(
                BankLine.account_id == account_id, BankLine.booked_on > day
            )
        )
        or 0
    )


def _by_month() -> dict[dt.date, tuple[int, int]]:
    """For each month what moved at the bank, and how many lines of it wait."""
    year, month = func.extract("year", BankLine.booked_on), func.extract("month", BankLine.booked_on)
    rows = db.session.execute(
        select(
            year, month, func.sum(BankLine.amount_minor), func.sum(case((BankLine.state == "open", 1), else_=0))
        ).group_by(year, month)
    )
    return {dt.date(int(y), int(m), 1): (int(amount), int(waits)) for y, m, amount, waits in rows}


def owing() -> Sequence[tuple[int, str, int]]:
    """Awards on which something is owed: number, whose, how much."""
    return books.owing_awards(db.session())
