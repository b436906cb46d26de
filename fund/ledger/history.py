"""History: what happened before this program kept the books, and what no feature carries yet.

Balances brought over from older books. A loader enters them one by one; each is an ordinary entry of its own day. Money
that went out or came back is never history: it rests on a decision, or on a plan, like any other.
"""

from __future__ import annotations

import datetime as dt
import uuid

from flask_babel import lazy_gettext as _l

from fund import audit, db
from fund.errors import Invalid
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.books import Draft, post_entry
from fund.ledger.models import Entry
from fund.permissions import Actor, require


def opening_balance(
    *, code: str, name: str | None = None, amount_minor: int, on: dt.date, entry_id: uuid.UUID, by: Actor
) -> Entry:
    """Bring over the balance of one account from older books: a debit for money and claims, a credit for what is owed.

    `code` is an account of the chart other than an award's or a round's. Raises Invalid for any other.
    """
    require(by, "history.enter")
    kind = code.partition(":")[0]
    if kind not in ("cash", "receivable", "liability") or "round-" in code or "award-" in code:
        raise Invalid(_l("An opening balance belongs to money, a claim or a debt of the fund."), field="code")
    sign = -1 if kind == "liability" else 1
    with db.writing() as tx:
        _not_to_come(tx, on)
        entry = post_entry(
            tx,
            Draft(
                id=entry_id, kind="opening", memo=name or code, occurred_on=on, by=by.person_id,
                lines=[
                    (accounts.named(tx, code, name), sign * amount_minor),
                    (accounts.named(tx, accounts.OPENING), -sign * amount_minor),
                ],
            ),
        )  # fmt: skip
        audit.record(tx, "history.opening", by=by.person_id, on=("entry", entry.id), amount_minor=amount_minor)
    return entry


def _not_to_come(tx: db.Transaction, day: dt.date) -> None:
    if day > foundation.today_in(tx):
        raise Invalid(_l("This day has not come yet."), field="on")
