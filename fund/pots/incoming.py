"""Sharing out what comes in: each contribution goes to the pools of the charter in the transaction that records it.

A share is a percent of each kind of contribution, to the cent by largest remainder; of a pool's share a part may be
kept for buying land. What no pool takes is the fund's free money, and so is what members decide about. A contribution
that is taken back or refunded takes its shares back first, which is refused once they were given; of a refund in part
each pool gives its part. A refund that comes to nothing is in the pools again. Source: FIELD C6.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit
from fund.charter.model_money import Pool
from fund.currency import split
from fund.db import Transaction
from fund.errors import WrongState
from fund.foundation import service as foundation
from fund.ledger import accounts, contributions
from fund.ledger import service as ledger
from fund.ledger.books import Draft, post_entry
from fund.ledger.models import Account, Contribution, Entry, Posting
from fund.pots import lots
from fund.pots.models import PotLot

_ENTRIES = uuid.UUID("0d5f3a1c-6f44-4f0e-9a35-2d8f2f1a7c61")
"""Namespace of the entries that follow a contribution: one id for each."""
POT = "cash:pot-"


def shares(pools: tuple[Pool, ...], kind: str, amount_minor: int) -> dict[str, int]:
    """Minor units by the pot's code of one contribution; what members decide about, and the rest, is not in it."""
    weights = [pool.percent_of(kind) for pool in pools]
    parts = split(amount_minor, [*weights, 100 - sum(weights)])
    found: dict[str, int] = {}
    for pool, part in zip(pools, parts, strict=False):
        if not pool.is_apart:
            continue
        land, rest = split(part, [pool.land_reserve, 100 - pool.land_reserve])
        found |= {code: sum_ for code, sum_ in ((pool.code, rest), (pool.reserve_code, land)) if sum_}
    return found


def share_out(tx: Transaction, contribution: Contribution, by: int | None) -> None:
    """Move what a contribution brings to the pools it belongs to, by one entry beside its own."""
    version = foundation.current_version()
    if version is None or contribution.entry_id is None or not contribution.amount_minor:
        return
    pools = foundation.parsed(version.text_bytes).pools
    found = shares(pools, contribution.kind, contribution.amount_minor)
    if not found:
        return
    names = names_of(pools)
    parts = [(accounts.of_pot(tx, code, names[code]), part) for code, part in found.items()]
    entry = post_entry(
        tx,
        Draft(
            id=_beside(contribution), kind="transfer", memo=", ".join(names[code] for code in found)[:300], by=by,
            lines=[*parts, (accounts.free(tx), -sum(found.values()))], occurred_on=contribution.given_on,
        ),
    )  # fmt: skip
    for code, part in found.items():
        lots.put_in(tx, code, part, came_from="contribution", entry_id=entry.id)
    audit.record(tx, "pots.share_out", by=by, on=("contribution", contribution.id), parts=found)


def take_back(tx: Transaction, contribution: Contribution, reason: str, by: int | None) -> None:
    """Bring the shares of a contribution back before it is taken back. Raises WrongState when part of them was given."""
    entry_id = _beside(contribution)
    if tx.session.get(Entry, entry_id) is None:
        return
    for lot in _lots_of(tx, entry_id):
        _take(lot, lot.amount_minor)
    tx.session.flush()
    ledger.reverse(tx, entry_id, new_id=uuid.uuid5(_ENTRIES, f"back:{entry_id}"), reason=reason, by=by)


def give_back(tx: Transaction, contribution: Contribution, amount_minor: int, *, key: str, by: int | None) -> None:
    """Bring the pools' part of a refund back to the free money, before the refund is asked for. `key` names the refund.

    Raises WrongState when part of it was given out of its pool.
    """
    found: dict[str, list[PotLot]] = {}
    for lot in _lots_of(tx, _beside(contribution)):
        found.setdefault(lot.pot_code, []).append(lot)
    put_in = [sum(lot.amount_minor for lot in mine) for mine in found.values()]
    parts = split(amount_minor, [*put_in, contribution.amount_minor - sum(put_in)])
    taken = {code: part for code, part in zip(found, parts, strict=False) if part}
    if not taken:
        return
    for code, part in taken.items():
        for lot in found[code]:
            part -= _take(lot, min(part, lot.amount_minor))
    tx.session.flush()
    free = accounts.free(tx)
    lines = [(free, sum(taken.values())), *((accounts.of_pot(tx, code), -part) for code, part in taken.items())]
    post_entry(
        tx,
        Draft(
            id=_of_refund(key), kind="transfer", memo=free.name, by=by, lines=lines, occurred_on=foundation.today_in(tx),
        ),
    )  # fmt: skip


def keep_after_all(tx: Transaction, contribution: Contribution, *, key: str, reason: str, by: int | None) -> None:
    """A refund came to nothing: what it took out of the pools lies there again."""
    back = tx.session.get(Entry, _of_refund(key))
    if back is None:
        return
    ledger.reverse(tx, back.id, new_id=uuid.uuid5(_ENTRIES, f"kept:{key}"), reason=reason or back.memo, by=by)
    rows = tx.session.execute(
        select(Account.code, Posting.amount_minor)
        .join(Account, Account.id == Posting.account_id)
        .where(Posting.entry_id == back.id, Posting.amount_minor < 0)
        .order_by(Posting.line)
    )
    for code, amount_minor in rows:
        pot = code.removeprefix(POT)
        lots.put_in(tx, pot, -amount_minor, came_from="contribution", entry_id=_beside(contribution))


def _lots_of(tx: Transaction, entry_id: uuid.UUID) -> Sequence[PotLot]:
    """The lots of a contribution, held after the balances of their pots, as whoever spends from a pot does."""
    touched = tx.session.scalars(select(Posting.account_id).where(Posting.entry_id == entry_id)).all()
    accounts.lock_balances(tx, touched)
    return tx.lock_all(select(PotLot).where(PotLot.entry_id == entry_id).order_by(PotLot.id))


def _take(lot: PotLot, amount_minor: int) -> int:
    """Make a lot smaller, and tell by how much. Raises WrongState when less of it lies in its pot."""
    if lot.left_minor < amount_minor or (lot.in_round_id is not None and amount_minor):
        raise WrongState(_l("Part of this was given out of the pot it belongs to, so it cannot be taken back."))
    lot.amount_minor -= amount_minor
    lot.left_minor -= amount_minor
    return amount_minor


def _of_refund(key: str) -> uuid.UUID:
    return uuid.uuid5(_ENTRIES, f"refund:{key}")


def names_of(pools: tuple[Pool, ...]) -> dict[str, str]:
    """Names of the pots that these pools are kept in, by code; a land reserve has one of its own."""
    own = {pool.code: pool.name for pool in pools if pool.is_apart}
    return own | {
        pool.reserve_code: str(_l("Land purchase reserve (%(name)s)", name=pool.name))
        for pool in pools
        if pool.is_apart and pool.land_reserve
    }


def _beside(contribution: Contribution) -> uuid.UUID:
    return uuid.uuid5(_ENTRIES, f"shares:{contribution.entry_id}")


contributions.RECEIVED.append(share_out)
contributions.TAKEN_BACK.append(take_back)
