"""Correcting what was entered by mistake, by its mirror image. Contributions and payments have ways of their own."""

from __future__ import annotations

import uuid

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.errors import Invalid
from fund.ledger.books import reverse
from fund.ledger.models import BroughtLine, Disbursement, Entry
from fund.permissions import Actor, require


def reverse_entry(entry_id: uuid.UUID, *, new_id: uuid.UUID, reason: str, by: Actor) -> Entry:
    """Correct an opening balance, or a cost that no payment stands behind, by its mirror image.

    Raises Invalid for an entry of another kind, for one that goes on as a loan, a note or a
    member's account, or without a reason, WrongState when it was corrected already.
    """
    require(by, "entry.reverse")
    with db.writing() as tx:
        paid = tx.session.scalar(select(Disbursement.id).where(Disbursement.entry_id == entry_id))
        if paid is not None:
            raise Invalid(_l("This is payment %(n)s. If it came back, say so at the payment.", n=paid))
        if tx.get(Entry, entry_id).kind not in ("cost", "opening"):
            raise Invalid(_l("This entry is corrected where it was made: at the contribution or the award."))
        goes_on = select(BroughtLine.id).where(
            BroughtLine.entry_id == entry_id, BroughtLine.what.in_(("note", "loan", "member"))
        )
        if tx.session.scalars(goes_on.limit(1)).first() is not None:
            raise Invalid(
                _l(
                    "This came with the older books and goes on as a loan, a note or a member’s account: change it there."
                )
            )
        entry = reverse(tx, entry_id, new_id=new_id, reason=reason, by=by.person_id)
        audit.record(tx, "entry.reverse", by=by.person_id, on=("entry", entry_id))
    return entry
