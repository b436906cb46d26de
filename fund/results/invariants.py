"""What always holds of counts (TRUST 4; FIELD B1 Count)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from sqlalchemy import func, select

from fund import db
from fund.results.models import Certification, CountRun

CERTIFIERS = 2


def counts_are_their_bytes() -> list[str]:
    """The stored ballot file and result of every count are the bytes that were hashed."""
    faults = []
    for run in db.session.scalars(select(CountRun).order_by(CountRun.id).execution_options(yield_per=20)):
        if hashlib.sha256(run.input_bytes).digest() != run.input_hash:
            faults.append(f"count {run.id}: its ballot file is not the one that was hashed")
        if hashlib.sha256(run.result_bytes).digest() != run.result_hash:
            faults.append(f"count {run.id}: its result is not the one that was hashed")
    return faults


def certified_by_two() -> list[str]:
    """A certified count has the word of two people over its very result."""
    rows = db.session.execute(
        select(CountRun.id, func.count(Certification.person_id.distinct()))
        .outerjoin(
            Certification,
            (Certification.count_id == CountRun.id) & (Certification.result_hash == CountRun.result_hash),
        )
        .where(CountRun.state == "certified")
        .group_by(CountRun.id)
    )
    return [
        f"count {number} is certified by {people} of {CERTIFIERS} people"
        for number, people in rows
        if people < CERTIFIERS
    ]


INVARIANTS: tuple[tuple[str, Callable[[], list[str]]], ...] = (
    ("counts are the bytes that were hashed", counts_are_their_bytes),
    ("certified counts have the word of two people", certified_by_two),
)
