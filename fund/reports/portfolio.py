"""What the fund has out with businesses: planned, paid, paid back, not back yet, at risk, written off, and what stands
against it; and what businesses said came of it.

Sums come from the books and the plans of repayment alone. What a single business paid back is exact for those who handle
money, and for everybody where the business agreed; else it is told roughly (FIELD B2 `privacy.repayments`). That a payment
has not come yet is told to those who handle money alone; everybody sees a sum, and only where it cannot be laid at one
door. Nothing due is a normal state (FIELD 0.8). *At risk* is the whole of what is out with businesses of which something
was due more than 30 days ago, the usual measure of small lenders. Outcomes are what businesses stated; nobody checked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from fund import db
from fund.awards import reports
from fund.awards.models import Award, Report
from fund.awards.offering import frozen_charter
from fund.awards.reading import agreed_to_exact, paid_back
from fund.foundation import service as foundation
from fund.ledger import accounts
from fund.ledger.models import Account, Balance, PeriodTotal
from fund.permissions import VISITOR
from fund.presentation import date, money
from fund.proposals.models import Proposal
from fund.repayments import reading as repayments
from fund.repayments.reading import Owed
from fund.rounds.models import Round

NOT_OURS = ("declined", "expired")
WRITTEN_OFF = ("write_off", "loss")
AT_RISK_AFTER = dt.timedelta(days=30)
FEWEST_SHOWN = 3
"""What is not back yet is told to everybody as one sum, unless fewer businesses than this owe something."""


@dataclass(frozen=True)
class Stated:
    """What a business stated last came of the money."""

    jobs_kept: int | None
    jobs_made: int | None
    lines: tuple[str, ...]
    told_on: dt.date


@dataclass(frozen=True)
class Holding:
    """One award in the portfolio; sums are None for a reader who may not see them one by one, `back` tells roughly then.

    `due` says what is due, in words, to those who handle money.
    """

    award_id: int
    name: str
    product: str
    state: str
    planned_minor: int
    paid_minor: int
    repaid_minor: int | None
    owed_minor: int | None
    written_off_minor: int | None
    late_minor: int | None
    at_risk_minor: int | None
    back: str
    due: str
    stated: Stated | None


@dataclass(frozen=True)
class Portfolio:
    """All awards with their sums, and the reserve that bears losses first; `late_minor` and `at_risk_minor` are None where
    too few businesses owe something for them to be told."""

    holdings: tuple[Holding, ...]
    planned_minor: int
    paid_minor: int
    repaid_minor: int
    owed_minor: int
    written_off_minor: int
    late_minor: int | None
    at_risk_minor: int | None
    older_minor: int
    reserve_minor: int

    @property
    def stated(self) -> tuple[Holding, ...]:
        """Awards whose business stated what came of the money."""
        return tuple(one for one in self.holdings if one.stated is not None)

    @property
    def jobs_kept(self) -> int:
        """Jobs kept, as stated."""
        return sum(one.stated.jobs_kept or 0 for one in self.holdings if one.stated is not None)

    @property
    def jobs_made(self) -> int:
        """New jobs, as stated."""
        return sum(one.stated.jobs_made or 0 for one in self.holdings if one.stated is not None)


def portfolio(*, exact: bool) -> Portfolio:
    """The portfolio as it stands. Loans of older books, which were never public, are in its sums for everyone, and one by
    one for those who see exact figures."""
    sums = _sums()
    rows = db.session.execute(
        select(Award, Proposal.title, Round)
        .join(Proposal, Proposal.id == Award.proposal_id)
        .join(Round, Round.id == Award.round_id)
        .where(Award.state.not_in(NOT_OURS))
        .options(selectinload(Award.reports))
        .order_by(Award.id)
    ).all()
    running = [(award, title) for award, title, _r in rows if award.product != "grant" and award.state == "active"]
    owed = {one.award.id: one for one in repayments.owed_now(db.session(), running)}
    whole = [_holding(award, title, round_, sums, owed.get(award.id)) for award, title, round_ in rows]
    told = exact or sum(1 for one in whole if one.owed_minor) >= FEWEST_SHOWN
    return Portfolio(
        holdings=tuple(
            one if exact else _in_public(one, award, round_)
            for one, (award, _t, round_) in zip(whole, rows, strict=True)
            if exact or not award.taken_over
        ),
        planned_minor=sum(one.planned_minor for one in whole), paid_minor=sum(one.paid_minor for one in whole),
        repaid_minor=sum(one.repaid_minor or 0 for one in whole), owed_minor=sum(one.owed_minor or 0 for one in whole),
        written_off_minor=sum(one.written_off_minor or 0 for one in whole),
        late_minor=sum(one.late_minor or 0 for one in whole) if told else None,
        at_risk_minor=sum(one.at_risk_minor or 0 for one in whole) if told else None,
        older_minor=_older(), reserve_minor=_reserve(),
    )  # fmt: skip


def _holding(
    award: Award, title: str, round_: Round, sums: dict[tuple[int, str, str], int], owed: Owed | None
) -> Holding:
    def of(kind: str, entry: str) -> int:
        return sums.get((award.id, kind, entry), 0)

    out = sum(total for (number, kind, _entry), total in sums.items() if (number, kind) == (award.id, "receivable"))
    today = foundation.today()
    late = [one for one in owed.state.open if one.due.due_on < today] if owed is not None else []
    risky = any(one.due.due_on < today - AT_RISK_AFTER for one in late)
    repaid = award.repaid_before_minor - of("receivable", "repayment")
    return Holding(
        award_id=award.id, name=title, product=award.product, state=award.state, planned_minor=award.amount_minor,
        paid_minor=award.amount_minor if award.taken_over else -of("cash", "payment"), repaid_minor=repaid, owed_minor=out,
        written_off_minor=-sum(of("receivable", kind) for kind in WRITTEN_OFF),
        late_minor=sum(one.amount_minor for one in late), at_risk_minor=out if risky else 0,
        back=paid_back(repaid, award, frozen_charter(round_), exact=True), due=_due(award, owed),
        stated=_stated(award.reports),
    )  # fmt: skip


def _due(award: Award, owed: Owed | None) -> str:
    """What is due, kindly: what is not here yet is waited for, and nothing due is as it should be."""
    if award.product == "grant":
        return _("A grant is not paid back.")
    if owed is None:
        return ""
    if owed.now_minor and owed.since is not None:
        return _("%(sum)s is waited for since %(day)s", sum=money(owed.now_minor), day=date(owed.since))
    if owed.coming is not None:
        return _("Nothing due; next %(sum)s on %(day)s",
                 sum=money(owed.coming.amount_minor), day=date(owed.coming.due_on))  # fmt: skip
    return _("Nothing due")


def _in_public(one: Holding, award: Award, round_: Round) -> Holding:
    """The holding as everybody may see it."""
    charter = frozen_charter(round_)
    shown = replace(one, late_minor=None, at_risk_minor=None, due="")
    if not reports.may_read(award, VISITOR, frozenset()):
        shown = replace(shown, stated=None)
    if agreed_to_exact(award, charter):
        return shown
    back = paid_back(one.repaid_minor or 0, award, charter, exact=False)
    return replace(shown, back=back, repaid_minor=None, owed_minor=None, written_off_minor=None)


def _stated(told: Sequence[Report]) -> Stated | None:
    """What was stated last: each figure as the newest report that holds it has it, and the lines of that report."""
    last = sorted(told, key=lambda one: one.number, reverse=True)
    kept = next((one.jobs_kept for one in last if one.jobs_kept is not None), None)
    made = next((one.jobs_made for one in last if one.jobs_made is not None), None)
    words = next((one for one in last if one.outcomes.strip()), None)
    lines = tuple(line.strip() for line in words.outcomes.split("\n") if line.strip()) if words is not None else ()
    return Stated(kept, made, lines, last[0].told_on) if lines or kept is not None or made is not None else None


def _sums() -> dict[tuple[int, str, str], int]:
    """What entries of each kind did to each award's accounts."""
    rows = db.session.execute(
        select(Account.award_id, Account.kind, PeriodTotal.kind, func.sum(PeriodTotal.amount_minor))
        .join(Account, Account.id == PeriodTotal.account_id)
        .where(Account.award_id.is_not(None))
        .group_by(Account.award_id, Account.kind, PeriodTotal.kind)
    )
    return {(number, kind, entry): int(total) for number, kind, entry, total in rows if number is not None}


def _older() -> int:
    """What is owed on loans from older books that no award stands for."""
    found = db.session.scalar(
        select(func.coalesce(func.sum(Balance.posted_minor), 0))
        .join(Account, Account.id == Balance.account_id)
        .where(Account.kind == "receivable", Account.award_id.is_(None))
    )
    return int(found or 0)


def _reserve() -> int:
    """What lies aside to bear losses, in the account of the loss reserve."""
    found = db.session.scalar(
        select(Balance.posted_minor)
        .join(Account, Account.id == Balance.account_id)
        .where(Account.code == accounts.LOSS_RESERVE)
    )
    return int(found or 0)
