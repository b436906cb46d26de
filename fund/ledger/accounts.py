"""The chart of accounts: which accounts a pool has, made when they are first needed.

Debits are positive. `cash:` accounts are the fund's money, split by purpose: free, reserved for a round, committed to
an award, promised to something else; together they are what lies in the bank. `receivable:award-<id>` is what a
business has yet to pay back, `liability:` what the fund owes to note-holders, `income:` and `expense:` what was given
and what was spent. Only `cash:` and `receivable:` have a floor of nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from fund import db
from fund.db import Transaction
from fund.foundation.models import Fund
from fund.ledger.models import ACCOUNT_KINDS, Account, Balance

FREE = "cash:free"
GRANTS = "expense:grants"
COSTS = "expense:costs"
FEES = "expense:fees"
OPENING = "income:opening"
MICRO_GRANTS = "cash:micro-grants"
HANDED_OVER = "expense:handed-over"
LOSSES = "expense:losses"
LOSS_RESERVE = "cash:loss-reserve"
PURPOSES = "cash:purpose-"
BORNE_BY_RESERVE = "expense:losses-reserve"
BORNE_BY_GIFTS = "expense:losses-gift"
RECOVERIES = "income:recoveries"
NOTE_INTEREST = "expense:note-interest"
SPONSOR = "income:sponsor"
INTEREST = "income:interest"
PROFIT_SHARE = "income:profit_share"
APORTES = "income:aporte"
GIVEN_AS_MICRO_GRANTS = "expense:micro-grants"
INDIVISIBLE_RESERVE = "cash:indivisible-reserve"
SOLIDARITY_POT = "cash:solidarity-pot"
FOR_MEMBERS = "cash:member-accounts"
MEMBER_ACCOUNTS = "liability:member-accounts"
PATRONAGE_DUE = "liability:patronage-due"
SURPLUS_SHARED = "equity:surplus-shared"

NAMES = {
    FREE: "Free money",
    GRANTS: "Grants",
    COSTS: "Costs of running the fund",
    FEES: "Fees",
    OPENING: "Brought over from older books",
    MICRO_GRANTS: "Promised to micro-grants",
    HANDED_OVER: "Handed over by a council's decision",
    LOSSES: "Losses",
    LOSS_RESERVE: "Loss reserve",
    BORNE_BY_RESERVE: "Losses borne by the loss reserve",
    BORNE_BY_GIFTS: "Losses borne by the fund’s own money",
    RECOVERIES: "Recovered after a loss",
    NOTE_INTEREST: "Interest for note-holders",
    SPONSOR: "From the fiscal sponsor",
    INTEREST: "Interest on loans",
    PROFIT_SHARE: "Shares of what businesses made",
    APORTES: "Aportes: given freely after paying back",
    GIVEN_AS_MICRO_GRANTS: "Micro-grants",
    INDIVISIBLE_RESERVE: "Indivisible reserve",
    SOLIDARITY_POT: "Solidarity pot",
    FOR_MEMBERS: "Kept for members",
    MEMBER_ACCOUNTS: "Member accounts",
    PATRONAGE_DUE: "Patronage to be paid",
    SURPLUS_SHARED: "Surplus shared with members",
    "income:dues": "Dues",
    "income:gift": "Gifts",
    "income:land_tax": "Land gifts",
    "receivable:loans": "Loans from older books",
}
LABELS = {
    FREE: _l("Free money"),
    GRANTS: _l("Grants"),
    COSTS: _l("Costs of running the fund"),
    FEES: _l("Fees"),
    OPENING: _l("Brought over from older books"),
    MICRO_GRANTS: _l("Promised to micro-grants"),
    HANDED_OVER: _l("Handed over by a council’s decision"),
    LOSSES: _l("Losses"),
    LOSS_RESERVE: _l("Loss reserve"),
    BORNE_BY_RESERVE: _l("Losses borne by the loss reserve"),
    BORNE_BY_GIFTS: _l("Losses borne by the fund’s own money"),
    RECOVERIES: _l("Recovered after a loss"),
    NOTE_INTEREST: _l("Interest for note-holders"),
    SPONSOR: _l("From the fiscal sponsor"),
    INTEREST: _l("Interest on loans"),
    PROFIT_SHARE: _l("Shares of what businesses made"),
    APORTES: _l("Aportes: given freely after paying back"),
    GIVEN_AS_MICRO_GRANTS: _l("Micro-grants"),
    INDIVISIBLE_RESERVE: _l("Indivisible reserve"),
    SOLIDARITY_POT: _l("Solidarity pot"),
    FOR_MEMBERS: _l("Kept for members"),
    MEMBER_ACCOUNTS: _l("Member accounts"),
    PATRONAGE_DUE: _l("Patronage to be paid"),
    SURPLUS_SHARED: _l("Surplus shared with members"),
    "income:dues": _l("Dues"),
    "income:gift": _l("Gifts"),
    "income:land_tax": _l("Land gifts"),
    "receivable:loans": _l("Loans from older books"),
}
"""The same names in the reader's language; other accounts carry the name of a round, a business, a class of notes."""
LOANS_TOGETHER = _l("Owed by businesses")
"""What all businesses owe together, where nobody is to tell what a single one owes."""
_FLOORS = {"cash": 0, "receivable": 0}


