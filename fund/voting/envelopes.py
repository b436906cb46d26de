"""Envelopes: a secret ballot's content sealed apart from the person, and the link between them (TRUST 3.4, level L0).

Two keys a round, named by its UUID, in the secrets store and never in the database: the *content key* seals what was
chosen, the *link key* seals which envelope is whose and stands behind receipts. Both are destroyed once voting has
ended, and with them every copy of the links, in every backup and replica. Envelopes of one round are all of one length,
so that a size tells nothing. An open round has only the link key.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from typing import Any

from flask import current_app

from fund.db.secrets import SecretStore
from fund.rounds.models import Round

CONTENT_CONTEXT = b"commonpool/v1/envelope\x00"
LINK_CONTEXT = b"commonpool/v1/link\x00"
REQUEST_CONTEXT = b"commonpool/v1/request\x00"
RECEIPT_CONTEXT = b"commonpool/v1/receipt\x00"
BLOCK_BYTES = 1024
FINGERPRINT_BYTES = 32
CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U, so that a code can be read aloud."""


def content_key(round_uuid: uuid.UUID) -> str:
    """Name of the key that seals what was chosen."""
    return f"round-{round_uuid}-content"


def link_key(round_uuid: uuid.UUID) -> str:
    """Name of the key that seals whose envelope is which."""
    return f"round-{round_uuid}-link"


def make_keys(round_: Round) -> None:
    """Make the round's keys; making them twice keeps the first."""
    _store().get_or_make(link_key(round_.uuid))
    if round_.assurance == "secret":
        _store().get_or_make(content_key(round_.uuid))


def has_keys(round_uuid: uuid.UUID) -> bool:
    """Whether any key of the round exists still."""
    return _store().has(link_key(round_uuid)) or _store().has(content_key(round_uuid))


def destroy_keys(round_uuid: uuid.UUID) -> None:
    """Destroy both keys: from now on nobody can say whose an envelope was, from no backup."""
    _store().destroy(link_key(round_uuid))
    _store().destroy(content_key(round_uuid))


def seal(round_: Round, choices_bytes: bytes, *, options: int, chamber: str = "") -> bytes:
    """Seal choices and the chamber they belong to under the content key, padded to the one length of this round."""
    size = _room(options)
    body = chamber.encode() + b"\0" + choices_bytes
    if len(body) + 4 > size:
        raise ValueError("a ballot is larger than its envelope")
    plain = len(body).to_bytes(4, "big") + body
    return _store().seal(
        content_key(round_.uuid), plain.ljust(size, b"\0"), context=CONTENT_CONTEXT + round_.uuid.bytes
    )


def unseal(round_: Round, content: bytes) -> tuple[str, bytes]:
    """Chamber and choices of an envelope. Raises MissingSecret when the key is gone or does not fit."""
    plain = _store().open(content_key(round_.uuid), content, context=CONTENT_CONTEXT + round_.uuid.bytes)
    length = int.from_bytes(plain[:4], "big")
    chamber, _zero, choices = plain[4 : 4 + length].partition(b"\0")
    return chamber.decode(), choices


def name_of(content: bytes) -> bytes:
    """An envelope's name: the hash of its sealed content, random because the seal is."""
    return hashlib.sha256(content).digest()


def seal_link(round_: Round, member_id: int, envelope_hash: bytes) -> bytes:
    """Seal which envelope is this member's."""
    return _store().seal(link_key(round_.uuid), envelope_hash, context=_link_context(round_, member_id))


def open_link(round_: Round, member_id: int, link: bytes) -> bytes:
    """The name of this member's envelope. Raises MissingSecret when the key is gone."""
    return _store().open(link_key(round_.uuid), link, context=_link_context(round_, member_id))


def request_fingerprint(round_: Round, member_id: int, key: str, choices_bytes: bytes) -> bytes:
    """What is kept of a request to cast, so that sending it twice does one thing: 32 bytes that tell nothing alone."""
    body = member_id.to_bytes(8, "big") + hashlib.sha256(key.encode()).digest() + choices_bytes
    return _keyed(round_, REQUEST_CONTEXT + body)


def receipt_code(round_: Round, member_id: int, fingerprint: bytes) -> str:
    """The code on a receipt, `XXXX-XXXX-XXXX-C` with a check sign; it cannot be traced once the link key is gone."""
    digest = _keyed(round_, RECEIPT_CONTEXT + member_id.to_bytes(8, "big") + fingerprint)
    number = int.from_bytes(digest[:8], "big")
    signs = [CODE_SIGNS[number >> (5 * place) & 31] for place in range(12)]
    check = CODE_SIGNS[sum((place + 1) * CODE_SIGNS.index(sign) for place, sign in enumerate(signs)) % 31]
    text = "".join(signs)
    return f"{text[:4]}-{text[4:8]}-{text[8:]}-{check}"


def new_code() -> str:
    """A random name for an opened ballot or an unnamed reason, 26 signs."""
    return "".join(secrets.choice(CODE_SIGNS) for _ in range(26))


def leftovers() -> list[uuid.UUID]:
    """Rounds of which some key lies in the store, whatever their state."""
    found = {path.name.removeprefix("round-").rpartition("-")[0] for path in _store().folder.glob("round-*")}
    return sorted(uuid.UUID(text) for text in found)


def _room(options: int) -> int:
    """Bytes an envelope holds: 1,024 for an ordinary ballot, more only where the ballot itself is longer."""
    most = 64 + options * 100
    return BLOCK_BYTES * -(-most // BLOCK_BYTES)


def _keyed(round_: Round, body: bytes) -> bytes:
    key = _store().get(link_key(round_.uuid))
    return hmac.new(key, round_.uuid.bytes + body, hashlib.sha256).digest()


def _link_context(round_: Round, member_id: int) -> bytes:
    return LINK_CONTEXT + round_.uuid.bytes + member_id.to_bytes(8, "big")


def _store() -> SecretStore:
    store: Any = current_app.extensions["secrets"]
    return store  # type: ignore[no-any-return]
