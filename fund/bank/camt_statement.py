"""PURE. camt.053, the statement of ISO 20022 (any version): read with defusedxml, so that a file with a document type or
an entity is refused before anything of it is looked at.

What is used: Stmt with Bal (OPBD or PRCD, CLBD), FrToDt, and each booked Ntry. A file may hold several statements of one
account, day after day; they are read as one when each begins with what the one before ended with.
"""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from fund.bank.statement import NAME_LENGTH, Line, Read, Unreadable, minor, refuse_count, tidy, whole

ROOT = "BkToCstmrStmt"
OPENING, CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_NOT_GIVEN = ("NOTPROVIDED", "NONREF", "NOT PROVIDED")


def read(data: bytes, currency: str) -> Read:
    """The statement in a camt.053 file. Raises Unreadable with the path of the element."""
    top = _tree(data)
    body = _child(top, ROOT)
    if body is None:
        raise Unreadable("missing", path=f"Document/{ROOT}")
    statements = _children(body, "Stmt")
    if not statements:
        raise Unreadable("missing", path=f"{ROOT}/Stmt")
    if len({_account(one) for one in statements}) > 1:
        raise Unreadable("one_account", path=f"{ROOT}/Stmt/Acct", n=len(statements))
    parts = [_statement(one, f"{ROOT}/Stmt[{i}]", currency) for i, one in enumerate(statements, start=1)]
    parts.sort(key=lambda part: (part.from_on or dt.date.min, part.to_on or dt.date.min))
    for part in parts if len(parts) > 1 else ():
        whole(part)
    for before, after in pairwise(parts):
        if before.closing_minor != after.opening_minor:
            raise Unreadable(
                "chain", path=f"{ROOT}/Stmt", closing_minor=before.closing_minor, opening_minor=after.opening_minor
            )
    lines = tuple(line for part in parts for line in part.lines)
    refuse_count(len(lines))
    days = [day for part in parts for day in (part.from_on, part.to_on) if day is not None]
    return Read("camt", lines, min(days), max(days), parts[0].opening_minor, parts[-1].closing_minor)


def _tree(data: bytes) -> Element:
    try:
        return ElementTree.fromstring(data, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise Unreadable("declaration") from None
    except ParseError as error:
        raise Unreadable("not_xml", line=error.position[0]) from None
    except (ValueError, LookupError, UnicodeError, RecursionError):
        raise Unreadable("not_xml") from None


def _statement(stmt: Element, path: str, currency: str) -> Read:
    opening, opened_on = _balance(stmt, OPENING, path, currency)
    closing, closed_on = _balance(stmt, CLOSING, path, currency)
    entries = _children(stmt, "Ntry")
    refuse_count(len(entries))
    lines = tuple(
        line
        for i, one in enumerate(entries, start=1)
        if (line := _entry(one, f"{path}/Ntry[{i}]", currency)) is not None
    )
    first = _day_in(stmt, "FrToDt/FrDtTm", path) or opened_on
    last = _day_in(stmt, "FrToDt/ToDtTm", path) or closed_on
    days = [line.booked_on for line in lines]
    begins = [*days, *([first] if first else [])]
    ends = [*days, *([last] if last else [])]
    if not begins or not ends:
        raise Unreadable("missing", path=f"{path}/FrToDt")
    return Read("camt", lines, min(begins), max(ends), opening, closing)


def _balance(stmt: Element, codes: tuple[str, ...], path: str, currency: str) -> tuple[int, dt.date | None]:
    for code in codes:
        for i, one in enumerate(_children(stmt, "Bal"), start=1):
            if _text(one, "Tp/CdOrPrtry/Cd") == code:
                where = f"{path}/Bal[{i}]"
                return _amount(one, where, currency), _day_in(one, "Dt/Dt", where) or _day_in(one, "Dt/DtTm", where)
    raise Unreadable("balance", path=f"{path}/Bal", kind=codes[0])


def _entry(ntry: Element, path: str, currency: str) -> Line | None:
    """One booked entry; None for one that is only announced, or of nothing."""
    status = _text(ntry, "Sts/Cd") or _text(ntry, "Sts")
    if status not in ("BOOK", ""):
        return None
    amount = _amount(ntry, path, currency)
    day = _day_in(ntry, "BookgDt/Dt", path) or _day_in(ntry, "BookgDt/DtTm", path)
    if day is None:
        raise Unreadable("missing", path=f"{path}/BookgDt")
    if amount == 0:
        return None
    details = _child(ntry, "NtryDtls/TxDtls")
    told = [_text(one, "Ustrd") for one in _children(details, "RmtInf")] if details is not None else []
    end_to_end = _text(details, "Refs/EndToEndId") if details is not None else ""
    words = " ".join(one for one in [*told, end_to_end, _text(ntry, "AddtlNtryInf")] if one and one not in _NOT_GIVEN)
    other = "Dbtr" if amount > 0 else "Cdtr"
    name = ""
    if details is not None:
        name = _text(details, f"RltdPties/{other}/Nm") or _text(details, f"RltdPties/{other}/Pty/Nm")
    own = _text(ntry, "AcctSvcrRef") or _text(ntry, "NtryRef")
    return Line(day, amount, tidy(words), tidy(name, NAME_LENGTH), "" if own in _NOT_GIVEN else tidy(own))


def _amount(element: Element, path: str, currency: str) -> int:
    amount = _child(element, "Amt")
    if amount is None or not (amount.text or "").strip():
        raise Unreadable("missing", path=f"{path}/Amt")
    named = amount.get("Ccy", "")
    if named != currency:
        raise Unreadable("currency", path=f"{path}/Amt/@Ccy", found=named[:10] or "?", currency=currency)
    text = (amount.text or "").strip()
    try:
        value = minor(text, currency)
        if value < 0:
            raise ValueError("a sign where none belongs")
    except ValueError:
        raise Unreadable("amount", path=f"{path}/Amt", found=text[:40], currency=currency) from None
    side = _text(element, "CdtDbtInd")
    if side not in ("CRDT", "DBIT"):
        raise Unreadable("side", path=f"{path}/CdtDbtInd", found=side[:10] or "?")
    return value if side == "CRDT" else -value


def _day_in(element: Element, name: str, path: str) -> dt.date | None:
    text = _text(element, name)
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        raise Unreadable("day", path=f"{path}/{name}", found=text[:40], form="YYYY-MM-DD") from None


def _account(stmt: Element) -> str:
    return _text(stmt, "Acct/Id/IBAN") or _text(stmt, "Acct/Id/Othr/Id")


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def _children(element: Element, name: str) -> list[Element]:
    return [one for one in element if _local(one) == name]


def _child(element: Element, path: str) -> Element | None:
    """The first element along a path of names, whatever their namespace."""
    found: Element | None = element
    for name in path.split("/"):
        found = next((one for one in found if _local(one) == name), None) if found is not None else None
    return found


def _text(element: Element, path: str) -> str:
    found = _child(element, path)
    return (found.text or "").strip() if found is not None else ""
