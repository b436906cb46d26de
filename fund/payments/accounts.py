"""By which account somebody is paid: sealed, shown by its last digits, changed with three days' notice, erased.

The first number of a payee counts at once; another one counts after 72 hours, and the old and the new contact are told
so that a stranger's change is noticed in time. The number itself is opened only for a pay list. Each is sealed under a
key of its own in the secrets store (docs/decisions/0009), and destroying that key erases it in every backup too.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
from dataclasses import dataclass
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import aliased

from fund import audit, db
from fund.db import Transaction, outbox
from fund.db.secrets import SecretStore
from fund.errors import Invalid, WrongState
from fund.ledger.models import OPEN_DISBURSEMENTS, Disbursement
from fund.payments.models import Payee, PayeeAccount
from fund.permissions import Actor, require

WAIT = dt.timedelta(hours=72)
KEEP = dt.timedelta(days=90)
"""A number is erased so long after it was last needed: replaced, or nothing is paid by it any more."""
FINGERPRINTS = "payee-fingerprints"
CONTEXT = b"commonpool/v1/payee-account\x00"
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+\Z")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}\Z")
_NUMBER = re.compile(r"[0-9]{4,20}\Z")
_ROUTING = re.compile(r"[0-9]{9}\Z")


@dataclass(frozen=True)
class Number:
    """An account number as it is typed: an IBAN, or a number with the bank's routing number."""

    account: str
    routing: str = ""
    holder: str = ""

    @property
    def form(self) -> str:
        """What kind of number it is."""
        return "iban" if self.account[:2].isalpha() else "number"


def in_force(tx: Transaction, payee_id: int) -> PayeeAccount | None:
    """The account that counts at this moment, None where none is kept."""
    return _in_force(tx, payee_id, tx.now())


def note(payee_id: int, number: Number, *, contact: str, by: Actor) -> PayeeAccount:
    """Note by which account a payee is paid, and whom to tell. The first counts at once, a change after 72 hours.

    Raises Invalid for a number that cannot be one, WrongState for the number that counts already or while another
    change waits.
    """
    require(by, "payee.manage")
    clean = checked(number)
    if contact.strip() and not _EMAIL.match(contact.strip()):
        raise Invalid(_l("This does not look like an e-mail address."), field="contact")
    with db.writing() as tx:
        payee = tx.lock(Payee, payee_id)
        now = tx.now()
        known = _in_force(tx, payee.id, now)
        mark = fingerprint(clean)
        if known is not None and known.fingerprint == mark:
            raise WrongState(_l("This is the account that counts already."))
        if _coming(tx, payee.id, now) is not None:
            raise WrongState(_l("A change of this account waits already. Take it back first, or wait."))
        assert by.person_id is not None
        row = tx.add(
            PayeeAccount(
                payee_id=payee.id, form=clean.form, fingerprint=mark, last_digits=clean.account[-4:],
                told_by=by.person_id, told_at=now, usable_from=now if known is None else now + WAIT,
            )
        )  # fmt: skip
        row.sealed = _seal(row, clean)
        tx.session.flush()
        _tell(tx, payee, row, contact.strip().lower(), is_change=known is not None)
        audit.record(tx, "payee.account", by=by.person_id, on=("payee", payee.id), fingerprint=mark.hex())
    return row


def take_back(payee_id: int, *, by: Actor) -> None:
    """Take back a change that does not count yet. Raises WrongState when none waits."""
    require(by, "payee.manage")
    with db.writing() as tx:
        payee = tx.lock(Payee, payee_id)
        coming = _coming(tx, payee.id, tx.now())
        if coming is None:
            raise WrongState(_l("No change of this account waits."))
        coming.ended_at = tx.now()
        _erase(tx, coming)
        audit.record(tx, "payee.account_taken_back", by=by.person_id, on=("payee", payee.id))


def erase_due() -> int:
    """Erase numbers that are no longer needed: replaced, or by which nothing was paid in 90 days and nothing waits.

    Returns how many were erased; safe to repeat.
    """
    found = (
        db.session.execute(_needless(db.now()).with_only_columns(PayeeAccount.payee_id).order_by(None).distinct())
        .scalars()
        .all()
    )
    return sum(_erase_of(payee_id) for payee_id in sorted(found))


def opened(account: PayeeAccount) -> Number:
    """The number itself, for a pay list. Raises WrongState when it was erased."""
    if account.sealed is None:
        raise WrongState(_l("This account number was erased. Note it again."))
    plain = json.loads(_store().open(_key(account), account.sealed, context=_context(account)))
    return Number(plain["account"], plain["routing"], plain["holder"])


def checked(number: Number) -> Number:
    """A number without blanks. Raises Invalid: not an IBAN (its check digits are wrong), not a number."""
    account = re.sub(r"[\s-]", "", number.account).upper()
    routing = re.sub(r"[\s-]", "", number.routing)
    if account[:2].isalpha():
        if not _IBAN.match(account) or not _iban_adds_up(account):
            raise Invalid(_l("This IBAN has a mistake: its check digits do not fit."), field="account")
        return Number(account, "", number.holder.strip())
    if not account.isascii() or not _NUMBER.match(account):
        raise Invalid(_l("Write an IBAN, or an account number of 4 to 20 digits."), field="account")
    if not routing.isascii() or not _ROUTING.match(routing) or not _routing_adds_up(routing):
        raise Invalid(_l("A routing number has nine digits; one of these does not fit."), field="routing")
    return Number(account, routing, number.holder.strip())


