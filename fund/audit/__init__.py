"""The log of acts: who did what, hash-chained, append only. Ballots are never in it."""

from __future__ import annotations

from fund.audit.service import record, start_chain

__all__ = ["record", "start_chain"]
