"""What a line of the bank is in the books: accepted by a person, taken away again, or left out by two with a reason.

A line is matched with one entry or several, an entry with one line or several, and no more of either than there is. Nothing
is matched by itself. Everybody who matches holds the bank accounts first, so that two people never use one entry twice.
Source: TRUST 4, Reconciliation.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select

from fund import audit, db
from fund.bank import books, nameless
from fund.bank.models import BankAccount, BankLine, IgnoredLine, Match
from fund.db import Transaction
from fund.errors import Forbidden, Invalid, NotFound, WrongState
from fund.foundation.models import Fund
from fund.ledger import contributions
from fund.ledger.models import Contribution, Disbursement, Entry
from fund.payments import service as payments
from fund.permissions import Actor, require

MOST_AT_ONCE = 500
PART = "part"
"""How the key begins of an entry of which a line is a part: a week of micro-grants, paid gift by gift."""
_ENTRIES = uuid.UUID("1c0f3a1e-3f0d-4d2c-9a55-8f4f0ad7b0a2")
"""Namespace of entries that accepting a line writes: the same line and payment give the same id."""


def add_account(name: str, *, by: Actor) -> BankAccount:
    """Add a bank account of the fund. Raises Invalid for a name that another has."""
    require(by, "bank.take_in")
    with db.writing() as tx:
        if not name.strip():
            raise Invalid(_l("How do you call this account?"), field="name")
        if tx.session.scalars(select(BankAccount.id).where(BankAccount.name == name.strip())).first() is not None:
            raise Invalid(_l("There is an account of this name already."), field="name")
        account = _new_account(tx, name.strip()[:80])
        audit.record(tx, "bank.add_account", by=by.person_id, on=("bank_account", account.id))
    return account


def first_account(tx: Transaction, name: str) -> BankAccount:
    """The fund's first bank account, made with this name when there is none."""
    found = tx.session.scalars(select(BankAccount).order_by(BankAccount.id).limit(1)).one_or_none()
    return found or _new_account(tx, name)


def accept(pairs: Sequence[tuple[int, str]], *, by: Actor) -> int:
    """Accept proposals: each a line and the key of what it is (an entry, a part of one, a payment to make, a pledge). All
    or none.

    An approved payment is recorded as made on the day of the line, a pledge as received. Gives how many lines were settled.
    Raises WrongState when a line or its entry was settled in the meantime, Invalid when the amounts differ.
    """
    require(by, "bank.match")
    if not 0 < len(pairs) <= MOST_AT_ONCE:
        raise Invalid(_l("Choose between 1 and %(n)s lines.", n=MOST_AT_ONCE))
    with db.writing() as tx:
        lines = _hold(tx, [line_id for line_id, _key in pairs])
        chosen = [(lines[line_id], _entry_for(tx, lines[line_id], key, by)) for line_id, key in pairs]
        left = books.rests(tx.session, {entry_id for _line, entry_id in chosen})
        parts = {line_id for line_id, key in pairs if key.startswith(f"{PART}-")}
        _settle(tx, [(line, [one]) for line, one in chosen if line.id not in parts], by, left, whole=True)
        _settle(tx, [(line, [one]) for line, one in chosen if line.id in parts], by, left)
        _no_longer_left_out(tx, list(lines), by)
        audit.record(
            tx, "bank.match", by=by.person_id, on=("bank_line", pairs[0][0]), lines=[line_id for line_id, _key in pairs]
        )
    return len(pairs)


def match(line_id: int, entry_ids: Sequence[uuid.UUID], *, by: Actor) -> BankLine:
    """Say that a line is these entries, in whole or in part: of each as much as is left of it and of the line.

    Raises Invalid when none is chosen, one goes the other way or is used up; WrongState when the line is settled.
    """
    require(by, "bank.match")
    if not entry_ids:
        raise Invalid(_l("Choose at least one entry."), field="entries")
    with db.writing() as tx:
        line = _hold(tx, [line_id])[line_id]
        _settle(tx, [(line, list(dict.fromkeys(entry_ids)))], by, books.rests(tx.session, entry_ids))
        _no_longer_left_out(tx, [line_id], by)
        audit.record(
            tx, "bank.match", by=by.person_id, on=("bank_line", line_id), entries=[str(one) for one in entry_ids]
        )
    return line


def settle_with(tx: Transaction, line_id: int, entry_id: uuid.UUID, *, by: Actor) -> BankLine:
    """Match a line with an entry that was just recorded from it, inside that transaction."""
    line = _hold(tx, [line_id])[line_id]
    _settle(tx, [(line, [entry_id])], by, books.rests(tx.session, [entry_id]))
    _no_longer_left_out(tx, [line_id], by)
    audit.record(tx, "bank.match", by=by.person_id, on=("bank_line", line_id), entries=[str(entry_id)])
    return line


