"""A corpus of hostile and odd files: nothing that a browser could run is stored, and names lose their teeth."""

from __future__ import annotations

import io
import struct
import unicodedata
import zipfile
import zlib

import pytest
from PIL import Image

from fund.errors import Invalid, TooLarge
from fund.proposals.sniffing import MOST_BYTES, MOST_NAME, accept, clean_name

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SCRIPT = b"<script>alert(1)</script>"
SAFE = {
    "image/png", "image/jpeg", "application/pdf", "text/plain", "text/csv",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}  # fmt: skip


def picture(form: str = "JPEG", size: tuple[int, int] = (60, 40), **more: object) -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(out, form, **more)
    return out.getvalue()


def flood(width: int, height: int) -> bytes:
    """A PNG that says it is huge and has hardly any bytes."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def packed(*names: str, comment: bytes = b"", before: bytes = b"", body: bytes = b"<x/>") -> bytes:
    """A ZIP with these entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, body)
        archive.comment = comment
    return before + out.getvalue()


WORD = ("[Content_Types].xml", "word/document.xml")

REFUSED = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "svg with xml head": b'<?xml version="1.0"?><svg/>',
    "svg after a space": b"\n\n   <svg onload=alert(1)>",
    "html": b"<!DOCTYPE html><html>" + SCRIPT,
    "html upper case": b"<HTML><BODY ONLOAD=alert(1)>",
    "html late in a text": b"Dear fund,\n" * 50 + SCRIPT,
    "html with a byte order mark": b"\xef\xbb\xbf<html>",
    "html in utf-16": "<html><script>alert(1)</script>".encode("utf-16"),
    "mhtml": b"MIME-Version: 1.0\nContent-Type: multipart/related\n\n" + SCRIPT,
    "xhtml": b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"/>',
    "mathml": b"<math><mi/></math>",
    "gif": picture("GIF"),
    "gif and script": b"GIF89a/*" + b"\x00" * 10 + b"*/=1;alert(1)//",
    "bmp": picture("BMP"),
    "tiff": picture("TIFF"),
    "ico": picture("ICO"),
    "exe": b"MZ\x90\x00" + b"\x00" * 60 + b"PE\x00\x00",
    "elf": b"\x7fELF" + b"\x02" * 60,
    "shell script with a bell": b"#!/bin/sh\necho \x07",
    "java class": b"\xca\xfe\xba\xbe" + b"\x00" * 20,
    "flash": b"CWS\x09" + b"\x00" * 40,
    "gzip": b"\x1f\x8b\x08" + b"\x00" * 30,
    "seven zip": b"7z\xbc\xaf\x27\x1c" + b"\x00" * 30,
    "rar": b"Rar!\x1a\x07\x01\x00" + b"\x00" * 30,
    "mp4": b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 30,
    "plain zip": packed("a.txt"),
    "jar": packed("META-INF/MANIFEST.MF", "A.class"),
    "apk": packed("AndroidManifest.xml", "classes.dex"),
    "word with macros": packed(*WORD, "word/vbaProject.bin"),
    "word with an embedded program": packed(*WORD, "word/embeddings/oleObject1.bin"),
    "word with activex": packed(*WORD, "word/activeX/activeX1.xml"),
    "word that climbs": packed(*WORD, "../../etc/cron.d/x"),
    "word with a long comment": packed(*WORD, comment=SCRIPT),
    "word with something before it": packed(*WORD, before=b"PK\x03\x04junk"),
    "word of 3,000 parts": packed(*WORD, *(f"a{i}" for i in range(3000))),
    "zip bomb as word": packed(*WORD, "word/media/x", body=b"\x00" * 40_000_000),
    "only the types of a word file": packed("[Content_Types].xml"),
    "broken zip": b"PK\x03\x04" + b"\x00" * 40,
    "pdf with script": PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>"),
    "pdf that launches": PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/Launch>>"),
    "pdf with a file inside": PDF.replace(b"/Catalog", b"/Catalog/Names<</EmbeddedFile 2 0 R>>"),
    "pdf without an end": PDF.replace(b"%%EOF", b""),
    "pdf and zip": PDF.replace(b"%%EOF", b"") + packed("a.txt") + b"%%EOF",
    "html before a pdf": b"<html>" + PDF,
    "pixel flood": flood(20_000, 20_000),
    "wide pixel flood": flood(60_000_000, 1),
    "png with too little in it": flood(1000, 1000),
    "broken jpeg": picture()[:40],
    "broken png": picture("PNG")[:40],
    "broken webp": picture("WEBP")[:20],
    "empty": b"",
    "nulls": b"\x00" * 100,
    "random": bytes(range(256)) * 4,
    "latin-1 text": "Bäckerei".encode("latin-1"),
    "text with escape codes": b"\x1b[31mred",
}


