"""The backup file: a tar.gz anyone can open, which knows whether a single bit of it has changed.

Members: `manifest.json`, then `tables/NAME.jsonl`, `files/...` and, only if asked for, `secrets/...`. The manifest
names every member with its size and SHA-256, and for tables the number of rows. After the archive comes a seal: an
empty gzip member whose comment is the SHA-256 of all bytes before it. Every tool that reads tar.gz skips it; `opened`
insists on it, so damage anywhere, even in bytes that mean nothing, is found before anything is restored.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO, Any

from fund.errors import FundError

FORMAT = "commonpool-backup/1"
MANIFEST = "manifest.json"
_CHUNK = 1 << 20
_SEAL_LENGTH = 10 + len("sha256:") + 64 + 1 + 2 + 8


class DamagedBackup(FundError):
    """The file is not a backup, or not the one that was written."""

    status = 422
    title = "This backup cannot be used"


@dataclass(frozen=True)
class Member:
    """One file in the archive; `rows` only for tables."""

    name: str
    size: int
    sha256: str
    rows: int | None = None


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself."""

    made_at: str
    program_version: str
    database: str
    revision: str
    with_secrets: bool
    members: list[Member] = field(default_factory=list)
    format: str = FORMAT

    def tables(self) -> dict[str, Member]:
        """Table name -> its member."""
        return {Path(m.name).stem: m for m in self.members if m.name.startswith("tables/")}

    def below(self, folder: str) -> list[Member]:
        """Members of one top folder."""
        return [m for m in self.members if m.name.startswith(folder + "/")]


def stage(folder: Path, name: str, chunks: Iterable[bytes], *, lines: bool = False) -> Member:
    """Write one member's bytes below `folder` and measure them; with `lines`, the first line is a head and no row."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, size, count = hashlib.sha256(), 0, 0
    with path.open("wb") as out:
        for chunk in chunks:
            out.write(chunk)
            digest.update(chunk)
            size += len(chunk)
            count += 1
    return Member(name, size, digest.hexdigest(), count - 1 if lines else None)


def chunks_of(file: IO[bytes]) -> Iterator[bytes]:
    """The bytes of an open file, a megabyte at a time."""
    while chunk := file.read(_CHUNK):
        yield chunk


def write(target: Path, staged: Path, manifest: Manifest) -> None:
    """Pack what was staged into `target`, sealed, readable by its owner alone; it appears whole or not at all."""
    (staged / MANIFEST).write_text(json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
    partial = target.with_name(target.name + ".partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as out:
            sealed = _Sealed(out)
            with (
                gzip.GzipFile(filename="", mode="wb", fileobj=sealed, mtime=0, compresslevel=6) as packed,
                tarfile.open(fileobj=packed, mode="w") as tar,
            ):
                for name in [MANIFEST, *(member.name for member in manifest.members)]:
                    tar.add(staged / name, arcname=name, recursive=False, filter=_anonymous)
            out.write(_seal(sealed.digest.hexdigest()))
            out.flush()
            os.fsync(out.fileno())
        partial.rename(target)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def opened(source: Path, work: Path) -> Iterator[Manifest]:
    """Verify a backup, unpack it below `work`, and give its manifest. Raises DamagedBackup before anything is used."""
    _check_seal(source)
    try:
        with tarfile.open(source, mode="r:gz") as tar:
            manifest = _manifest(_content(tar, MANIFEST).read())
            for member in manifest.members:
                _unpack(tar, member, work)
    except (tarfile.TarError, OSError, EOFError, ValueError, KeyError, TypeError) as error:
        raise DamagedBackup(f"{source.name} cannot be read as a backup: {error}") from error
    yield manifest


def _manifest(text: bytes) -> Manifest:
    raw: dict[str, Any] = json.loads(text)
    if raw.get("format") != FORMAT:
        raise ValueError(f"it is of the format {raw.get('format')!r}, not {FORMAT}")
    return Manifest(**{**raw, "members": [Member(**member) for member in raw["members"]]})


def _content(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    found = tar.extractfile(name)
    if found is None:
        raise ValueError(f"{name} is not a plain file")
    return found


def _unpack(tar: tarfile.TarFile, member: Member, work: Path) -> None:
    path = PurePosixPath(member.name)
    if path.is_absolute() or ".." in path.parts:
        raise ValueError(f"{member.name} lies outside the backup")
    with _content(tar, member.name) as source:
        written = stage(work, member.name, chunks_of(source))
    if written.sha256 != member.sha256:
        raise ValueError(f"{member.name} is not what was written: its SHA-256 differs")


def _check_seal(source: Path) -> None:
    digest = hashlib.sha256()
    remaining = source.stat().st_size - _SEAL_LENGTH
    with source.open("rb") as file:
        while remaining > 0 and (chunk := file.read(min(_CHUNK, remaining))):
            digest.update(chunk)
            remaining -= len(chunk)
        if remaining != 0 or file.read() != _seal(digest.hexdigest()):
            raise DamagedBackup(f"{source.name} is damaged, cut short or no backup: its seal does not fit.")


class _Sealed:
    """A file that hashes what passes through it."""

    def __init__(self, out: IO[bytes]) -> None:
        self.out = out
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self.out.write(data)

    def flush(self) -> None:
        self.out.flush()


def _seal(sha256: str) -> bytes:
    """An empty gzip member (RFC 1952) with the hash as its comment: header, comment, empty block, CRC 0, size 0."""
    return b"\x1f\x8b\x08\x10\0\0\0\0\0\xff" + b"sha256:" + sha256.encode() + b"\0" + b"\x03\0" + bytes(8)


def _anonymous(info: tarfile.TarInfo) -> tarfile.TarInfo:
    info.uid = info.gid = 0
    info.uname = info.gname = ""
    info.mode = 0o600
    info.mtime = 0
    return info
