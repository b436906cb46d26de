"""Rate limits that all workers share: a storage for Flask-Limiter in the fund's own database.

The limiter's built-in storages are one process's memory or a server of their own; four gunicorn workers with memory
each would allow four times the tries. One row a key and window; each hit is one statement, so that two first hits at
the same moment are counted as two, whoever comes first.
"""

from __future__ import annotations

import time

from limits.storage import Storage
from sqlalchemy import BigInteger, String, case, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from fund.db.engine import WRITING, Model, alchemy


class RateWindow(Model):
    """How often a key was hit in the window that ends at `expires_at` (seconds since 1970)."""

    __tablename__ = "rate_window"

    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    hits: Mapped[int] = mapped_column(default=0)
    expires_at: Mapped[int] = mapped_column(BigInteger, index=True)


class DatabaseStorage(Storage):
    """Counts hits in `rate_window`, whatever the number of processes."""

    STORAGE_SCHEME: list[str] | None = ["fund"]  # noqa: RUF012 - as the base class declares it

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """Errors that mean the storage failed."""
        return (OSError,)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add hits to a key's window and return how many it has; an ended window starts anew."""
        moment = int(time.time())
        with Session(alchemy.engines[WRITING]) as session, session.begin():
            hits = self._count(session, key, amount, moment, moment + expiry)
            if hits == amount:
                self._forget_ended(session, moment)
        return hits

    def get(self, key: str) -> int:
        """Hits in the key's current window."""
        window = alchemy.session.get(RateWindow, key)
        return window.hits if window is not None and window.expires_at > time.time() else 0

    def get_expiry(self, key: str) -> float:
        """When the key's window ends, in seconds since 1970."""
        window = alchemy.session.get(RateWindow, key)
        return float(window.expires_at) if window is not None else time.time()

    def check(self) -> bool:
        """Whether the storage can be asked; the readiness page says more."""
        return True

    def reset(self) -> int | None:
        """Forget every window."""
        with Session(alchemy.engines[WRITING]) as session, session.begin():
            return int(session.execute(delete(RateWindow)).rowcount)  # type: ignore[attr-defined]

    def clear(self, key: str) -> None:
        """Forget one key's window."""
        with Session(alchemy.engines[WRITING]) as session, session.begin():
            session.execute(delete(RateWindow).where(RateWindow.key == key))

    def _count(self, session: Session, key: str, amount: int, moment: int, expires_at: int) -> int:
        """Begin a window or add to the one that runs, in one statement; gives the hits it then has."""
        on_postgresql = session.get_bind().dialect.name == "postgresql"
        insert = postgresql.insert(RateWindow) if on_postgresql else sqlite.insert(RateWindow)
        ended = RateWindow.expires_at <= moment
        statement = insert.values(key=key, hits=amount, expires_at=expires_at).on_conflict_do_update(
            index_elements=[RateWindow.key],
            set_={
                "hits": case((ended, amount), else_=RateWindow.hits + amount),
                "expires_at": case((ended, expires_at), else_=RateWindow.expires_at),
            },
        )
        return int(session.execute(statement.returning(RateWindow.hits)).scalar_one())

    def _forget_ended(self, session: Session, moment: int) -> None:
        """Delete some windows that have ended, leaving alone those that others hold: nobody waits for this."""
        ended = (
            select(RateWindow.key).where(RateWindow.expires_at <= moment).limit(100).with_for_update(skip_locked=True)
        )
        session.execute(delete(RateWindow).where(RateWindow.key.in_(session.scalars(ended).all())))
