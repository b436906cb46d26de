"""What pages tell of repayments: what is owed now, what was planned and what came, and who may see which of it.

The business itself and those who keep the fund's money see exact figures. Anyone else sees the plan that the agreement
makes public anyway, and about how much came back; exact figures only where the charter has `exact_if_agreed` and the
business agreed (FIELD B2 `privacy.repayments`). Nobody outside ever sees that somebody is late: there is no public shaming.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from fund import db
from fund.awards import standing
from fund.awards.models import Award
from fund.awards.offering import frozen_charter
from fund.awards.reading import agreed_to_exact
from fund.awards.standing import Standing
from fund.businesses.models import Business
from fund.errors import NotFound
from fund.foundation import service as foundation
from fund.permissions import Actor, may, require
from fund.proposals.models import Proposal
from fund.repayments import figures, plan, schedule
from fund.repayments.models import Arrangement, BusinessFigure, Repayment, RepaymentDue, RepaymentSchedule
from fund.repayments.plan import State
from fund.repayments.schedule import Period, Terms
from fund.rounds.models import Round

MOST = 200
"""So many awards stand on the treasurer's page."""


@dataclass(frozen=True)
class Coming:
    """What is due next: the day, how much, and that it is not owed yet."""

    due_on: dt.date
    amount_minor: int


@dataclass(frozen=True)
class Owed:
    """The answer to "what do I owe now?" for one award."""

    award: Award
    name: str
    state: State
    now_minor: int
    since: dt.date | None
    coming: Coming | None
    wanted: tuple[int, Period] | None
    not_before: dt.date | None
    waiting: BusinessFigure | None
    last: BusinessFigure | None

    @property
    def terms(self) -> Terms:
        """The terms of the agreement."""
        return self.state.terms

    @property
    def left_minor(self) -> int:
        """Everything that is still to come back as far as it is known: capital, and gain that is due or planned."""
        return self.state.capital_minor + sum(one.gain_minor for one in self.state.open)


@dataclass(frozen=True)
class Line:
    """One planned due with what came of it."""

    due: RepaymentDue
    left_minor: int

    @property
    def came_minor(self) -> int:
        """How much was set against it."""
        return self.due.amount_minor - self.left_minor


@dataclass(frozen=True)
class Book:
    """Everything about one award's repayments, for the business and those who keep the money."""

    owed: Owed
    who: Standing
    lines: list[Line]
    versions: Sequence[RepaymentSchedule]
    came: Sequence[Repayment]
    told: list[BusinessFigure]
    arranged: Sequence[Arrangement]
    is_party: bool
    may_record: bool
    today: dt.date


@dataclass(frozen=True)
class Public:
    """What anyone sees on the award's page. `lines` and `came` only where exact figures are shown."""

    award: Award
    terms: Terms
    plan: list[RepaymentDue]
    exact: bool
    came: Sequence[Repayment]
    arranged: Sequence[Arrangement]
    may_open: bool
    is_over: bool


def owed_now(session: Session, named: Sequence[tuple[Award, str]]) -> list[Owed]:
    """What is owed on each of these awards today, and what comes next."""
    awards = [award for award, _name in named]
    if not awards:
        return []
    states, told = plan.states(session, awards), figures.of_awards(session, [award.id for award in awards])
    today = foundation.today()
    return [_owed(name, states[award.id], told.get(award.id, []), today) for award, name in named]


def of_person(actor: Actor) -> list[Owed]:
    """What each award of a person's businesses owes, those that owe something now first."""
    rows = db.session.execute(
        _named()
        .where(
            or_(Proposal.business_id.in_(actor.businesses), Proposal.applicant_id == actor.person_id),
            Award.product != "grant", Award.state.in_(("active", "completed", *plan.GIVEN_UP)),
        )
    ).all()  # fmt: skip
    mine = [
        (award, name or proposal.title)
        for award, proposal, name in rows
        if proposal.business_id in actor.businesses or actor.person_id in who_of(award).party
    ]
    found = owed_now(db.session(), mine)
    return sorted(found, key=lambda one: (not one.now_minor, one.award.state != "active", one.award.id))


def everywhere(actor: Actor) -> list[tuple[Owed, bool]]:
    """What every award owes that is being paid back, the oldest due first, and whether this person may open it: who has a
    tie leaves it to others."""
    rows = db.session.execute(
        _named().where(
            Award.state == "active", select(RepaymentSchedule.id).where(RepaymentSchedule.award_id == Award.id).exists()
        ).limit(MOST)
    ).all()  # fmt: skip
    tied = {award.id: _tied(actor, proposal) for award, proposal, _name in rows}
    found = owed_now(db.session(), [(award, name or proposal.title) for award, proposal, name in rows])
    far = dt.date.max
    found.sort(key=lambda one: (one.since or far, one.coming.due_on if one.coming else far, one.award.id))
    return [(one, not tied[one.award.id]) for one in found]


