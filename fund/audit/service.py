"""Write and check the log of acts.

Events are gathered during a transaction and appended just before it commits, under a lock on the head inside the append
itself, so that the chain cannot fork whoever forgets what. Personal data stays out: persons appear by number.
"""

from __future__ import annotations

import hashlib
from typing import Any

from sqlalchemy import select

from fund import db
from fund.audit.models import AuditEvent, AuditHead
from fund.db import Transaction, canonical_bytes

CONTEXT = b"commonpool/v1/event\x00"
GENESIS = bytes(32)


def record(tx: Transaction, act: str, *, by: int | None, on: tuple[str, object], **facts: Any) -> None:
    """Log that person `by` (None: the program itself) did `act` on `(kind, id)`, with whole-number or text facts."""
    happened_at = tx.now()
    event = {
        "act": act, "by": by, "on": [on[0], str(on[1])], "facts": facts,
        "at": happened_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }  # fmt: skip
    data = canonical_bytes(event)

    def append(tx: Transaction) -> None:
        head = tx.lock(AuditHead, 1)
        digest = event_hash(head.hash, data)
        tx.session.add(
            AuditEvent(
                seq=head.seq + 1, prev_hash=head.hash, event_bytes=data, hash=digest, act=act, subject_kind=on[0],
                subject_id=str(on[1]), actor_id=by, happened_at=happened_at,
            )
        )  # fmt: skip
        head.seq += 1
        head.hash = digest
        tx.session.flush()

    tx.before_commit(append)


def start_chain(tx: Transaction) -> None:
    """Make the chain's head in an empty database."""
    tx.add(AuditHead(id=1, seq=0, hash=GENESIS))


def event_hash(prev_hash: bytes, event_bytes: bytes) -> bytes:
    """SHA-256 over the context, the previous hash and the event's bytes."""
    return hashlib.sha256(CONTEXT + prev_hash + event_bytes).digest()


def broken_links() -> list[str]:
    """Every fault of the chain in words, empty when it is whole: order, gaps, hashes, head."""
    faults: list[str] = []
    previous, seq = GENESIS, 0
    for event in db.session.scalars(select(AuditEvent).order_by(AuditEvent.seq).execution_options(yield_per=1000)):
        seq += 1
        if event.seq != seq:
            return [*faults, f"audit event {seq} is missing"]
        if event.prev_hash != previous or event.hash != event_hash(previous, event.event_bytes):
            faults.append(f"audit event {seq} does not follow from the one before it")
        previous = event.hash
    head = db.session.get(AuditHead, 1)
    if head is not None and (head.seq, head.hash) != (seq, previous):
        faults.append("the head of the audit chain is not its last event")
    return faults
