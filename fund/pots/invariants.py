"""What always holds of money set aside (FIELD B1; TRUST 4)."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import func, or_, select

from fund import db
from fund.ledger.models import Account, Balance, Entry, Posting
from fund.pots.models import PotLot

INSIDE = ("transfer", "reservation", "commitment_returned", "award", "reversal", "opening")
"""Kinds of entries that move money set aside without giving it to anybody outside the fund."""


def pots_hold_what_is_left() -> list[str]:
    """Each account of a pot holds what was put in, less what was spent and released.

    A pot that came with older books and into which nothing was put since has an account and no sums to compare.
    """
    expected: dict[str, int] = {}
    known: set[str] = set()
    left = func.sum(PotLot.amount_minor - PotLot.spent_minor - PotLot.released_minor)
    rows = db.session.execute(
        select(PotLot.pot_code, PotLot.in_round_id, left).group_by(PotLot.pot_code, PotLot.in_round_id)
    )
    for code, round_id, sum_ in rows:
        known.add(code)
        expected[f"cash:pot-{code}" if round_id is None else f"cash:round-{round_id}-{code}"] = int(sum_)
    held = {
        code: int(posted)
        for code, posted in db.session.execute(
            select(Account.code, Balance.posted_minor)
            .join(Balance, Balance.account_id == Account.id)
            .where(or_(Account.code.like("cash:pot-%"), Account.code.like("cash:round-%-%")))
        )
        if re.sub(r"cash:(pot|round-[0-9]+)-", "", code, count=1) in known
    }
    return [
        f"{code} holds {held.get(code, 0)}, by what was put in, spent and released it is {expected.get(code, 0)}"
        for code in sorted(expected.keys() | held.keys())
        if expected.get(code, 0) != held.get(code, 0)
    ]


def pots_pay_only_for_their_own() -> list[str]:
    """Money of a pot leaves the fund only by a decision of who decides about it, and becomes free only when released."""
    out = db.session.execute(
        select(Entry.id, Entry.kind, Account.code)
        .join(Posting, Posting.entry_id == Entry.id)
        .join(Account, Account.id == Posting.account_id)
        .where(
            or_(Account.code.like("cash:pot-%"), Account.code.like("cash:round-%-%")), Posting.amount_minor < 0,
            Entry.kind.not_in(INSIDE), Entry.decision_id.is_(None),
        )
    )  # fmt: skip
    faults = [f"entry {entry_id} ({kind}) takes money out of {code} without a decision" for entry_id, kind, code in out]
    early = db.session.execute(
        select(PotLot.id, PotLot.pot_code).where(PotLot.released_minor > 0, PotLot.releases_on.is_(None))
    )
    return faults + [f"lot {lot_id} of {code} was released, and it never is" for lot_id, code in early]


INVARIANTS: tuple[tuple[str, Callable[[], list[str]]], ...] = (
    ("every pot holds what was put in, less what was spent and released", pots_hold_what_is_left),
    ("money set aside pays nothing outside its pot unless it was released", pots_pay_only_for_their_own),
)
