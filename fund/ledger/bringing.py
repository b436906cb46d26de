"""Bringing the ledger of another place into an empty fund: every entry as it was hashed, its day and author unchanged.

Only a fund without decisions and entries takes it, because entries name their decision by its number. Who booked an
entry is a number of that other place: it stays in the entry's bytes, and names nobody here. Decisions are taken over as
they were taken there, and so are closed years. Afterwards `fund check` holds, and the file written anew is the same
(TRUST 4, I15).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, insert, select

from fund import audit, db
from fund.db import Transaction
from fund.decisions.models import Decision
from fund.errors import Invalid, WrongState
from fund.foundation.models import CharterVersion, Fund
from fund.ledger import own_file
from fund.ledger.accounts import month_of
from fund.ledger.models import Account, Balance, BooksClosed, BooksYear, BroughtLine, Entry, PeriodTotal, Posting
from fund.permissions import Actor, require


def bring_ledger(data: bytes, *, by: Actor) -> int:
    """Read a ledger's own file into an empty fund, whole or not at all. Returns how many entries it holds.

    Raises Invalid for a file that is not whole or in another currency, WrongState for a fund that is not empty or has
    no charter.
    """
    require(by, "history.enter")
    found = own_file.read(data)
    with db.writing() as tx:
        fund = tx.lock(Fund, 1)
        if any(tx.session.scalar(select(func.count()).select_from(one)) for one in (Entry, Decision)):
            raise WrongState(_l("A ledger is brought into an empty fund: this one has decisions or entries already."))
        version = tx.session.scalars(
            select(CharterVersion.id).where(CharterVersion.state == "adopted").order_by(CharterVersion.number.desc())
        ).first()
        if version is None:
            raise WrongState(_l("This fund has not adopted a charter yet."))
        if found.head["currency"] != fund.currency:
            raise Invalid(
                _l("This ledger is in %(currency)s, the fund is not.", currency=found.head["currency"]), field="file"
            )
        _decisions(tx, found, version)
        _entries(tx, found, _accounts(tx, found))
        _years(tx, found)
        _mark(tx, found, hashlib.sha256(data).digest())
        audit.record(tx, "ledger.bring", by=by.person_id, on=("fund", 1), entries=len(found.entries),
                     sha256=hashlib.sha256(data).hexdigest())  # fmt: skip
    return len(found.entries)


def _decisions(tx: Transaction, found: own_file.Read, version: int) -> None:
    now = tx.now()
    rows = [
        {"id": one["id"], "kind": "standing_rule", "brought_kind": one["kind"], "title": one["title"],
         "text": one["text"], "decided_on": dt.date.fromisoformat(one["decided_on"]), "charter_version_id": version,
         "limit_minor": one["limit"], "recorded_at": now}
        for one in found.decisions
    ]  # fmt: skip
    if rows:
        tx.session.execute(insert(Decision), rows)
        _number_on(tx, Decision)


def _accounts(tx: Transaction, found: own_file.Read) -> dict[str, int]:
    """The accounts with their ids, in the order of the file."""
    ids = {}
    for one in found.accounts:
        account = tx.session.scalars(select(Account).where(Account.code == one["code"])).one_or_none()
        if account is None:
            account = tx.add(Account(code=one["code"], name=one["name"], kind=one["kind"], currency=one["currency"],
                                     floor_minor=one["floor"]))  # fmt: skip
            tx.add(Balance(account_id=account.id, posted_minor=0, reserved_minor=0, floor_minor=one["floor"]))
        account.name = one["name"]
        ids[one["code"]] = account.id
    return ids


def _entries(tx: Transaction, found: own_file.Read, ids: dict[str, int]) -> None:
    """Postings, then entries, then the balances and totals that follow from them."""
    kinds = {told["id"]: told["kind"] for told, _data, _hash in found.entries}
    held: dict[int, int] = {}
    totals: dict[tuple[dt.date, int, str], tuple[int, int]] = {}
    postings, entries = [], []
    for told, data, digest in found.entries:
        number, day = uuid.UUID(told["id"]), dt.date.fromisoformat(told["occurred_on"])
        kind, sign = (kinds[told["reverses"]], -1) if told["reverses"] else (told["kind"], 1)
        seen: set[int] = set()
        for line, (code, amount) in enumerate(told["lines"], start=1):
            postings.append({"entry_id": number, "line": line, "account_id": ids[code], "amount_minor": amount})
            held[ids[code]] = held.get(ids[code], 0) + amount
            key = (month_of(day), ids[code], kind)
            total, times = totals.get(key, (0, 0))
            totals[key] = total + amount, times + (0 if ids[code] in seen else sign)
            seen.add(ids[code])
        entries.append({
            "id": number, "kind": told["kind"], "memo": told["memo"], "occurred_on": day,
            "posted_at": dt.datetime.fromisoformat(told["posted_at"]), "actor_id": None,
            "decision_id": told["decision"], "entry_bytes": data, "entry_hash": digest,
            "reverses_id": uuid.UUID(told["reverses"]) if told["reverses"] else None,
        })  # fmt: skip
    for table, rows in ((Posting, postings), (Entry, entries)):
        for start in range(0, len(rows), 5000):
            tx.session.execute(insert(table), rows[start : start + 5000])
    tx.session.add_all(
        PeriodTotal(month=month, account_id=account_id, kind=kind, amount_minor=total, entries_n=times)
        for (month, account_id, kind), (total, times) in totals.items()
    )
    _balances(tx, held)


def _years(tx: Transaction, found: own_file.Read) -> None:
    """The years that are closed: by people of that other place, so nobody here is named."""
    for one in found.years:
        tx.add(
            BooksYear(
                first_day=one.first_day, last_day=one.last_day, state="closed", trial_bytes=one.trial_bytes,
                trial_hash=one.trial_hash, proposed_at=tx.now(), ended_at=tx.now(),
            )
        )  # fmt: skip
    if found.years:
        closed = tx.session.get(BooksClosed, 1) or tx.add(BooksClosed(id=1, closed_through=None))
        tx.session.flush()
        closed.closed_through = found.years[-1].last_day
        tx.session.flush()


def _mark(tx: Transaction, found: own_file.Read, file_hash: bytes) -> None:
    """Note of each entry that it came from another place."""
    now = tx.now()
    rows = [
        {"file_hash": file_hash, "line": line, "what": "entry", "name": "", "amount_minor": 0, "note": "",
         "entry_id": uuid.UUID(told["id"]), "brought_at": now}
        for line, (told, _data, _hash) in enumerate(found.entries, start=1)
    ]  # fmt: skip
    for start in range(0, len(rows), 5000):
        tx.session.execute(insert(BroughtLine), rows[start : start + 5000])


def _balances(tx: Transaction, held: dict[int, int]) -> None:
    for account_id, amount in held.items():
        row = tx.lock(Balance, account_id)
        if row.floor_minor is not None and amount < row.floor_minor:
            raise Invalid(_l("An account of this file ends below nothing."), field="file")
        row.posted_minor = amount
    tx.session.flush()


def _number_on(tx: Transaction, model: Any) -> None:
    """Let PostgreSQL number new rows after those that brought their numbers; SQLite does so by itself."""
    if tx.session.get_bind().dialect.name != "postgresql":
        return
    sequence = func.pg_get_serial_sequence(f'"{model.__tablename__}"', "id")
    tx.session.execute(select(func.setval(sequence, select(func.max(model.id)).scalar_subquery())))
