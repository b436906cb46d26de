"""What is paid of a share: the cash part once the surplus is shared, the account when its day has come.

Each is a payment like any other (`fund.payments`): asked for here, approved by as many as the charter says and never by
who is paid, recorded when the bank has paid it. `about` names the part of the share, so that none is paid twice.
"""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.db import Transaction
from fund.errors import NotFound, WrongState
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.models import Account, Disbursement
from fund.members.models import Person
from fund.payments import payees
from fund.payments import service as payments
from fund.permissions import Actor, require
from fund.surplus.models import SurplusRun, SurplusShare

OVER = ("bounced", "voided", "expired", "refused")
CASH, ACCOUNT = "cash", "account"


def about(share_id: int, part: str) -> str:
    """What names one part of one share among all payments."""
    return f"surplus:{share_id}:{part}"


def ask_for_cash(run_id: int, *, by: Actor) -> int:
    """Ask for the cash parts of a shared surplus that are not on their way; gives how many. Raises WrongState before a
    second person confirmed it."""
    require(by, "surplus.record")
    with db.writing() as tx:
        run = _booked(tx, run_id)
        shares = tx.session.scalars(
            select(SurplusShare)
            .where(SurplusShare.run_id == run_id, SurplusShare.cash_minor > 0)
            .order_by(SurplusShare.id)
        ).all()
        known = _on_their_way(tx, [about(one.id, CASH) for one in shares])
        due = [one for one in shares if about(one.id, CASH) not in known]
        for share in due:
            _ask(tx, run, share, CASH, by)
        audit.record(tx, "surplus.payouts", by=by.person_id, on=("surplus_run", run_id), payments=len(due))
    return len(due)


def redeem(share_id: int, *, by: Actor) -> Disbursement:
    """Ask for what stands in a member's account from one surplus. Raises WrongState before its day, or when asked for."""
    require(by, "surplus.record")
    with db.writing() as tx:
        share = tx.lock(SurplusShare, share_id)
        run = _booked(tx, share.run_id)
        if not share.account_minor:
            raise WrongState(_l("Nothing stands in this account."))
        if foundation.today_in(tx) < run.redeem_on:
            raise WrongState(_l("What stands in member accounts is paid out when its day has come."))
        if _on_their_way(tx, [about(share.id, ACCOUNT)]):
            raise WrongState(_l("This is on its way already, or was paid."))
        return _ask(tx, run, share, ACCOUNT, by)


def _ask(tx: Transaction, run: SurplusRun, share: SurplusShare, part: str, by: Actor) -> Disbursement:
    if by.person_id is None:
        raise NotFound(_l("There is no such person."))
    person = tx.get(Person, share.person_id)
    target = accounts.PATRONAGE_DUE if part == CASH else accounts.MEMBER_ACCOUNTS
    amount_minor = share.cash_minor if part == CASH else share.account_minor
    return payments.ask(
        tx,
        payments.Request(
            kind="surplus_payout", source=_source(tx, run, amount_minor), target=accounts.named(tx, target),
            amount_minor=amount_minor, decision_id=run.decision_id,
            payee=payees.of_person(tx, person.id, person.display_name), purpose=_("A member's share of the surplus"),
            about=about(share.id, part),
        ),
        by=by.person_id,
    )  # fmt: skip


def _source(tx: Transaction, run: SurplusRun, amount_minor: int) -> Account:
    """Where the money lies: kept for members; of older books that kept none apart, the free money."""
    kept = accounts.named(tx, accounts.FOR_MEMBERS)
    row = accounts.lock_balances(tx, [kept.id])[kept.id]
    if run.brought_over and row.posted_minor - row.reserved_minor < amount_minor:
        return accounts.free(tx)
    return kept


def _booked(tx: Transaction, run_id: int) -> SurplusRun:
    run = tx.lock(SurplusRun, run_id)
    if run.entry_id is None:
        raise WrongState(_l("This surplus waits for a second person."))
    return run


def _on_their_way(tx: Transaction, keys: list[str]) -> set[str]:
    """Which of these parts are asked for, on their way or paid."""
    rows = tx.session.scalars(
        select(Disbursement.about).where(Disbursement.about.in_(keys), Disbursement.state.not_in(OVER))
    )
    return {key for key in rows if key is not None}
