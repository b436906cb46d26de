"""Writing the books: `post_entry` is the only function that writes entries, `reverse` the only correction.

An entry moves money between accounts and adds up to nothing. Its id is made by whoever asks, before asking: the same id
with the same content writes once and answers the same, with other content it is refused. Balances are held in the order
of their accounts, so that two people who spend at once never spend the same money; the floor of each account is checked
here in words and by the database itself. What was hashed is stored as bytes. Source: TRUST 4.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from fund import audit
from fund.db import MINOR_LIMIT, Transaction, canonical_bytes
from fund.decisions.models import Decision
from fund.errors import BooksDisagree, Invalid, WrongState
from fund.foundation import service as foundation
from fund.ledger.accounts import lock_balances, month_of
from fund.ledger.models import (
    ENTRY_KINDS,
    OUTFLOW_KINDS,
    Account,
    Balance,
    BooksCheck,
    BooksClosed,
    Entry,
    PeriodTotal,
    Posting,
)

CONTEXT = b"commonpool/v1/entry\x00"
BALANCE_LIMIT = 2**53 - 1
"""No balance goes beyond what every program that reads our JSON can hold exactly."""


@dataclass(frozen=True)
class Draft:
    """An entry that somebody asks for. `lines` are (account, minor units), debit positive; `release` gives back what
    was reserved on an account, in the same step."""

    id: uuid.UUID
    kind: str
    memo: str
    lines: Sequence[tuple[Account, int]]
    occurred_on: dt.date
    by: int | None = None
    decision_id: int | None = None
    reverses: Entry | None = None
    release: Mapping[int, int] = field(default_factory=dict)


def post_entry(tx: Transaction, draft: Draft) -> Entry:
    """Write one entry and bring balances and totals up to date; asking again with the same id and content is no error.

    Raises Invalid (amounts, sum, currency, decision, too little money, a closed year, id used for something else),
    BooksDisagree while the books are read-only.
    """
    refuse_while_books_disagree(tx)
    _check(draft)
    closed = last_closed_day(tx)
    if draft.kind in OUTFLOW_KINDS:
        _rest_on_decision(tx, draft)
    balances = lock_balances(tx, [account.id for account, _amount in draft.lines] + list(draft.release))
    known = tx.session.get(Entry, draft.id, populate_existing=True)
    if known is not None:
        return _same(draft, known)
    if closed is not None and draft.occurred_on <= closed:
        raise Invalid(
            _l("The books are closed up to %(day)s. Record this with a later day.", day=closed.isoformat()),
            field="occurred_on",
        )
    _move(draft, balances)
    posted_at = tx.now()
    data = entry_bytes(draft, posted_at)
    entry = Entry(
        id=draft.id, kind=draft.kind, memo=draft.memo, occurred_on=draft.occurred_on, posted_at=posted_at,
        actor_id=draft.by, decision_id=draft.decision_id, entry_bytes=data, entry_hash=entry_hash(data),
        reverses_id=draft.reverses.id if draft.reverses else None,
    )  # fmt: skip
    _insert(tx, draft, entry)
    _add_to_totals(tx, draft)
    audit.record(tx, "entry.post", by=draft.by, on=("entry", draft.id), kind=draft.kind, hash=entry.entry_hash.hex())
    return entry


def reverse(tx: Transaction, entry_id: uuid.UUID, *, new_id: uuid.UUID, reason: str, by: int | None) -> Entry:
    """Correct an entry by its mirror image. An entry is reversed at most once, and a reversal never.

    The correction bears the day of what it corrects; when that lies in a closed year, the day on which it is made.

    Raises Invalid without a reason, WrongState when it was reversed or is a reversal, Invalid when the money is gone.
    """
    if not reason.strip():
        raise Invalid(_l("Say why this entry is corrected."), field="reason")
    entry = tx.get(Entry, entry_id)
    if entry.kind == "reversal":
        raise WrongState(_l("This entry is itself a correction. Record a new entry instead."))
    lines = [(tx.get(Account, line.account_id), -line.amount_minor) for line in _lines_of(tx, entry_id)]
    lock_balances(tx, [account.id for account, _amount in lines])
    earlier = tx.session.scalars(select(Entry).where(Entry.reverses_id == entry_id)).one_or_none()
    if earlier is not None and earlier.id != new_id:
        raise WrongState(_l("This entry was corrected already."))
    closed = last_closed_day(tx)
    in_closed_year = closed is not None and entry.occurred_on <= closed
    day = earlier.occurred_on if earlier else foundation.today_in(tx) if in_closed_year else entry.occurred_on
    return post_entry(
        tx,
        Draft(
            id=new_id, kind="reversal", memo=reason.strip()[:300], lines=lines, occurred_on=day, by=by,
            decision_id=entry.decision_id, reverses=entry,
        ),
    )  # fmt: skip


def spent_under(tx: Transaction, decision_id: int) -> int:
    """Minor units that went out of the fund's cash under a decision, corrections taken off."""
    return -int(
        tx.session.scalar(
            select(func.coalesce(func.sum(Posting.amount_minor), 0))
            .join(Entry, Entry.id == Posting.entry_id)
            .join(Account, Account.id == Posting.account_id)
            .where(Entry.decision_id == decision_id, Account.kind == "cash")
        )
        or 0
    )


def last_closed_day(tx: Transaction) -> dt.date | None:
    """The last day of the closed years, held so that no year is closed while this entry is written."""
    return tx.session.scalars(
        select(BooksClosed.closed_through).where(BooksClosed.id == 1).with_for_update(read=True)
    ).one_or_none()


