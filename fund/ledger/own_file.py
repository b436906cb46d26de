"""The ledger as a file of our own: every entry exactly as it was hashed, so that another place can check and keep it.

Lines of canonical JSON (RFC 8785), in this order: the fund and its currency; every account that has an entry, by code;
every decision that an entry rests on, by number; every entry with its bytes and hash, in the order in which they were
written; every closed year with the trial balance over which it was closed; last, how many entries there are and the
SHA-256 of all lines before. No person is named: whoever booked is a number. What is read back into an empty fund and
written again is the same file, byte for byte (TRUST 4, I15).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import exists, select

from fund import db
from fund.db import MINOR_LIMIT, canonical_bytes
from fund.decisions.models import Decision
from fund.errors import Invalid
from fund.foundation import service as foundation
from fund.ledger.books import entry_hash
from fund.ledger.models import ACCOUNT_KINDS, ENTRY_KINDS, OUTFLOW_KINDS, Account, BooksYear, Entry, Posting
from fund.ledger.years import trial_hash

FORMAT = "commonpool-ledger/1"


@dataclass(frozen=True)
class ReadYear:
    """A closed year: its days, and the trial balance over which it was closed, with its hash."""

    first_day: dt.date | None
    last_day: dt.date
    trial_bytes: bytes
    trial_hash: bytes


@dataclass(frozen=True)
class Read:
    """What a file holds, checked: head, accounts, decisions, entries as (told, bytes, hash), closed years."""

    head: dict[str, Any]
    accounts: list[dict[str, Any]]
    decisions: list[dict[str, Any]]
    entries: list[tuple[dict[str, Any], bytes, bytes]]
    years: list[ReadYear]


def lines() -> Iterator[bytes]:
    """The file, line by line."""
    whole, entries = hashlib.sha256(), 0
    for kind, value in _values():
        line = canonical_bytes({kind: value}) + b"\n"
        whole.update(line)
        entries += kind == "entry"
        yield line
    yield canonical_bytes({"end": {"entries": entries, "sha256": whole.hexdigest()}}) + b"\n"


def read(data: bytes) -> Read:
    """Check a whole file. Raises Invalid at the first line that is not what it should be, with its number."""
    rows = data.split(b"\n")
    if len(rows) < 3 or rows.pop() != b"":
        raise Invalid(_l("This is not a ledger of this program, or it was cut short."), field="file")
    found: dict[str, list[Any]] = {"ledger": [], "account": [], "decision": [], "entry": [], "year": [], "end": []}
    order, place = list(found), 0
    for number, row in enumerate(rows, start=1):
        name, value = _line(row, number)
        if name not in found or order.index(name) < place:
            raise _wrong(number, _l("it stands in the wrong place"))
        place = order.index(name)
        found[name].append(_checked_entry(value, number) if name == "entry" else value)
    _check_whole(found, rows)
    return Read(found["ledger"][0], found["account"], found["decision"], found["entry"], _years(found))


def _values() -> Iterator[tuple[str, dict[str, Any]]]:
    fund = foundation.fund()
    yield "ledger", {"format": FORMAT, "fund": fund.name, "currency": fund.currency}
    used = exists().where(Posting.account_id == Account.id)
    for account in db.session.scalars(select(Account).where(used).order_by(Account.code)):
        yield "account", {"code": account.code, "name": account.name, "kind": account.kind,
                          "currency": account.currency, "floor": account.floor_minor}  # fmt: skip
    rested = select(Entry.decision_id).where(Entry.decision_id.is_not(None))
    for one in db.session.scalars(select(Decision).where(Decision.id.in_(rested)).order_by(Decision.id)):
        yield "decision", {"id": one.id, "kind": one.brought_kind or one.kind, "title": one.title, "text": one.text,
                           "decided_on": one.decided_on.isoformat(), "limit": one.limit_minor}  # fmt: skip
    rows = db.session.execute(
        select(Entry.entry_bytes, Entry.entry_hash)
        .order_by(Entry.posted_at, Entry.id)
        .execution_options(yield_per=2000)
    )
    for data, digest in rows:
        yield "entry", {"bytes": data.decode(), "hash": digest.hex()}
    for year in db.session.scalars(select(BooksYear).where(BooksYear.state == "closed").order_by(BooksYear.last_day)):
        yield "year", {"first": year.first_day.isoformat() if year.first_day else None,
                       "last": year.last_day.isoformat(), "trial": year.trial_bytes.decode(),
                       "hash": year.trial_hash.hex()}  # fmt: skip


def _line(row: bytes, number: int) -> tuple[str, dict[str, Any]]:
    """The one name and value of a line in canonical form."""
    try:
        value = json.loads(row)
        if not isinstance(value, dict) or len(value) != 1 or canonical_bytes(value) != row:
            raise ValueError
        ((name, inner),) = value.items()
        if not isinstance(inner, dict):
            raise ValueError
    except (ValueError, TypeError, RecursionError):
        raise _wrong(number, _l("it is not a line of canonical JSON")) from None
    return name, inner


def _checked_entry(value: dict[str, Any], number: int) -> tuple[dict[str, Any], bytes, bytes]:
    """An entry whose hash is that of its bytes, and whose lines add up."""
    text, digest = value.get("bytes"), value.get("hash")
    if not isinstance(text, str) or not isinstance(digest, str) or set(value) != {"bytes", "hash"}:
        raise _wrong(number, _l("it is no entry"))
    data = text.encode()
    if entry_hash(data).hex() != digest:
        raise _wrong(number, _l("its hash is not that of its bytes"))
    try:
        told = json.loads(data)
        amounts = [amount for _code, amount in told["lines"]]
        right = (
            canonical_bytes(told) == data and told["kind"] in ENTRY_KINDS and len(amounts) >= 2 and sum(amounts) == 0
            and all(type(amount) is int and 0 < abs(amount) <= MINOR_LIMIT for amount in amounts)
            and (told["kind"] not in OUTFLOW_KINDS or type(told["decision"]) is int)
        )  # fmt: skip
        dt.date.fromisoformat(told["occurred_on"])
        dt.datetime.fromisoformat(told["posted_at"])
    except (ValueError, TypeError, KeyError):
        right = False
    if not right:
        raise _wrong(number, _l("its entry does not add up, or says what no entry says"))
    return told, data, bytes.fromhex(digest)


def _check_whole(found: dict[str, list[Any]], rows: list[bytes]) -> None:
    """One head of this format, one end that knows every line; accounts and decisions that entries name are there."""
    whole = hashlib.sha256(b"".join(row + b"\n" for row in rows[:-1])).hexdigest()
    if len(found["ledger"]) != 1 or found["ledger"][0].get("format") != FORMAT:
        raise Invalid(_l("This is not a ledger of this program, or it was cut short."), field="file")
    if found["end"] != [{"entries": len(found["entry"]), "sha256": whole}]:
        raise Invalid(_l("This file was changed or cut short: its last line does not fit the others."), field="file")
    currency = found["ledger"][0].get("currency")
    for account in found["account"]:
        if account.get("kind") not in ACCOUNT_KINDS or account.get("currency") != currency:
            raise Invalid(_l("An account of this file is of no kind or of another currency."), field="file")
    codes, decided = _all(found["account"], "code"), _all(found["decision"], "id")
    seen: set[str] = set()
    for told, _data, _hash in found["entry"]:
        known = told["reverses"] is None or told["reverses"] in seen
        if told["id"] in seen or told["currency"] != currency or not known:
            raise Invalid(
                _l("An entry of this file stands in it twice, or corrects one that is not there."), field="file"
            )
        seen.add(told["id"])
        if {code for code, _amount in told["lines"]} - codes or {told["decision"]} - decided - {None}:
            raise Invalid(_l("An entry of this file names an account or a decision that is not in it."), field="file")


def _years(found: dict[str, list[Any]]) -> list[ReadYear]:
    """The closed years. Raises Invalid unless each is the trial balance of the file's own entries, in order of days."""
    read_: list[ReadYear] = []
    for value in found["year"]:
        try:
            one = ReadYear(
                dt.date.fromisoformat(value["first"]) if value["first"] is not None else None,
                dt.date.fromisoformat(value["last"]), value["trial"].encode(), bytes.fromhex(value["hash"]),
            )  # fmt: skip
            told = json.loads(one.trial_bytes)
            right = (
                set(value) == {"first", "last", "trial", "hash"} and trial_hash(one.trial_bytes) == one.trial_hash
                and canonical_bytes(told) == one.trial_bytes and told["until"] == value["last"]
                and told["accounts"] == _held(found, one.last_day)
                and (not read_ or read_[-1].last_day < one.last_day)
            )  # fmt: skip
        except (ValueError, TypeError, KeyError, AttributeError):
            right = False
        if not right:
            raise Invalid(_l("A closed year of this file is not the trial balance of its entries."), field="file")
        read_.append(one)
    return read_


def _held(found: dict[str, list[Any]], until: dt.date) -> list[list[Any]]:
    """What every account held at the end of a day, as a trial balance tells it."""
    held: dict[str, int] = {}
    for told, _data, _hash in found["entry"]:
        if dt.date.fromisoformat(told["occurred_on"]) <= until:
            for code, amount in told["lines"]:
                held[code] = held.get(code, 0) + amount
    currency = found["ledger"][0]["currency"]
    return sorted([code, currency, amount] for code, amount in held.items() if amount)


def _all(values: Iterable[dict[str, Any]], name: str) -> set[Any]:
    return {value.get(name) for value in values}


def _wrong(number: int, what: Any) -> Invalid:
    return Invalid(_l("Line %(n)s: %(what)s. Nothing was read.", n=number, what=what), field="file")
