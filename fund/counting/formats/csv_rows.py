"""Rows of a CSV table from its bytes, piece by piece: UTF-8, no NUL, separator found from the headings."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain

from fund.counting.errors import BadContest
from fund.counting.formats.pieces import short_enough

Row = list[str]


def text_lines(pieces: Iterable[bytes]) -> Iterator[str]:
    """Lines with their ends, as csv wants them; a line may end in one carriage return, or two characters."""
    decoder, read, rest, line = codecs.getincrementaldecoder("utf-8-sig")(), 0, "", 0
    for piece in chain(pieces, (b"",)):
        if b"\x00" in piece:
            raise BadContest("file", "text without NUL")
        pending = len(decoder.getstate()[0])
        try:
            text = rest + decoder.decode(piece, final=not piece)
        except UnicodeDecodeError as error:
            raise BadContest(f"byte {read - pending + error.start}", "UTF-8 text") from None
        read += len(piece)
        end = len(text) if not piece else max(text.rfind("\n"), text.rfind("\r", 0, -1)) + 1
        for found in io.StringIO(text[:end], newline=""):
            line += 1
            yield found
        rest = text[end:]
        short_enough(rest, line + 1)


def csv_rows(pieces: Iterator[bytes]) -> Iterator[Row]:
    """Rows of a CSV table; the separator is the one the first line uses most of comma, semicolon and tab."""
    lines = text_lines(pieces)
    head = next(lines, "")
    rows = csv.reader(chain((head,), lines), delimiter=max(",;\t", key=head.count))
    try:
        yield from rows
    except csv.Error as error:
        raise BadContest(f"row {rows.line_num}", f"a row of a table ({error})") from None
