"""The secrets store: keys that must never lie in the database or its backups.

A folder of its own (or a mounted secret) with one file a key, readable by the program alone. Link and content keys of
a round are made here at freezing and destroyed here at close, and with them every copy of what they sealed, in every
backup and replica (TRUST 3.4).
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from fund.errors import MissingSecret

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,80}\Z")
KEY_BYTES = 32
NONCE_BYTES = 12


class SecretStore:
    """Keys by name in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, name: str) -> bytes:
        """The key of this name. Raises MissingSecret when it was never made or is destroyed."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            raise MissingSecret(f"The secrets store has no key named {name}.") from None

    def get_or_make(self, name: str) -> bytes:
        """The key of this name, made on first use; two processes that ask at once get the same one."""
        try:
            return self.get(name)
        except MissingSecret:
            self._make(name)
            return self.get(name)

    def has(self, name: str) -> bool:
        """Whether a key of this name exists."""
        return self._path(name).exists()

    def destroy(self, name: str) -> None:
        """Overwrite and remove a key. Destroying what is gone is no error, so that the act can be tried again."""
        path = self._path(name)
        if not path.exists():
            return
        with path.open("r+b") as file:
            file.write(os.urandom(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        path.unlink(missing_ok=True)

    def seal(self, name: str, plain: bytes, *, context: bytes) -> bytes:
        """Encrypt under the named key (AES-256-GCM, random nonce in front); `context` is authenticated, not stored."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self.get(name)).encrypt(nonce, plain, context)

    def open(self, name: str, sealed: bytes, *, context: bytes) -> bytes:
        """Decrypt what `seal` made. Raises MissingSecret when the key is gone or is not the one that sealed it."""
        try:
            return AESGCM(self.get(name)).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
        except InvalidTag:
            raise MissingSecret(f"The key named {name} does not open this.") from None

    def _make(self, name: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self.folder / f".{name}.{secrets.token_hex(8)}"
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, self._path(name))
        except FileExistsError:
            pass
        finally:
            fresh.unlink()

    def _path(self, name: str) -> Path:
        if not _NAME.match(name):
            raise ValueError(f"not a name for a key: {name!r}")
        return self.folder / name
