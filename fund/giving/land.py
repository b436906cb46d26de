"""The voluntary land gift: the scale its receivers set, and what somebody chooses to give.

The scale is recorded on a decision of the council that receives the gift, and is shown only once there is one. Nobody is
asked who they are, no step is required, and nothing is a choice. What a giver names is a promise; once it has come it
goes where the charter's pools say, in the same step that records it. It gives no vote. Source: FIELD A3, C6.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select

from fund import audit, db
from fund.charter.model import Charter
from fund.charter.model_money import Pool
from fund.decisions import service as decisions
from fund.decisions.models import Decision
from fund.errors import Invalid, NotFound
from fund.foundation import service as foundation
from fund.giving import scale
from fund.giving.scale import Step
from fund.ledger import contributions
from fund.ledger.contributions import NewContribution
from fund.ledger.giving_models import LandGiftScale
from fund.ledger.models import Contribution
from fund.members.models import Person
from fund.permissions import Actor, require


@dataclass(frozen=True)
class Share:
    """Where a part of each land gift goes: how much of a hundred, to which pool, decided by whom, kept for land."""

    percent: int
    name: str
    decided_by: str
    land_percent: int


@dataclass(frozen=True)
class NewScale:
    """A scale as it is typed: who receives, its lines, a few words of theirs, and the decision it rests on."""

    receivers: str
    steps: Sequence[Step]
    words: str
    decision_id: int


def shares() -> list[Share]:
    """Where each land gift goes under the charter in force. Raises NotFound where it names nobody who receives one."""
    version = foundation.current_version()
    charter = foundation.parsed(version.text_bytes) if version is not None else None
    found = [_share(charter, pool) for pool in charter.pools if pool.land_tax] if charter is not None else []
    if not found:
        raise NotFound(_l("This fund receives no land gift."))
    return found


def _share(charter: Charter, pool: Pool) -> Share:
    decided_by = str(_l("The members")) if pool.decided_by == "members" else charter.bodies[pool.decided_by]
    return Share(pool.land_tax, pool.name, decided_by, pool.land_reserve)


def current() -> LandGiftScale | None:
    """The scale that was recorded last, None before its receivers set one."""
    return db.session.scalars(select(LandGiftScale).order_by(LandGiftScale.id.desc()).limit(1)).first()


def steps() -> list[Step]:
    """The steps of the scale; none before there is one."""
    found = current()
    return scale.restored(found.scale) if found is not None else []


def councils_decisions() -> list[Decision]:
    """Decisions of councils that two people stand for: a scale rests on one."""
    return [one for one in decisions.standing() if one.kind == "council"]


def record(new: NewScale, *, by: Actor) -> LandGiftScale:
    """Record the scale that the receivers set. Raises NotFound where the charter has no land gift, Invalid without a step or
    on a decision that is not a council's, or has not been confirmed."""
    require(by, "land_gift.scale")
    shares()
    if not new.steps:
        raise Invalid(_l("Write at least one step."), field="scale")
    with db.writing() as tx:
        decision = tx.get(Decision, new.decision_id)
        if decision.kind != "council" or decision.confirmed_by is None:
            raise Invalid(_l("The scale rests on a decision of those who receive the gift."), field="decision")
        made = tx.add(
            LandGiftScale(
                receivers=new.receivers, scale=scale.stored(new.steps), words=new.words, decision_id=decision.id,
                recorded_by=by.person_id, recorded_at=tx.now(),
            )
        )  # fmt: skip
        audit.record(tx, "land_gift.scale", by=by.person_id, on=("decision", decision.id), steps=len(new.steps))
    return made


def chosen_minor(step: Step | None, *, amount_minor: int | None, revenue_minor: int | None) -> int:
    """What a choice comes to: a step's sum, its share of revenue, or the amount that was typed. Raises Invalid when what
    it needs is missing."""
    if step is None:
        if not amount_minor:
            raise Invalid(_l("Say how much you would like to give."), field="amount")
        return amount_minor
    if not step.is_share:
        return step.amount_minor
    if not revenue_minor and not step.amount_minor:
        raise Invalid(_l("Say roughly what comes in within a year, or choose an amount of your own."), field="revenue")
    return step.of_revenue(revenue_minor or 0)


def give(amount_minor: int, *, by: Actor) -> Contribution:
    """Promise a land gift, in the place of one that was promised and has not come. Nothing is received yet."""
    require(by, "land_gift.give")
    shares()
    assert by.person_id is not None
    if amount_minor <= 0:
        raise Invalid(_l("Say how much you would like to give."), field="amount")
    with db.writing() as tx:
        tx.lock(Person, by.person_id)
        for one in tx.lock_all(_promised(by.person_id)):
            one.state = "void"
        made = contributions.promise(
            tx, NewContribution("land_tax", foundation.today(), amount_minor, person_id=by.person_id)
        )
        audit.record(tx, "land_gift.give", by=by.person_id, on=("contribution", made.id))
    return made


def withdraw(*, by: Actor) -> int:
    """Take a promise of one's own back; nobody asks why. Returns how many there were."""
    require(by, "land_gift.give")
    assert by.person_id is not None
    with db.writing() as tx:
        found = tx.lock_all(_promised(by.person_id))
        for one in found:
            one.state = "void"
            audit.record(tx, "land_gift.withdraw", by=by.person_id, on=("contribution", one.id))
    return len(found)


def promised(person_id: int | None) -> Contribution | None:
    """The land gift that a person promised and that has not come."""
    return db.session.scalars(_promised(person_id)).first() if person_id is not None else None


def _promised(person_id: int) -> Select[Contribution]:
    return (
        select(Contribution)
        .where(
            Contribution.person_id == person_id, Contribution.kind == "land_tax", Contribution.state == "pledged",
            Contribution.recorded_by == person_id,
        )
        .order_by(Contribution.id)
    )  # fmt: skip
