"""A week that its approver does not stand for: sent back with a reason, kept as it was, and done anew (FIELD C5).

What was drawn is not drawn again: the week keeps its list, its text and the reason, all public, and another list of the
same week is closed with whoever waits then. So nobody repeats a draw until they like it without everybody seeing it.
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.decisions import service as decisions
from fund.decisions.models import Decision
from fund.errors import WrongState
from fund.micro_grants.models import MicroLine, MicroRequest, MicroRun
from fund.micro_grants.running import in_state
from fund.permissions import Actor, require


def send_back(run_id: int, *, reason: str, by: Actor) -> MicroRun:
    """Send a proposed run back with a reason that anyone can read. It never stands; everybody in it waits as before, and
    nobody is carried over by it. Raises Forbidden for who proposed it, Invalid without a reason, WrongState once two
    people stand for it or while nobody has proposed it."""
    require(by, "micro_grant.run")
    with db.writing() as tx:
        run = tx.lock(MicroRun, run_id)
        in_state(run, "proposed")
        if tx.get(Decision, run.decision_id).stands:
            raise WrongState(_l("Two people stand for this week; it is paid."))
        decision = decisions.refuse(tx, run.decision_id or 0, reason=reason, by=by)
        for request in tx.lock_all(
            select(MicroRequest)
            .join(MicroLine, MicroLine.request_id == MicroRequest.id)
            .where(MicroLine.run_id == run.id)
            .order_by(MicroRequest.id)
        ):
            request.state = "waiting"
        run.sent_back_by, run.sent_back_reason, run.state = by.person_id, decision.refused_reason, "sent_back"
        tx.session.flush()
        audit.record(tx, "micro_grant.send_back", by=by.person_id, on=("micro_run", run.id))
    return run
