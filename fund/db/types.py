"""Column types: minor units, UTC times, stored bytes, canonical JSON.

Money is a whole number of the currency's minor units (cents of a dollar, whole yen); the currency and with it the
exponent stand once, on the fund or on the account. Times are UTC and aware. Bytes that were hashed are stored as they
were hashed and never rebuilt from columns (TRUST 3.5).
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import rfc8785
from sqlalchemy import BigInteger, DateTime, LargeBinary, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

MINOR_LIMIT = 10**15
"""No single amount exceeds this many minor units, so that sums of a million of them stay within 64 bits."""


class MinorUnits(TypeDecorator[int]):
    """A whole amount of minor units. Anything but an `int` within the limit is a programming error."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if type(value) is not int:
            raise TypeError(f"money must be an int of minor units, not {value!r}")
        return value


class UTCDateTime(TypeDecorator[dt.datetime]):
    """An aware time, kept in UTC. SQLite stores it as text, PostgreSQL as timestamptz."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("times are aware: give a datetime with a zone")
        utc = value.astimezone(dt.UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class StoredBytes(TypeDecorator[bytes]):
    """Bytes exactly as they were hashed or sealed."""

    impl = LargeBinary
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> bytes | None:
        return None if value is None else bytes(value)


class JsonText(TypeDecorator[Any]):
    """A small JSON value kept as text, the same on both databases."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def canonical_bytes(value: Any) -> bytes:
    """RFC 8785 bytes of a JSON value: what is hashed, signed and stored. Integers and text only, no floats."""
    _refuse_floats(value)
    return rfc8785.dumps(value)


def _refuse_floats(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("no float is ever hashed or published")
    if isinstance(value, dict):
        for item in value.values():
            _refuse_floats(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _refuse_floats(item)
