"""Warnings about a payment, in words: what somebody should look at twice before it goes out (FEATURES 124, PEERS 7).

The same receipt stands on another payment (by the file's fingerprint, or by its number however it is written); the payee
lives in one household with somebody who handles payments, or is close to them, or bears their name; the amount is above
the quote. A kind of payment adds its own (`Way.cautions`). None of them stops a payment: there are good reasons for each.
But whoever approves says that they were read, and what was read is kept with the approval. Everything is asked in a fixed
number of queries, however many payments are looked at; who is close is named only to those who handle payments.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fund.errors import Invalid
from fund.foundation import service as foundation
from fund.ledger.models import OPEN_DISBURSEMENTS, Disbursement
from fund.members.models import Person
from fund.payments import kinds
from fund.payments.kinds import Caution
from fund.payments.models import Payee, PayeeAccount, PayeeTie
from fund.payments.payees import key_of_name
from fund.presentation import money
from fund.stewards.models import StewardTerm

STANDS = (*OPEN_DISBURSEMENTS, "paid")
"""States of payments that are on their way or made; a receipt of one that came to nothing may be shown again."""
HANDS = ("steward", "treasurer")


def receipt_key(typed: str) -> str | None:
    """A receipt's number without what does not tell two apart: case, spaces, signs. None where nothing is left."""
    letters = unicodedata.normalize("NFKC", typed).casefold()
    return "".join(sign for sign in letters if sign.isalnum())[:80] or None


def of(session: Session, payments: Sequence[Disbursement], *, named: bool = True) -> dict[int, list[Caution]]:
    """Warnings about each of these payments, by its number. `named`: the reader may know who is close to a payee."""
    found: dict[int, list[Caution]] = defaultdict(list)
    if not payments:
        return found
    _receipts(session, payments, found)
    _ties(session, payments, named, found)
    _names(session, payments, named, found)
    for one in payments:
        if one.quote_minor is not None and one.amount_minor > one.quote_minor:
            sentence = _l(
                "The amount is above the quote: %(sum)s were quoted, and %(amount)s are asked for.",
                sum=money(one.quote_minor), amount=money(one.amount_minor),
            )  # fmt: skip
            found[one.id].append(Caution("above_quote", sentence))
    for kind in sorted({one.kind for one in payments}):
        own = kinds.of_kind(kind).cautions(session, [one for one in payments if one.kind == kind], named)
        for number, cautions in own.items():
            found[number] += cautions
    return found


def of_one(session: Session, payment: Disbursement, *, named: bool = True) -> list[Caution]:
    """Warnings about one payment."""
    return of(session, [payment], named=named)[payment.id]


def refuse_unread(found: Sequence[Caution], read: Collection[str]) -> None:
    """Raise Invalid when there is a warning that whoever approves did not say they had read."""
    if {one.token for one in found} - set(read):
        words = _l("There is something here to look at twice. Please read it, and say that you have.")
        raise Invalid(words, field="read")


def note(found: Sequence[Caution], otherwise: Any) -> Any:
    """The line beside a payment on a desk: the first warning, else what stands there otherwise."""
    return _l("Look twice: %(what)s", what=found[0].words) if found else otherwise


def _receipts(session: Session, payments: Sequence[Disbursement], found: dict[int, list[Caution]]) -> None:
    hashes = {one.receipt_hash for one in payments if one.receipt_hash is not None}
    keys = {one.receipt_key for one in payments if one.receipt_key is not None}
    if not hashes and not keys:
        return
    rows = session.execute(
        select(Disbursement.id, Disbursement.receipt_hash, Disbursement.receipt_key)
        .where(
            Disbursement.state.in_(STANDS),
            or_(Disbursement.receipt_hash.in_(hashes), Disbursement.receipt_key.in_(keys)),
        )
        .order_by(Disbursement.id)
    ).all()
    for one in payments:
        for number, digest, key in rows:
            if number == one.id:
                continue
            if one.receipt_hash is not None and digest == one.receipt_hash:
                words = _l("The same file was shown for payment %(n)s.", n=number)
                found[one.id].append(Caution(f"same_file:{number}", words))
            if one.receipt_key is not None and key == one.receipt_key:
                words = _l("The same receipt number stands on payment %(n)s.", n=number)
                found[one.id].append(Caution(f"same_receipt:{number}", words))


def _ties(session: Session, payments: Sequence[Disbursement], named: bool, found: dict[int, list[Caution]]) -> None:
    """Those who declared that the payee is close, or another payee who is paid by the same account."""
    by_account: dict[bytes, set[int]] = defaultdict(set)
    fingerprints = {one.payee_fingerprint for one in payments if one.payee_fingerprint is not None}
    if fingerprints:
        for fingerprint, payee_id in session.execute(
            select(PayeeAccount.fingerprint, PayeeAccount.payee_id).where(PayeeAccount.fingerprint.in_(fingerprints))
        ):
            by_account[fingerprint].add(payee_id)
    about = {
        one.id: by_account.get(one.payee_fingerprint or b"", set()) | {one.payee_id}
        for one in payments if one.payee_id is not None
    }  # fmt: skip
    numbers = set().union(*about.values()) if about else set()
    rows = session.execute(
        select(PayeeTie.payee_id, PayeeTie.person_id, PayeeTie.household, Person.display_name)
        .join(Person, Person.id == PayeeTie.person_id)
        .where(PayeeTie.payee_id.in_(numbers))
        .order_by(PayeeTie.id)
    ).all()
    for number, payees in about.items():
        for payee_id, person_id, household, name in rows:
            if payee_id in payees:
                found[number].append(_household(person_id, name, named) if household else close(person_id, name, named))


def _household(person_id: int, name: str, named: bool) -> Caution:
    words = (
        _l("Who is paid lives in one household with %(name)s, who handles payments.", name=name)
        if named
        else _l("Who is paid lives in one household with somebody who handles payments.")
    )
    return Caution(f"household:{person_id}", words)


def close(person_id: int, name: str, named: bool) -> Caution:
    """The warning that somebody declared a tie to who is paid."""
    words = (
        _l("%(name)s has declared a tie to who is paid.", name=name)
        if named
        else _l("Somebody who handles payments has declared a tie to who is paid.")
    )
    return Caution(f"close:{person_id}", words)


def _names(session: Session, payments: Sequence[Disbursement], named: bool, found: dict[int, list[Caution]]) -> None:
    """Payees that are somebody who handles payments, or bear the name of one."""
    day = foundation.today()
    hands = session.execute(
        select(Person.id, Person.display_name)
        .join(StewardTerm, StewardTerm.person_id == Person.id)
        .where(StewardTerm.role.in_(HANDS), StewardTerm.state == "serving", StewardTerm.starts_on <= day,
               StewardTerm.ends_on > day)
        .distinct()
        .order_by(Person.id)
    ).all()  # fmt: skip
    by_key = {key_of_name(name): (person_id, name) for person_id, name in hands}
    by_id = {person_id: (person_id, name) for person_id, name in hands}
    rows = session.execute(
        select(Payee.id, Payee.person_id, Payee.key).where(Payee.id.in_({one.payee_id for one in payments}))
    )
    hits = {number: by_id.get(person_id or 0) or by_key.get(key) for number, person_id, key in rows}
    for one in payments:
        hit = hits.get(one.payee_id or 0)
        if hit is not None:
            words = (
                _l("Who is paid bears the name of %(name)s, who handles payments.", name=hit[1])
                if named
                else _l("Who is paid bears the name of somebody who handles payments.")
            )
            found[one.id].append(Caution(f"name:{hit[0]}", words))
