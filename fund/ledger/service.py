"""The ledger's verbs: set money aside for a round, commit it to an award, bring it home, look after the books.

Every verb is one journal entry, written by `books.post_entry`. Contributions, disbursements and history have
rooms of their own beside this one. The program records money; it never moves any.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import case, func, select

from fund import db
from fund.currency import written
from fund.db import Transaction
from fund.errors import Invalid, WrongState
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.books import Draft, post_entry, refuse_while_books_disagree, reverse
from fund.ledger.contributions import change_pledge, contributions_of, pledge_dues, receive, record_contribution
from fund.ledger.correcting import reverse_entry
from fund.ledger.models import Account, Balance, Entry, Posting
from fund.ledger.own_money import award_is_grant, claim_grants, left_for_grants
from fund.ledger.self_check import check_at_start, self_check

__all__ = [
    "Draft", "award_is_grant", "award_parts", "change_pledge", "check_at_start", "claim_grants", "commit_award",
    "contributions_of", "free_minor", "free_now", "headline", "left_for_grants", "pledge_dues", "post_entry",
    "receive", "record_contribution",
    "refuse_beyond_free", "refuse_while_books_disagree", "reserve_for_round", "return_award_money", "return_round_money",
    "reverse", "reverse_entry", "round_money_minor", "self_check",
]  # fmt: skip

_ENTRIES = uuid.UUID("6f1c8a52-9d6e-4f5e-8a53-0f2a8f6f7b10")
"""Namespace of entries that the program asks for by itself: one id for each thing that happens once."""


def free_minor(tx: Transaction) -> int:
    """Minor units that no round, award or open payment holds."""
    account = accounts.free(tx)
    row = tx.get(Balance, account.id)
    return row.posted_minor - row.reserved_minor


def free_now(tx: Transaction) -> int:
    """The same for a page that only looks: minor units free at this moment, 0 in a fund that has no books yet."""
    row = tx.session.scalars(
        select(Balance).join(Account, Account.id == Balance.account_id).where(Account.code == accounts.FREE)
    ).one_or_none()
    return 0 if row is None else row.posted_minor - row.reserved_minor


def round_money_minor(tx: Transaction, round_id: int) -> int:
    """Minor units that are reserved for a round and not yet committed to an award."""
    account = accounts.of_round(tx, round_id)
    row = tx.get(Balance, account.id)
    return row.posted_minor - row.reserved_minor


Parts = Sequence[tuple[Account, int]]
"""Amounts of an entry that lie in accounts of their own beside a round's, in minor units above nothing."""


def refuse_beyond_free(tx: Transaction, needed_minor: int) -> None:
    """Raise Invalid, with both sums in words, when a round needs more than there is to be granted. Holds free money."""
    free = accounts.free(tx)
    accounts.lock_balances(tx, [free.id])
    available = free_minor(tx)
    if needed_minor > available:
        raise Invalid(
            _l("The fund has %(free)s free, and this round needs %(needed)s.",
               free=written(available, free.currency), needed=written(needed_minor, free.currency)),
            field="budget",
        )  # fmt: skip


def reserve_for_round(
    tx: Transaction, round_id: int, amount_minor: int, *, title: str = "", by: int | None = None, parts: Parts = ()
) -> Entry:
    """Set a round's budget aside from free money, once, when voting opens; `parts` of it go to accounts of their own.

    Raises Invalid when the fund has less free money than that; WrongState when another amount is set aside already.
    """
    entry_id = _once("reservation", round_id)
    known = tx.session.get(Entry, entry_id)
    if known is not None:
        return known
    free = accounts.free(tx)
    refuse_beyond_free(tx, amount_minor)
    target = accounts.of_round(tx, round_id, title or None)
    return post_entry(
        tx,
        Draft(
            id=entry_id, kind="reservation", memo=target.name, occurred_on=foundation.today_in(tx), by=by,
            lines=[*_with_rest(target, amount_minor, parts), (free, -amount_minor)],
        ),
    )  # fmt: skip


