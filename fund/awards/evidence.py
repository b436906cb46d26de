"""What a business shows for an instalment: a photo, a scan, a PDF. Kept outside the web root, read by few.

What a file is, is told by its bytes, never by its name. Pictures are drawn anew before they are kept, so that nothing
that hid in the file remains, where it was taken included.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass

import filetype
from flask import current_app
from flask_babel import lazy_gettext as _l
from PIL import Image, ImageOps

from fund.awards.models import Tranche
from fund.db import Transaction
from fund.errors import Invalid, NotFound, TooLarge
from fund.files import FileStore

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 40_000_000
MOST_SIDE = 2400
PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}


@dataclass(frozen=True)
class Evidence:
    """A file as it was sent."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Kept:
    """A file as it is handed out."""

    name: str
    media_type: str
    data: bytes


def keep(tx: Transaction, tranche: Tranche, evidence: Evidence) -> None:
    """Check a file, clean it and keep it with an instalment; thrown away again if the act fails.

    Raises TooLarge, or Invalid for anything but a picture or a PDF.
    """
    media_type, data = clean(evidence.data)
    files = store()
    key = files.put(data)
    tranche.evidence_hash = hashlib.sha256(evidence.data).digest()
    tranche.evidence_key, tranche.evidence_type = key, media_type
    tranche.evidence_name = plain_name(evidence.name, media_type)
    try:
        tx.session.flush()
    except Exception:
        files.remove(key)
        raise


def read(tranche: Tranche) -> Kept:
    """The file of an instalment. Raises NotFound when there is none."""
    if tranche.evidence_key is None:
        raise NotFound(_l("No file was shown for this instalment."))
    return Kept(
        tranche.evidence_name or "evidence", tranche.evidence_type or "application/octet-stream",
        store().get(tranche.evidence_key),
    )  # fmt: skip


def clean(data: bytes) -> tuple[str, bytes]:
    """Media type and bytes to keep. Raises TooLarge, Invalid."""
    if len(data) > MOST_BYTES:
        raise TooLarge(_l("A file can have at most 8 MB."), field="evidence")
    kind = filetype.guess_mime(data)
    if kind == "application/pdf":
        return kind, data
    if kind not in PICTURES:
        raise Invalid(_l("Please send a photo (JPEG, PNG, WebP) or a PDF."), field="evidence")
    return kind, _drawn_anew(data, PICTURES[kind])


def plain_name(name: str, media_type: str) -> str:
    """A file name of letters and digits with the ending of what the file is."""
    stem = "".join(sign if sign.isalnum() else "-" for sign in name.rpartition(".")[0] or name).strip("-")[:80]
    endings = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp", "application/pdf": "pdf"}
    return f"{stem or 'evidence'}.{endings.get(media_type, 'bin')}"


def _drawn_anew(data: bytes, form: str) -> bytes:
    try:
        with Image.open(io.BytesIO(data), formats=[form]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise TooLarge(_l("This picture has too many pixels."), field="evidence")
            upright = ImageOps.exif_transpose(picture).convert("RGB" if form == "JPEG" else "RGBA")
            upright.thumbnail((MOST_SIDE, MOST_SIDE))
            out = io.BytesIO()
            upright.save(out, form)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise Invalid(_l("This picture cannot be read."), field="evidence") from None
    return out.getvalue()


def store() -> FileStore:
    """Where files lie."""
    return current_app.extensions["files"]  # type: ignore[no-any-return]
