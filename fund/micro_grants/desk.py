"""What waits for those who run the week: a list to close, a draw to type, a run to approve, gifts to pay."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from fund import db
from fund.decisions import service as decisions
from fund.desk import Item
from fund.micro_grants import reading
from fund.micro_grants.models import MicroRequest, MicroRun
from fund.permissions import MONEY_HANDS, Actor


def waiting(actor: Actor) -> list[Item]:
    """The next step of the week that is open, else the requests that wait for one."""
    if not actor.roles & MONEY_HANDS:
        return []
    who, run = _("stewards, treasurer"), reading.open_week()
    if run is not None:
        step = _step(run, actor)
        return [Item(step, f"/micro-grants/weeks/{run.id}", who=who)] if step else []
    number = db.session.scalar(select(func.count()).select_from(MicroRequest).where(MicroRequest.state == "waiting"))
    if not number:
        return []
    words = ngettext("%(num)s micro-grant is asked for", "%(num)s micro-grants are asked for", number)
    return [Item(words, "/micro-grants/weeks", who=who, note=_("close this week's list when it is time"))]


def _step(run: MicroRun, actor: Actor) -> str:
    if run.state == "listed":
        return "" if run.seed_by == actor.person_id else str(_("Type the text of this week's draw"))
    if run.decision_id is None:
        return str(_("Put this week's micro-grants up for approval"))
    decision = decisions.get(run.decision_id)
    if decision.stands:
        return str(_("Pay this week's micro-grants"))
    return (
        "" if decision.recorded_by == actor.person_id else str(_("Look at this week's micro-grants and approve them"))
    )
