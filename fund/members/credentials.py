"""Secrets with which a person signs in once: made here, checked here, stored only as a keyed hash.

A six-digit code is bound to the browser that asked for it and tried at most five times; a long secret (link, printed
code, invitation) cannot be guessed. Each is used once: two clicks at the same moment make one session.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Sequence
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

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
NOT_VALID = _l("This code or link is not valid any more. Ask for a new one.")


def make(tx: Transaction, kind: str, *, person_id: int | None, address: str | None = None) -> str:
    """Make one credential and return its secret, which is not stored."""
    return make_row(tx, kind, person_id=person_id, address=address)[1]


def make_row(
    tx: Transaction, kind: str, *, person_id: int | None, address: str | None = None
) -> tuple[Credential, str]:
    """Make one credential; gives the row and its secret."""
    secret = _fresh(kind)
    now = tx.now()
    row = tx.add(
        Credential(
            kind=kind, person_id=person_id, address=address, secret_hash=hashed(kind, secret), made_at=now,
            expires_at=now + LIFETIMES[kind],
        )
    )  # fmt: skip
    return row, secret


def use(tx: Transaction, kinds: Sequence[str], secret: str, *, gone: Any = NOT_VALID) -> Credential:
    """Use up a long secret of one of these kinds (not a six-digit code).

    Raises Invalid with the sentence `gone` when it is unknown, used or too old; which of these, nobody is told.
    """
    hashes = [hashed(kind, normal(secret)) for kind in kinds]
    rows = tx.lock_all(
        select(Credential).where(Credential.kind.in_(kinds), Credential.secret_hash.in_(hashes)).order_by(Credential.id)
    )
    if not rows or rows[0].used_at is not None or rows[0].expires_at <= tx.now():
        raise Invalid(gone, field="code")
    rows[0].used_at = tx.now()
    return rows[0]


def use_code(tx: Transaction, credential_id: int, code: str) -> Credential | None:
    """Use up a six-digit code. None when it is wrong, used, too old or was tried too often.

    The caller knows the credential because this browser asked for it: whoever asks for another code for the same address
    neither spoils this one nor may guess at it. A wrong try is counted, so the transaction must be left to commit.
    """
    rows = tx.lock_all(select(Credential).where(Credential.id == credential_id, Credential.kind == "code"))
    if not rows or rows[0].used_at is not None or rows[0].expires_at <= tx.now() or rows[0].attempts >= CODE_ATTEMPTS:
        return None
    rows[0].attempts += 1
    if not hmac.compare_digest(rows[0].secret_hash, hashed("code", "".join(code.split()))):
        return None
    rows[0].used_at = tx.now()
    return rows[0]


def withdraw(tx: Transaction, kind: str, *, person_id: int) -> None:
    """Make a person's unused credentials of one kind worthless, for example before a new printed code."""
    for row in tx.lock_all(
        select(Credential).where(
            Credential.kind == kind, Credential.person_id == person_id, Credential.used_at.is_(None)
        )
    ):  # fmt: skip
        row.used_at = tx.now()


def forget_old(tx: Transaction) -> None:
    """Delete what could not be used for a month; an invitation keeps its own."""
    limit = tx.now() - dt.timedelta(days=30)
    tx.session.execute(delete(Credential).where(Credential.expires_at < limit, Credential.kind != "invitation"))


def grouped(secret: str) -> str:
    """A printed code as people read it: in groups of four."""
    return "-".join(secret[i : i + 4] for i in range(0, len(secret), 4))


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