def _named() -> Select[Award, Proposal, str]:
    """Awards with their proposals and the names of their businesses."""
    return (
        select(Award, Proposal, Business.name)
        .join(Proposal, Proposal.id == Award.proposal_id)
        .outerjoin(Business, Business.id == Proposal.business_id)
        .order_by(Award.id)
    )


def _tied(actor: Actor, proposal: Proposal) -> bool:
    own = proposal.business_id is not None and proposal.business_id in actor.businesses
    return own or proposal.id in actor.conflicts or proposal.applicant_id == actor.person_id


def _owed(name: str, state: State, told: list[BusinessFigure], today: dt.date) -> Owed:
    due = [one for one in state.open if one.due.due_on <= today]
    later = [one for one in state.open if one.due.due_on > today]
    wanted = figures.next_period(state, told)
    ended = wanted is not None and wanted[1].ends_on < today
    return Owed(
        award=state.award, name=name, state=state, now_minor=sum(one.amount_minor for one in due),
        since=due[0].due.due_on if due else None,
        coming=Coming(later[0].due.due_on, later[0].amount_minor) if later else None,
        wanted=wanted if ended else None, not_before=wanted[1].ends_on if wanted is not None and not ended else None,
        waiting=next((one for one in told if one.state == "told"), None),
        last=next((one for one in reversed(told) if one.state == "accepted"), None),
    )  # fmt: skip


def who_of(award: Award) -> Standing:
    """Who is who to an award."""
    return standing.of_award(db.session(), award)


def book(award_id: int, actor: Actor) -> Book:
    """Everything about one award's repayments. Raises NotFound, Forbidden."""
    session = db.session()
    award = session.get(Award, award_id)
    if award is None:
        raise NotFound(_l("There is no such award."))
    who = standing.of_award(session, award)
    require(actor, "repayment.read", who)
    (owed,) = owed_now(session, [(award, who.business_name)])
    versions = plan.versions(session, award_id)
    left = {one.due.id: one.amount_minor for one in owed.state.open}
    newest = versions[-1] if versions else None
    return Book(
        owed=owed, who=who, versions=versions,
        lines=[Line(due, left.get(due.id, 0)) for due in newest.dues] if newest is not None else [],
        came=_came(session, award_id), told=figures.of_award(session, award_id), arranged=_arranged(session, award_id),
        is_party=actor.person_id in who.party, may_record=may(actor, "repayment.record", who),
        today=foundation.today(),
    )  # fmt: skip


def public(award_id: int, actor: Actor) -> Public | None:
    """What an award's page tells this reader; None where nothing is paid back."""
    session = db.session()
    award = session.get(Award, award_id)
    if award is None or award.product == "grant":
        return None
    versions = plan.versions(session, award_id)
    if not versions:
        return None
    who = standing.of_award(session, award)
    may_open = may(actor, "repayment.read", who)
    exact = may_open or _agreed(session, award)
    return Public(
        award=award, terms=Terms.of(award.product, award.terms), plan=_plan_to_show(versions, award, exact=exact),
        exact=exact, came=_came(session, award_id) if exact else [],
        arranged=[one for one in _arranged(session, award_id) if one.state == "in_force"], may_open=may_open,
        is_over=award.state in ("completed", *plan.GIVEN_UP),
    )  # fmt: skip


def _plan_to_show(versions: Sequence[RepaymentSchedule], award: Award, *, exact: bool) -> list[RepaymentDue]:
    """The plan that this reader may see: the newest where figures are exact, else the last that follows from the agreement
    and what was paid out alone, before anything came back."""
    if exact:
        return list(versions[-1].dues)
    if Terms.of(award.product, award.terms).is_contingent:
        return []
    plain = takewhile(lambda one: one.reason == "paid_out" and one.principal_minor == one.paid_out_minor, versions)
    return next((list(one.dues) for one in reversed(list(plain))), [])


def _agreed(session: Session, award: Award) -> bool:
    return agreed_to_exact(award, frozen_charter(session.get_one(Round, award.round_id)))


def _came(session: Session, award_id: int) -> Sequence[Repayment]:
    return session.scalars(
        select(Repayment).where(Repayment.award_id == award_id).order_by(Repayment.paid_on, Repayment.id)
    ).all()


def _arranged(session: Session, award_id: int) -> Sequence[Arrangement]:
    return session.scalars(select(Arrangement).where(Arrangement.award_id == award_id).order_by(Arrangement.id)).all()


def redeemable_on(owed: Owed) -> dt.date | None:
    """From when shares can be bought back; None for other products."""
    if owed.terms.kind != "nonvoting_share" or owed.state.first_paid_on is None:
        return None
    return schedule.add_months(owed.state.first_paid_on, owed.terms.redeem_after_months)
