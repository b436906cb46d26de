"""Costs of running the fund: paid from free money, only under a decision that two people stand for."""

from __future__ import annotations

import datetime as dt
import uuid

from flask_babel import lazy_gettext as _l

from fund import audit, db
from fund.errors import Invalid
from fund.ledger import accounts
from fund.ledger.books import Draft, post_entry, reverse
from fund.ledger.models import Entry
from fund.permissions import Actor, require


def record_cost(
    *, amount_minor: int, memo: str, paid_on: dt.date, decision_id: int, entry_id: uuid.UUID, by: Actor
) -> Entry:
    """Record a cost that was paid. Raises Invalid when free money or the decision's limit is not enough, or for a day
    to come; WrongState while the decision waits for its second person."""
    require(by, "cost.record")
    if amount_minor <= 0:
        raise Invalid(_l("How much was paid?"), field="amount")
    with db.writing() as tx:
        if paid_on > accounts.today_in(tx):
            raise Invalid(_l("This day has not come yet."), field="paid_on")
        entry = post_entry(
            tx,
            Draft(
                id=entry_id, kind="cost", memo=memo.strip(), occurred_on=paid_on, by=by.person_id,
                lines=[(accounts.named(tx, accounts.COSTS), amount_minor), (accounts.free(tx), -amount_minor)],
                decision_id=decision_id,
            ),
        )  # fmt: skip
        audit.record(tx, "cost.record", by=by.person_id, on=("entry", entry.id), amount_minor=amount_minor)
    return entry


def reverse_entry(entry_id: uuid.UUID, *, new_id: uuid.UUID, reason: str, by: Actor) -> Entry:
    """Correct a cost or an entry of history by its mirror image. Contributions and payments have ways of their own.

    Raises Invalid for an entry of another kind or without a reason, WrongState when it was corrected already.
    """
    require(by, "entry.reverse")
    with db.writing() as tx:
        if tx.get(Entry, entry_id).kind not in ("cost", "opening"):
            raise Invalid(_l("This entry is corrected where it was made: at the contribution or the award."))
        entry = reverse(tx, entry_id, new_id=new_id, reason=reason, by=by.person_id)
        audit.record(tx, "entry.reverse", by=by.person_id, on=("entry", entry_id))
    return entry
