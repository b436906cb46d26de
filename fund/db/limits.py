"""Rate limits that all workers share: a storage for Flask-Limiter in the fund's own database.

The limiter's built-in storages are one process's memory or a server of their own; four gunicorn workers with memory
each would allow four times the tries. One row a key and window; each hit is one short writing transaction.
"""

from __future__ import annotations

import time
from typing import ClassVar

from limits.storage import Storage
from sqlalchemy import BigInteger, String, delete, select
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

    STORAGE_SCHEME: ClassVar[list[str]] = ["fund"]

    @property
    def base_exceptions(self) -> type[Exception] | tuple[type[Exception], ...]:
        """Errors that mean the storage failed."""
        return (OSError,)

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Add hits to a key's window and return how many it has; an ended window starts anew."""
        moment = int(time.time())
        with Session(alchemy.engines[WRITING]) as session, session.begin():
            session.execute(delete(RateWindow).where(RateWindow.expires_at <= moment))
            window = session.scalars(select(RateWindow).where(RateWindow.key == key).with_for_update()).one_or_none()
            if window is None:
                with session.begin_nested():
                    window = RateWindow(key=key, hits=0, expires_at=moment + expiry)
                    session.add(window)
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
