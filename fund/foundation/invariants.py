"""What always holds of the fund's charters."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from sqlalchemy import select

from fund import db
from fund.foundation.models import CharterVersion


def charters_are_as_adopted() -> list[str]:
    """The text of every charter version is the one that was hashed, and at most one is in force."""
    versions = db.session.scalars(select(CharterVersion).order_by(CharterVersion.number)).all()
    faults = [
        f"charter version {version.number}: its text is not the one that was hashed"
        for version in versions
        if hashlib.sha256(version.text_bytes).digest() != version.text_hash
    ]
    in_force = [str(version.number) for version in versions if version.state == "adopted"]
    return faults if len(in_force) < 2 else [*faults, f"several charter versions are in force: {', '.join(in_force)}"]


INVARIANTS: tuple[tuple[str, Callable[[], list[str]]], ...] = (
    ("charters are as they were adopted", charters_are_as_adopted),
)
