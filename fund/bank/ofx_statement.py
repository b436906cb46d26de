"""PURE. OFX 1.x (SGML, end tags left out) and 2.x (XML), as banks offer it for download.

Read by a small scanner of its own: no entities beyond the five of the format, no declarations, a limited depth, so that
nothing in a file can grow while it is read. What is used: CURDEF, BANKTRANLIST with DTSTART, DTEND and STMTTRN, LEDGERBAL.
OFX states the closing balance only; the opening is told by a person or follows from the statement before.
Source: OFX 1.6 and 2.2, sections 2 and 11.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from fund.bank.statement import NAME_LENGTH, Line, Read, Unreadable, minor, refuse_count, tidy

_TOKEN = re.compile(r"<(/?)([A-Za-z0-9._]{1,40})\s*(/?)>([^<]*)")
_DAY = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_ENTITY = re.compile(r"&(amp|lt|gt|quot|apos|nbsp|#[0-9]{1,6});")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'", "nbsp": " "}
_CHARSETS = {"1252": "cp1252", "8859-1": "latin-1", "ISO-8859-1": "latin-1", "UTF-8": "utf-8", "NONE": "utf-8"}
MOST_DEPTH = 24


@dataclass
class Node:
    """An element: its name, its text if it is a leaf, what it holds, the line it begins in."""

    name: str
    line: int
    text: str = ""
    inside: list[Node] = field(default_factory=list)

    def find(self, name: str) -> Node | None:
        """The first element of this name directly inside."""
        return next((one for one in self.inside if one.name == name), None)

    def said(self, name: str) -> str:
        """The text of the first such element, empty if there is none."""
        found = self.find(name)
        return found.text if found is not None else ""

    def walk(self) -> Iterator[Node]:
        """This element and all within it."""
        yield self
        for one in self.inside:
            yield from one.walk()


def read(data: bytes, currency: str) -> Read:
    """The statement in an OFX file. Raises Unreadable with line and element."""
    root = tree(text_of(data))
    found = [one for one in root.walk() if one.name in ("STMTRS", "CCSTMTRS")]
    if len(found) != 1:
        raise Unreadable("one_account", path="OFX/BANKMSGSRSV1/STMTTRNRS/STMTRS", n=len(found))
    statement = found[0]
    named = statement.said("CURDEF")
    if named.upper() != currency:
        raise Unreadable("currency", line=statement.line, path="STMTRS/CURDEF", found=named or "?", currency=currency)
    listed = statement.find("BANKTRANLIST")
    if listed is None:
        raise Unreadable("missing", line=statement.line, path="STMTRS/BANKTRANLIST")
    rows = [one for one in listed.inside if one.name == "STMTTRN"]
    refuse_count(len(rows))
    lines = tuple(line for row in rows if (line := _line(row, currency)) is not None)
    first, last = _day(listed, "DTSTART", needed=False), _day(listed, "DTEND", needed=False)
    days = [line.booked_on for line in lines]
    balance = statement.find("LEDGERBAL")
    if balance is None:
        raise Unreadable("missing", line=statement.line, path="STMTRS/LEDGERBAL")
    return Read(
        "ofx", lines, min([*days, *([first] if first else [])], default=None),
        max([*days, *([last] if last else [])], default=None),
        closing_minor=_amount(balance, "BALAMT", "LEDGERBAL", currency),
    )  # fmt: skip


def text_of(data: bytes) -> str:
    """The file as text, by the encoding its header names. Raises Unreadable when it is not in that encoding."""
    head = data[:2000].decode("latin-1")
    charset = re.search(r"CHARSET:\s*([A-Za-z0-9-]+)", head)
    declared = re.search(r"""encoding=["']([A-Za-z0-9-]{1,20})["']""", head, re.IGNORECASE)
    name = charset[1] if charset else declared[1] if declared else "UTF-8"
    if "ENCODING:UTF-8" in head:
        name = "UTF-8"
    codec = _CHARSETS.get(name.upper(), "cp1252" if name == "1252" else "utf-8")
    try:
        text = data.decode(codec).lstrip("\ufeff")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise Unreadable("encoding", line=line, encoding=codec) from None
    if "\x00" in text:
        raise Unreadable("no_text", line=text[: text.index("\x00")].count("\n") + 1)
    return text


def tree(text: str) -> Node:
    """The elements of a file. A leaf may lack its end tag; an aggregate may not. Raises Unreadable."""
    start = text.find("<OFX>")
    if start < 0:
        raise Unreadable("missing", path="OFX")
    body = text[start:]
    declaration = re.search(r"<!", text)
    if declaration is not None:
        raise Unreadable("declaration", line=text[: declaration.start()].count("\n") + 1)
    stack, line, at = [Node("", 1)], text[:start].count("\n") + 1, 0
    for token in _TOKEN.finditer(body):
        between = body[at : token.start()]
        if between.strip():
            raise Unreadable("not_ofx", line=line + between.count("\n"))
        line += between.count("\n")
        _take(stack, token, line)
        line += token[0].count("\n")
        at = token.end()
    if body[at:].strip():
        raise Unreadable("not_ofx", line=line)
    if len(stack) > 1:
        raise Unreadable("not_closed", line=stack[-1].line, path=stack[-1].name)
    return stack[0]


def _take(stack: list[Node], token: re.Match[str], line: int) -> None:
    """Put one tag where it belongs."""
    name, text = token[2].upper(), token[4].strip()
    if token[1]:
        depth = next((i for i in range(len(stack) - 1, 0, -1) if stack[i].name == name), None)
        if depth is not None:
            while len(stack) - 1 > depth:
                leaf = stack.pop()
                stack[-1].inside += leaf.inside
                leaf.inside = []
            stack.pop()
        elif not any(one.name == name for one in stack[-1].inside[-1:]):
            raise Unreadable("not_opened", line=line, path=name)
        return
    node = Node(name, line, _plain(text, line, name))
    stack[-1].inside.append(node)
    if not text and not token[3]:
        stack.append(node)
        if len(stack) > MOST_DEPTH:
            raise Unreadable("too_deep", line=line, path=name)


def _plain(text: str, line: int, name: str) -> str:
    """A text with the format's own five entities written out; any other is refused."""
    bare = _ENTITY.sub(lambda m: _ENTITIES.get(m[1]) or chr(min(int(m[1][1:]), 0x10FFFF)), text)
    if re.search(r"&[A-Za-z#][A-Za-z0-9]*;", _ENTITY.sub("", text)):
        raise Unreadable("entity", line=line, path=name)
    return bare


def _line(row: Node, currency: str) -> Line | None:
    """One STMTTRN; None for one of nothing, which banks write as a note."""
    amount = _amount(row, "TRNAMT", "STMTTRN", currency)
    other = row.find("CURRENCY")
    if other is not None and other.said("CURSYM").upper() not in ("", currency):
        raise Unreadable(
            "currency", line=other.line, path="STMTTRN/CURRENCY/CURSYM", found=other.said("CURSYM"), currency=currency
        )
    day = _day(row, "DTPOSTED", needed=True)
    assert day is not None
    name, memo, number = row.said("NAME"), row.said("MEMO"), row.said("CHECKNUM") or row.said("REFNUM")
    if amount == 0:
        return None
    return Line(
        day,
        amount,
        tidy(" ".join(one for one in (memo, number) if one)),
        tidy(name, NAME_LENGTH),
        tidy(row.said("FITID")),
    )


def _amount(node: Node, name: str, within: str, currency: str) -> int:
    text = node.said(name)
    path = f"{within}/{name}"
    if not text:
        raise Unreadable("missing", line=node.line, path=path)
    try:
        return minor(text, currency, decimal="," if "," in text and "." not in text else ".")
    except ValueError:
        raise Unreadable("amount", line=node.line, path=path, found=text[:40], currency=currency) from None


def _day(node: Node, name: str, *, needed: bool) -> dt.date | None:
    text = node.said(name)
    match = _DAY.match(text)
    try:
        found = dt.date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        found = None
    if found is None and (needed or text):
        raise Unreadable("day", line=node.line, path=f"{node.name}/{name}", found=text[:40], form="YYYYMMDD")
    return found