def named(
    tx: Transaction, code: str, name: str | None = None, *, round_id: int | None = None, award_id: int | None = None
) -> Account:
    """The account with this code, made with its balance on first use; two who ask at once get the same one.

    The part before the colon is the kind. Raises ValueError for a kind that is not in the chart.
    """
    known = _find(tx, code)
    if known is not None:
        if name and known.name == known.code:
            known.name = name
        return known
    kind = code.partition(":")[0]
    if kind not in ACCOUNT_KINDS:
        raise ValueError(f"no kind of account: {code}")
    floor = _FLOORS.get(kind)
    try:
        with tx.session.begin_nested():
            account = tx.add(
                Account(
                    code=code, name=name or NAMES.get(code, code), kind=kind, currency=tx.get(Fund, 1).currency,
                    floor_minor=floor, round_id=round_id, award_id=award_id,
                )
            )  # fmt: skip
            tx.add(Balance(account_id=account.id, posted_minor=0, reserved_minor=0, floor_minor=floor))
    except IntegrityError:
        return tx.session.scalars(select(Account).where(Account.code == code)).one()
    return account


def free(tx: Transaction) -> Account:
    """Money that no round and no award holds."""
    return named(tx, FREE)


def of_round(tx: Transaction, round_id: int, title: str | None = None) -> Account:
    """Money reserved for a round."""
    return named(tx, f"cash:round-{round_id}", title, round_id=round_id)


def of_award(tx: Transaction, award_id: int, title: str | None = None, round_id: int | None = None) -> Account:
    """Money committed to an award and not yet paid."""
    return named(tx, f"cash:award-{award_id}", title, award_id=award_id, round_id=round_id)


def of_pot(tx: Transaction, code: str, name: str | None = None) -> Account:
    """Money that is set aside from round to round, or kept for somebody from the first day."""
    return named(tx, f"cash:pot-{code}", name)


def of_pot_in_round(tx: Transaction, round_id: int, code: str, name: str | None = None) -> Account:
    """The part of a round's money that is set aside and stays so."""
    return named(tx, f"cash:round-{round_id}-{code}", name, round_id=round_id)


def owed_by_award(tx: Transaction, award_id: int, title: str | None = None) -> Account:
    """What the business of an award has yet to pay back."""
    return named(tx, f"receivable:award-{award_id}", title, award_id=award_id)


def label(account: Account) -> str:
    """An account's name for the reader."""
    return str(LABELS.get(account.code, account.name))


def label_in_full(account: Account) -> str:
    """An account's name where money moves between two accounts of one business or round, which else read alike."""
    for start, words in _IN_FULL:
        if account.code.startswith(start):
            return str(words % {"name": label(account)})
    return label(account)


_IN_FULL = (
    ("cash:pot-", _l("Set aside: %(name)s")),
    ("cash:award-", _l("Committed to %(name)s")),
    ("cash:round-", _l("Set aside for %(name)s")),
    ("receivable:award-", _l("Paid to %(name)s, owed back")),
)


def lock_balances(tx: Transaction, account_ids: Iterable[int]) -> dict[int, Balance]:
    """Hold the balances of these accounts, taken in the order of their ids so that two acts never wait for each other."""
    wanted = sorted(set(account_ids))
    rows: Sequence[Balance] = tx.lock_all(
        select(Balance).where(Balance.account_id.in_(wanted)).order_by(Balance.account_id)
    )
    return {row.account_id: row for row in rows}


def balance_of(code: str) -> Balance | None:
    """What an account holds, None while it does not exist."""
    return db.session.scalars(
        select(Balance).join(Account, Account.id == Balance.account_id).where(Account.code == code)
    ).one_or_none()


def month_of(day: dt.date) -> dt.date:
    """The first day of a day's month."""
    return day.replace(day=1)


def _find(tx: Transaction, code: str) -> Account | None:
    return tx.session.scalars(select(Account).where(Account.code == code)).one_or_none()
