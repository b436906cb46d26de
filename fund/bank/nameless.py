"""Lines on which micro-grants were paid: they keep day and amount, and no words (FIELD C5).

A line that is probably a gift of a week is taken in without its words, so that no person who was helped ever stands among
the lines; they are read once, in the file, before it is taken in. Whoever takes it in can say that a line is something
else, and keep its words. A line that is matched with a week's entry all the same loses its words at that moment. The name
by which a line is known again goes too, as the bank may have put a person into it; on days that a statement covers, a line
is known by its day and amount, so that the same days bring nothing twice.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import secrets
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from fund.bank.models import NAMELESS, BankLine, Match
from fund.bank.statement import Line
from fund.db import Transaction
from fund.ledger.models import Entry
from fund.micro_grants import reading as micro_grants

OF_A_WEEK = "micro_grant"
"""The kind of entry in which a week of micro-grants stands in the books."""


def among(session: Session, lines: Sequence[Line]) -> frozenset[int]:
    """Which of a file's lines, by their places in it, are probably gifts: as many of an amount as were given and stand in
    no earlier line."""
    if not lines:
        return frozenset()
    first, last = min(one.booked_on for one in lines), max(one.booked_on for one in lines)
    gifts = [one for one in micro_grants.on_statements(first, last) if one.last >= first and one.first <= last]
    for amount, day in _known(session, gifts):
        _claim(gifts, amount, day)
    order = sorted(range(len(lines)), key=lambda place: (lines[place].booked_on, place))
    return frozenset(
        place for place in order if gifts and _claim(gifts, lines[place].amount_minor, lines[place].booked_on)
    )


def without_words(line: Line) -> Line:
    """The line as it is kept: day and amount, and a name that says nothing."""
    return dataclasses.replace(line, reference="", counterparty="", external_id=_name())


def forget(tx: Transaction, lines: Iterable[BankLine], entry_ids: Collection[object]) -> None:
    """Take the words away from lines that were just matched with these entries, if one of them is a week's."""
    of_weeks = set(tx.session.scalars(select(Entry.id).where(Entry.id.in_(entry_ids), Entry.kind == OF_A_WEEK)))
    if not of_weeks:
        return
    numbers = [one.id for one in lines]
    theirs = select(Match.line_id).where(Match.line_id.in_(numbers), Match.entry_id.in_(of_weeks))
    blank(tx, tx.lock_all(select(BankLine).where(BankLine.id.in_(theirs)).order_by(BankLine.id)))


def blank(tx: Transaction, lines: Iterable[BankLine]) -> None:
    """Take the words and the bank's own name away from lines that are held."""
    for line in lines:
        line.reference = line.counterparty = ""
        if not line.is_nameless:
            line.external_id = _name()
    tx.session.flush()


def _known(session: Session, gifts: Sequence[micro_grants.OnStatement]) -> list[tuple[int, dt.date]]:
    """Amount and day of lines that are nameless already, from the days of these gifts."""
    if not gifts:
        return []
    rows = session.execute(
        select(BankLine.amount_minor, BankLine.booked_on)
        .where(BankLine.external_id.startswith(NAMELESS), BankLine.booked_on >= min(one.first for one in gifts))
        .order_by(BankLine.booked_on, BankLine.id)
    )
    return [(amount, day) for amount, day in rows]


def _claim(gifts: list[micro_grants.OnStatement], amount_minor: int, day: dt.date) -> bool:
    """Take the first gift of this amount whose days fit out of the list, if there is one."""
    for one in gifts:
        if one.amount_minor == amount_minor and one.first <= day <= one.last:
            gifts.remove(one)
            return True
    return False


def _name() -> str:
    return f"{NAMELESS}{secrets.token_hex(12)}"