def fingerprint(number: Number) -> bytes:
    """What stands for a number in payments: 32 bytes that tell nothing without the store's key."""
    key = _store().get_or_make(FINGERPRINTS)
    return hmac.new(key, CONTEXT + f"{number.routing}/{number.account}".encode(), hashlib.sha256).digest()


def _in_force(tx: Transaction, payee_id: int, now: dt.datetime) -> PayeeAccount | None:
    return tx.session.scalars(
        select(PayeeAccount)
        .where(PayeeAccount.payee_id == payee_id, PayeeAccount.ended_at.is_(None), PayeeAccount.usable_from <= now,
               PayeeAccount.sealed.is_not(None))
        .order_by(PayeeAccount.usable_from.desc(), PayeeAccount.id.desc())
    ).first()  # fmt: skip


def _coming(tx: Transaction, payee_id: int, now: dt.datetime) -> PayeeAccount | None:
    return tx.session.scalars(
        select(PayeeAccount).where(
            PayeeAccount.payee_id == payee_id, PayeeAccount.ended_at.is_(None), PayeeAccount.usable_from > now
        )
    ).first()


def _tell(tx: Transaction, payee: Payee, row: PayeeAccount, contact: str, *, is_change: bool) -> None:
    """Tell the old and the new contact, and the person who is paid where the fund knows one."""
    told: dict[str, None] = dict.fromkeys(one for one in (payee.contact, contact or None) if one)
    if contact:
        payee.contact = contact
    facts: dict[str, Any] = {"payee": payee.name, "digits": row.last_digits, "counts_at": row.usable_from.isoformat(),
             "is_change": is_change}  # fmt: skip
    for address in told:
        outbox.post(tx, "payee_account", address=address, **facts)
    if payee.person_id is not None:
        outbox.post(tx, "payee_account", person_id=payee.person_id, **facts)
    tx.session.flush()


def _needless(now: dt.datetime) -> Select[PayeeAccount]:
    """Numbers that nobody needs any more: no payment on its way carries them, and another counts or none was used."""
    late, newer = now - KEEP, aliased(PayeeAccount)
    theirs = Disbursement.payee_id == PayeeAccount.payee_id
    on_its_way = exists().where(
        theirs, Disbursement.payee_fingerprint == PayeeAccount.fingerprint, Disbursement.state.in_(OPEN_DISBURSEMENTS)
    )
    replaced = exists().where(
        newer.payee_id == PayeeAccount.payee_id, newer.ended_at.is_(None), newer.usable_from <= now,
        newer.usable_from > PayeeAccount.usable_from,
    )  # fmt: skip
    lately = exists().where(theirs, or_(Disbursement.requested_at > late, Disbursement.settled_at > late))
    return (
        select(PayeeAccount)
        .where(
            PayeeAccount.erased_at.is_(None), PayeeAccount.usable_from <= now, ~on_its_way,
            or_(replaced, (PayeeAccount.told_at <= late) & ~lately),
        )
        .order_by(PayeeAccount.id)
    )  # fmt: skip


def _erase_of(payee_id: int) -> int:
    with db.writing() as tx:
        tx.lock(Payee, payee_id)
        rows = tx.lock_all(_needless(tx.now()).where(PayeeAccount.payee_id == payee_id))
        for row in rows:
            row.ended_at = row.ended_at or tx.now()
            _erase(tx, row)
            audit.record(tx, "payee.account_erased", by=None, on=("payee", payee_id))
    return len(rows)


def _erase(tx: Transaction, row: PayeeAccount) -> None:
    """Forget a number: its row keeps the fingerprint, its key is destroyed once this is on disk."""
    key = _key(row)
    row.sealed, row.erased_at = None, tx.now()
    tx.session.flush()
    store = _store()
    tx.after_commit(lambda: store.destroy(key))


def _seal(row: PayeeAccount, number: Number) -> bytes:
    plain = json.dumps({"account": number.account, "routing": number.routing, "holder": number.holder}).encode()
    store = _store()
    store.get_or_make(_key(row))
    return store.seal(_key(row), plain.ljust(512), context=_context(row))


def _key(row: PayeeAccount) -> str:
    return f"payee-account-{row.id}"


def _context(row: PayeeAccount) -> bytes:
    return CONTEXT + row.payee_id.to_bytes(8, "big") + row.fingerprint


def _iban_adds_up(iban: str) -> bool:
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1


def _routing_adds_up(routing: str) -> bool:
    return sum(weight * int(digit) for weight, digit in zip((3, 7, 1) * 3, routing, strict=True)) % 10 == 0


def _store() -> SecretStore:
    return current_app.extensions["secrets"]  # type: ignore[no-any-return]
