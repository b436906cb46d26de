"""The list of members as a file, in the columns that the import reads; what help a person needs is never in it."""

from __future__ import annotations

from sqlalchemy import select

from fund import audit, db
from fund.foundation import service as foundation
from fund.members.models import Membership, Person
from fund.members.roll_import import COLUMNS
from fund.members.service import LIVE
from fund.permissions import Actor, require
from fund.spreadsheets import csv_bytes

HEAD = (*COLUMNS, "state", "verified_how", "voting_from")


def export(*, by: Actor) -> bytes:
    """Every live membership as CSV; that it was downloaded is logged."""
    require(by, "member.export")
    with db.writing() as tx:
        audit.record(tx, "member.export", by=by.person_id, on=("fund", 1))
    zone = foundation.zone()
    rows = db.session.execute(
        select(Membership, Person)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.state.in_(LIVE), Person.erased_at.is_(None))
        .order_by(Person.display_name, Person.id)
    )
    lines = [
        (
            person.display_name,
            one.class_code,
            person.email,
            person.phone,
            one.neighbourhood,
            one.basis,
            person.language,
            one.applied_at.astimezone(zone).date().isoformat(),
            "yes" if one.of_age_attested_for else "",
            one.state,
            one.verified_how,
            one.voting_from.astimezone(zone).date().isoformat() if one.voting_from else "",
        )
        for one, person in rows
    ]
    return csv_bytes([HEAD, *lines])
