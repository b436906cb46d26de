"""Loans of an old fund come into this program: each is an award from then on, with a plan of what is left (FIELD B1, B3).

What was lent, and what had come back before, is told with the award; the books begin with what is still owed. A loan of
days (`zero_interest`, `fixed`) is planned by the month up to its last day; one that follows what a business makes waits
for the figure of the period that begins when it was taken over. No round voted on it, so the frame it hangs in is a
round without a vote, and its page is for the business and for those who keep the money, as the old books were.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit
from fund.awards.models import Award, Tranche
from fund.businesses.models import Business
from fund.db import Transaction
from fund.decisions import service as decisions
from fund.foundation import service as foundation
from fund.ledger import accounts, takeover
from fund.ledger.models import Account
from fund.ledger.takeover import Taken
from fund.ledger.takeover_reading import LOAN, Fault, Row
from fund.permissions import Actor
from fund.proposals.models import Proposal
from fund.repayments import plan, schedule
from fund.repayments.schedule import CONTINGENT, DATED, Terms
from fund.rounds.models import Round
from fund.slugs import slug

MOST_MONTHS = 360
FRAME = "older-loans"


def refused(rows: Sequence[Row]) -> list[Fault]:
    """What a loan must tell so that it can be paid back here."""
    faults = []
    for row in [one for one in rows if one.what == "loan"]:
        kind = product_of(row)
        if kind not in (*DATED, *CONTINGENT):
            faults.append(
                Fault(row.line, "product", _l("one of these words: %(words)s", words=", ".join((*DATED, *CONTINGENT))))
            )
        elif kind in DATED and row.due is None:
            faults.append(Fault(row.line, "due", _l("the last day of what is to be paid back")))
        if kind == "zero_interest" and row.rate_bp:
            faults.append(Fault(row.line, "rate", _l("nothing: a loan without interest")))
        if kind in ("profit_share", "revenue_share") and (not row.rate_bp or row.rate_bp % 100):
            faults.append(Fault(row.line, "rate", _l("a whole percent of what the business makes")))
    return faults


def product_of(row: Row) -> str:
    """The product of a loan: as it says, else one of days, with interest when it has a rate."""
    return row.product or ("fixed" if row.rate_bp else "zero_interest")


def award_of(tx: Transaction, row: Row, owed_minor: int, on: dt.date, by: Actor) -> Account:
    """Make the award of a loan of which so much is still owed; gives the account of what it owes."""
    round_ = _frame(tx, row.amount_minor, by)
    business = _business(tx, row.name)
    days = _days(row, on)
    lent_on = row.day or on
    title = _("Lent on %(day)s, taken over on %(on)s", day=lent_on.isoformat(), on=on.isoformat())
    proposal = tx.add(
        Proposal(
            round_id=round_.id, business_id=business.id, title=title, ask_minor=row.amount_minor, product=product_of(row),
            slug=row.code.removeprefix(LOAN), summary=row.note, state="winner", started_at=tx.now(),
        )
    )  # fmt: skip
    decision = decisions.record(
        tx, "consent", _("A loan of our older books: %(name)s", name=row.code.removeprefix(LOAN))[:200], "", limit_minor=0,
        decided_on=on, by=by.person_id,
    )  # fmt: skip
    award = tx.add(
        Award(
            round_id=round_.id, proposal_id=proposal.id, decision_id=decision.id, amount_minor=row.amount_minor,
            product=product_of(row), state="active", offered_at=tx.now(), expires_at=tx.now(),
            terms=_terms(row, len(days)) | {
                "report_days": None, "repayments_shown": False, "taken_over_on": on.isoformat(),
                "repaid_before_minor": row.amount_minor - owed_minor,
            },
        )
    )  # fmt: skip
    tx.add(Tranche(award_id=award.id, number=1, amount_minor=row.amount_minor, state="paid", paid_on=on))
    audit.record(tx, "award.take_over", by=by.person_id, on=("award", award.id), owed_minor=owed_minor)
    return accounts.owed_by_award(tx, award.id, row.name)


def plan_what_is_left(tx: Transaction, taken: Sequence[Taken], on: dt.date, by: Actor) -> None:
    """Make the first plan of each loan, of what is still owed, and close their frame: nobody votes there."""
    for one in taken:
        if one.row.what == "loan" and one.entry is not None and one.account.award_id is not None:
            award = tx.lock(Award, one.account.award_id)
            owed = plan.of(tx.session, award)
            rows = (
                schedule.level(owed.capital_minor, owed.terms.rate_bp, _days(one.row, on))
                if owed.terms.is_dated
                else []
            )
            plan.make_version(
                tx, award, [(due, None) for due in rows], reason="paid_out", rate_bp=owed.terms.rate_bp, by=by.person_id
            )
    for frame in tx.lock_all(select(Round).where(Round.slug.startswith(FRAME), Round.status == "draft")):
        frame.status, frame.ended_reason = "cancelled", _("These loans came with our older books; nobody voted here.")
    tx.session.flush()


def _frame(tx: Transaction, lent_minor: int, by: Actor) -> Round:
    """The round without a vote on which the loans of this file hang; it is wide enough for one more."""
    found = tx.session.scalars(select(Round).where(Round.slug.startswith(FRAME), Round.status == "draft")).first()
    if found is None:
        version, types = foundation.current_version(), foundation.current_charter().round_types
        assert version is not None, "the charter was asked for its rounds"
        money = [one.code for one in types if one.decides == "money"] or [one.code for one in types]
        others = select(Round.id)
        found = tx.add(
            Round(
                slug=slug(FRAME, taken=lambda text: tx.session.scalars(others.where(Round.slug == text)).first() is not None),
                title=_("Loans from older books"), decides="money", round_type=money[0], charter_version_id=version.id,
                created_by=by.person_id, created_at=tx.now(),
            )
        )  # fmt: skip
    found.budget_minor += lent_minor
    tx.session.flush()
    return found


def _days(row: Row, on: dt.date) -> list[dt.date]:
    """The days of a plan: each month up to the last day, which may have passed already."""
    if product_of(row) not in DATED or row.due is None:
        return []
    days = [row.due]
    while len(days) < MOST_MONTHS and (earlier := schedule.add_months(row.due, -len(days))) > on:
        days.append(earlier)
    return sorted(days)


def _terms(row: Row, months: int) -> dict[str, object]:
    kind, rate = product_of(row), row.rate_bp or 0
    if kind in DATED:
        return {"months": months, "rate_bp": rate}
    if kind == "nonvoting_share":
        return {"target_dividend_bp": rate}
    return {"percent": rate // 100, "cap_multiple_percent": Terms(kind).cap_percent}


def _business(tx: Transaction, name: str) -> Business:
    """The business of this name, or a new one that no list shows."""
    known = tx.session.scalars(select(Business).where(Business.name == name[:120])).all()
    if len(known) == 1:
        return known[0]
    taken = select(Business.id)
    return tx.add(
        Business(
            slug=slug(name, taken=lambda text: tx.session.scalars(taken.where(Business.slug == text)).first() is not None),
            name=name[:120], state="unlisted", listed_at=tx.now(),
        )
    )  # fmt: skip


takeover.CHECKS.append(refused)
takeover.LOAN_ACCOUNT.append(award_of)
takeover.TAKEN.append(plan_what_is_left)