@pytest.mark.parametrize("name", REFUSED, ids=str)
@pytest.mark.parametrize("file_name", ["photo.jpg", "offer.pdf", "x.docx", "notes.txt"])
def test_a_hostile_file_is_refused_whatever_its_name(name: str, file_name: str) -> None:
    with pytest.raises(Invalid):
        accept(REFUSED[name], file_name)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_a_picture_is_written_anew_and_loses_what_is_not_the_picture(form: str) -> None:
    exif = Image.Exif()
    exif[0x010E] = "<script>alert(1)</script>"
    exif[0x8825] = {1: "N", 2: (44.0, 30.0, 0.0)}
    data = picture(form, exif=exif, comment=SCRIPT) + SCRIPT + packed("evil.html", body=SCRIPT)
    kept = accept(data, "shop.jpg")
    assert kept.media_type in ("image/png", "image/jpeg")
    assert SCRIPT not in kept.data
    assert b"PK\x03\x04" not in kept.data
    with Image.open(io.BytesIO(kept.data)) as again:
        assert len(again.getexif()) == 0
        assert again.size == (60, 40)


def test_the_control_an_image_kept_as_it_came_would_carry_the_script() -> None:
    assert SCRIPT in picture("JPEG", comment=SCRIPT) + SCRIPT


def test_a_large_picture_is_made_smaller_and_turned_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    kept = accept(picture("JPEG", (4000, 3000), exif=exif), "big.jpg")
    with Image.open(io.BytesIO(kept.data)) as again:
        assert max(again.size) == 2400
        assert again.height > again.width


@pytest.mark.parametrize(
    ("data", "name", "media_type", "kept_name"),
    [
        (PDF, "offer.pdf", "application/pdf", "offer.pdf"),
        (PDF, "offer.html", "application/pdf", "offer.pdf"),
        (b"a;b\n1;2\n", "books.csv", "text/csv", "books.csv"),
        ("Größe: 3 < 4".encode(), "notes", "text/plain", "notes.txt"),
        (packed(*WORD), "plan.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "plan.docx"),
        (packed("[Content_Types].xml", "xl/workbook.xml"), "b.xls",
         "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "b.xlsx"),
    ],
)  # fmt: skip
def test_what_shopkeepers_send_is_accepted(data: bytes, name: str, media_type: str, kept_name: str) -> None:
    kept = accept(data, name)
    assert (kept.media_type, kept.name) == (media_type, kept_name)
    assert kept.media_type in SAFE


def test_more_bytes_than_the_limit_are_refused_before_they_are_looked_at() -> None:
    with pytest.raises(TooLarge):
        accept(b"a" * (MOST_BYTES + 1), "a.txt")


NAMES = {
    "../../etc/passwd": "passwd.pdf",
    "..\\..\\windows\\system32\\cmd.exe": "cmd.pdf",
    "/etc/shadow": "shadow.pdf",
    "offer.pdf.exe": "offer-pdf.pdf",
    "offer.php;.jpg": "offer-php.pdf",
    "offer.html\x00.pdf": "offer-html.pdf",
    "gpj.\u202eexe.pdf": "gpj-exe.pdf",
    "a\u200b\u2066b.pdf": "ab.pdf",
    '"><img src=x>.pdf': "img src-x.pdf",
    "line\r\nSet-Cookie: a=b.pdf": "lineSet-Cookie- a-b.pdf",
    ".htaccess": "htaccess.pdf",
    "....": "file.pdf",
    "": "file.pdf",
    "  spaces   and tabs\t.pdf": "spaces and tabs.pdf",
    "Ofen Größe 2.pdf": "Ofen Größe 2.pdf",
    "面包店.pdf": "面包店.pdf",
    "CON.txt": "CON.pdf",
}


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_names_lose_paths_turns_and_double_endings(name: str) -> None:
    assert clean_name(name, "pdf") == NAMES[name]


@pytest.mark.parametrize("sign", ["a", "é", "面", "🙂", "\u202e", "."])
def test_names_of_255_bytes_and_more_fit_everywhere(sign: str) -> None:
    kept = clean_name(sign * 400 + ".pdf", "pdf")
    assert len(kept.encode()) <= MOST_NAME + 4
    assert kept.count(".") == 1
    assert not any(unicodedata.category(one) in ("Cc", "Cf", "Cs") for one in kept)
