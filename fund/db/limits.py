"""Rate limits that all workers share: a storage for Flask-Limiter in the fund's own database.

The limiter's built-in storages are one process's memory or a server of their own; four gunicorn workers with memory
each would allow four times the tries. One row a key and window; each hit is one short writing transaction.
"""

from __future__ import annotations

import time

from limits.storage import Storage
from sqlalchemy import BigInteger, String, delete, select
from sqlalchemy.exc import IntegrityError
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
            window = self._locked(session, key)
            if window is None:
                self._forget_ended(session, moment)
                window = self._begin(session, key, moment + expiry)
            elif window.expires_at <= moment:
                window.hits, window.expires_at = 0, moment + expiry
            window.hits += amount
            return window.hits

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

    def _locked(self, session: Session, key: str) -> RateWindow | None:
        return session.scalars(select(RateWindow).where(RateWindow.key == key).with_for_update()).one_or_none()

    def _begin(self, session: Session, key: str, expires_at: int) -> RateWindow:
        """Begin a key's window; if another worker began it at the same moment, join that one."""
        window = RateWindow(key=key, hits=0, expires_at=expires_at)
        try:
            with session.begin_nested():
                session.add(window)
        except IntegrityError:
            return session.scalars(select(RateWindow).where(RateWindow.key == key).with_for_update()).one()
        return window

    def _forget_ended(self, session: Session, moment: int) -> None:
        """Delete some windows that have ended, leaving alone those that others hold: nobody waits for this."""
        ended = (
            select(RateWindow.key).where(RateWindow.expires_at <= moment).limit(100).with_for_update(skip_locked=True)
        )
        session.execute(delete(RateWindow).where(RateWindow.key.in_(session.scalars(ended).all())))
