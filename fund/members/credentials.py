"""Secrets with which a person signs in once: made here, checked here, stored only as a keyed hash.

A six-digit code is tried at most five times; a long secret (link, printed code, invitation) cannot be guessed. Each is
used once: two clicks at the same moment make one session.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund.db import Transaction
from fund.errors import Invalid
from fund.members.models import Credential

LIFETIMES = {
    "code": dt.timedelta(minutes=15),
    "link": dt.timedelta(minutes=15),
    "printed": dt.timedelta(days=60),
    "founding": dt.timedelta(days=14),
    "invitation": dt.timedelta(days=30),
}
CODE_ATTEMPTS = 5
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
PRINTED_LENGTH = 16
PEPPER = "credential-pepper"


def make(tx: Transaction, kind: str, *, person_id: int | None, address: str | None = None) -> str:
    """Make one credential and return its secret, which is not stored."""
    secret = _fresh(kind)
    now = tx.now()
    tx.add(
        Credential(
            kind=kind, person_id=person_id, address=address, secret_hash=hashed(kind, secret), made_at=now,
            expires_at=now + LIFETIMES[kind],
        )
    )  # fmt: skip
    return secret


def use(tx: Transaction, kind: str, secret: str) -> Credential:
    """Use up a long secret (not a six-digit code). Raises Invalid when it is unknown, used or too old."""
    row = tx.lock_all(
        select(Credential).where(Credential.kind == kind, Credential.secret_hash == hashed(kind, normal(secret)))
    )
    if not row or row[0].used_at is not None or row[0].expires_at <= tx.now():
        raise Invalid(_l("This code or link is not valid any more. Ask for a new one."), field="code")
    row[0].used_at = tx.now()
    return row[0]


def use_code(tx: Transaction, address: str, code: str) -> Credential | None:
    """Use up the six-digit code last sent to an address. None when it is wrong, used, too old or tried too often.

    A wrong try is counted, so the caller must let the transaction commit.
    """
    rows = tx.lock_all(
        select(Credential)
        .where(Credential.kind == "code", Credential.address == address, Credential.used_at.is_(None))
        .order_by(Credential.id.desc())
        .limit(1)
    )
    if not rows or rows[0].expires_at <= tx.now() or rows[0].attempts >= CODE_ATTEMPTS:
        return None
    rows[0].attempts += 1
    if not hmac.compare_digest(rows[0].secret_hash, hashed("code", code.strip().replace(" ", ""))):
        return None
    rows[0].used_at = tx.now()
    return rows[0]


def hashed(kind: str, secret: str) -> bytes:
    """Keyed hash of a secret: without the key in the secrets store a stolen table guesses no six digits."""
    pepper = current_app.extensions["secrets"].get_or_make(PEPPER)
    return hmac.digest(pepper, f"commonpool/v1/credential\x00{kind}\x00{secret}".encode(), "sha256")


def normal(secret: str) -> str:
    """A secret as it was made, however a person typed it: printed codes in groups, lower case, O for 0."""
    return secret.strip() if len(secret.strip()) > 30 else "".join(secret.upper().split()).replace("-", "")


def _fresh(kind: str) -> str:
    if kind == "code":
        return f"{secrets.randbelow(1_000_000):06d}"
    if kind == "printed":
        return "".join(secrets.choice(ALPHABET) for _ in range(PRINTED_LENGTH))
    return secrets.token_urlsafe(32)
