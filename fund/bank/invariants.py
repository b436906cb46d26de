"""What always holds between the bank and the books, recomputed from the rows (TRUST 4, I12)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from fund import db
from fund.bank import books, nameless, statements
from fund.bank.models import BankAccount, BankLine, IgnoredLine, Match, Statement, StatementLine
from fund.ledger.models import Account, Entry, Posting


def books_and_bank_differ_by_what_is_open() -> list[str]:
    """I12: the books' cash less what the bank says is what entries and lines have left over: entries that no line holds, less
    lines that no entry holds, less what lay at the bank before the first statement and what moved between statements."""
    session = db.session()
    closing = opening = missing = 0
    for number in session.scalars(select(BankAccount.id).order_by(BankAccount.id)):
        chain, last = statements.chain(session, number), statements.last_of(session, number)
        if chain is not None and last is not None:
            closing, opening, missing = (
                closing + last.closing_minor, opening + chain.opening_minor, missing + chain.missing_minor,
            )  # fmt: skip
    entries = _sum(
        select(func.sum(Posting.amount_minor))
        .join(Account, Account.id == Posting.account_id)
        .where(Account.kind == "cash")
    ) - _sum(select(func.sum(Match.amount_minor)))
    lines = _sum(select(func.sum(BankLine.amount_minor - BankLine.settled_minor)))
    difference, explained = books.cash_now(session) - closing, entries - lines - opening - missing
    if difference == explained:
        return []
    return [f"books and bank differ by {difference}, what is unmatched adds up to {explained}"]


def statements_add_up() -> list[str]:
    """Opening and the lines of each statement make its closing."""
    rows = db.session.execute(
        select(
            Statement.id, Statement.opening_minor, Statement.closing_minor,
            func.coalesce(func.sum(BankLine.amount_minor), 0),
        )
        .outerjoin(StatementLine, StatementLine.statement_id == Statement.id)
        .outerjoin(BankLine, BankLine.id == StatementLine.line_id)
        .group_by(Statement.id, Statement.opening_minor, Statement.closing_minor)
        .order_by(Statement.id)
    )  # fmt: skip
    return [
        f"statement {number}: {opening} and lines of {int(lines)} do not make {closing}"
        for number, opening, closing, lines in rows
        if opening + int(lines) != closing
    ]


def lines_are_settled_by_their_matches() -> list[str]:
    """What is settled of each line is the sum of its matches, within its amount; its state says so."""
    rows = db.session.execute(
        select(BankLine.id, BankLine.amount_minor, BankLine.settled_minor, BankLine.state, func.sum(Match.amount_minor))
        .outerjoin(Match, Match.line_id == BankLine.id)
        .group_by(BankLine.id, BankLine.amount_minor, BankLine.settled_minor, BankLine.state)
        .having(
            (func.coalesce(func.sum(Match.amount_minor), 0) != BankLine.settled_minor)
            | ((BankLine.state == "matched") != (BankLine.settled_minor == BankLine.amount_minor))
        )
    )
    return [
        f"bank line {number} is {state}: {settled} of {amount} is settled, its matches add up to {int(matched or 0)}"
        for number, amount, settled, state, matched in rows
    ]


def entries_are_matched_once() -> list[str]:
    """No entry is matched with more than it moved in or out of cash, or in the other direction."""
    moved = (
        select(Posting.entry_id, func.sum(Posting.amount_minor).label("amount"))
        .join(Account, Account.id == Posting.account_id)
        .join(Match, Match.entry_id == Posting.entry_id)
        .where(Account.kind == "cash")
        .group_by(Posting.entry_id, Match.id)
        .subquery()
    )
    whole = select(moved.c.entry_id, func.max(moved.c.amount).label("amount")).group_by(moved.c.entry_id).subquery()
    rows = db.session.execute(
        select(Entry.id, whole.c.amount, func.sum(Match.amount_minor))
        .join(Match, Match.entry_id == Entry.id)
        .outerjoin(whole, whole.c.entry_id == Entry.id)
        .group_by(Entry.id, whole.c.amount)
    )
    return [
        f"entry {number} moved {int(amount or 0)}, lines of the bank for {int(matched)} are matched with it"
        for number, amount, matched in rows
        if not 0 < int(matched) * _sign(amount) <= abs(int(amount or 0))
    ]


def lines_are_left_out_by_two() -> list[str]:
    """Every line that is left out has a reason that two people stand for."""
    said = select(IgnoredLine.line_id).where(
        IgnoredLine.seconded_by.is_not(None), IgnoredLine.seconded_by != IgnoredLine.proposed_by,
        IgnoredLine.ended_at.is_(None), IgnoredLine.reason != "",
    )  # fmt: skip
    rows = db.session.scalars(select(BankLine.id).where(BankLine.state == "ignored", BankLine.id.not_in(said)))
    return [f"bank line {number} is left out, and no two people said why" for number in rows]


def no_line_names_who_was_helped() -> list[str]:
    """Lines that are matched with a week of micro-grants hold no words (FIELD C5)."""
    rows = db.session.scalars(
        select(BankLine.id)
        .join(Match, Match.line_id == BankLine.id)
        .join(Entry, Entry.id == Match.entry_id)
        .where(Entry.kind == nameless.OF_A_WEEK, (BankLine.reference != "") | (BankLine.counterparty != ""))
        .order_by(BankLine.id)
    )
    return [f"bank line {number} is a micro-grant and holds words of the bank" for number in rows]


INVARIANTS: tuple[tuple[str, Callable[[], list[str]]], ...] = (
    ("the books and the bank differ by exactly what is not matched", books_and_bank_differ_by_what_is_open),
    ("every statement adds up from its opening to its closing", statements_add_up),
    ("every line of the bank is settled by its matches", lines_are_settled_by_their_matches),
    ("no entry is matched with more than it moved", entries_are_matched_once),
    ("every line that is left out has two people's reason", lines_are_left_out_by_two),
    ("no line of the bank names who got a micro-grant", no_line_names_who_was_helped),
)


def _sum(statement: Any) -> int:
    return int(db.session.scalar(statement) or 0)


def _sign(amount: Any) -> int:
    return -1 if int(amount or 0) < 0 else 1