def return_round_money(tx: Transaction, round_id: int, *, reason: str = "", by: int | None = None) -> Entry | None:
    """Bring home what a round holds and no award took: after a lapse, a cancellation, or at the end of its reserve list.

    None when it holds nothing. Doing it twice changes nothing.
    """
    source, free = accounts.of_round(tx, round_id), accounts.free(tx)
    held = accounts.lock_balances(tx, [source.id, free.id])[source.id]
    left = held.posted_minor - held.reserved_minor
    if left <= 0:
        return None
    return post_entry(
        tx,
        Draft(
            id=uuid.uuid4(), kind="commitment_returned", memo=(reason or source.name)[:300],
            lines=[(free, left), (source, -left)], occurred_on=foundation.today_in(tx), by=by,
        ),
    )  # fmt: skip


def commit_award(
    tx: Transaction, *, award_id: int, round_id: int, amount_minor: int, title: str, decision_id: int, parts: Parts = ()
) -> Entry:
    """Move an award's money from its round to the award, once; `parts` of it come from accounts of their own.

    Raises Invalid when the round holds less.
    """
    entry_id = _once("award", award_id)
    known = tx.session.get(Entry, entry_id)
    if known is not None:
        return known
    source = accounts.of_round(tx, round_id)
    target = accounts.of_award(tx, award_id, title, round_id)
    return post_entry(
        tx,
        Draft(
            id=entry_id, kind="award", memo=title[:300],
            lines=[(target, amount_minor), *((one, -part) for one, part in _with_rest(source, amount_minor, parts))],
            occurred_on=foundation.today_in(tx), decision_id=decision_id,
        ),
    )  # fmt: skip


def return_award_money(
    tx: Transaction, *, award_id: int, round_id: int, reason: str, by: int | None, parts: Parts = ()
) -> Entry | None:
    """Bring what an award does not use back to its round, for the next on the list; `parts` go where they came from.

    None when it holds nothing.

    Raises WrongState while a payment of this award is on its way.
    """
    source, target = accounts.of_award(tx, award_id), accounts.of_round(tx, round_id)
    held = accounts.lock_balances(tx, [source.id, target.id])[source.id]
    if held.reserved_minor:
        raise WrongState(_l("A payment of this award is on its way; end it first."))
    if not held.posted_minor:
        return None
    return post_entry(
        tx,
        Draft(
            id=uuid.uuid4(), kind="commitment_returned", memo=reason[:300],
            lines=[*_with_rest(target, held.posted_minor, parts), (source, -held.posted_minor)],
            occurred_on=foundation.today_in(tx), by=by,
        ),
    )  # fmt: skip


def award_parts(tx: Transaction, award_id: int) -> list[tuple[Account, int]]:
    """Where an award's money came from, account by account, in minor units; empty before it is committed."""
    rows = tx.session.execute(
        select(Account, Posting.amount_minor)
        .join(Posting, Posting.account_id == Account.id)
        .where(Posting.entry_id == _once("award", award_id), Posting.amount_minor < 0)
        .order_by(Posting.line)
    )
    return [(account, -amount) for account, amount in rows]


def headline() -> list[tuple[str, int]]:
    """Three figures for the front page: all cash, what is set aside or committed, what is free."""
    whole, free = db.session.execute(
        select(
            func.coalesce(func.sum(Balance.posted_minor), 0),
            func.coalesce(func.sum(case((Account.code == accounts.FREE, Balance.posted_minor), else_=0)), 0),
        )
        .join(Account, Account.id == Balance.account_id)
        .where(Account.kind == "cash")
    ).one()
    whole, free = int(whole), int(free)
    return [(_l("In the pool"), whole), (_l("Set aside or committed"), whole - free), (_l("Free"), free)]


def _with_rest(whole: Account, amount_minor: int, parts: Parts) -> list[tuple[Account, int]]:
    """The parts, and what is left of the amount on the account that holds the rest."""
    rest = amount_minor - sum(part for _account, part in parts)
    return [*([(whole, rest)] if rest else []), *((account, part) for account, part in parts if part)]


def _once(what: str, number: int) -> uuid.UUID:
    return uuid.uuid5(_ENTRIES, f"{what}:{number}")
