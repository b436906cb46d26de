"""Statements as banks write them, in each of the three formats, made from the same plain lines."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Said:
    """One line as the bank knows it."""

    day: dt.date
    amount_minor: int
    name: str = ""
    text: str = ""
    number: str = ""


def plain(amount_minor: int) -> str:
    """An amount with two decimals and a sign."""
    return f"{'-' if amount_minor < 0 else ''}{abs(amount_minor) // 100}.{abs(amount_minor) % 100:02d}"


def as_csv(lines: Sequence[Said], opening_minor: int, *_days: dt.date, currency: str = "USD", **_more: object) -> bytes:
    """A CSV with a column of balances, so that it says opening and closing itself."""
    out, held = io.StringIO(), opening_minor
    writer = csv.writer(out)
    writer.writerow(["Date", "Name", "Description", "Amount", "Balance", "Currency"])
    for one in lines:
        held += one.amount_minor
        writer.writerow([one.day.isoformat(), one.name, one.text, plain(one.amount_minor), plain(held), currency])
    return out.getvalue().encode()


def as_ofx(
    lines: Iterable[Said],
    opening_minor: int,
    first: dt.date,
    last: dt.date,
    *,
    currency: str = "USD",
    closing_minor: int | None = None,
) -> bytes:
    """OFX 1.x as banks serve it: SGML without end tags on leaves."""
    lines = list(lines)
    closing = opening_minor + sum(one.amount_minor for one in lines) if closing_minor is None else closing_minor
    rows = "".join(
        f"<STMTTRN>\n<TRNTYPE>{'CREDIT' if one.amount_minor > 0 else 'DEBIT'}\n<DTPOSTED>{one.day:%Y%m%d}120000[-5:EST]\n"
        f"<TRNAMT>{plain(one.amount_minor)}\n<FITID>{escape(one.number or f'F{i}')}\n<NAME>{escape(one.name)}\n<MEMO>{escape(one.text)}\n</STMTTRN>\n"
        for i, one in enumerate(lines)
    )
    return (
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:UTF-8\nCHARSET:NONE\nCOMPRESSION:NONE\n"
        "OLDFILEUID:NONE\nNEWFILEUID:NONE\n\n<OFX>\n<SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS>"
        f"<DTSERVER>{last:%Y%m%d}<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>\n"
        "<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>"
        f"<STMTRS><CURDEF>{currency}<BANKACCTFROM><BANKID>1<ACCTID>2<ACCTTYPE>CHECKING</BANKACCTFROM>\n"
        f"<BANKTRANLIST><DTSTART>{first:%Y%m%d}<DTEND>{last:%Y%m%d}\n{rows}</BANKTRANLIST>\n"
        f"<LEDGERBAL><BALAMT>{plain(closing)}<DTASOF>{last:%Y%m%d}</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n"
    ).encode()


def as_ofx2(
    lines: Iterable[Said],
    opening_minor: int,
    first: dt.date,
    last: dt.date,
    *,
    currency: str = "USD",
    closing_minor: int | None = None,
) -> bytes:
    """OFX 2.x: the same as XML, every element closed."""
    lines = list(lines)
    closing = opening_minor + sum(one.amount_minor for one in lines) if closing_minor is None else closing_minor
    rows = "".join(
        f"<STMTTRN><TRNTYPE>OTHER</TRNTYPE><DTPOSTED>{one.day:%Y%m%d}</DTPOSTED><TRNAMT>{plain(one.amount_minor)}</TRNAMT>"
        f"<FITID>{escape(one.number or f'F{i}')}</FITID><NAME>{escape(one.name)}</NAME><MEMO>{escape(one.text)}</MEMO></STMTTRN>"
        for i, one in enumerate(lines)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
        '<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
        "<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>"
        f"<DTSERVER>{last:%Y%m%d}</DTSERVER><LANGUAGE>ENG</LANGUAGE></SONRS></SIGNONMSGSRSV1>"
        "<BANKMSGSRSV1><STMTTRNRS><TRNUID>1</TRNUID><STATUS><CODE>0</CODE><SEVERITY>INFO</SEVERITY></STATUS>"
        f"<STMTRS><CURDEF>{currency}</CURDEF><BANKACCTFROM><BANKID>1</BANKID><ACCTID>2</ACCTID><ACCTTYPE>CHECKING</ACCTTYPE>"
        f"</BANKACCTFROM><BANKTRANLIST><DTSTART>{first:%Y%m%d}</DTSTART><DTEND>{last:%Y%m%d}</DTEND>{rows}</BANKTRANLIST>"
        f"<LEDGERBAL><BALAMT>{plain(closing)}</BALAMT><DTASOF>{last:%Y%m%d}</DTASOF></LEDGERBAL>"
        "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    ).encode()


def as_camt(
    lines: Iterable[Said],
    opening_minor: int,
    first: dt.date,
    last: dt.date,
    *,
    currency: str = "USD",
    closing_minor: int | None = None,
) -> bytes:
    """camt.053.001.08 with one statement."""
    lines = list(lines)
    closing = opening_minor + sum(one.amount_minor for one in lines) if closing_minor is None else closing_minor

    def side(amount_minor: int) -> str:
        return f'<Amt Ccy="{currency}">{plain(abs(amount_minor))}</Amt><CdtDbtInd>{"CRDT" if amount_minor >= 0 else "DBIT"}</CdtDbtInd>'

    def balance(code: str, amount_minor: int, day: dt.date) -> str:
        return f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{side(amount_minor)}<Dt><Dt>{day}</Dt></Dt></Bal>"

    rows = "".join(
        f"<Ntry>{side(one.amount_minor)}<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{one.day}</Dt></BookgDt>"
        f"<AcctSvcrRef>{escape(one.number or f'A{i}')}</AcctSvcrRef><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>"
        f"<RltdPties>{'<Dbtr>' if one.amount_minor > 0 else '<Cdtr>'}<Pty><Nm>{escape(one.name)}</Nm></Pty>"
        f"{'</Dbtr>' if one.amount_minor > 0 else '</Cdtr>'}</RltdPties><RmtInf><Ustrd>{escape(one.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        for i, one in enumerate(lines)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        "<GrpHdr><MsgId>1</MsgId></GrpHdr><Stmt><Id>1</Id>"
        f"<FrToDt><FrDtTm>{first}T00:00:00</FrDtTm><ToDtTm>{last}T23:59:59</ToDtTm></FrToDt>"
        f"<Acct><Id><Othr><Id>2</Id></Othr></Id></Acct>{balance('OPBD', opening_minor, first)}{balance('CLBD', closing, last)}"
        f"{rows}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


FORMATS: dict[str, Callable[..., bytes]] = {"csv": as_csv, "ofx": as_ofx, "ofx2": as_ofx2, "camt": as_camt}
