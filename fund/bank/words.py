"""The words of the bank's pages: why a file is refused, and where; why a line is proposed for something."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from fund.bank.statement import Unreadable
from fund.presentation import date, money

FORMATS = {"csv": _l("CSV"), "ofx": _l("OFX"), "camt": _l("camt.053")}
WHY: dict[str, Any] = {
    "empty": _l("This file is empty."),
    "too_large": _l("This file is too large: at most %(most_mb)s MB. Ask the bank for fewer days at a time."),
    "too_many_lines": _l("This file has too many lines: at most %(most)s. Ask the bank for fewer days at a time."),
    "too_wide": _l("This is no statement: a row has more than %(most)s columns, or a cell that is far too long."),
    "other_program": _l(
        "This is a file of another kind (%(what)s). Open it in its program and save it as CSV, or ask the bank "
        "for OFX or camt.053."
    ),
    "encoding": _l("This file is not written in %(encoding)s. Choose another encoding, or ask the bank for UTF-8."),
    "no_text": _l("This file holds signs that are no text. Choose another encoding, or download it again."),
    "not_csv": _l("This cannot be read as CSV: a quotation mark is missing or stands where none belongs."),
    "not_ofx": _l("This cannot be read as OFX: text stands between the elements."),
    "not_opened": _l("An element ends here that did not begin."),
    "not_closed": _l("An element begins here and does not end. The file may have been cut off; download it again."),
    "too_deep": _l("Elements lie too deep in each other; this is no statement."),
    "entity": _l(
        "The file names something that stands outside of it (an entity). Such files are refused, whoever made "
        "them."
    ),
    "declaration": _l(
        "The file declares names of its own (a document type or entities). Such files are refused, whoever made "
        "them."
    ),
    "not_xml": _l("This cannot be read as XML. The file may have been cut off; download it again."),
    "missing": _l("Something is missing here that every statement has."),
    "one_account": _l(
        "The file holds %(n)s accounts; expected is exactly one. Ask the bank for one account at a time."
    ),
    "currency": _l("The amounts are in %(found)s; the fund keeps its books in %(currency)s."),
    "amount": _l("“%(found)s” is no amount of %(currency)s as this file writes them."),
    "side": _l("“%(found)s” stands where CRDT (came) or DBIT (went) belongs."),
    "day": _l("“%(found)s” is no day; expected is %(form)s."),
    "balance": _l("There is no balance of the kind %(kind)s (OPBD is the opening, CLBD the closing)."),
    "chain": _l(
        "One statement in the file ends with %(closing_minor)s and the next begins with %(opening_minor)s; "
        "something between them is missing."
    ),
    "mapping": _l("Say how this file is to be read."),
    "no_column": _l("Say which column holds the day, and which the amount (or the two for what came and what went)."),
    "no_head": _l("No row among the first has these headings: %(names)s."),
    "cells": _l("This row has %(found)s cells; the headings are %(n)s."),
    "both_sides": _l("This row has an amount that came and one that went; expected is one of them."),
    "missing_cell": _l("This row has no amount."),
    "no_lines": _l("There is no line in this file. Say from which day to which day it is, or choose another file."),
    "no_balance": _l(
        "This file does not say what was on the account. Type the balance at its beginning and at its end."
    ),
    "days": _l("The days of this statement are not in order."),
    "outside": _l("A line is of %(day)s, which is not between %(first)s and %(last)s."),
    "sum": _l(
        "The lines do not add up: %(opening_minor)s at the beginning and %(moved_minor)s in the lines make "
        "%(should_minor)s, but at the end stand %(closing_minor)s. Nothing is taken in; download the file again, "
        "or check the balances you typed."
    ),
}  # fmt: skip
REASONS = {
    "amount": _l("same amount"),
    "day": _l("days close together"),
    "words": _l("the same name or reference"),
    "asked": _l("asked for from this line"),
    "gift": _l("a gift of that week has this amount"),
}


def why(refused: Unreadable, file_name: str) -> str:
    """Why a file is refused, as a sentence with the file and the place."""
    facts = {name: _shown(name, value) for name, value in refused.facts.items()}
    sentence = str(WHY[refused.code] % facts) if facts else str(WHY[refused.code])
    return f"{file_name}{place(refused)}: {sentence}"


def place(refused: Unreadable) -> str:
    """Where in the file, in words; empty when it is about the whole."""
    parts = []
    if refused.line is not None:
        parts.append(_("line %(n)s", n=refused.line))
    if refused.path:
        parts.append(_("“%(path)s”", path=refused.path[:80]))
    return f", {', '.join(parts)}" if parts else ""


def _shown(name: str, value: object) -> object:
    if name.endswith("_minor") and isinstance(value, int):
        return money(value)
    return date(value) if isinstance(value, dt.date) else value
