"""Taking in statements: what of one is new, what is known already, and what is missing between one and the next.

A line is known by the bank's own name for it, or, on days that an earlier statement covers, by its day and amount; so the
same days from another file, or in another format, bring nothing twice. Where a statement does not begin with what the one
before ended with, the gap is named with its days and its amount, and stays named until a statement fills it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from fund import audit, db
from fund.bank import nameless, service
from fund.bank.models import BankAccount, BankLine, Statement, StatementLine
from fund.bank.statement import Line, Whole
from fund.db import Transaction
from fund.errors import Invalid
from fund.foundation import service as foundation
from fund.permissions import Actor, require

_AT_ONCE = 500


@dataclass(frozen=True)
class Compared:
    """What a statement brings: lines that are new, those that are known (with their numbers)."""

    fresh: tuple[Line, ...]
    known: tuple[tuple[Line, int], ...]
    known_by_day: int = 0


@dataclass(frozen=True)
class Gap:
    """What is missing between two statements: days without a statement, or an amount nobody saw."""

    account_id: int
    first: dt.date
    last: dt.date
    amount_minor: int

    @property
    def days(self) -> int:
        """Days that no statement covers."""
        return max(0, (self.last - self.first).days + 1)


@dataclass(frozen=True)
class Chain:
    """The statements of one account in the order of their days, with where they begin and end."""

    statements: tuple[Statement, ...]
    gaps: tuple[Gap, ...]

    @property
    def opening_minor(self) -> int:
        """What lay in the account before the first statement."""
        return self.statements[0].opening_minor

    @property
    def missing_minor(self) -> int:
        """What moved between statements and stands in none."""
        return sum(gap.amount_minor for gap in self.gaps)


def take_in(
    account_id: int, whole: Whole, *, sha256: bytes, file_name: str, wordless: Collection[int] = (), by: Actor
) -> Statement:
    """Take a statement in: its new lines wait to be matched. The same file again changes nothing and gives what is there.

    `wordless` are the places of lines of which only day and amount are kept (see `nameless`). Raises Invalid for a
    statement of days to come.
    """
    require(by, "bank.take_in")
    with db.writing() as tx:
        service.hold_accounts(tx)
        known = of_file(tx.session, sha256)
        if known is not None:
            return known
        if whole.to_on > foundation.today_in(tx):
            raise Invalid(_l("This statement reaches into days that have not come yet."), field="file")
        account = tx.get(BankAccount, account_id)
        found = compared(tx.session, account.id, whole)
        statement = tx.add(
            Statement(
                account_id=account.id, sha256=sha256, format=whole.format, file_name=file_name[:160],
                from_on=whole.from_on, to_on=whole.to_on, opening_minor=whole.opening_minor,
                closing_minor=whole.closing_minor, taken_by=by.person_id, taken_at=tx.now(),
            )
        )  # fmt: skip
        bare = {whole.lines[place].external_id for place in wordless}
        fresh = tuple(nameless.without_words(one) if one.external_id in bare else one for one in found.fresh)
        _insert(tx, statement, dataclasses.replace(found, fresh=fresh))
        audit.record(
            tx, "bank.take_in", by=by.person_id, on=("statement", statement.id), sha256=sha256.hex(),
            lines=len(whole.lines), fresh=len(found.fresh),
        )  # fmt: skip
    return statement


def of_file(session: Session, sha256: bytes) -> Statement | None:
    """The statement that was taken in from this very file."""
    return session.scalars(select(Statement).where(Statement.sha256 == sha256)).one_or_none()


def compared(session: Session, account_id: int, whole: Whole) -> Compared:
    """What of a statement is new in its account, and which lines are there already."""
    rows = session.execute(
        select(BankLine.id, BankLine.external_id, BankLine.booked_on, BankLine.amount_minor)
        .where(BankLine.account_id == account_id)
        .where(BankLine.booked_on >= whole.from_on, BankLine.booked_on <= whole.to_on)
        .order_by(BankLine.id)
    ).all()
    by_name = {name: number for number, name, _day, _amount in rows}
    named = {line.external_id for line in whole.lines} & by_name.keys()
    others: dict[tuple[dt.date, int], list[int]] = defaultdict(list)
    for number, name, day, amount in reversed(rows):
        if name not in named:
            others[day, amount].append(number)
    covered = _covered(session, account_id)
    fresh, known, by_day = [], [], 0
    for line in whole.lines:
        same = others.get((line.booked_on, line.amount_minor))
        if line.external_id in named:
            known.append((line, by_name[line.external_id]))
        elif same and any(first <= line.booked_on <= last for first, last in covered):
            known.append((line, same.pop()))
            by_day += 1
        else:
            fresh.append(line)
    return Compared(tuple(fresh), tuple(known), by_day)


def balance_before(session: Session, account_id: int, day: dt.date) -> int | None:
    """What the statement that ends the day before says is on the account; None where no statement ends there."""
    return session.scalars(
        select(Statement.closing_minor)
        .where(Statement.account_id == account_id, Statement.to_on == day - dt.timedelta(days=1))
        .order_by(Statement.id.desc())
        .limit(1)
    ).one_or_none()


def last_of(session: Session, account_id: int) -> Statement | None:
    """The statement of an account that reaches furthest."""
    return session.scalars(
        select(Statement)
        .where(Statement.account_id == account_id)
        .order_by(Statement.to_on.desc(), Statement.from_on.desc(), Statement.id.desc())
        .limit(1)
    ).one_or_none()


def chain(session: Session, account_id: int) -> Chain | None:
    """The statements of an account one after the other, with the gaps between them; None while there is none."""
    found = session.scalars(
        select(Statement)
        .where(Statement.account_id == account_id)
        .order_by(Statement.from_on, Statement.to_on.desc(), Statement.id)
    ).all()
    if not found:
        return None
    fresh = _first_seen(session, account_id, found)
    gaps, reached, closing = [], found[0].to_on, found[0].closing_minor
    for one in found[1:]:
        if one.to_on < reached:
            if fresh[one.id]:
                gaps.append(Gap(account_id, reached + dt.timedelta(days=1), reached, -fresh[one.id]))
            continue
        amount = one.closing_minor - closing - fresh[one.id]
        first, last = reached + dt.timedelta(days=1), one.from_on - dt.timedelta(days=1)
        if amount or first <= last:
            gaps.append(Gap(account_id, first, last, amount))
        reached, closing = one.to_on, one.closing_minor
    return Chain(tuple(found), tuple(gaps))


def _first_seen(session: Session, account_id: int, found: Sequence[Statement]) -> dict[int, int]:
    """For each statement the sum of the lines that no statement before it (in the order of days) holds."""
    order = {one.id: i for i, one in enumerate(found)}
    shared = (
        select(StatementLine.line_id)
        .join(BankLine, BankLine.id == StatementLine.line_id)
        .where(BankLine.account_id == account_id)
        .group_by(StatementLine.line_id)
        .having(func.count() > 1)
        .subquery()
    )
    rows = session.execute(
        select(StatementLine.statement_id, StatementLine.line_id, BankLine.amount_minor)
        .join(BankLine, BankLine.id == StatementLine.line_id)
        .join(shared, shared.c.line_id == StatementLine.line_id)
    ).all()
    sums = {one.id: one.closing_minor - one.opening_minor for one in found}
    firsts: dict[int, int] = {}
    for statement_id, line_id, _amount in rows:
        firsts[line_id] = min(firsts.get(line_id, len(order)), order[statement_id])
    for statement_id, line_id, amount in rows:
        if order[statement_id] != firsts[line_id]:
            sums[statement_id] -= amount
    return sums


def _covered(session: Session, account_id: int) -> list[tuple[dt.date, dt.date]]:
    rows = session.execute(select(Statement.from_on, Statement.to_on).where(Statement.account_id == account_id))
    return [(first, last) for first, last in rows]


def _insert(tx: Transaction, statement: Statement, found: Compared) -> None:
    """Write the new lines, and which lines the statement holds."""
    rows = [
        {
            "account_id": statement.account_id, "statement_id": statement.id, "external_id": line.external_id,
            "booked_on": line.booked_on, "amount_minor": line.amount_minor, "reference": line.reference,
            "counterparty": line.counterparty, "settled_minor": 0, "state": "open",
        }
        for line in found.fresh
    ]  # fmt: skip
    for start in range(0, len(rows), _AT_ONCE):
        tx.session.execute(insert(BankLine), rows[start : start + _AT_ONCE])
    numbers = [number for _line, number in found.known]
    numbers += tx.session.scalars(select(BankLine.id).where(BankLine.statement_id == statement.id))
    held = [{"statement_id": statement.id, "line_id": number} for number in numbers]
    for start in range(0, len(held), _AT_ONCE):
        tx.session.execute(insert(StatementLine), held[start : start + _AT_ONCE])
