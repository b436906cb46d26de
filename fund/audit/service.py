"""Write and check the log of acts.

Events are gathered during a transaction and appended just before it commits, under a lock on the head inside the append
itself, so that the chain cannot fork whoever forgets what. Personal data stays out: persons appear by number.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from typing import Any

from sqlalchemy import select

from fund import db
from fund.audit.models import AuditEvent, AuditHead
from fund.db import Transaction, canonical_bytes
from fund.db.stored import as_stored, moment_text

CONTEXT = b"commonpool/v1/event\x00"
GENESIS = bytes(32)


def record(tx: Transaction, act: str, *, by: int | None, on: tuple[str, object], **facts: Any) -> None:
    """Log that person `by` (None: the program itself) did `act` on `(kind, id)`, with whole-number or text facts."""
    happened_at = tx.now()
    event = {
        "act": act, "by": by, "on": [on[0], str(on[1])], "facts": facts,
        "at": happened_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
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
    """Every fault of the chain in words, empty when it is whole: order, gaps, hashes, head, and the columns beside the
    bytes, which say what the bytes say."""
    faults: list[str] = []
    previous, seq = GENESIS, 0
    rows = db.session.execute(
        select(
            AuditEvent.seq, AuditEvent.prev_hash, AuditEvent.event_bytes, AuditEvent.hash, AuditEvent.act,
            AuditEvent.subject_kind, AuditEvent.subject_id, AuditEvent.actor_id, as_stored(AuditEvent.happened_at),
        )
        .order_by(AuditEvent.seq)
        .execution_options(yield_per=5000)
    )  # fmt: skip
    for number, prev_hash, data, digest, act, kind, subject, by, happened_at in rows:
        seq += 1
        if number != seq:
            return [*faults, f"audit event {seq} is missing"]
        if prev_hash != previous or digest != event_hash(previous, data):
            faults.append(f"audit event {seq} does not follow from the one before it")
        faults += [f"audit event {seq}: {name} is not what its bytes say"
                   for name in _differing(data, act, kind, subject, by, happened_at)]  # fmt: skip
        previous = digest
    head = db.session.get(AuditHead, 1)
    if head is not None and (head.seq, head.hash) != (seq, previous):
        faults.append("the head of the audit chain is not its last event")
    return faults


def _differing(
    data: bytes, act: str, kind: str, subject: str, by: int | None, happened_at: dt.datetime | str
) -> list[str]:
    """Columns of an event that are not what its bytes say. Events of older versions tell their time to the second."""
    try:
        told = json.loads(data)
        at = str(told["at"])
        shown = moment_text(happened_at) if "." in at else moment_text(happened_at)[:19] + "Z"
        pairs = {
            "act": (told["act"], act),
            "on": (told["on"], [kind, subject]),
            "by": (told["by"], by),
            "at": (at, shown),
        }
    except (ValueError, TypeError, KeyError):
        return ["nothing"]
    return [name for name, (said, stands) in pairs.items() if said != stands]
