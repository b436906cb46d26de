"""Years of the books: closed by two people over one trial balance; afterwards only new entries, dated later.

A year here is any run of whole months that ends on the last day of one. One person proposes to close it and sees its
trial balance; another closes exactly that trial balance, or nothing if an entry came in between. What is closed is never
opened again: a mistake in it is corrected by an entry of today. The database itself refuses an entry dated in a closed
year. Words: trial balance, what each account held at the end of the last day, debit positive; it adds up to nothing.
"""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fund import audit, db
from fund.db import Transaction, canonical_bytes
from fund.errors import Invalid, NotFound, WrongState
from fund.foundation import service as foundation
from fund.ledger.books import refuse_while_books_disagree
from fund.ledger.models import Account, BooksClosed, BooksYear, PeriodTotal
from fund.permissions import Actor, require

CONTEXT = b"commonpool/v1/trial-balance\x00"


def propose_to_close(last_day: dt.date, *, by: Actor) -> BooksYear:
    """Propose to close the books up to a day, over their trial balance of that day.

    Raises Invalid for a day that has not passed, is closed already, or is not the last of a month; WrongState while
    another proposal waits or the books disagree with themselves.
    """
    require(by, "books.propose")
    with db.writing() as tx:
        refuse_while_books_disagree(tx)
        closed = _hold(tx)
        if last_day >= foundation.today_in(tx):
            raise Invalid(_l("A year can be closed once its last day has passed."), field="last_day")
        if last_day.day != calendar.monthrange(last_day.year, last_day.month)[1]:
            raise Invalid(_l("A year of the books ends on the last day of a month."), field="last_day")
        if closed.closed_through is not None and last_day <= closed.closed_through:
            raise Invalid(_l("The books are closed up to this day already."), field="last_day")
        if tx.session.scalars(select(BooksYear).where(BooksYear.state == "proposed")).first() is not None:
            raise WrongState(_l("Another year waits to be closed. Close it first, or withdraw it."))
        first = closed.closed_through + dt.timedelta(days=1) if closed.closed_through else None
        data = _trial_bytes(tx, last_day)
        year = tx.add(
            BooksYear(
                first_day=first, last_day=last_day, state="proposed", trial_bytes=data, trial_hash=trial_hash(data),
                proposed_by=by.person_id, proposed_at=tx.now(),
            )
        )  # fmt: skip
        audit.record(tx, "books.propose_close", by=by.person_id, on=("books_year", year.id),
                     last_day=last_day.isoformat(), hash=year.trial_hash.hex())  # fmt: skip
    return year


def close(year_id: int, *, seen_hash: bytes, by: Actor) -> BooksYear:
    """Close a year that another person proposed, over the trial balance that both saw.

    Raises Forbidden for who proposed it, WrongState when it does not wait any more, when another trial balance was seen,
    or when an entry came in between (then it is proposed anew).
    """
    require(by, "books.close")
    with db.writing() as tx:
        refuse_while_books_disagree(tx)
        closed = _hold(tx)
        year = tx.lock(BooksYear, year_id)
        require(by, "books.close", year)
        if year.state != "proposed":
            raise WrongState(_l("This year does not wait to be closed."))
        if seen_hash != year.trial_hash or _trial_bytes(tx, year.last_day) != year.trial_bytes:
            raise WrongState(_l("The books have changed since. Withdraw this, and look at the new trial balance."))
        year.state, year.ended_by, year.ended_at = "closed", by.person_id, tx.now()
        tx.session.flush()
        closed.closed_through = year.last_day
        tx.session.flush()
        audit.record(tx, "books.close", by=by.person_id, on=("books_year", year.id), hash=year.trial_hash.hex())
    return year


def withdraw(year_id: int, *, by: Actor) -> BooksYear:
    """Take back a proposal to close. Raises WrongState when it does not wait any more."""
    require(by, "books.propose")
    with db.writing() as tx:
        year = tx.lock(BooksYear, year_id)
        if year.state != "proposed":
            raise WrongState(_l("This year does not wait to be closed."))
        year.state, year.ended_by, year.ended_at = "withdrawn", by.person_id, tx.now()
        audit.record(tx, "books.withdraw_close", by=by.person_id, on=("books_year", year.id))
    return year


def years() -> Sequence[BooksYear]:
    """Years that were closed or wait for it, newest first."""
    return db.session.scalars(
        select(BooksYear).where(BooksYear.state != "withdrawn").order_by(BooksYear.last_day.desc()).limit(100)
    ).all()


def last_year_end() -> dt.date:
    """The last day of the calendar year that ended last."""
    return dt.date(foundation.today().year - 1, 12, 31)


def waiting() -> BooksYear | None:
    """The year that waits for its second person."""
    return db.session.scalars(select(BooksYear).where(BooksYear.state == "proposed")).first()


def get(year_id: int) -> BooksYear:
    """One year. Raises NotFound."""
    found = db.session.get(BooksYear, year_id)
    if found is None or found.state == "withdrawn":
        raise NotFound(_l("There is no such year of the books."))
    return found


def closed_through() -> dt.date | None:
    """The last day that is closed."""
    row = db.session.get(BooksClosed, 1)
    return None if row is None else row.closed_through


def trial_hash(data: bytes) -> bytes:
    """SHA-256 over the context and a trial balance's bytes."""
    return hashlib.sha256(CONTEXT + data).digest()


def _hold(tx: Transaction) -> BooksClosed:
    """The row of what is closed, held alone: nothing is booked until this act is over."""
    if tx.session.get(BooksClosed, 1) is None:
        tx.add(BooksClosed(id=1, closed_through=None))
    return tx.lock(BooksClosed, 1)


def _trial_bytes(tx: Transaction, last_day: dt.date) -> bytes:
    """The canonical form of a trial balance: every account that held something at the end of a day."""
    rows = tx.session.execute(
        select(Account.code, Account.currency, func.sum(PeriodTotal.amount_minor))
        .join(Account, Account.id == PeriodTotal.account_id)
        .where(PeriodTotal.month <= last_day)
        .group_by(Account.code, Account.currency)
    ).all()
    held = sorted([code, currency, int(total)] for code, currency, total in rows if int(total))
    return canonical_bytes({"format": "trial-balance/1", "until": last_day.isoformat(), "accounts": held})