def unmatch(line_id: int, *, by: Actor) -> BankLine:
    """Take every match of a line away. What stands in the books stays there; the line waits again."""
    require(by, "bank.match")
    with db.writing() as tx:
        hold_accounts(tx)
        line = tx.lock(BankLine, line_id)
        entries = tx.session.scalars(select(Match.entry_id).where(Match.line_id == line_id).order_by(Match.id)).all()
        if not entries:
            raise WrongState(_l("This line is not matched with anything."))
        tx.session.execute(delete(Match).where(Match.line_id == line_id))
        line.settled_minor, line.state = 0, "open"
        tx.session.flush()
        audit.record(
            tx, "bank.unmatch", by=by.person_id, on=("bank_line", line_id), entries=[str(one) for one in entries]
        )
    return line


def propose_ignoring(line_id: int, reason: str, *, by: Actor) -> IgnoredLine:
    """Say why a line has no place in the books; it waits for another person to agree."""
    require(by, "bank.ignore")
    if not reason.strip():
        raise Invalid(_l("Say why this line has no place in the books."), field="reason")
    with db.writing() as tx:
        line = _hold(tx, [line_id])[line_id]
        if line.settled_minor:
            raise WrongState(_l("A part of this line is matched; take that away first."))
        if _ignoring(tx, line_id) is not None:
            raise WrongState(_l("Somebody has said this already; it waits for another person."))
        assert by.person_id is not None
        said = tx.add(
            IgnoredLine(line_id=line_id, reason=reason.strip()[:300], proposed_by=by.person_id, proposed_at=tx.now())
        )
        audit.record(tx, "bank.propose_ignoring", by=by.person_id, on=("bank_line", line_id))
    return said


def second_ignoring(line_id: int, *, by: Actor) -> IgnoredLine:
    """Agree that a line is left out. Raises Forbidden for who said so first, WrongState when nobody did."""
    require(by, "bank.ignore")
    with db.writing() as tx:
        line = _hold(tx, [line_id])[line_id]
        said = _ignoring(tx, line_id)
        if said is None:
            raise WrongState(_l("Nobody has said that this line be left out."))
        if said.proposed_by == by.person_id:
            raise Forbidden(_l("You said that this line be left out. It takes another person."))
        said.seconded_by, said.seconded_at = by.person_id, tx.now()
        tx.session.flush()
        line.state = "ignored"
        tx.session.flush()
        audit.record(
            tx, "bank.ignore", by=by.person_id, on=("bank_line", line_id), proposer=said.proposed_by,
        )  # fmt: skip
    return said


def take_up(line_id: int, *, by: Actor) -> BankLine:
    """Take up a line again that was left out or was to be. One person is enough: it only waits again."""
    require(by, "bank.ignore")
    with db.writing() as tx:
        hold_accounts(tx)
        line = tx.lock(BankLine, line_id)
        said = _ignoring(tx, line_id)
        if said is None:
            raise WrongState(_l("This line is not left out."))
        said.ended_at, said.ended_by = tx.now(), by.person_id
        line.state = "open" if line.state == "ignored" else line.state
        tx.session.flush()
        audit.record(tx, "bank.take_up", by=by.person_id, on=("bank_line", line_id))
    return line


def forget_due() -> int:
    """Blank the words of lines on which micro-grants were paid, wherever some are left: no person stays in the bank's lines
    (FIELD C5). Day and amount stay. Gives how many lines; safe to repeat."""
    of_micro_grants = (
        select(Match.line_id).join(Entry, Entry.id == Match.entry_id).where(Entry.kind == nameless.OF_A_WEEK)
    )
    due = select(BankLine).where(
        BankLine.id.in_(of_micro_grants), (BankLine.reference != "") | (BankLine.counterparty != "")
    )
    if db.session.scalars(due.limit(1)).first() is None:
        return 0
    with db.writing() as tx:
        lines = tx.lock_all(due.order_by(BankLine.id))
        nameless.blank(tx, lines)
        audit.record(tx, "bank.forget", by=None, on=("bank_line", lines[0].id if lines else 0), lines=len(lines))
    return len(lines)


def hold_accounts(tx: Transaction) -> None:
    """Hold every bank account: whoever matches or takes in waits for the other."""
    tx.lock_all(select(BankAccount).order_by(BankAccount.id))


