"""What an uploaded file really is: by its content, never by its name or by what the browser says (TRUST 5, row 15).

Few kinds are accepted. Images are decoded and written anew, so that nothing but the picture is left: no EXIF, no place,
nothing appended. PDF and office files are kept as they are and only ever offered for download; those with active
content are refused. Names are made harmless, with the ending that the content has.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

import filetype  # type: ignore[import-untyped]
from flask_babel import lazy_gettext as _l
from PIL import Image, ImageOps

from fund.errors import Invalid, TooLarge

MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 24_000_000
MOST_SIDE = 2400
MOST_NAME = 100
MOST_UNPACKED = 60 * 1024 * 1024
IMAGES = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP"}
OFFICE = {
    "word/document.xml": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xl/workbook.xml": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
}
ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "application/pdf": "pdf"}
ACCEPTED = (".pdf", ".png", ".jpg", ".jpeg", ".webp", ".txt", ".csv", ".docx", ".xlsx")
"""For the file dialog only; what counts is the content."""
_ACTIVE_PDF = re.compile(rb"/(JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA|SubmitForm|ImportData)\b")
_MARKUP = re.compile(
    r"<\s*(!doctype|html|script|svg|head|body|iframe|object|embed|\?xml|math|img|meta)|mime-version:", re.I
)

Image.MAX_IMAGE_PIXELS = MOST_PIXELS


@dataclass(frozen=True)
class Accepted:
    """A file as it will be stored: its bytes, media type and harmless name."""

    data: bytes
    media_type: str
    name: str


def accept(data: bytes, name: str) -> Accepted:
    """Look at a file and give what may be stored.

    Raises TooLarge for too many bytes, Invalid for a kind that is not accepted or a file that is not what it seems.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge(_l("A file can have at most %(n)s MB.", n=MOST_BYTES // 1024 // 1024))
    if not data:
        raise Invalid(_l("This file is empty."), field="file")
    kind = filetype.guess(data[:8192])
    found = kind.mime if kind is not None else ""
    if found in IMAGES:
        return _image(data, name, IMAGES[found])
    if data.startswith(b"%PDF-"):
        return _pdf(data, name)
    if data.startswith(b"PK\x03\x04"):
        return _office(data, name)
    if kind is None:
        return _text(data, name)
    raise _not_accepted()


def clean_name(name: str, ending: str) -> str:
    """A harmless name: no path, no signs that hide or turn text, one ending, short enough for every system."""
    base = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(sign for sign in base if unicodedata.category(sign)[0] not in "CZ" or sign == " ")
    stem = re.sub(r"[^\w\- ]+", "-", visible.rpartition(".")[0] or visible, flags=re.UNICODE)
    stem = re.sub(r"\s+", " ", stem).strip(" -_") or "file"
    while len(stem.encode()) > MOST_NAME:
        stem = stem[:-1]
    return f"{stem}.{ending}"


def _image(data: bytes, name: str, form: str) -> Accepted:
    try:
        with Image.open(io.BytesIO(data), formats=[form]) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Invalid(_l("This picture has too many pixels. Make it smaller and try again."), field="file")
            opened.draft("RGB", (MOST_SIDE, MOST_SIDE))
            picture = ImageOps.exif_transpose(opened)
            picture.thumbnail((MOST_SIDE, MOST_SIDE))
            see_through = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
            clean = picture.convert("RGBA" if see_through else "RGB")
    except Invalid:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise Invalid(_l("This picture has too many pixels. Make it smaller and try again."), field="file") from None
    except (OSError, ValueError, SyntaxError, EOFError, KeyError, IndexError, OverflowError, MemoryError):
        raise Invalid(_l("This picture cannot be read. Save it anew and try again."), field="file") from None
    media_type = "image/png" if see_through else "image/jpeg"
    fresh = Image.frombytes(clean.mode, clean.size, clean.tobytes())
    out = io.BytesIO()
    if see_through:
        fresh.save(out, "PNG", optimize=False)
    else:
        fresh.save(out, "JPEG", quality=85)
    return Accepted(out.getvalue(), media_type, clean_name(name, ENDINGS[media_type]))


def _pdf(data: bytes, name: str) -> Accepted:
    if b"%%EOF" not in data[-1024:] or b"PK\x05\x06" in data[-66_000:] or _ACTIVE_PDF.search(data):
        raise Invalid(
            _l("This PDF holds scripts, attached files or something else that is not a page. Print it to PDF anew."),
            field="file",
        )
    return Accepted(data, "application/pdf", clean_name(name, "pdf"))


def _office(data: bytes, name: str) -> Accepted:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            entries = packed.infolist()
            names = {entry.filename for entry in entries}
            packed_end = data.rfind(b"PK\x05\x06")
            plain = packed_end >= 0 and packed_end + 22 + len(packed.comment) == len(data) and not packed.comment
            plain = plain and min((entry.header_offset for entry in entries), default=1) == 0
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise _not_accepted() from None
    kind = next((OFFICE[part] for part in OFFICE if part in names), None)
    harmless = not any(_is_active(entry.filename) for entry in entries)
    sizes = len(entries) <= 2000 and sum(entry.file_size for entry in entries) <= MOST_UNPACKED
    if kind is None or "[Content_Types].xml" not in names or not (harmless and sizes and plain):
        raise _not_accepted()
    return Accepted(data, kind[0], clean_name(name, kind[1]))


def _is_active(inside: str) -> bool:
    path = PurePosixPath(inside.lower())
    return (
        path.name in ("vbaproject.bin", "vbadata.xml")
        or path.is_absolute()
        or ".." in path.parts
        or "activex" in path.parts
        or "embeddings" in path.parts
    )


def _text(data: bytes, name: str) -> Accepted:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _not_accepted() from None
    if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\r\t" for sign in text) or _MARKUP.search(
        text
    ):
        raise _not_accepted()
    is_table = name.lower().endswith(".csv")
    return Accepted(data, "text/csv" if is_table else "text/plain", clean_name(name, "csv" if is_table else "txt"))


def _not_accepted() -> Invalid:
    return Invalid(
        _l("This kind of file is not accepted. Pictures (PNG, JPEG, WebP), PDF, text, CSV, DOCX and XLSX are."),
        field="file",
    )
