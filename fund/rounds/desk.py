"""What waits because of rounds: acts that one person proposed and another has to second."""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select

from fund import db
from fund.desk import Item
from fund.permissions import Actor, may
from fund.rounds import seconded
from fund.rounds.models import Round, SecondedAct


def waiting(actor: Actor) -> list[Item]:
    """Acts for two people that somebody else proposed."""
    if not may(actor, "round.second_act"):
        return []
    rows = db.session.execute(
        select(SecondedAct, Round)
        .join(Round, Round.id == SecondedAct.round_id)
        .where(
            SecondedAct.seconded_at.is_(None), SecondedAct.withdrawn_at.is_(None),
            SecondedAct.proposed_by != actor.person_id,
        )
        .order_by(SecondedAct.id)
    )  # fmt: skip
    return [
        Item(
            _("%(round)s: somebody wants to %(what)s and needs your agreement.", round=round_.title,
              what=seconded.words_of(act.act)),
            f"/rounds/{round_.slug}/manage", who=_("any steward but the one who proposed it"),
        )
        for act, round_ in rows
    ]  # fmt: skip
