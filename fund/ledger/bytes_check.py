"""Every entry against the bytes that were hashed when it was written (TRUST 4, I9), for books of any size.

What columns and postings say is written down again in canonical form and compared with the stored bytes as a whole;
only where they differ are the bytes taken apart, to name what was changed.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from fund import db
from fund.db.stored import as_stored, day_text, id_text, moment_text
from fund.ledger.books import CONTEXT
from fund.ledger.models import Account, BroughtLine, Entry, Posting

Lines = list[tuple[int, int, int]]


def entries_are_their_bytes() -> list[str]:
    """The columns and postings of each entry say what its bytes say, and its hash is theirs."""
    codes = {one.id: (json.dumps(one.code), one.currency) for one in db.session.scalars(select(Account))}
    encode, sha256 = json.JSONEncoder(ensure_ascii=False).encode, hashlib.sha256
    faults: list[str] = []
    for row, lines in _entries_with_lines():
        stored, kind, memo, day, posted_at, by, decision, reverses, data, digest = row
        number = id_text(stored)
        if sha256(CONTEXT + data).digest() != digest:
            faults.append(f"entry {number}: its hash is not that of its bytes")
        try:
            told = ",".join([f"[{codes[account_id][0]},{amount}]" for _line, account_id, amount in lines])
            currency = codes[lines[0][1]][1]
        except (KeyError, IndexError):
            faults.append(f"entry {number}: it has no lines, or one on an account that is missing")
            continue
        again = (
            f'{{"by":{"null" if by is None else by},"currency":"{currency}",'
            f'"decision":{"null" if decision is None else decision},"format":"entry/1","id":"{number}",'
            f'"kind":"{kind}","lines":[{told}],"memo":{encode(memo)},'
            f'"occurred_on":"{day_text(day)}","posted_at":"{moment_text(posted_at)}",'
            f'"reverses":{_quoted(reverses)}}}'
        )
        if again.encode() != data:
            faults += _differences(row, lines, codes)
        if lines[-1][0] != len(lines):
            faults.append(f"entry {number}: its lines are not numbered one after the other")
    return faults


def _differences(row: Any, lines: Lines, codes: dict[int, tuple[str, str]]) -> list[str]:
    """What in an entry is not what its bytes say."""
    stored, kind, memo, day, posted_at, by, decision, reverses, data, _digest = row
    number, said = id_text(stored), _read(data)
    told: dict[str, Any] = {
        "format": "entry/1", "id": number, "kind": kind, "memo": memo, "occurred_on": day_text(day),
        "posted_at": moment_text(posted_at), "by": by, "decision": decision,
        "reverses": None if reverses is None else id_text(reverses), "currency": codes[lines[0][1]][1],
        "lines": [[json.loads(codes[account_id][0]), amount] for _line, account_id, amount in lines],
    }  # fmt: skip
    wrong = [name for name in told if told[name] != said.get(name)]
    if wrong == ["by"] and by is None and _came_from_elsewhere(number):
        return []
    return [f"entry {number}: {name} is not what its bytes say" for name in wrong or ["something"]]


def _came_from_elsewhere(number: str) -> bool:
    """Whether an entry was brought in with a whole ledger: who booked it is a number of that other place."""
    marked = select(BroughtLine.id).where(BroughtLine.entry_id == uuid.UUID(number), BroughtLine.what == "entry")
    return db.session.scalar(marked.limit(1)) is not None


def _entries_with_lines() -> Iterator[tuple[Any, Lines]]:
    """Every entry with its lines, read side by side in the order of ids, so that a million need no memory."""
    entries = db.session.execute(
        select(
            as_stored(Entry.id), Entry.kind, Entry.memo, as_stored(Entry.occurred_on), as_stored(Entry.posted_at),
            Entry.actor_id, Entry.decision_id, as_stored(Entry.reverses_id), Entry.entry_bytes, Entry.entry_hash,
        )
        .order_by(Entry.id)
        .execution_options(yield_per=5000)
    )  # fmt: skip
    postings = iter(
        db.session.execute(
            select(as_stored(Posting.entry_id), Posting.line, Posting.account_id, Posting.amount_minor)
            .order_by(Posting.entry_id, Posting.line)
            .execution_options(yield_per=10_000)
        )
    )
    waiting = next(postings, None)
    for row in entries:
        number = row[0]
        lines: Lines = []
        while waiting is not None and waiting[0] <= number:
            if waiting[0] == number:
                lines.append((waiting[1], waiting[2], waiting[3]))
            waiting = next(postings, None)
        yield row, lines


def _quoted(reverses: Any) -> str:
    return "null" if reverses is None else f'"{id_text(reverses)}"'


def _read(data: bytes) -> dict[str, Any]:
    try:
        value = json.loads(data)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