def refuse_while_books_disagree(tx: Transaction) -> None:
    """Raise BooksDisagree while the last comparison of the books with themselves found a fault."""
    found = tx.session.get(BooksCheck, 1)
    if found is not None and found.faults:
        raise BooksDisagree(
            _l("The books do not agree with themselves, so nothing is booked until somebody has looked: %(fault)s",
               fault=found.faults[0])
        )  # fmt: skip


def entry_bytes(draft: Draft, posted_at: dt.datetime) -> bytes:
    """The canonical form of an entry: what is hashed, stored and compared with the columns by `fund check`."""
    return canonical_bytes(
        {
            "format": "entry/1", "id": str(draft.id), "kind": draft.kind, "memo": draft.memo,
            "occurred_on": draft.occurred_on.isoformat(), "posted_at": stamp(posted_at), "by": draft.by,
            "decision": draft.decision_id, "reverses": str(draft.reverses.id) if draft.reverses else None,
            "currency": draft.lines[0][0].currency,
            "lines": [[account.code, amount_minor] for account, amount_minor in draft.lines],
        }
    )  # fmt: skip


def entry_hash(data: bytes) -> bytes:
    """SHA-256 over the context and the entry's bytes."""
    return hashlib.sha256(CONTEXT + data).digest()


def stamp(moment: dt.datetime) -> str:
    """A time as it stands in hashed bytes: UTC with microseconds."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _check(draft: Draft) -> None:
    """What can be refused without asking the database."""
    amounts = [amount_minor for _account, amount_minor in draft.lines]
    if draft.kind not in ENTRY_KINDS or len(amounts) < 2:
        raise ValueError(f"not an entry: {draft.kind} with {len(amounts)} lines")
    if any(type(amount) is not int or amount == 0 or abs(amount) > MINOR_LIMIT for amount in amounts):
        raise Invalid(_l("An amount must be more than nothing, and not too large."), field="amount")
    if sum(amounts) != 0:
        raise Invalid(_l("An entry must add up to nothing: what leaves one account reaches another."), field="amount")
    if len({account.currency for account, _amount in draft.lines}) != 1:
        raise Invalid(_l("One entry holds one currency."), field="amount")
    if not draft.memo.strip() or len(draft.memo) > 300:
        raise Invalid(_l("Say in up to 300 characters what this was for."), field="memo")


def _rest_on_decision(tx: Transaction, draft: Draft) -> None:
    """Money goes out only under a decision that stands, and not beyond its limit."""
    if draft.decision_id is None:
        raise Invalid(_l("Money goes out only on a recorded decision."), field="decision")
    decision = tx.lock(Decision, draft.decision_id)
    if not decision.stands:
        raise WrongState(_l("This decision waits for a second person to confirm it."))
    known = tx.session.get(Entry, draft.id)
    if decision.limit_minor is None or known is not None:
        return
    out = -sum(amount for account, amount in draft.lines if account.kind == "cash")
    if spent_under(tx, decision.id) + out > decision.limit_minor:
        raise Invalid(_l("This goes beyond what the decision allows."), field="amount")


def _move(draft: Draft, balances: dict[int, Balance]) -> None:
    """Change the held balances. Raises Invalid when an account would fall below its floor; then nothing is changed."""
    posted = {account_id: row.posted_minor for account_id, row in balances.items()}
    reserved = {
        account_id: row.reserved_minor - draft.release.get(account_id, 0) for account_id, row in balances.items()
    }
    for account, amount_minor in draft.lines:
        posted[account.id] += amount_minor
    for account, _amount in draft.lines:
        floor_minor = balances[account.id].floor_minor
        if floor_minor is not None and posted[account.id] - reserved[account.id] < floor_minor:
            raise Invalid(_l("There is not enough money in “%(account)s”.", account=account.name), field="amount")
        if abs(posted[account.id]) > BALANCE_LIMIT:
            raise Invalid(_l("This amount is too large."), field="amount")
    for account_id, row in balances.items():
        row.posted_minor, row.reserved_minor = posted[account_id], reserved[account_id]


def _insert(tx: Transaction, draft: Draft, entry: Entry) -> None:
    """Postings first, the entry last: the database then sees that they add up."""
    try:
        with tx.session.begin_nested():
            tx.session.add_all(
                Posting(entry_id=draft.id, line=line, account_id=account.id, amount_minor=amount_minor)
                for line, (account, amount_minor) in enumerate(draft.lines, start=1)
            )
            tx.session.flush()
            tx.add(entry)
    except IntegrityError as error:
        raise Invalid(_l("This entry was refused by the books; nothing was written.")) from error


def _same(draft: Draft, known: Entry) -> Entry:
    """The entry that was written for this id before. Raises Invalid when something else was asked for."""
    if known.entry_bytes != entry_bytes(draft, known.posted_at):
        raise Invalid(_l("This form was already sent with other content. Please open the page again."))
    return known


def _add_to_totals(tx: Transaction, draft: Draft) -> None:
    """Add to the month's totals; whoever writes a row holds the balance of its account."""
    kind = draft.reverses.kind if draft.reverses is not None else draft.kind
    sign = -1 if draft.reverses is not None else 1
    month = month_of(draft.occurred_on)
    seen: set[int] = set()
    for account, amount_minor in draft.lines:
        total = tx.session.get(PeriodTotal, (month, account.id, kind), populate_existing=True)
        if total is None:
            total = PeriodTotal(month=month, account_id=account.id, kind=kind, amount_minor=0, entries_n=0)
            tx.session.add(total)
        total.amount_minor += amount_minor
        total.entries_n += 0 if account.id in seen else sign
        seen.add(account.id)
        tx.session.flush()


def _lines_of(tx: Transaction, entry_id: uuid.UUID) -> Sequence[Posting]:
    return tx.session.scalars(select(Posting).where(Posting.entry_id == entry_id).order_by(Posting.line)).all()
