"""What always holds of micro-grants, looked at by `fund check`: each week follows from its list and its draw alone, stays
within its pot, stands in the books once, and nothing personal is kept longer than it may be."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select

from fund import db
from fund.ledger.models import Entry, Posting
from fund.micro_grants.allotting import Asked, allot, in_order
from fund.micro_grants.models import MicroLine, MicroRequest, MicroRun
from fund.micro_grants.running import list_hash


def weeks_follow_from_their_draw() -> list[str]:
    """The list is the one whose hash was stored before the draw; order and gifts are those that the draw gives."""
    faults = []
    for run in db.session.scalars(select(MicroRun).order_by(MicroRun.id)).all():
        rows = db.session.execute(
            select(MicroLine, MicroRequest.lot_name)
            .join(MicroRequest, MicroRequest.id == MicroLine.request_id)
            .where(MicroLine.run_id == run.id)
        ).all()
        if list_hash([(name, one.asked_minor, one.carried, one.recent) for one, name in rows]) != run.list_hash:
            faults.append(f"week {run.id} of micro-grants: its list is not the one that was closed")
        if run.state == "listed":
            continue
        asked = [Asked(name, one.asked_minor, one.carried, one.recent) for one, name in rows]
        declined = {name for one, name in rows if one.answer == "declined"}
        ordered = in_order(asked, run.seed or "", recent_last=run.recent_last)
        due = {
            share.lot_name: (place, share.amount_minor)
            for place, share in enumerate(
                allot(ordered, run.pot_minor, partial_min_minor=run.partial_min_minor, declined=declined), start=1
            )
        }
        if {name: (one.place, one.amount_minor) for one, name in rows} != due:
            faults.append(f"week {run.id} of micro-grants: its gifts are not those that its draw gives")
    return faults


def weeks_are_booked_once() -> list[str]:
    """A finished week has one entry of exactly what was paid; every entry of micro-grants is a week's."""
    paid = (
        select(MicroLine.run_id, func.sum(MicroRequest.paid_minor).label("paid"))
        .join(MicroRequest, MicroRequest.id == MicroLine.request_id)
        .where(MicroRequest.state == "paid", MicroLine.amount_minor > 0)
        .group_by(MicroLine.run_id)
        .subquery()
    )
    booked = (
        select(Posting.entry_id, func.sum(Posting.amount_minor).label("booked"))
        .where(Posting.amount_minor > 0)
        .group_by(Posting.entry_id)
        .subquery()
    )
    rows = db.session.execute(
        select(MicroRun.id, MicroRun.paid_minor, paid.c.paid, booked.c.booked)
        .outerjoin(paid, paid.c.run_id == MicroRun.id)
        .outerjoin(booked, booked.c.entry_id == MicroRun.entry_id)
        .where(MicroRun.state == "booked")
    )
    faults = [
        f"week {number} of micro-grants: {said} is said to be paid, the gifts are {int(gifts or 0)}, the books say"
        f" {int(entry or 0)}"
        for number, said, gifts, entry in rows
        if not said == int(gifts or 0) == int(entry or 0)
    ]
    stray = (
        select(Entry.id)
        .outerjoin(MicroRun, MicroRun.entry_id == Entry.id)
        .where(Entry.kind == "micro_grant", MicroRun.id.is_(None))
    )
    return faults + [f"entry {number} of micro-grants belongs to no week" for number in db.session.scalars(stray)]


def nothing_is_kept_too_long() -> list[str]:
    """How somebody was paid is gone once they are."""
    rows = db.session.scalars(
        select(MicroRequest.id).where(
            MicroRequest.state.in_(("paid", "withdrawn", "unpaid")), MicroRequest.way_sealed.is_not(None)
        )
    )
    return [f"request {number} for a micro-grant has ended and still holds how to pay" for number in rows]


INVARIANTS: tuple[tuple[str, Callable[[], list[str]]], ...] = (
    ("every week of micro-grants follows from its closed list and its public draw", weeks_follow_from_their_draw),
    ("every finished week of micro-grants stands in the books once, as it was paid", weeks_are_booked_once),
    ("how a micro-grant was paid is kept no longer than until it is paid", nothing_is_kept_too_long),
)
