"""Losses: who bears what will not come back, and who is given back first (FIELD A1, B2 `capital.layers`, C1).

A loss lies in `expense:losses` until it is shared: first the loss reserve, then layer after layer as the charter orders
them, first-loss to senior. What the reserve bears becomes free money; what the fund's own money bears is booked as such;
what a class of notes bears is owed no longer, each holder's part by largest remainder. A recovery (`income:recoveries`)
runs back in reverse order. Shown per class; no holder is named. Each run rests on a decision that two people stand for.
What is given up of a loan is shared at once, under the decision that gave it up; only where the layers cannot bear it
does it lie open, on the treasurer's desk. Notes are held before balances, as their payments do.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import case, func, select
from sqlalchemy.orm import selectinload

from fund import audit, db
from fund.currency import written
from fund.db import Transaction
from fund.errors import Invalid, WrongState
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.books import Draft, post_entry
from fund.ledger.losses import HELD_FIRST, LISTENERS, Loss
from fund.ledger.models import Account, Balance
from fund.ledger.own_money import own_money
from fund.notes import layers, waterfall
from fund.notes.models import OWING, LossRun, LossShare, Note, NoteMovement
from fund.notes.movements import decided, move
from fund.permissions import Actor, require

CARRIED_BY = ("consent", "council", "standing_rule")


@dataclass(frozen=True)
class Standing:
    """One layer as it stands: its kind, code, name, and what it can bear."""

    kind: str
    code: str
    name: str
    layer: waterfall.Layer


def record_loss(*, amount_minor: int, memo: str, decision_id: int, entry_id: uuid.UUID, by: Actor) -> LossRun | None:
    """Record money that is lost (stolen, a bank that failed) under a decision, and share the loss over the layers.

    None when the charter has no layers: the loss then lies with the fund. Raises Invalid for more than is free, or than
    all layers can bear.
    """
    require(by, "loss.record")
    if amount_minor <= 0:
        raise Invalid(_l("How much is lost?"), field="amount")
    with db.writing() as tx:
        hold_notes(tx)
        decided(tx, decision_id, CARRIED_BY)
        known = tx.session.scalars(
            select(LossRun).where(LossRun.entry_id == uuid.uuid5(entry_id, "shared"))
        ).one_or_none()
        post_entry(
            tx,
            Draft(
                id=entry_id, kind="loss", memo=memo.strip(), occurred_on=foundation.today_in(tx), by=by.person_id,
                lines=[(accounts.named(tx, accounts.LOSSES), amount_minor), (accounts.free(tx), -amount_minor)],
                decision_id=decision_id,
            ),
        )  # fmt: skip
        if known is not None:
            return known
        audit.record(tx, "loss.record", by=by.person_id, on=("entry", entry_id), amount_minor=amount_minor)
        if not foundation.current_charter().capital:
            return None
        return share(
            tx, amount_minor, decision_id=decision_id, entry_id=uuid.uuid5(entry_id, "shared"), by=by.person_id
        )


def share_losses(*, decision_id: int, entry_id: uuid.UUID, by: Actor) -> LossRun:
    """Share everything that lies in `expense:losses`. Raises WrongState when nothing does, Invalid when all layers
    together cannot bear it."""
    require(by, "loss.record")
    with db.writing() as tx:
        known = tx.session.scalars(select(LossRun).where(LossRun.entry_id == entry_id)).one_or_none()
        if known is not None:
            return known
        hold_notes(tx)
        decided(tx, decision_id, CARRIED_BY)
        account = accounts.named(tx, accounts.LOSSES)
        amount_minor = accounts.lock_balances(tx, [account.id])[account.id].posted_minor
        if amount_minor <= 0:
            raise WrongState(_l("There is no loss that nobody has borne yet."))
        return share(tx, amount_minor, decision_id=decision_id, entry_id=entry_id, by=by.person_id)


def share_recovery(*, decision_id: int, entry_id: uuid.UUID, by: Actor) -> LossRun:
    """Give what was recovered back to those who bore losses, the most senior first. Raises WrongState when nothing was
    recovered; what is beyond all that was borne stays with the fund."""
    require(by, "loss.record")
    with db.writing() as tx:
        known = tx.session.scalars(select(LossRun).where(LossRun.entry_id == entry_id)).one_or_none()
        if known is not None:
            return known
        hold_notes(tx)
        decided(tx, decision_id, CARRIED_BY)
        account = accounts.named(tx, accounts.RECOVERIES)
        recovered = -accounts.lock_balances(tx, [account.id])[account.id].posted_minor
        missing = still_missing(tx)
        amount_minor = min(recovered, sum(one.layer.holds_minor for one in missing))
        if amount_minor <= 0:
            raise WrongState(_l("Nothing was recovered that somebody still misses."))
        shared = waterfall.give_back(amount_minor, [one.layer for one in missing])
        lines = [(account, amount_minor), *_lines(tx, missing, shared, sign=-1)]
        return _write(tx, "recovery", amount_minor, missing, shared, lines, decision_id, entry_id, by.person_id)


def share_at_once(tx: Transaction, loss: Loss) -> None:
    """Share what was just given up of a loan, where the charter has layers and they can bear it."""
    if not foundation.current_charter().capital:
        return
    with suppress(Invalid), db.writing():
        key = uuid.uuid5(loss.entry_id, "shared")
        share(tx, loss.amount_minor, decision_id=loss.decision_id, entry_id=key, by=loss.by)


def hold_notes(tx: Transaction) -> None:
    """Hold every note that a loss or a recovery may touch, in the order of their numbers, before any balance: whoever pays
    a note holds it before the balances too, so that none waits for the other (TRUST 4)."""
    tx.lock_all(select(Note).where(Note.state.in_((*OWING, "written_down"))).order_by(Note.id))


def share(
    tx: Transaction, amount_minor: int, *, decision_id: int, entry_id: uuid.UUID, by: int | None
) -> LossRun:  # fmt: skip
    """Run a loss that lies in `expense:losses` through reserve and layers. Raises Invalid when they cannot bear it."""
    standing = layers_now(tx)
    shared = waterfall.bear(amount_minor, [one.layer for one in standing])
    if shared.uncovered_minor:
        raise Invalid(
            _l("All layers together can bear %(sum)s, and the loss is larger.",
               sum=written(amount_minor - shared.uncovered_minor, foundation.fund().currency)),
            field="amount",
        )  # fmt: skip
    lines = [*_lines(tx, standing, shared, sign=1), (accounts.named(tx, accounts.LOSSES), -amount_minor)]
    return _write(tx, "loss", amount_minor, standing, shared, lines, decision_id, entry_id, by)


def layers_now(tx: Transaction) -> list[Standing]:
    """Every layer in the order of loss with what it can bear; notes of classes that the charter no longer names last."""
    charter = foundation.current_charter()
    reserve = accounts.named(tx, accounts.LOSS_RESERVE)
    accounts.lock_balances(tx, [accounts.free(tx).id, reserve.id])
    own = own_money(tx.session)
    held: dict[str, list[Note]] = {}
    for note in tx.lock_all(select(Note).where(Note.state.in_(OWING), Note.owed_minor > 0).order_by(Note.id)):
        held.setdefault(note.class_code, []).append(note)
    found = []
    for kind, code, name in layers.order(charter):
        if kind == "note":
            holders = tuple((note.id, note.owed_minor) for note in held.pop(code, []))
            found.append(Standing(kind, code, name, waterfall.Layer(code, sum(owed for _n, owed in holders), holders)))
        else:
            held_minor = own.reserve_minor if kind == "reserve" else own.bears_minor
            found.append(Standing(kind, code, name, waterfall.Layer(code, max(0, held_minor))))
    for code, notes in sorted(held.items()):
        holders = tuple((note.id, note.owed_minor) for note in notes)
        whole = sum(owed for _n, owed in holders)
        found.append(Standing("note", code, notes[0].class_name, waterfall.Layer(code, whole, holders)))
    return found


def still_missing(tx: Transaction) -> list[Standing]:
    """What each layer bore and was not given back, in the order of loss; holders of notes with what each lost."""
    signed = case((LossRun.kind == "loss", LossShare.amount_minor), else_=-LossShare.amount_minor)
    rows = tx.session.execute(
        select(LossShare.layer_kind, LossShare.class_code, func.max(LossShare.name), func.sum(signed))
        .join(LossRun, LossRun.id == LossShare.loss_run_id)
        .group_by(LossShare.layer_kind, LossShare.class_code)
    )
    borne = {(kind, code): (name, int(total)) for kind, code, name, total in rows}
    lost: dict[str, list[tuple[int, int]]] = {}
    for note_id, code, total in tx.session.execute(
        select(Note.id, Note.class_code, -func.sum(NoteMovement.principal_minor))
        .join(NoteMovement, NoteMovement.note_id == Note.id)
        .where(NoteMovement.kind.in_(("written_down", "written_up")))
        .group_by(Note.id, Note.class_code)
        .order_by(Note.id)
    ):
        lost.setdefault(code, []).append((note_id, int(total)))
    known = layers.order(foundation.current_charter())
    places = [(kind, code) for kind, code, _name in known]
    places += sorted(set(borne) - set(places))
    found = []
    for kind, code in places:
        name, total = borne.get((kind, code), ("", 0))
        holders = tuple(lost.get(code, ())) if kind == "note" else ()
        found.append(Standing(kind, code, name, waterfall.Layer(code, total, holders)))
    return [one for one in found if one.layer.holds_minor]


def runs(*, most: int = 20) -> Sequence[LossRun]:
    """Losses and recoveries that were shared, newest first, with the share of each layer."""
    return db.session.scalars(
        select(LossRun).options(selectinload(LossRun.shares)).order_by(LossRun.id.desc()).limit(most)
    ).all()


def unshared(code: str) -> int:
    """What lies in `expense:losses` or `income:recoveries` and was not shared yet, in minor units."""
    amount = db.session.scalar(
        select(Balance.posted_minor).join(Account, Account.id == Balance.account_id).where(Account.code == code)
    )
    return abs(int(amount or 0))


def missing_minor() -> int:
    """What layers bore and were not given back, in minor units."""
    signed = case((LossRun.kind == "loss", LossRun.amount_minor), else_=-LossRun.amount_minor)
    return int(db.session.scalar(select(func.coalesce(func.sum(signed), 0))) or 0)


def _lines(
    tx: Transaction, standing: Sequence[Standing], shared: waterfall.Shared, *, sign: int
) -> list[tuple[Account, int]]:
    """What each layer bears (plus) or is given back (minus) as lines of an entry."""
    lines: list[tuple[Account, int]] = []
    for one, part in zip(standing, shared.shares, strict=True):
        amount = sign * part.amount_minor
        if not amount:
            continue
        if one.kind == "note":
            lines.append((layers.owed_account(tx, one.code, one.name), amount))
        elif one.kind == "gift":
            lines.append((accounts.named(tx, accounts.BORNE_BY_GIFTS), amount))
        else:
            lines.append((accounts.named(tx, accounts.BORNE_BY_RESERVE), amount))
            lines += [(accounts.free(tx), amount), (accounts.named(tx, accounts.LOSS_RESERVE), -amount)]
    return lines


def _write(
    tx: Transaction, kind: str, amount_minor: int, standing: Sequence[Standing], shared: waterfall.Shared,
    lines: list[tuple[Account, int]], decision_id: int, entry_id: uuid.UUID, by: int | None,
) -> LossRun:  # fmt: skip
    """One entry, one run with its shares, one movement for each note."""
    today, version = foundation.today_in(tx), foundation.current_version()
    memo = str(_l("Loss shared over the layers") if kind == "loss" else _l("Recovery given back over the layers"))
    entry = post_entry(
        tx, Draft(id=entry_id, kind="loss", memo=memo, lines=lines, occurred_on=today, by=by, decision_id=decision_id)
    )
    run = tx.add(
        LossRun(kind=kind, amount_minor=amount_minor, decision_id=decision_id, entry_id=entry.id, shared_on=today,
                charter_version_id=version.id if version else 0, recorded_by=by)
    )  # fmt: skip
    for position, (one, part) in enumerate(zip(standing, shared.shares, strict=True), start=1):
        tx.add(LossShare(loss_run_id=run.id, position=position, layer_kind=one.kind, class_code=one.code, name=one.name,
                         amount_minor=part.amount_minor))  # fmt: skip
        for note_id, amount in part.holders.items():
            _to_holder(tx, note_id, amount if kind == "recovery" else -amount, entry.id, decision_id, by)
    audit.record(tx, f"loss.share_{kind}", by=by, on=("loss_run", run.id), amount_minor=amount_minor)
    return run


def _to_holder(
    tx: Transaction, note_id: int, amount_minor: int, entry_id: uuid.UUID, decision_id: int, by: int | None
) -> None:
    """Take a holder's part of a loss off what they are owed, or give it back."""
    note = tx.lock(Note, note_id)
    left = note.owed_minor + amount_minor
    move(
        tx, note, "written_up" if amount_minor > 0 else "written_down", principal=amount_minor,
        on=foundation.today_in(tx), entry_id=entry_id, decision_id=decision_id,
        state=("repaying" if amount_minor > 0 else note.state) if left else "written_down", by=by,
    )  # fmt: skip


HELD_FIRST.append(hold_notes)
LISTENERS.append(share_at_once)
