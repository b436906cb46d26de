"""Where a contribution is booked: as which income, and to which purpose its money is kept.

Dues go where the charter says (`membership.classes.dues.paid_into`): to the free money, or into the loss reserve. A gift
with a purpose lies in an account of its own (`cash:purpose-<name>`) and is spent for nothing else. What a fiscal sponsor
passes on is an income of its own, so that nobody counts it twice.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from sqlalchemy import select

from fund.db import Transaction
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.models import Account, Contribution
from fund.members.models import Membership

MOST_PURPOSE = 80


def income_of(tx: Transaction, contribution: Contribution) -> Account:
    """The income a contribution is."""
    if contribution.through_sponsor:
        return accounts.named(tx, accounts.SPONSOR)
    return accounts.named(tx, f"income:{contribution.kind}")


def cash_for(tx: Transaction, contribution: Contribution) -> Account:
    """The purpose that a contribution's money is kept for."""
    if contribution.purpose:
        return accounts.named(tx, purpose_code(contribution.purpose), contribution.purpose)
    if contribution.kind == "dues" and _into_reserve(tx, contribution.person_id):
        return accounts.named(tx, accounts.LOSS_RESERVE)
    return accounts.free(tx)


def purpose_code(purpose: str) -> str:
    """The account of a purpose: readable, and never that of another purpose."""
    plain = unicodedata.normalize("NFKD", purpose).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    mark = hashlib.sha256(unicodedata.normalize("NFC", purpose).strip().lower().encode()).hexdigest()[:6]
    return f"{accounts.PURPOSES}{base or 'gift'}-{mark}"


def _into_reserve(tx: Transaction, person_id: int | None) -> bool:
    """Whether the charter keeps the dues of this person's class (of every class, for nobody in particular) for losses."""
    version = foundation.current_version()
    if version is None:
        return False
    classes = foundation.parsed(version.text_bytes).classes
    code = tx.session.scalars(
        select(Membership.class_code).where(Membership.person_id == person_id).order_by(Membership.id.desc())
    ).first()
    fitting = [one for one in classes if one.code == code] or [one for one in classes if one.dues.are_asked]
    return bool(fitting) and all(one.dues.paid_into == "loss_reserve" for one in fitting)
