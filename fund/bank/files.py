"""A statement file from choosing it to taking it in: it is looked at first, a person says what the file does not, then all
of it is taken in or nothing.

The bytes lie in the file store only while somebody looks at them. What a person says (how a CSV is read, the balances, the
days) is kept with the file until then; how a CSV is read can be kept under a name for the next time.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.bank import camt_statement, csv_statement, nameless, ofx_statement, service, statements
from fund.bank.csv_statement import ColumnMap
from fund.bank.models import BankAccount, MappingProfile, Statement, StatementFile
from fund.bank.statement import Read, Unreadable, Whole, kind_of, refuse_size, whole
from fund.bank.words import why
from fund.db import Transaction
from fund.errors import Invalid, NotFound
from fund.files import FileStore
from fund.foundation import service as foundation
from fund.permissions import Actor, require
from fund.proposals.sniffing import clean_name

KEPT_DAYS = 14
FIRST_NAME = _l("The fund’s bank account")
_ENDINGS = {"csv": "csv", "ofx": "ofx", "camt": "xml"}


@dataclass(frozen=True)
class Told:
    """What a person says about a file, as far as it does not say so itself."""

    mapping: ColumnMap | None = None
    opening_minor: int | None = None
    closing_minor: int | None = None
    from_on: dt.date | None = None
    to_on: dt.date | None = None
    profile: str = ""


@dataclass(frozen=True)
class Look:
    """A file that is looked at: what it is, what it holds if it can be read, why it is refused if not."""

    file: StatementFile
    account: BankAccount
    kind: str
    told: Told
    headings: Sequence[str] = ()
    read: Read | None = None
    whole: Whole | None = None
    compared: statements.Compared | None = None
    before: Statement | None = None
    opening_is_worked_out: bool = False
    refused: str = ""
    asks_for_balances: bool = False
    gifts: frozenset[int] = frozenset()
    """Places of lines that are probably micro-grants, and are taken in without words."""


def begin(account_id: int, file_name: str, data: bytes, *, by: Actor) -> StatementFile | Statement:
    """Put a file before somebody. The same file again gives what is there: the statement, or the file being looked at.

    Raises Invalid when it is empty, too large, or plainly no statement.
    """
    require(by, "bank.take_in")
    name, digest = clean_name(file_name, _ENDINGS[kind_of(data)]), hashlib.sha256(data).digest()
    try:
        refuse_size(data)
    except Unreadable as refused:
        raise Invalid(why(refused, name), field="file") from None
    with db.writing() as tx:
        service.hold_accounts(tx)
        account = tx.get(BankAccount, account_id) if account_id else service.first_account(tx, str(FIRST_NAME))
        taken = statements.of_file(tx.session, digest)
        if taken is not None:
            return taken
        _put_old_ones_away(tx)
        begun = tx.session.scalars(select(StatementFile).where(StatementFile.sha256 == digest)).first()
        if begun is not None:
            return begun
        told = Told(mapping=_first_mapping(tx, data)) if kind_of(data) == "csv" else Told()
        file = tx.add(
            StatementFile(
                account_id=account.id, file_name=name[:160], file_key=_store().put(data), sha256=digest,
                mapping=_kept(told), uploaded_by=by.person_id, uploaded_at=tx.now(),
            )
        )  # fmt: skip
        audit.record(tx, "bank.begin_file", by=by.person_id, on=("statement_file", file.id), sha256=digest.hex())
    return file


def look(file_id: int) -> Look:
    """What a file holds, as it would be taken in now. Raises NotFound."""
    file = get(file_id)
    data, account = _store().get(file.file_key), db.session.get_one(BankAccount, file.account_id)
    seen = Look(file, account, kind_of(data), told_of(file))
    if seen.kind == "csv" and seen.told.mapping is not None:
        seen = dataclasses.replace(seen, headings=csv_statement.headings(data, seen.told.mapping))
    try:
        read = _read(data, seen)
        needs = read.opening_minor is None and seen.told.opening_minor is None
        before = statements.last_of(db.session(), account.id)
        seen = dataclasses.replace(seen, read=read, before=before)
        complete = whole(_with_told(read, seen.told, account.id))
    except Unreadable as refused:
        return dataclasses.replace(
            seen, refused=why(refused, file.file_name), asks_for_balances=refused.code in ("no_balance", "sum")
        )
    worked_out = needs and statements.balance_before(db.session(), account.id, complete.from_on) is None
    return dataclasses.replace(
        seen, whole=complete, compared=statements.compared(db.session(), account.id, complete),
        opening_is_worked_out=worked_out, gifts=nameless.among(db.session(), complete.lines),
    )  # fmt: skip


def tell(file_id: int, told: Told, *, by: Actor) -> StatementFile:
    """Keep what a person says about a file, and under a name how it is read, if they gave one."""
    require(by, "bank.take_in")
    with db.writing() as tx:
        file = tx.lock(StatementFile, file_id)
        if told.mapping is None:
            told = dataclasses.replace(told, mapping=told_of(file).mapping)
        file.mapping = _kept(told)
        if told.profile and told.mapping is not None:
            _keep_profile(tx, told.profile, told.mapping, by)
        tx.session.flush()
    return file


def take(file_id: int, *, keep: Collection[int] = (), by: Actor) -> Statement:
    """Take a file in as it was looked at, and let go of its bytes; of lines that are probably micro-grants only day and
    amount, but for those whose places are in `keep`. Raises Invalid with the reason when it cannot be."""
    require(by, "bank.take_in")
    seen = look(file_id)
    if seen.whole is None:
        raise Invalid(seen.refused)
    with db.writing() as tx:
        file = tx.lock(StatementFile, file_id)
        taken = statements.take_in(
            file.account_id, seen.whole, sha256=file.sha256, file_name=file.file_name, by=by,
            wordless=seen.gifts - set(keep),
        )  # fmt: skip
        _let_go(tx, file)
    return taken


def put_away(file_id: int, *, by: Actor) -> None:
    """Let go of a file without taking it in."""
    require(by, "bank.take_in")
    with db.writing() as tx:
        file = tx.lock(StatementFile, file_id)
        audit.record(tx, "bank.put_file_away", by=by.person_id, on=("statement_file", file.id))
        _let_go(tx, file)


def put_old_ones_away() -> int:
    """Let go of files that nobody came back to: they name people. Gives how many; safe to repeat."""
    if (
        db.session.scalars(select(StatementFile.id).where(StatementFile.uploaded_at < _old(db.now())).limit(1)).first()
        is None
    ):
        return 0
    with db.writing() as tx:
        return _put_old_ones_away(tx)


def get(file_id: int) -> StatementFile:
    """A file that somebody is looking at. Raises NotFound."""
    found = db.session.get(StatementFile, file_id)
    if found is None:
        raise NotFound(_l("This file was taken in or put away."))
    return found


def begun() -> Sequence[StatementFile]:
    """Files that were chosen and neither taken in nor put away, newest first."""
    return db.session.scalars(select(StatementFile).order_by(StatementFile.id.desc()).limit(20)).all()


def profiles() -> Sequence[MappingProfile]:
    """Ways of reading CSV that were kept, by name."""
    return db.session.scalars(select(MappingProfile).order_by(MappingProfile.name).limit(100)).all()


def told_of(file: StatementFile) -> Told:
    """What was said about a file."""
    kept = file.mapping
    return Told(
        mapping=ColumnMap.of(kept["map"]) if kept.get("map") else None,
        opening_minor=kept.get("opening_minor"), closing_minor=kept.get("closing_minor"),
        from_on=_day(kept.get("from_on")), to_on=_day(kept.get("to_on")), profile=kept.get("profile", ""),
    )  # fmt: skip


def _read(data: bytes, seen: Look) -> Read:
    currency = foundation.fund().currency
    if seen.kind == "ofx":
        return ofx_statement.read(data, currency)
    if seen.kind == "camt":
        return camt_statement.read(data, currency)
    return csv_statement.read(data, seen.told.mapping or ColumnMap(), currency)


def _with_told(read: Read, told: Told, account_id: int) -> Read:
    """What the file says, completed by what the person says, then by where the statement before ended."""
    days = [line.booked_on for line in read.lines]
    from_on = read.from_on or told.from_on or min(days, default=None)
    opening = read.opening_minor if read.opening_minor is not None else told.opening_minor
    if opening is None and from_on is not None:
        opening = statements.balance_before(db.session(), account_id, from_on)
    closing = read.closing_minor if read.closing_minor is not None else told.closing_minor
    if read.format == "csv" and (opening is None or closing is None):
        raise Unreadable("no_balance")
    return dataclasses.replace(
        read, from_on=from_on, to_on=read.to_on or told.to_on, opening_minor=opening, closing_minor=closing
    )


def _first_mapping(tx: Transaction, data: bytes) -> ColumnMap:
    """The kept profile whose columns the file has, or a guess."""
    for profile in tx.session.scalars(select(MappingProfile).order_by(MappingProfile.saved_at.desc()).limit(100)):
        mapping = ColumnMap.of(profile.mapping)
        try:
            csv_statement.read(data, mapping, foundation.fund().currency)
        except Unreadable as refused:
            if refused.code != "sum":
                continue
        return mapping
    return csv_statement.guessed(data)


def _keep_profile(tx: Transaction, name: str, mapping: ColumnMap, by: Actor) -> None:
    known = tx.session.scalars(select(MappingProfile).where(MappingProfile.name == name)).one_or_none()
    if known is None:
        known = tx.add(MappingProfile(name=name, mapping=mapping.kept(), saved_by=by.person_id, saved_at=tx.now()))
    known.mapping, known.saved_by, known.saved_at = mapping.kept(), by.person_id, tx.now()
    tx.session.flush()
    audit.record(tx, "bank.keep_profile", by=by.person_id, on=("mapping_profile", known.id))


def _kept(told: Told) -> dict[str, Any]:
    return {
        "map": told.mapping.kept() if told.mapping is not None else None, "opening_minor": told.opening_minor,
        "closing_minor": told.closing_minor, "from_on": told.from_on.isoformat() if told.from_on else None,
        "to_on": told.to_on.isoformat() if told.to_on else None, "profile": told.profile,
    }  # fmt: skip


def _day(text: Any) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _let_go(tx: Transaction, file: StatementFile) -> None:
    key, store = file.file_key, _store()
    tx.session.delete(file)
    tx.session.flush()
    tx.after_commit(lambda: store.remove(key))


def _put_old_ones_away(tx: Transaction) -> int:
    old = tx.lock_all(
        select(StatementFile).where(StatementFile.uploaded_at < _old(tx.now())).order_by(StatementFile.id)
    )
    for file in old:
        _let_go(tx, file)
    return len(old)


def _old(now: dt.datetime) -> dt.datetime:
    return now - dt.timedelta(days=KEPT_DAYS)


def _store() -> FileStore:
    return cast("FileStore", current_app.extensions["files"])
