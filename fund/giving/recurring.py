"""Dues that come again: a new pledge when a period has passed, and one reminder that can be turned off.

A period begins when the last dues came. Whoever chose a sum is asked for the same again, all its
parts together; whoever chose nothing, or hours, is not asked. Two weeks later those whose dues have not come get one
message, never a second one for the same period. No vote depends on dues, and the message says so.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from fund import audit, db
from fund.charter.model import Charter
from fund.db import Transaction, outbox
from fund.foundation import service as foundation
from fund.ledger import service as ledger
from fund.ledger.giving_models import DuesReminder
from fund.ledger.models import Contribution
from fund.members.models import Membership
from fund.permissions import Actor, require

DAYS = {"year": 365, "month": 30}
QUIET = dt.timedelta(days=14)
"""So long a pledge may wait before its one reminder."""
MOST = 200


def dues_due() -> int:
    """What the clock owes: pledges of a new period, and reminders. Gives how many; safe to repeat."""
    version = foundation.current_version()
    if version is None:
        return 0
    charter = foundation.parsed(version.text_bytes)
    return sum(_renew(number) for number in _to_renew(charter)) + sum(_remind(number) for number in _to_remind())


def choose(wanted: bool, *, by: Actor) -> bool:
    """Say whether one wants to be reminded of dues."""
    require(by, "giving.mine")
    assert by.person_id is not None
    with db.writing() as tx:
        _row(tx, by.person_id).wanted = wanted
        tx.session.flush()
        audit.record(tx, "self.dues_reminder", by=by.person_id, on=("person", by.person_id))
    return True


def _to_renew(charter: Charter) -> list[int]:
    """The last dues, with a sum, of members whose period has passed."""
    today, newer = foundation.today(), aliased(Contribution)
    found: list[int] = []
    for one in charter.classes:
        if one.dues.period not in DAYS or not one.dues.are_asked:
            continue
        found += db.session.scalars(
            select(func.max(Contribution.id))
            .join(Membership, Membership.person_id == Contribution.person_id)
            .where(
                Membership.class_code == one.code, Membership.state == "active", Contribution.kind == "dues",
                Contribution.state == "received", Contribution.amount_minor > 0, Contribution.tier.is_not(None),
                Contribution.given_on <= today - dt.timedelta(days=DAYS[one.dues.period]),
                ~select(newer.id)
                .where(newer.person_id == Contribution.person_id, newer.tier.is_not(None), newer.id > Contribution.id)
                .exists(),
            )
            .group_by(Contribution.person_id)
            .limit(MOST)
        ).all()  # fmt: skip
    return found


def _renew(contribution_id: int) -> bool:
    with db.writing() as tx:
        last = tx.lock(Contribution, contribution_id)
        later = tx.session.scalar(
            select(func.count()).select_from(Contribution).where(
                Contribution.person_id == last.person_id, Contribution.tier.is_not(None), Contribution.id > last.id
            )
        )  # fmt: skip
        if later or last.person_id is None or last.tier is None:
            return False
        pledge = ledger.pledge_dues(tx, last.person_id, last.tier, _whole(tx, last))
        audit.record(tx, "dues.renew", by=None, on=("contribution", pledge.id))
    return True


def _whole(tx: Transaction, last: Contribution) -> int:
    """What a pledge came to in all its parts, of which `last` came last."""
    whole, part = last.amount_minor, last
    while part.rest_of_id is not None:
        part = tx.get(Contribution, part.rest_of_id)
        whole += part.amount_minor
    return whole


def _to_remind() -> list[int]:
    """Pledges that have waited, of people who were not told of them and wish to be."""
    return list(
        db.session.scalars(
            select(Contribution.id)
            .outerjoin(DuesReminder, DuesReminder.person_id == Contribution.person_id)
            .where(
                Contribution.kind == "dues", Contribution.state == "pledged", Contribution.person_id.is_not(None),
                Contribution.given_on <= foundation.today() - QUIET,
                (DuesReminder.person_id.is_(None))
                | (DuesReminder.wanted.is_(True) & (DuesReminder.reminded_of_id.is_distinct_from(Contribution.id))),
            )
            .order_by(Contribution.id)
            .limit(MOST)
        )
    )  # fmt: skip


def _remind(contribution_id: int) -> bool:
    with db.writing() as tx:
        pledge = tx.lock(Contribution, contribution_id)
        if pledge.person_id is None or pledge.state != "pledged":
            return False
        row = _row(tx, pledge.person_id)
        if not row.wanted or row.reminded_of_id == pledge.id:
            return False
        row.reminded_of_id = pledge.id
        outbox.post(tx, "dues_reminder", person_id=pledge.person_id, dedupe_key=f"dues_reminder:{pledge.id}",
                    amount_minor=pledge.amount_minor)  # fmt: skip
    return True


def _row(tx: Transaction, person_id: int) -> DuesReminder:
    found = tx.session.get(DuesReminder, person_id, with_for_update=True)
    return found if found is not None else tx.add(DuesReminder(person_id=person_id, wanted=True))
