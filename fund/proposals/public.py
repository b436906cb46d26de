"""What everybody may know: admitted proposals, and numbers about the rest.

A proposal is public from admission on where the charter previews rounds in public (`preview_public`), else for members,
and for all once voting opens. What was withdrawn after admission stays visible as withdrawn. Of what was refused the
public sees counts by reason, and the name only where charter and applicant agree.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from fund import db
from fund.businesses import nominations
from fund.businesses.models import Business
from fund.db import Transaction
from fund.errors import NotFound
from fund.permissions import MEMBERS, STEWARDS, VISITOR, Actor
from fund.proposals import access, review
from fund.proposals.models import Conflict, Proposal
from fund.rounds import service as rounds
from fund.rounds.models import Round


@dataclass(frozen=True)
class Funnel:
    """The way of a round's proposals in numbers. `named` counts businesses, `recusals` people; the others proposals."""

    named: int = 0
    applied: int = 0
    in_review: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    refused_names: Sequence[tuple[str, str]] = ()
    """Pairs (name, code) of the refused who agreed to be named."""
    appealed: int = 0
    admitted: int = 0
    withdrawn: int = 0
    recusals: int = 0

    @property
    def refused_total(self) -> int:
        """How many were refused."""
        return sum(self.refused.values())


def is_public(proposal: Proposal, round_: Round, actor: Actor) -> bool:
    """Whether the actor may read a proposal as one of the public."""
    if proposal.admitted_at is None or proposal.state not in (*access.ADMITTED_STATES, "withdrawn"):
        return False
    if round_.status not in ("draft", "frozen") or rounds.type_of(round_).preview_public:
        return True
    return actor.has(*MEMBERS, *STEWARDS)


def by_slug(round_id: int, slug: str) -> Proposal:
    """The proposal at this address, whatever its state. Raises NotFound; drafts have no address."""
    found = db.session.scalars(
        select(Proposal).where(Proposal.round_id == round_id, Proposal.slug == slug, Proposal.state != "draft")
    ).one_or_none()
    if found is None:
        raise NotFound(_l("There is no such proposal."))
    return found


def readable(round_slug: str, slug: str, *, by: Actor) -> tuple[Proposal, Round]:
    """A proposal that this actor may read as one of the public. Raises NotFound."""
    round_ = rounds.by_slug(round_slug)
    proposal = by_slug(round_.id, slug)
    if not is_public(proposal, round_, by):
        raise NotFound(_l("There is no such proposal."))
    return proposal, round_


def admitted(tx: Transaction | None, round_id: int) -> Sequence[Proposal]:
    """Proposals that were admitted and not withdrawn, in the order of their slugs."""
    session = tx.session if tx is not None else db.session()
    return session.scalars(
        select(Proposal)
        .where(Proposal.round_id == round_id, Proposal.state.in_(access.ADMITTED_STATES))
        .order_by(Proposal.slug)
    ).all()


def grants_asked(tx: Transaction, round_id: int) -> int:
    """Minor units that admitted proposals of a round ask for as grants: the most that the round can give away."""
    return int(
        tx.session.scalar(
            select(func.coalesce(func.sum(Proposal.ask_minor), 0)).where(
                Proposal.round_id == round_id, Proposal.product == "grant",
                Proposal.state.in_(access.ADMITTED_STATES),
            )
        )
        or 0
    )  # fmt: skip


def public_on(round_id: int, *, by: Actor = VISITOR) -> Sequence[Proposal]:
    """Proposals of a round that this actor may read as one of the public: admitted ones, then withdrawn ones."""
    round_ = rounds.get(round_id)
    rows = db.session.scalars(
        select(Proposal)
        .where(Proposal.round_id == round_id, Proposal.admitted_at.is_not(None))
        .order_by(Proposal.state == "withdrawn", Proposal.slug)
    ).all()
    return [row for row in rows if is_public(row, round_, by)]


def business_of(proposal: Proposal) -> Business | None:
    """The business that applies, if its page is in the directory."""
    row = db.session.get(Business, proposal.business_id) if proposal.business_id is not None else None
    return row if row is not None and row.state not in ("unlisted", "withdrawn") else None


def of_business(business_id: int, *, by: Actor) -> Sequence[tuple[Proposal, Round]]:
    """What a business has asked for in rounds, as far as this actor may read it, newest first."""
    rows = db.session.execute(
        select(Proposal, Round)
        .join(Round, Round.id == Proposal.round_id)
        .where(Proposal.business_id == business_id, Proposal.admitted_at.is_not(None))
        .order_by(Proposal.id.desc())
    ).all()
    return [(proposal, round_) for proposal, round_ in rows if is_public(proposal, round_, by)]


def memos(proposal: Proposal) -> Sequence[tuple[str, str, str]]:
    """Public memos of done reviews by people without a tie: (kind, outcome, text), the latest of each kind."""
    latest = {row.kind: row for row in review.counted(db.session(), proposal)}
    return [(row.kind, row.outcome or "", row.memo) for row in latest.values() if row.memo]


def award_of(proposal: Proposal) -> int | None:
    """The number of the proposal's award, whose page is public; None without one."""
    if proposal.state not in ("winner", "reserve", "not_funded"):
        return None
    award = db.Model.metadata.tables["award"]
    return db.session.scalar(select(award.c.id).where(award.c.proposal_id == proposal.id))


def funnel(round_id: int) -> Funnel:
    """The round's proposals in numbers, in a fixed number of queries."""
    states = dict(
        db.session.execute(
            select(Proposal.state, func.count()).where(Proposal.round_id == round_id, Proposal.state != "draft")
            .group_by(Proposal.state)
        ).all()
    )  # fmt: skip
    codes: Counter[str] = Counter()
    names = []
    round_ = rounds.get(round_id)
    named_if_agreed = rounds.charter(round_).privacy.refused == "named_if_agreed"
    for title, code, agreed in db.session.execute(
        select(Proposal.title, Proposal.refused_code, Proposal.name_public_if_refused)
        .where(Proposal.round_id == round_id, Proposal.state == "refused")
        .order_by(Proposal.slug)
    ):
        codes[code or "other"] += 1
        if agreed and named_if_agreed:
            names.append((title, code or "other"))
    recused = db.session.scalar(
        select(func.count(Conflict.person_id.distinct()))
        .join(Proposal, Proposal.id == Conflict.proposal_id)
        .where(Proposal.round_id == round_id, Conflict.state != "cleared_by_other")
    )
    return Funnel(
        named=nominations.count_for(round_id, *_time_of_naming(round_)), applied=sum(states.values()),
        in_review=states.get("submitted", 0) + states.get("in_review", 0), refused=dict(codes),
        refused_names=tuple(names), appealed=states.get("appealed", 0),
        admitted=sum(states.get(state, 0) for state in access.ADMITTED_STATES), withdrawn=states.get("withdrawn", 0),
        recusals=int(recused or 0),
    )  # fmt: skip


def _time_of_naming(round_: Round) -> tuple[dt.datetime, dt.datetime]:
    """From the creation of a round to the end of its submissions: what is named then is named for it."""
    ends = [phase.ends_at for phase in round_.phases if phase.label == "submissions"]
    return round_.created_at, max(ends, default=round_.created_at)


def conflicted_people(proposal_id: int) -> set[int]:
    """Numbers of everybody who has a tie to a proposal: declared and not cleared, applicant, agents of the business."""
    proposal = db.session.get(Proposal, proposal_id)
    return access.tied(db.session(), proposal) if proposal is not None else set()
