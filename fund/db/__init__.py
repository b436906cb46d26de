"""The database layer: engines, the one way to write, the one clock, column types, triggers, secrets.

Everything above says `from fund import db` and uses `db.writing()`, `db.session` (reading), `db.now()`, `db.Model`.
"""

from __future__ import annotations

from fund.db.clock import Clock
from fund.db.engine import Model, alchemy
from fund.db.transaction import Transaction, now, writing
from fund.db.types import MINOR_LIMIT, JsonText, MinorUnits, StoredBytes, UTCDateTime, canonical_bytes

session = alchemy.session
"""The reading session of the current request or job. It cannot write."""

__all__ = [
    "MINOR_LIMIT",
    "Clock",
    "JsonText",
    "MinorUnits",
    "Model",
    "StoredBytes",
    "Transaction",
    "UTCDateTime",
    "alchemy",
    "canonical_bytes",
    "now",
    "session",
    "writing",
]
