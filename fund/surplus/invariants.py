"""What always holds of surpluses, looked at by `fund check`: every run is what its hours and percents give, stands in the
books as it was confirmed, and what members are owed there is what their shares say."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select

from fund import db
from fund.charter.model_money import SurplusPart
from fund.ledger import accounts
from fund.ledger.models import Account, Balance, Disbursement, Entry, PeriodTotal, Posting
from fund.surplus.models import SurplusRun, SurplusShare
from fund.surplus.splitting import PATRONAGE, POT, RESERVE, split_surplus


def runs_follow_from_their_hours() -> list[str]:
    """The sums and shares of each run are those that its own percents and hours give."""
    faults = []
    for run in db.session.scalars(select(SurplusRun).order_by(SurplusRun.id)).all():
        shares = db.session.scalars(select(SurplusShare).where(SurplusShare.run_id == run.id)).all()
        terms = run.terms
        parts = [
            SurplusPart(to, terms[to], terms["cash_percent"] if to == PATRONAGE else None, None, None)
            for to in (RESERVE, PATRONAGE, POT)
            if to in terms
        ]
        due = split_surplus(
            run.surplus_minor, parts, {one.person_id: one.hundredths for one in shares}, terms["nonmember_hundredths"]
        )
        if {(one.person_id, one.cash_minor, one.account_minor) for one in shares} != {
            (one.person_id, one.cash_minor, one.account_minor) for one in due.shares
        }:
            faults.append(f"surplus {run.id}: its shares are not those that hours and percents give")
        sums = (run.nonmember_minor, run.reserve_minor, run.patronage_minor, run.pot_minor)
        if sums != (due.nonmember_minor, due.reserve_minor, due.patronage_minor, due.pot_minor):
            faults.append(f"surplus {run.id}: its sums are not those that the percents give")
    return faults


def runs_are_booked_as_confirmed() -> list[str]:
    """The entry of each run moves exactly its sums; every entry of a surplus is a run's."""
    lines: dict[object, dict[str, int]] = {}
    rows = db.session.execute(
        select(Posting.entry_id, Account.code, Posting.amount_minor)
        .join(Account, Account.id == Posting.account_id)
        .join(Entry, Entry.id == Posting.entry_id)
        .where((Entry.kind == "surplus") | Entry.id.in_(select(SurplusRun.entry_id)))
    )
    for entry_id, code, amount in rows:
        lines.setdefault(entry_id, {})[code] = amount
    faults = []
    for run in db.session.scalars(select(SurplusRun).where(SurplusRun.entry_id.is_not(None))).all():
        booked = lines.pop(run.entry_id, {})
        due = {
            accounts.FREE: -run.surplus_minor, accounts.INDIVISIBLE_RESERVE: run.reserve_minor,
            accounts.SOLIDARITY_POT: run.pot_minor, accounts.FOR_MEMBERS: run.patronage_minor,
            accounts.SURPLUS_SHARED: run.patronage_minor, accounts.PATRONAGE_DUE: -run.cash_minor,
            accounts.MEMBER_ACCOUNTS: -run.accounts_minor,
        }  # fmt: skip
        if run.brought_over:
            due = {accounts.MEMBER_ACCOUNTS: -run.accounts_minor, accounts.OPENING: run.accounts_minor}
        if booked != {code: amount for code, amount in due.items() if amount}:
            faults.append(f"surplus {run.id}: the books do not say what was confirmed")
    return faults + [f"entry {entry_id} of a surplus belongs to no run" for entry_id in lines]


def members_are_owed_their_shares() -> list[str]:
    """What the books owe members is their shares less what was paid of them."""
    shared = db.session.execute(
        select(func.sum(SurplusShare.cash_minor), func.sum(SurplusShare.account_minor))
        .join(SurplusRun, SurplusRun.id == SurplusShare.run_id)
        .where(SurplusRun.entry_id.is_not(None))
    ).one()
    paid = {
        number: int(amount)
        for number, amount in db.session.execute(
            select(Disbursement.target_account_id, func.sum(Disbursement.amount_minor))
            .where(Disbursement.kind == "surplus_payout", Disbursement.state == "paid")
            .group_by(Disbursement.target_account_id)
        )
    }
    faults = []
    for code, due in zip((accounts.PATRONAGE_DUE, accounts.MEMBER_ACCOUNTS), shared, strict=True):
        row = db.session.execute(
            select(Balance.account_id, Balance.posted_minor)
            .join(Account, Account.id == Balance.account_id)
            .where(Account.code == code)
        ).one_or_none()
        owed = -row.posted_minor if row is not None else 0
        still = int(due or 0) + _brought(code) - (paid.get(row.account_id, 0) if row is not None else 0)
        if owed != still:
            faults.append(f"account {code}: {owed} is owed by the books, {still} by members' shares")
    return faults


def _brought(code: str) -> int:
    """Minor units owed on an account that came over from older books, and of which no share says whose they are."""
    brought = db.session.scalar(
        select(func.sum(PeriodTotal.amount_minor))
        .join(Account, Account.id == PeriodTotal.account_id)
        .where(Account.code == code, PeriodTotal.kind == "opening")
    )
    runs = db.session.scalars(select(SurplusRun).where(SurplusRun.entry_id.is_not(None)))
    shared = sum(run.accounts_minor for run in runs if run.brought_over) if code == accounts.MEMBER_ACCOUNTS else 0
    return -int(brought or 0) - shared


INVARIANTS: tuple[tuple[str, Callable[[], list[str]]], ...] = (
    ("every surplus is split as its percents and hours give", runs_follow_from_their_hours),
    ("every surplus stands in the books as it was confirmed", runs_are_booked_as_confirmed),
    ("what the books owe members is what their shares say", members_are_owed_their_shares),
)
