"""Money on its way out: asked for, approved by distinct people over the same bytes, paid, or ended (TRUST 4).

Every kind of payment goes this one way: an award's instalment, a cost, a fee, a refund, a note, a share of surplus, a
hand-over, a week's micro-grants. Asking reserves the amount on the account it comes from, so that nothing promised is
spent twice. What is approved are the bytes that say payee, amount, source and decision; they never change, so any
change is a new request that needs its own approvals. Paying is recorded, never done, by this program. A request that
ends gives back what it reserved, and one that came back puts its money where it came from.
These are steps inside a transaction that is open; who may take them is decided by the feature that asks.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fund.db import MINOR_LIMIT, Transaction, canonical_bytes
from fund.errors import Forbidden, Invalid, WrongState
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.books import Draft, post_entry, refuse_while_books_disagree, reverse
from fund.ledger.models import DISBURSEMENT_KINDS, Account, Approval, Disbursement

CONTEXT = b"commonpool/v1/payment\x00"
ENDS = ("voided", "expired", "refused")
UNSENT = ("requested", "approved", "on_pay_list")
PAYABLE = ("approved", "on_pay_list", "sent")
ENTRY_OF = {"award": "payment"} | {kind: kind for kind in DISBURSEMENT_KINDS if kind != "award"}
"""The kind of journal entry that each kind of payment becomes."""


@dataclass(frozen=True)
class Ask:
    """A payment that is asked for: from which account to which, to whom, under which decision.

    `about` names the one thing it pays, so that it is not paid twice; `purpose` is what anyone reads in the journal.
    """

    kind: str
    source: Account
    target: Account
    amount_minor: int
    payee_name: str
    decision_id: int
    approvals_needed: int
    tranche_id: int | None = None
    payee_id: int | None = None
    payee_fingerprint: bytes | None = None
    about: str | None = None
    purpose: str = ""
    small_lane: bool = False
    quote_minor: int | None = None
    receipt: str | None = None
    receipt_key: str | None = None
    receipt_hash: bytes | None = None


def request(tx: Transaction, ask: Ask, *, by: int) -> Disbursement:
    """Ask for a payment and reserve its amount. Raises Invalid when the account holds less, WrongState when this
    instalment is already on its way or paid."""
    refuse_while_books_disagree(tx)
    if ask.kind not in DISBURSEMENT_KINDS:
        raise ValueError(f"no kind of payment: {ask.kind}")
    if not 0 < ask.amount_minor <= MINOR_LIMIT:
        raise Invalid(_l("An amount must be more than nothing, and not too large."), field="amount")
    held = accounts.lock_balances(tx, [ask.source.id])[ask.source.id]
    if held.posted_minor - held.reserved_minor - ask.amount_minor < (held.floor_minor or 0):
        raise Invalid(_l("There is not enough money in “%(account)s”.", account=ask.source.name), field="amount")
    disbursement = Disbursement(
        kind=ask.kind, tranche_id=ask.tranche_id, decision_id=ask.decision_id, source_account_id=ask.source.id,
        target_account_id=ask.target.id, amount_minor=ask.amount_minor, payee_name=ask.payee_name,
        approvals_needed=ask.approvals_needed, requested_by=by, requested_at=tx.now(), payee_id=ask.payee_id,
        payee_fingerprint=ask.payee_fingerprint, about=ask.about, purpose=ask.purpose.strip()[:300],
        small_lane=ask.small_lane, quote_minor=ask.quote_minor, receipt=ask.receipt, receipt_key=ask.receipt_key,
        receipt_hash=ask.receipt_hash,
    )  # fmt: skip
    data = payload_bytes(disbursement, ask.source, ask.target)
    disbursement.payload_bytes, disbursement.payload_hash = data, payload_hash(data)
    try:
        with tx.session.begin_nested():
            tx.add(disbursement)
    except IntegrityError:
        raise WrongState(_l("This payment is on its way already.")) from None
    held.reserved_minor += ask.amount_minor
    tx.session.flush()
    return disbursement


def approve(
    tx: Transaction, disbursement: Disbursement, *, seen_hash: bytes, warnings_read: Sequence[str] = (), by: int
) -> Approval:
    """Add one person's yes to a held request. Raises WrongState when it is no longer asked for or what the person saw
    is not what it says, Forbidden for the person who asked or has said yes."""
    if disbursement.state != "requested":
        raise WrongState(_l("This payment is no longer waiting for approval."))
    if disbursement.requested_by == by:
        raise Forbidden(_l("You asked for this payment, so others approve it."))
    if seen_hash != disbursement.payload_hash:
        raise WrongState(_l("This payment is not the one you looked at. Please read it again."))
    refuse_changed_payload(tx, disbursement)
    if by in approvers(tx, disbursement):
        raise Forbidden(_l("You have approved this payment already; another person is needed."))
    approval = tx.add(
        Approval(
            disbursement_id=disbursement.id, approver_id=by, payload_hash=disbursement.payload_hash,
            approved_at=tx.now(), warnings_read=list(warnings_read),
        )
    )  # fmt: skip
    if len(approvers(tx, disbursement)) >= disbursement.approvals_needed:
        disbursement.state = "approved"
    tx.session.flush()
    return approval


def settle(
    tx: Transaction, disbursement: Disbursement, *, paid_on: dt.date, bank_reference: str, memo: str,
    entry_id: uuid.UUID, by: int,
) -> Disbursement:  # fmt: skip
    """Record that an approved payment was made: one entry, and the reservation is gone. Asking twice writes once.

    Raises WrongState unless it is approved by enough distinct people over the same bytes, Invalid for a day to come.
    """
    if disbursement.state == "paid" and disbursement.entry_id == entry_id:
        return disbursement
    if disbursement.state not in PAYABLE:
        raise WrongState(_l("This payment is not approved, or was paid already."))
    refuse_changed_payload(tx, disbursement)
    if len(approvers(tx, disbursement)) < disbursement.approvals_needed:
        raise WrongState(_l("This payment has fewer approvals than the charter asks for."))
    if paid_on > foundation.today_in(tx):
        raise Invalid(_l("This day has not come yet."), field="paid_on")
    source, target = _accounts(tx, disbursement)
    amount_minor = disbursement.amount_minor
    entry = post_entry(
        tx,
        Draft(
            id=entry_id, kind=ENTRY_OF[disbursement.kind], memo=memo[:300],
            lines=[(target, amount_minor), (source, -amount_minor)], occurred_on=paid_on, by=by,
            decision_id=disbursement.decision_id, release={source.id: amount_minor},
        ),
    )  # fmt: skip
    now = tx.now()
    disbursement.entry_id, disbursement.state = entry.id, "paid"
    disbursement.settled_at, disbursement.settled_by = now, by
    disbursement.bank_reference = bank_reference.strip()[:140] or None
    tx.session.flush()
    return disbursement


def put_on_list(tx: Transaction, disbursement: Disbursement, pay_list_id: int) -> None:
    """Put an approved payment on a pay list. Raises WrongState unless it is approved as it stands."""
    if disbursement.state != "approved":
        raise WrongState(_l("Only an approved payment goes on a pay list."))
    refuse_changed_payload(tx, disbursement)
    if len(approvers(tx, disbursement)) < disbursement.approvals_needed:
        raise WrongState(_l("This payment has fewer approvals than the charter asks for."))
    disbursement.pay_list_id, disbursement.state = pay_list_id, "on_pay_list"
    tx.session.flush()


def take_off_list(tx: Transaction, disbursement: Disbursement) -> None:
    """Take a payment off a list that was not sent; it is approved as before. Raises WrongState when it is on none."""
    if disbursement.state != "on_pay_list":
        raise WrongState(_l("This payment is on no pay list."))
    disbursement.pay_list_id, disbursement.state = None, "approved"
    tx.session.flush()


def mark_sent(tx: Transaction, disbursement: Disbursement, *, by: int) -> None:
    """Note that a payment on a list was given to the bank. Raises WrongState when it is not on a list."""
    if disbursement.state != "on_pay_list":
        raise WrongState(_l("This payment is on no pay list."))
    disbursement.state, disbursement.sent_at, disbursement.sent_by = "sent", tx.now(), by
    tx.session.flush()


def end(tx: Transaction, disbursement: Disbursement, *, state: str, reason: str) -> Disbursement:
    """End a request that was not sent and give back what it reserved. Raises Invalid without a reason, WrongState when
    it was sent, is paid or has ended."""
    if state not in ENDS:
        raise ValueError(f"not an end: {state}")
    if not reason.strip():
        raise Invalid(_l("Say why, in a sentence."), field="reason")
    if disbursement.state == "sent":
        raise WrongState(_l("This payment was given to the bank. If it came back, record that it came back."))
    if disbursement.state not in UNSENT:
        raise WrongState(_l("This payment was made or has ended already."))
    _give_back(tx, disbursement)
    disbursement.state, disbursement.ended_reason = state, reason.strip()
    tx.session.flush()
    return disbursement


def bounce(tx: Transaction, disbursement: Disbursement, *, reason: str, new_id: uuid.UUID, by: int) -> Disbursement:
    """Record that a payment came back: the money is again where it came from, by a mirrored entry if it was booked.

    Raises Invalid without a reason, WrongState unless it was sent or paid.
    """
    if not reason.strip():
        raise Invalid(_l("Say why, in a sentence."), field="reason")
    if disbursement.state == "paid" and disbursement.entry_id is not None:
        reverse(tx, disbursement.entry_id, new_id=new_id, reason=reason, by=by)
    elif disbursement.state == "sent":
        _give_back(tx, disbursement)
    else:
        raise WrongState(_l("Only a payment that was made can come back."))
    disbursement.state, disbursement.ended_reason = "bounced", reason.strip()
    tx.session.flush()
    return disbursement


def approvers(tx: Transaction, disbursement: Disbursement) -> set[int]:
    """Who said yes to exactly what this payment says."""
    return set(
        tx.session.scalars(
            select(Approval.approver_id).where(
                Approval.disbursement_id == disbursement.id, Approval.payload_hash == disbursement.payload_hash,
                Approval.approver_id != disbursement.requested_by,
            )
        )
    )  # fmt: skip


def refuse_changed_payload(tx: Transaction, disbursement: Disbursement) -> None:
    """Raise WrongState when columns, bytes and hash of a payment do not agree."""
    data = payload_bytes(disbursement, *_accounts(tx, disbursement))
    if data != disbursement.payload_bytes or payload_hash(data) != disbursement.payload_hash:
        raise WrongState(_l("This payment was changed after it was asked for. End it and ask anew."))


def payload_bytes(disbursement: Disbursement, source: Account, target: Account) -> bytes:
    """What approvals stand for: everything about a payment that must not change once somebody said yes."""
    payload: dict[str, Any] = {
        "format": "payment/1", "kind": disbursement.kind, "tranche": disbursement.tranche_id,
        "decision": disbursement.decision_id, "from": source.code, "to": target.code, "currency": source.currency,
        "amount_minor": disbursement.amount_minor, "payee": disbursement.payee_name,
        "payee_fingerprint": disbursement.payee_fingerprint.hex() if disbursement.payee_fingerprint else None,
        "approvals_needed": disbursement.approvals_needed, "requested_by": disbursement.requested_by,
    }  # fmt: skip
    later = {
        "about": disbursement.about, "purpose": disbursement.purpose, "payee_number": disbursement.payee_id,
        "quote_minor": disbursement.quote_minor, "receipt": disbursement.receipt,
        "receipt_hash": disbursement.receipt_hash.hex() if disbursement.receipt_hash else None,
    }  # fmt: skip
    return canonical_bytes(payload | {name: value for name, value in later.items() if value})


def payload_hash(data: bytes) -> bytes:
    """SHA-256 over the context and the payment's bytes."""
    return hashlib.sha256(CONTEXT + data).digest()


def _give_back(tx: Transaction, disbursement: Disbursement) -> None:
    held = accounts.lock_balances(tx, [disbursement.source_account_id])[disbursement.source_account_id]
    held.reserved_minor -= disbursement.amount_minor


def _accounts(tx: Transaction, disbursement: Disbursement) -> tuple[Account, Account]:
    return tx.get(Account, disbursement.source_account_id), tx.get(Account, disbursement.target_account_id)
