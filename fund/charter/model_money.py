"""The parsed settings of money: products, awards, safeguards, set-asides, capital, micro-grants.

Terms of repayment are written into the agreement as they stand here, and `fund.repayments` computes by them. Money is in
minor units, rates in basis points, shares in whole percents.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TERM_NAMES = (
    "months", "grace_months", "rate_bp", "percent", "floor_minor", "cap_multiple_percent", "after_wages", "max_months",
    "target_dividend_bp", "redeem_after_months",
)  # fmt: skip
"""The terms of repayment, by the names they have in a `Product`."""


@dataclass(frozen=True)
class Tranche:
    """An instalment: its share of the award in percent, when it is due, what is asked for."""

    percent: int
    due: str
    condition: str
    after_days: int | None = None


@dataclass(frozen=True)
class Product:
    """A way in which money is given. Terms that do not belong to the kind are None."""

    code: str
    name: str
    kind: str
    max_minor: int | None
    months: int | None
    grace_months: int | None
    rate_bp: int | None
    percent: int | None
    floor_minor: int | None
    cap_multiple_percent: int | None
    after_wages: bool
    max_months: int | None
    target_dividend_bp: int | None
    redeem_after_months: int | None
    report_days: int | None
    later_report_days: tuple[int, ...]
    report: str
    report_shown: str
    aporte: str
    guarantee: str
    forgive_by: str
    tranches: tuple[Tranche, ...]
    protected_by: str | None

    def terms(self) -> dict[str, int | str | bool | list[int]]:
        """The terms that belong to this product's kind, by name: plain values that can be stored with an award."""
        names = (*TERM_NAMES, "report_days", "report", "aporte", "guarantee", "forgive_by")
        told = {name: value for name in names if (value := getattr(self, name)) not in (None, False, "")}
        later = {"later_report_days": list(self.later_report_days)} if self.later_report_days else {}
        shown = {"report_shown": self.report_shown} if self.report_shown != "public" else {}
        return told | later | shown


@dataclass(frozen=True)
class Awards:
    """What follows a win. `agreement` is the template of the text that is signed."""

    expires_days: int
    reserve_expires_days: int
    pay_within_days: int | None
    savings_to: str
    agreement: str
    protected_by: str | None

    def agreement_text(self, **values: str) -> str:
        """The agreement with its holes filled; `values` are those of `AGREEMENT_FIELDS`, a missing one stays open."""
        return re.sub(r"\{(\w+)\}", lambda hole: values.get(hole[1], hole[0]), self.agreement)


AGREEMENT_FIELDS = ("fund", "business", "proposal", "amount", "product", "tranches", "report", "date")
"""What an agreement's template may hold in braces."""


@dataclass(frozen=True)
class SmallPayments:
    """Payments below this amount need one approver and are reviewed weekly by another."""

    below_minor: int


@dataclass(frozen=True)
class Approvals:
    """From this amount on, so many people approve."""

    from_minor: int
    people: int


@dataclass(frozen=True)
class Safeguards:
    """Which acts need two people, and who stands in when too few are unconflicted."""

    two_person: tuple[str, ...]
    substitutes: tuple[str, ...]
    small_payments: SmallPayments | None
    approvals: tuple[Approvals, ...]
    grants_from: str
    protected_by: str | None

    def approvers_for(self, amount_minor: int) -> int:
        """How many people approve a payment of this amount: 2, 1 in the small-payment lane, more from a set amount on."""
        if self.small_payments is not None and amount_minor < self.small_payments.below_minor:
            return 1
        return max([2, *(step.people for step in self.approvals if amount_minor >= step.from_minor)])


@dataclass(frozen=True)
class SetAside:
    """A part of every budget kept for a group or place."""

    code: str
    name: str
    percent: int
    who_may_receive: str
    who_decides: str
    unused: str
    release_after_days: int | None
    overflow: str
    round_types: tuple[str, ...]
    protected_by: str | None


@dataclass(frozen=True)
class Pool:
    """A part of what comes in, by kind of contribution and in percent, kept for somebody from the first day.

    Money of a pool that members decide about is the fund's free money; any other lies in an account of its own.
    `land_reserve` percent of what a pool gets are kept for buying land.
    """

    code: str
    name: str
    land_tax: int
    gift: int
    dues: int
    who_may_receive: str
    decided_by: str
    mode: str
    land_reserve: int
    protected_by: str | None

    def percent_of(self, kind: str) -> int:
        """Its share of one kind of contribution in percent; nothing of kinds that no pool shares in."""
        share: int = getattr(self, kind, 0) if kind in POOLED else 0
        return share

    @property
    def is_apart(self) -> bool:
        """Whether its money lies in an account of its own, which no vote of the members reaches."""
        return self.decided_by != "members"

    @property
    def reserve_code(self) -> str:
        """The code under which its land reserve is kept."""
        return f"{self.code}-land"


POOLED = ("land_tax", "gift", "dues")
"""Kinds of contribution that pools share in."""


@dataclass(frozen=True)
class Cap:
    """The most that one group (a neighbourhood or a category) may take of a budget, in percent."""

    group: str
    percent: int
    round_types: tuple[str, ...]
    protected_by: str | None


@dataclass(frozen=True)
class CapitalLayer:
    """A layer of capital; the first in the list takes losses first."""

    kind: str
    name: str
    rate_bp: int
    term_months: int | None
    min_minor: int
    only_for: str | None
    protected_by: str | None


@dataclass(frozen=True)
class SurplusPart:
    """A part of the surplus, in percent, and where it goes.

    Patronage is shared by recorded hours: `cash_percent` of it at once, the rest into member accounts that are paid out
    after `redeem_after_months`. Both are None where the file does not say, and for the other parts.
    """

    to: str
    percent: int
    cash_percent: int | None
    redeem_after_months: int | None
    protected_by: str | None

    @property
    def paid_at_once(self) -> int:
        """Percent of the patronage that is paid in cash."""
        return 100 if self.cash_percent is None else self.cash_percent

    @property
    def months_in_accounts(self) -> int:
        """Months for which the rest stands in member accounts."""
        return 60 if self.redeem_after_months is None else self.redeem_after_months


@dataclass(frozen=True)
class MicroGrants:
    """Small gifts without proof of need: members vote the pot and the rules, never the person."""

    weekly_pot_minor: int
    max_minor: int
    partial_min_minor: int
    order: tuple[str, ...]
    again_after_days: int
    retain_days: int
    sponsor_asks: str
    protected_by: str | None
