"""The one way to write: `with db.writing() as tx`.

A writing transaction locks what it reads to decide (`tx.lock`), asks the one clock (`tx.now`), and either commits as a
whole or leaves nothing. A verb that calls another verb joins the transaction already open, inside a savepoint.
Locks are taken in the order round, participation or award, balances by account id; the audit chain's head comes last,
just before commit, so that two acts can never wait for each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from flask import current_app, has_request_context
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, inspect, select
from sqlalchemy.orm import Session

from fund.db import clock
from fund.db.engine import WRITING, alchemy
from fund.errors import NotFound

T = TypeVar("T")


class Transaction:
    """One open writing transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._before_commit: list[Callable[[Transaction], None]] = []
        self._after_commit: list[Callable[[], None]] = []
        self._wakes = False

    def now(self) -> dt.datetime:
        """The fund's time at this moment."""
        return clock.now(self.session)

    def lock(self, model: type[T], key: Any) -> T:
        """Read one row by primary key and hold it until the end. Raises NotFound."""
        return self._one(model, key, read=False)

    def lock_shared(self, model: type[T], key: Any) -> T:
        """Read one row and keep it from changing, while others may do the same. Raises NotFound."""
        return self._one(model, key, read=True)

    def lock_all(self, statement: Select[T]) -> Sequence[T]:
        """Read rows in the statement's order and hold them until the end."""
        return self.session.scalars(statement.with_for_update(), execution_options={"populate_existing": True}).all()

    def get(self, model: type[T], key: Any) -> T:
        """Read one row without holding it. Raises NotFound."""
        found = self.session.get(model, key)
        if found is None:
            raise NotFound(_missing())
        return found

    def add(self, row: T) -> T:
        """Insert a row now, so that a constraint speaks here and not at commit."""
        self.session.add(row)
        self.session.flush()
        return row

    def before_commit(self, act: Callable[[Transaction], None]) -> None:
        """Do `act` inside this transaction, after everything else."""
        self._before_commit.append(act)

    def after_commit(self, act: Callable[[], None]) -> None:
        """Do `act` once the transaction is safely on disk, never if it failed."""
        self._after_commit.append(act)

    @contextmanager
    def undoing(self) -> Iterator[None]:
        """Within this, a refusal also takes back what was promised for the commit."""
        before, after, wakes = list(self._before_commit), list(self._after_commit), self._wakes
        try:
            yield
        except BaseException:
            self._before_commit, self._after_commit, self._wakes = before, after, wakes
            raise

    def wake(self) -> None:
        """Let the job worker look at once, after the commit, for what is now due; without it, it looks by the clock."""
        if not self._wakes:
            self._wakes = True
            self.after_commit(_wake)

    def _one(self, model: type[T], key: Any, *, read: bool) -> T:
        keys = key if isinstance(key, tuple) else (key,)
        columns = inspect(model).primary_key
        statement = select(model).where(*[column == value for column, value in zip(columns, keys, strict=True)])
        found = self.session.scalars(
            statement.with_for_update(read=read), execution_options={"populate_existing": True}
        ).one_or_none()
        if found is None:
            raise NotFound(_missing())
        return found


_current: ContextVar[Transaction | None] = ContextVar("writing", default=None)


@contextmanager
def writing() -> Iterator[Transaction]:
    """Open the one writing transaction of this act, or join the one that is open.

    The reading session ends first and starts afresh afterwards, so that what is shown next is what was written.
    """
    outer = _current.get()
    if outer is not None:
        with outer.session.begin_nested(), outer.undoing():
            yield outer
        return
    alchemy.session.rollback()
    with Session(alchemy.engines[WRITING], expire_on_commit=False) as session:
        tx = Transaction(session)
        with session.begin():
            session.connection()
            token = _current.set(tx)
            try:
                yield tx
                session.flush()
                for act in tx._before_commit:
                    act(tx)
            finally:
                _current.reset(token)
    alchemy.session.rollback()
    for done in tx._after_commit:
        done()


def now() -> dt.datetime:
    """The fund's time, for pages that only read. A page has one time: the clock is asked once while it is made."""
    session = alchemy.session()
    if not has_request_context():
        return clock.now(session)
    asked, told = session.info.get("now", (None, None))
    if told is None or asked is not session.get_transaction():
        told = clock.now(session)
        session.info["now"] = session.get_transaction(), told
    return told


def _wake() -> None:
    wake = current_app.extensions.get("wake")
    if wake is not None:
        wake()


def _missing() -> Any:
    return _l("What you asked for is not here.")
