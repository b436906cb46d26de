"""A pay list as a file for the bank: pain.001 (ISO 20022 customer credit transfer) and CSV.

Plain values in, bytes out. Amounts are written from minor units without floats; text is what the format allows. The
fund's own account is typed when the file is made and is not kept.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass

from fund.currency import decimal
from fund.payments.accounts import Number
from fund.spreadsheets import csv_bytes

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"


@dataclass(frozen=True)
class Transfer:
    """One payment in a file: a reference of its own, who is paid, by which account, how much, what for."""

    reference: str
    name: str
    number: Number
    amount_minor: int
    purpose: str


@dataclass(frozen=True)
class Batch:
    """Payments of one list with who pays, from which account, in which currency, on which day."""

    reference: str
    payer: str
    payer_number: Number
    currency: str
    day: dt.date
    made_at: dt.datetime
    transfers: Sequence[Transfer]


def pain_001(batch: Batch) -> bytes:
    """The list as pain.001.001.09 XML. Amounts sum up in `CtrlSum`, as banks check."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(_tag("Document"))
    body = _child(root, "CstmrCdtTrfInitn")
    total = decimal(sum(one.amount_minor for one in batch.transfers), batch.currency)
    count = str(len(batch.transfers))
    header = _child(body, "GrpHdr")
    _child(header, "MsgId", batch.reference)
    _child(header, "CreDtTm", batch.made_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    _child(header, "NbOfTxs", count)
    _child(header, "CtrlSum", total)
    _child(_child(header, "InitgPty"), "Nm", plain(batch.payer, 140))
    info = _child(body, "PmtInf")
    _child(info, "PmtInfId", batch.reference)
    _child(info, "PmtMtd", "TRF")
    _child(info, "NbOfTxs", count)
    _child(info, "CtrlSum", total)
    _child(_child(info, "ReqdExctnDt"), "Dt", batch.day.isoformat())
    _child(_child(info, "Dbtr"), "Nm", plain(batch.payer, 140))
    _account(_child(info, "DbtrAcct"), batch.payer_number)
    _agent(_child(info, "DbtrAgt"), batch.payer_number)
    for one in batch.transfers:
        _transfer(info, one, batch.currency)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def as_csv(batch: Batch) -> bytes:
    """The list as CSV: reference, name, account, routing number, amount, currency, what for."""
    rows = [
        [one.reference, one.number.holder or one.name, one.number.account, one.number.routing,
         decimal(one.amount_minor, batch.currency), batch.currency, one.purpose]
        for one in batch.transfers
    ]  # fmt: skip
    return csv_bytes([["reference", "name", "account", "routing", "amount", "currency", "purpose"], *rows])


def plain(text: str, most: int) -> str:
    """Text in the signs every bank takes: Latin letters without marks, digits and a few signs."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"\s+", " ", re.sub(r"[^A-Za-z0-9/\-?:().,'+ ]", " ", letters)).strip()[:most] or "-"


def _transfer(info: ET.Element, one: Transfer, currency: str) -> None:
    entry = _child(info, "CdtTrfTxInf")
    _child(_child(entry, "PmtId"), "EndToEndId", one.reference)
    amount = _child(_child(entry, "Amt"), "InstdAmt", decimal(one.amount_minor, currency))
    amount.set("Ccy", currency)
    if one.number.routing:
        _agent(_child(entry, "CdtrAgt"), one.number)
    _child(_child(entry, "Cdtr"), "Nm", plain(one.number.holder or one.name, 140))
    _account(_child(entry, "CdtrAcct"), one.number)
    _child(_child(entry, "RmtInf"), "Ustrd", plain(f"{one.reference} {one.purpose}", 140))


def _account(parent: ET.Element, number: Number) -> None:
    identity = _child(parent, "Id")
    if number.form == "iban":
        _child(identity, "IBAN", number.account)
    else:
        _child(_child(identity, "Othr"), "Id", number.account)


def _agent(parent: ET.Element, number: Number) -> None:
    institution = _child(parent, "FinInstnId")
    if number.routing:
        member = _child(institution, "ClrSysMmbId")
        _child(_child(member, "ClrSysId"), "Cd", "USABA")
        _child(member, "MmbId", number.routing)
    else:
        _child(_child(institution, "Othr"), "Id", "NOTPROVIDED")


def _child(parent: ET.Element, name: str, text: str | None = None) -> ET.Element:
    element = ET.SubElement(parent, _tag(name))
    element.text = text
    return element


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
