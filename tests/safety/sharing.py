"""What is shared out in the world: a week of micro-grants to be paid, a surplus that is put up, hours among members."""

from __future__ import annotations

import uuid
from typing import Any

from fund import db
from fund.decisions import service as decisions
from fund.foundation import service as foundation
from fund.members.models import Person
from fund.micro_grants import running
from fund.micro_grants import service as micro_grants
from fund.micro_grants.service import Asking
from fund.permissions import VISITOR, Actor
from fund.surplus.models import SurplusPeriod, SurplusRun, SurplusShare, WorkHours
from fund.timebank import service as timebank
from fund.timebank.service import NewRecord
from tests import factories


def make(world: Any) -> None:
    """Plant it; words that begin with hush are private."""
    _micro_grants(world)
    _surplus(world)
    given = NewRecord(
        "hours", world.people["member"], world.people["voter1"], "hush-hours", foundation.today(), 60, uuid.uuid4()
    )
    world.ids["timebank"] = timebank.record(given, by=_actor(world, "member")).id


def _micro_grants(world: Any) -> None:
    hands = [_actor(world, one) for one in ("treasurer", "steward2")]
    _request, code = micro_grants.ask(Asking("hush-alias", 10_000, "hush-way", not_a_steward=True), by=VISITOR)
    run = running.close_list(by=hands[0])
    for hand in hands:
        running.enter_draw(run.id, "dice 4 2", by=hand)
    running.propose(run.id, by=hands[0])
    running.approve(run.id, by=hands[1])
    world.names["micro_code"], world.ids["micro_run"] = code, run.id


def _surplus(world: Any) -> None:
    """A surplus that waits for its second person; the charter of the world has no split, so it is planted as rows."""
    day, member = foundation.today(), world.people["member"]
    with db.writing() as tx:
        period = tx.add(SurplusPeriod(name="hush-year", starts_on=day, ends_on=day, nonmember_hundredths=0))
        tx.add(WorkHours(period_id=period.id, person_id=member, hundredths=43_200, recorded_at=tx.now()))
        decision = decisions.record(tx, "consent", "Surplus of the year", by=world.people["treasurer"])
        run = tx.add(
            SurplusRun(
                period_id=period.id, surplus_minor=1_000, nonmember_minor=0, reserve_minor=0, patronage_minor=1_000,
                cash_minor=400, accounts_minor=600, pot_minor=0, decision_id=decision.id, redeem_on=day,
                terms={"patronage": 100, "cash_percent": 40, "months": 60, "nonmember_hundredths": 0},
                recorded_by=world.people["treasurer"], recorded_at=tx.now(),
            )
        )  # fmt: skip
        tx.add(SurplusShare(run_id=run.id, person_id=member, hundredths=43_200, cash_minor=400, account_minor=600))
    world.ids |= {"surplus_period": period.id, "surplus_run": run.id}


def _actor(world: Any, role: str) -> Actor:
    return factories.actor(db.session.get_one(Person, world.people[role]))
