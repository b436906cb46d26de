"""What the fund owns and what it was only lent: how much can be given away, and how much can bear a loss.

Money that was lent to the fund is not the fund's to give. What can be granted are gifts and dues, less costs, grants,
and whatever of interest and losses the fund's own earnings do not cover; less what is kept back for losses or was given
for one purpose. Part of it is claimed already: by micro-grants, and by rounds in which grants were asked for. Earnings
can bear losses but are not granted. The charter may say otherwise (`safeguards.grants_from`). Source: FIELD D.
"""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from fund.currency import written
from fund.db import MINOR_LIMIT, Transaction
from fund.errors import Invalid
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.giving_models import GrantClaim
from fund.ledger.models import Account, Balance

GIVEN = (
    "income:dues", "income:gift", "income:land_tax", "income:sponsor", "income:aporte", "income:purpose",
    "income:opening",
)  # fmt: skip
"""Accounts of what was given to the fund for good."""

SPENT = (accounts.COSTS, accounts.FEES, accounts.GRANTS, accounts.HANDED_OVER)
"""Accounts of what was given away or spent on running the fund."""


@dataclass(frozen=True)
class OwnMoney:
    """In minor units: what was given and is left, what other earnings left, what is kept back, what is claimed."""

    given_minor: int
    earned_minor: int
    reserve_minor: int
    for_purposes_minor: int
    micro_grants_minor: int
    asked_in_rounds_minor: int
    unshared_minor: int

    @property
    def bears_minor(self) -> int:
        """What the fund's own money can bear of a loss, losses that nobody has borne yet not taken off."""
        own = self.given_minor + self.earned_minor + self.unshared_minor
        return max(0, own - self.reserve_minor - self.for_purposes_minor)

    @property
    def grantable_minor(self) -> int:
        """What can be granted, before what is claimed."""
        own = self.given_minor + min(0, self.earned_minor)
        return max(0, own - self.reserve_minor - self.for_purposes_minor)

    @property
    def left_minor(self) -> int:
        """What can be promised to new grants."""
        return max(0, self.grantable_minor - self.micro_grants_minor - self.asked_in_rounds_minor)


def own_money(session: Session) -> OwnMoney:
    """The fund's own money now, from balances."""
    held = {
        account.code: -row.posted_minor if account.kind in ("income", "expense") else row.posted_minor
        for account, row in session.execute(
            select(Account, Balance)
            .join(Balance, Balance.account_id == Account.id)
            .where(Account.kind.in_(("income", "expense", "cash")))
        )
    }
    given = sum(amount for code, amount in held.items() if code.startswith(GIVEN))
    spent = sum(held.get(code, 0) for code in SPENT)
    other = sum(amount for code, amount in held.items() if not code.startswith((*GIVEN, "cash:")) and code not in SPENT)
    return OwnMoney(
        given_minor=given + spent,
        earned_minor=other,
        reserve_minor=held.get(accounts.LOSS_RESERVE, 0),
        for_purposes_minor=sum(
            amount for code, amount in held.items() if code.startswith((accounts.PURPOSES, "cash:pot-"))
        ),
        micro_grants_minor=held.get(accounts.MICRO_GRANTS, 0),
        asked_in_rounds_minor=_claimed(session),
        unshared_minor=-held.get(accounts.LOSSES, 0),
    )


def claim_grants(tx: Transaction, round_id: int, most_minor: int) -> None:
    """Note that up to so much of a round's money may become grants, once. Raises Invalid with the sum when the fund's own
    money does not reach so far, unless the charter lets grants come from any money."""
    if most_minor <= 0:
        return
    account = accounts.of_round(tx, round_id)
    if tx.session.get(GrantClaim, account.id) is not None:
        return
    left = left_for_grants(tx)
    if most_minor > left:
        raise Invalid(
            _l("Grants come only from gifts and dues: %(left)s can be granted, and this needs %(needed)s.",
               left=written(left, account.currency), needed=written(most_minor, account.currency)),
            field="budget",
        )  # fmt: skip
    tx.add(GrantClaim(account_id=account.id, most_minor=most_minor))


def left_for_grants(tx: Transaction) -> int:
    """What can be promised to new grants, in minor units; all free money where the charter lets any money be granted."""
    if _from_any_money():
        return MINOR_LIMIT
    return own_money(tx.session).left_minor


def award_is_grant(tx: Transaction, award_id: int, amount_minor: int) -> None:
    """Note that an award which was just committed is a grant: its whole money is claimed until it is paid."""
    account = accounts.of_award(tx, award_id)
    if tx.session.get(GrantClaim, account.id) is None:
        tx.add(GrantClaim(account_id=account.id, most_minor=amount_minor))


def _claimed(session: Session) -> int:
    """What rounds and unpaid awards may still turn into grants: never more than their accounts hold."""
    rows = session.execute(
        select(GrantClaim.most_minor, Balance.posted_minor).join(Balance, Balance.account_id == GrantClaim.account_id)
    )
    return sum(max(0, min(most, held)) for most, held in rows)


def _from_any_money() -> bool:
    version = foundation.current_version()
    return version is not None and foundation.parsed(version.text_bytes).safeguards.grants_from == "any_money"