def _hold(tx: Transaction, line_ids: Iterable[int]) -> dict[int, BankLine]:
    """Lines that are still open, held. Raises NotFound, WrongState."""
    hold_accounts(tx)
    wanted = sorted(set(line_ids))
    rows = tx.lock_all(select(BankLine).where(BankLine.id.in_(wanted)).order_by(BankLine.id))
    if len(rows) != len(wanted):
        raise NotFound(_l("There is no such line of the bank."))
    if any(line.state != "open" for line in rows):
        raise WrongState(_l("A line was settled in the meantime. Please look at the page again."))
    return {line.id: line for line in rows}


def _no_longer_left_out(tx: Transaction, line_ids: Sequence[int], by: Actor) -> None:
    """Who finds what a line is, ends the wish to leave it out."""
    said = IgnoredLine.line_id.in_(line_ids) & IgnoredLine.ended_at.is_(None)
    for one in tx.lock_all(select(IgnoredLine).where(said).order_by(IgnoredLine.id)):
        one.ended_at, one.ended_by = tx.now(), by.person_id
    tx.session.flush()


def _settle(
    tx: Transaction, pairs: Sequence[tuple[BankLine, Sequence[uuid.UUID]]], by: Actor, rests: dict[uuid.UUID, int], *,
    whole: bool = False,
) -> None:  # fmt: skip
    """Match held lines with entries, each in turn as far as both go. `rests` says what is left of each entry and is
    kept up; `whole`: nothing may be left of either. All matches are written before any line says it is settled."""
    now, settled = tx.now(), {}
    for line, entry_ids in pairs:
        settled[line.id] = line.settled_minor
        for entry_id in entry_ids:
            amount = _taken(line.amount_minor - settled[line.id], rests[entry_id], whole=whole)
            tx.session.add(
                Match(
                    line_id=line.id, entry_id=entry_id, amount_minor=amount, accepted_by=by.person_id, accepted_at=now
                )
            )
            rests[entry_id] -= amount
            settled[line.id] += amount
    tx.session.flush()
    for line, _entry_ids in pairs:
        line.settled_minor = settled[line.id]
        line.state = "matched" if line.settled_minor == line.amount_minor else "open"
    tx.session.flush()
    nameless.forget(tx, [line for line, _ids in pairs], {one for _line, entry_ids in pairs for one in entry_ids})


def _taken(left: int, rest: int, *, whole: bool) -> int:
    """How much is matched of what is left of a line and of an entry. Raises Invalid, WrongState."""
    if not left:
        raise Invalid(_l("The first entries you chose are the whole line already; choose fewer."), field="entries")
    if not rest:
        raise WrongState(_l("This entry was matched with another line already."))
    if (left > 0) != (rest > 0):
        raise Invalid(_l("The line and the entry go in different directions."), field="entries")
    if whole and left != rest:
        raise WrongState(_l("The amounts are not the same any more. Please look at the page again."))
    return min(left, rest, key=abs)


def _entry_for(tx: Transaction, line: BankLine, key: str, by: Actor) -> uuid.UUID:
    """The entry that a key names; for a payment or a pledge, the one that recording it writes."""
    what, _dash, name = key.partition("-")
    if what in ("entry", PART):
        try:
            return uuid.UUID(name)
        except ValueError:
            raise NotFound(_l("There is no such entry.")) from None
    if what not in ("payment", "pledge") or not name.isdecimal() or not name.isascii() or len(name) > 9:
        raise NotFound(_l("There is no such thing to match."))
    left, number = line.amount_minor - line.settled_minor, int(name)
    entry_id = uuid.uuid5(_ENTRIES, f"{line.id}:{key}")
    if what == "payment":
        if tx.get(Disbursement, number).amount_minor != -left:
            raise WrongState(_l("The amounts are not the same any more. Please look at the page again."))
        payments.settle(number, paid_on=line.booked_on, bank_reference=line.reference[:140], entry_id=entry_id, by=by)
        return entry_id
    if tx.get(Contribution, number).amount_minor != left:
        raise WrongState(_l("The amounts are not the same any more. Please look at the page again."))
    contributions.receive(number, on=line.booked_on, entry_id=entry_id, amount_minor=left, by=by)
    return entry_id


def _ignoring(tx: Transaction, line_id: int) -> IgnoredLine | None:
    return tx.session.scalars(
        select(IgnoredLine).where(IgnoredLine.line_id == line_id, IgnoredLine.ended_at.is_(None))
    ).one_or_none()


def _new_account(tx: Transaction, name: str) -> BankAccount:
    return tx.add(BankAccount(name=name, currency=tx.get(Fund, 1).currency, added_at=tx.now()))
