"""Who is paid: one row for a business, a person or a name, so that limits see through several requests.

Held while a payment to the same payee is asked for, so that two requests at once count each other.
"""

from __future__ import annotations

import datetime as dt
import unicodedata

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError

from fund import audit, db
from fund.db import Transaction
from fund.errors import Invalid, NotFound
from fund.ledger.models import OPEN_DISBURSEMENTS, Disbursement
from fund.payments.models import Payee, PayeeTie
from fund.permissions import Actor, require

LIMIT_DAYS = 30
"""Amounts to one payee within so many days are counted together when the charter says how many people approve."""


def of_business(tx: Transaction, business_id: int, name: str) -> Payee:
    """The payee that is a business."""
    return _named(tx, f"business:{business_id}", name, business_id=business_id)


def of_person(tx: Transaction, person_id: int, name: str) -> Payee:
    """The payee that is a person."""
    return _named(tx, f"person:{person_id}", name, person_id=person_id)


def by_name(tx: Transaction, name: str) -> Payee:
    """The payee with this name, however it is written. Raises Invalid for an empty one."""
    key = key_of_name(name)
    if key == key_of_name(""):
        raise Invalid(_l("Who is paid?"), field="payee")
    return _named(tx, key, name.strip()[:160])


def key_of_name(name: str) -> str:
    """The key under which a name is known as a payee: the same however it is written."""
    letters = unicodedata.normalize("NFKC", name).casefold()
    return "name:" + "".join(sign for sign in letters if sign.isalnum())[:190]


def get(payee_id: int) -> Payee:
    """One payee. Raises NotFound."""
    found = db.session.get(Payee, payee_id)
    if found is None:
        raise NotFound(_l("There is no such payee."))
    return found


def lately_minor(tx: Transaction, payee: Payee, fingerprint: bytes | None) -> int:
    """What was paid or is on its way to a payee, or to the same account under another name, in the last 30 days; minor
    units. The payee must be held."""
    since = tx.now() - dt.timedelta(days=LIMIT_DAYS)
    same = Disbursement.payee_id == payee.id
    if fingerprint is not None:
        same = or_(same, Disbursement.payee_fingerprint == fingerprint)
    counted = or_(
        Disbursement.state.in_(OPEN_DISBURSEMENTS),
        (Disbursement.state == "paid") & (Disbursement.settled_at >= since),
    )
    total = tx.session.scalar(select(func.coalesce(func.sum(Disbursement.amount_minor), 0)).where(same, counted))
    return int(total or 0)


def declare_tie(payee_id: int, *, relation: str, household: bool, by: Actor) -> PayeeTie:
    """Say that a payee is close to oneself; from now on others approve what they are paid. Once said, it stands."""
    require(by, "payee.manage")
    if not relation.strip():
        raise Invalid(_l("Say in a few words how you are close."), field="relation")
    with db.writing() as tx:
        payee = tx.lock(Payee, payee_id)
        known = tx.session.scalars(
            select(PayeeTie).where(PayeeTie.payee_id == payee.id, PayeeTie.person_id == by.person_id)
        ).one_or_none()
        if known is not None:
            return known
        assert by.person_id is not None
        tie = tx.add(
            PayeeTie(
                payee_id=payee.id, person_id=by.person_id, household=household, relation=relation.strip()[:300],
                declared_at=tx.now(),
            )
        )  # fmt: skip
        audit.record(tx, "payee.tie", by=by.person_id, on=("payee", payee.id))
    return tie


def _named(
    tx: Transaction, key: str, name: str, *, business_id: int | None = None, person_id: int | None = None
) -> Payee:
    """The payee under a key, held; made on first use, the same for two who ask at once."""
    number = tx.session.scalar(select(Payee.id).where(Payee.key == key))
    if number is None:
        try:
            with tx.session.begin_nested():
                fresh = Payee(
                    key=key, name=name[:160], business_id=business_id, person_id=person_id, created_at=tx.now()
                )
                number = tx.add(fresh).id
        except IntegrityError:
            number = tx.session.scalars(select(Payee.id).where(Payee.key == key)).one()
    return tx.lock(Payee, number)
