"""What waits about the bank: lines to settle, lines that somebody wants to leave out, a month without a statement."""

from __future__ import annotations

import datetime as dt

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from fund import db
from fund.bank.models import BankLine, IgnoredLine, Statement
from fund.desk import Item
from fund.foundation import service as foundation
from fund.permissions import MONEY_HANDS, Actor
from fund.presentation import date

STATEMENT_WITHIN = dt.timedelta(days=7)
"""So many days after a month's end its statement is asked for."""


def waiting(actor: Actor) -> list[Item]:
    """Work for the treasurer and the stewards."""
    if not actor.roles & MONEY_HANDS:
        return []
    return [*_lines(), *_to_second(actor), *_statement()]


def _lines() -> list[Item]:
    number, oldest = db.session.execute(
        select(func.count(), func.min(BankLine.booked_on)).where(BankLine.state == "open")
    ).one()
    if not number:
        return []
    words = ngettext("%(num)s bank line waits", "%(num)s bank lines wait", number)
    return [Item(words, "/treasury/bank", who=_("treasurer"), note=_("the oldest is of %(day)s", day=date(oldest)))]


def _to_second(actor: Actor) -> list[Item]:
    rows = db.session.scalars(
        select(IgnoredLine)
        .where(IgnoredLine.ended_at.is_(None), IgnoredLine.seconded_by.is_(None))
        .order_by(IgnoredLine.id)
        .limit(20)
    )
    return [
        Item(_("Agree or not: a bank line is to be left out"), f"/treasury/bank/lines/{one.line_id}", note=one.reason)
        for one in rows
        if one.proposed_by != actor.person_id
    ]


def _statement() -> list[Item]:
    """The statement of a month that is over, once the fund takes in statements at all."""
    reached = db.session.scalar(select(func.max(Statement.to_on)))
    today = foundation.today()
    ended = today.replace(day=1) - dt.timedelta(days=1)
    if reached is None or reached >= ended or today < ended + STATEMENT_WITHIN:
        return []
    return [
        Item(_("Take in the bank’s statement"), "/treasury/bank/statements/new", who=_("treasurer"),
             note=_("the last one ends on %(day)s", day=date(reached)))
    ]  # fmt: skip
