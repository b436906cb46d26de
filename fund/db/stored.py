"""Values as the database stores them, read by the million without being made into objects first.

SQLite keeps days, times and ids as text; `as_stored` reads that text as it is, so that a whole ledger is compared in
seconds, and a text that is no day at all is a difference and not a crash. PostgreSQL gives its own values. The
functions below write either the way hashed bytes hold them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import String, type_coerce

from fund.db.engine import alchemy


def as_stored(column: Any) -> Any:
    """A column of days, times or ids as it lies in the database."""
    if alchemy.engine.dialect.name == "sqlite":
        return type_coerce(column, String).label(column.key)
    return column


def day_text(value: dt.date | str) -> str:
    """A day as YYYY-MM-DD."""
    return value if isinstance(value, str) else value.isoformat()


def moment_text(value: dt.datetime | str) -> str:
    """A time in UTC with microseconds, as it stands in hashed bytes."""
    if isinstance(value, str):
        return f"{value[:10]}T{value[11:]}Z"
    return value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def id_text(value: uuid.UUID | str) -> str:
    """An id with its hyphens."""
    if isinstance(value, str):
        return f"{value[:8]}-{value[8:12]}-{value[12:16]}-{value[16:20]}-{value[20:]}"
    return str(value)
