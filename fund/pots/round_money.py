"""The money of a round and of its awards, with what is set aside in it and stays so (FIELD B2 `setasides`, B3).

Freezing takes what earlier rounds left of a pot; opening puts in the part of the budget; an award of a group is paid
from its pot first and from the open money for the rest; what comes back goes where it came from; what nobody was
awarded goes home: open money to the free money, set-aside money into its pot. `Pots` are the frozen rules' own: code,
name, who decides, the part of the budget, what was carried, days until release. A round without any is as before.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from fund.db import Transaction
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger import service as ledger
from fund.ledger.books import Draft, post_entry
from fund.ledger.models import Account, Balance
from fund.pots import lots
from fund.pots.models import PotLot

Pots = Sequence[Mapping[str, Any]]


def carried(tx: Transaction, codes: Collection[str], *, hold: bool = False) -> dict[str, int]:
    """Minor units that lie in these pots at this moment, by code, for the next round to decide about.

    With `hold` nobody else moves them before this transaction ends.
    """
    if hold:
        return {code: lots.left_of(lots.held(tx, code)) for code in sorted(codes)}
    rows = tx.session.execute(
        select(PotLot.pot_code, func.sum(PotLot.left_minor))
        .where(PotLot.pot_code.in_(list(codes)), PotLot.in_round_id.is_(None))
        .group_by(PotLot.pot_code)
    )
    return {code: int(left) for code, left in rows}


def take_carried(tx: Transaction, round_id: int, title: str, pots: Pots) -> None:
    """Give a round that is being frozen what its pots carried, so that no other round counts on the same money.

    The sums are those that its rules state; they were read in this transaction, which holds the pots since.
    """
    for pot in pots:
        if pot["carried_minor"]:
            taken = lots.move(tx, pot["code"], out_of=None, into=round_id)
            assert taken == pot["carried_minor"], "a pot changed while its round was frozen"
            _transfer(
                tx, "reservation", accounts.of_pot(tx, pot["code"], pot["name"]),
                accounts.of_pot_in_round(tx, round_id, pot["code"], pot["name"]), taken, memo=title,
            )  # fmt: skip


def reserve(tx: Transaction, round_id: int, budget_minor: int, *, title: str, pots: Pots) -> None:
    """Set a round's money aside when voting opens: the open part, and the part of each pot.

    `budget_minor` is what members decide about, with what was carried. Raises Invalid when it is not there, in words.
    """
    fresh = budget_minor - sum(pot["carried_minor"] for pot in pots)
    parts = [(_home_of(tx, round_id, pot), pot["fed_minor"]) for pot in pots]
    whole = fresh + sum(pot["fed_minor"] for pot in pots if pot["decided_by"] != "members")
    already = any(lots.latest_of(tx, pot["code"], round_id) for pot in pots)
    ledger.reserve_for_round(tx, round_id, whole, title=title, parts=parts)
    if already:
        return
    today = foundation.today_in(tx)
    for pot in pots:
        days = pot["release_after_days"]
        lots.put_in(
            tx, pot["code"], pot["fed_minor"], came_from="round", round_id=round_id,
            held_by=round_id if pot["decided_by"] == "members" else None,
            releases_on=today + dt.timedelta(days=days) if days is not None else None,
        )  # fmt: skip


def left_minor(tx: Transaction, round_id: int, pots: Pots) -> int:
    """Minor units that a round holds, open and set aside, and that no award took."""
    return ledger.round_money_minor(tx, round_id) + sum(
        row.posted_minor - row.reserved_minor for _pot, _account, row in _of_round(tx, round_id, pots)
    )


def commit(
    tx: Transaction, *, award_id: int, round_id: int, amount_minor: int, title: str, decision_id: int, pots: Pots,
    groups: Collection[str],
) -> None:  # fmt: skip
    """Move an award's money: from the pots of the groups its proposal belongs to, then from the open money.

    Raises Invalid when the round holds less than that.
    """
    if ledger.award_parts(tx, award_id):
        return
    parts, left = [], amount_minor
    for pot, account, row in _of_round(tx, round_id, pots):
        part = min(left, row.posted_minor - row.reserved_minor) if pot["code"] in groups else 0
        if part:
            lots.spend(tx, pot["code"], part, held_by=round_id)
            parts.append((account, part))
            left -= part
    ledger.commit_award(
        tx, award_id=award_id, round_id=round_id, amount_minor=amount_minor, title=title, decision_id=decision_id,
        parts=parts,
    )  # fmt: skip


def take_back(tx: Transaction, *, award_id: int, round_id: int, reason: str, by: int | None) -> None:
    """Bring what an award does not use back to its round: set-aside money first, for it stays set aside.

    Raises WrongState while a payment of this award is on its way.
    """
    source = accounts.of_award(tx, award_id)
    prefix, parts = f"cash:round-{round_id}-", []
    left = tx.get(Balance, source.id).posted_minor
    for account, taken in ledger.award_parts(tx, award_id):
        part = min(left, taken)
        if account.code.startswith(prefix) and part:
            parts.append((account, part))
            left -= part
    ledger.return_award_money(tx, award_id=award_id, round_id=round_id, reason=reason, by=by, parts=parts)
    for account, part in parts:
        code = account.code.removeprefix(prefix)
        first = lots.latest_of(tx, code, round_id)
        lots.put_in(
            tx, code, part, came_from="returned", round_id=round_id, held_by=round_id,
            releases_on=first.releases_on if first is not None else None,
        )  # fmt: skip


def send_home(tx: Transaction, round_id: int, pots: Pots, *, reason: str = "", by: int | None = None) -> None:
    """Bring home what a round holds and no award took: open money is free, what is set aside is carried in its pot.

    Doing it twice changes nothing.
    """
    ledger.return_round_money(tx, round_id, reason=reason, by=by)
    for pot, account, row in _of_round(tx, round_id, pots):
        if row.posted_minor:
            lots.move(tx, pot["code"], out_of=round_id, into=None)
            target = accounts.of_pot(tx, pot["code"], pot["name"])
            _transfer(tx, "commitment_returned", account, target, row.posted_minor, memo=reason or account.name, by=by)


def _home_of(tx: Transaction, round_id: int, pot: Mapping[str, Any]) -> Account:
    """Where a pot's part of a budget goes: with the round, or where members have no say straight into the pot."""
    if pot["decided_by"] == "members":
        return accounts.of_pot_in_round(tx, round_id, pot["code"], pot["name"])
    return accounts.of_pot(tx, pot["code"], pot["name"])


def _of_round(tx: Transaction, round_id: int, pots: Pots) -> list[tuple[Mapping[str, Any], Account, Balance]]:
    """The pots that members decide about in this round, with what lies there, held until the end."""
    mine = [pot for pot in pots if pot["decided_by"] == "members"]
    found = [(pot, accounts.of_pot_in_round(tx, round_id, pot["code"], pot["name"])) for pot in mine]
    rows = accounts.lock_balances(tx, [account.id for _pot, account in found]) if found else {}
    return [(pot, account, rows[account.id]) for pot, account in found]


def _transfer(
    tx: Transaction, kind: str, source: Account, target: Account, amount_minor: int, *, memo: str, by: int | None = None
) -> None:
    post_entry(
        tx,
        Draft(
            id=uuid.uuid4(), kind=kind, memo=(memo or target.name)[:300], by=by,
            lines=[(target, amount_minor), (source, -amount_minor)], occurred_on=foundation.today_in(tx),
        ),
    )  # fmt: skip
