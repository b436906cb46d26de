"""The file store: attachments and evidence, outside the web root, under random keys.

Three verbs, so that a folder on one machine and an object store for many are the same to the rest of the program.
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path
from typing import Protocol

from fund.errors import NotFound

_KEY = re.compile(r"[0-9a-f]{48}\Z")


class FileStore(Protocol):
    """Where attachments lie."""

    def put(self, data: bytes) -> str:
        """Store bytes and return their key."""

    def get(self, key: str) -> bytes:
        """The bytes under a key. Raises NotFound."""

    def remove(self, key: str) -> None:
        """Remove the bytes under a key; removing what is gone is no error."""


class FolderStore:
    """Files in one folder, two levels deep, written whole or not at all."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, data: bytes) -> str:
        """Store bytes and return their key, 48 hexadecimal digits."""
        key = secrets.token_hex(24)
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = path.with_suffix(".new")
        with fresh.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
        return key

    def get(self, key: str) -> bytes:
        """The bytes under a key. Raises NotFound."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError:
            raise NotFound("This file is gone.") from None

    def remove(self, key: str) -> None:
        """Remove the bytes under a key; removing what is gone is no error."""
        self._path(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        if not _KEY.match(key):
            raise NotFound("This file is gone.")
        return self.folder / key[:2] / key
