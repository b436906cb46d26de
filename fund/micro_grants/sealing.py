"""What is personal in a request: sealed under keys of its own, known again only by a keyed hash, erased by destroying keys.

A sealed text stays in the database's old pages, its backups and its replicas; without its key it is noise. Keys lie in
the secrets store, two for each request: one for how somebody wants to be called, one for how they can be paid.
"""

from __future__ import annotations

import hmac
import re
import unicodedata

from flask import current_app

from fund.db import Transaction
from fund.db.secrets import SecretStore
from fund.micro_grants.models import MicroRequest

HELPED_KEY = "micro-grants-helped"
NAME, WAY = "name", "way"


def seal(request: MicroRequest, name: str, way: str) -> None:
    """Seal both texts of a request that has its number."""
    request.name_sealed = _seal(request.id, NAME, name)
    request.way_sealed = _seal(request.id, WAY, way)


def name_of(request: MicroRequest) -> str:
    """How somebody wants to be called; empty once it is erased."""
    return _open(request.id, NAME, request.name_sealed)


def way_of(request: MicroRequest) -> str:
    """How somebody can be paid; empty once it is erased."""
    return _open(request.id, WAY, request.way_sealed)


def way_hash(request: MicroRequest) -> bytes:
    """The keyed hash of a way to pay, however it was typed: case, spaces and punctuation do not matter."""
    plain = unicodedata.normalize("NFKC", way_of(request)).casefold()
    same = re.sub(r"[\W_]", "", plain)
    return hmac.digest(_store().get_or_make(HELPED_KEY), b"commonpool/v1/micro-way\x00" + same.encode(), "sha256")


def erase_way(tx: Transaction, request: MicroRequest) -> None:
    """Erase how somebody can be paid."""
    request.way_sealed = None
    _destroy(tx, request.id, WAY)


def erase_all(tx: Transaction, request: MicroRequest) -> None:
    """Erase everything that is personal in a request, also the code by which it could be looked at."""
    erase_way(tx, request)
    request.name_sealed = request.code_hash = request.urgent_by = None
    _destroy(tx, request.id, NAME)


def _seal(number: int, part: str, text: str) -> bytes:
    store, key = _store(), _key(number, part)
    store.get_or_make(key)
    return store.seal(key, text.encode(), context=key.encode())


def _open(number: int, part: str, sealed: bytes | None) -> str:
    if sealed is None:
        return ""
    key = _key(number, part)
    return _store().open(key, sealed, context=key.encode()).decode()


def _destroy(tx: Transaction, number: int, part: str) -> None:
    """Destroy a key once the row that needed it is safely without it."""
    store = _store()
    tx.after_commit(lambda: store.destroy(_key(number, part)))


def _key(number: int, part: str) -> str:
    return f"micro-request-{number}-{part}"


def _store() -> SecretStore:
    store: SecretStore = current_app.extensions["secrets"]
    return store
