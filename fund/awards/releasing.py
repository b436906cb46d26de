"""Giving back what an award does not need: instalments that were never paid go to the next on the list, or home.

The business says so itself. Where the charter sends savings to the fund (`awards.savings_to`), no list is asked; money
set aside for some stays set aside (FIELD B3).
"""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.awards import payments, standing
from fund.awards.models import Award, Tranche
from fund.awards.offering import offer_next
from fund.db import Transaction
from fund.errors import Invalid, WrongState
from fund.permissions import Actor, require
from fund.pots import service as pots
from fund.rounds.models import Round


def release_rest(award_id: int, *, reason: str, by: Actor) -> Award:
    """Give back the instalments that are still planned. An award of which nothing was paid is thereby declined.

    Raises Invalid without a reason, WrongState while a payment is on its way or nothing is left to give back.
    """
    require(by, "award.answer")
    if not reason.strip():
        raise Invalid(_l("Say why, in a sentence."), field="reason")
    with db.writing() as tx:
        round_ = tx.lock(Round, tx.get(Award, award_id).round_id)
        award = tx.lock(Award, award_id)
        require(by, "award.answer", standing.of_award(tx.session, award))
        if award.state not in payments.PAYABLE:
            raise WrongState(_l("This is not possible in the award's present state."))
        released_minor = _cancel(tx, award)
        name = standing.of_award(tx.session, award).business_name
        pots.take_back(tx, award_id=award.id, round_id=round_.id, reason=name, by=by.person_id)
        if released_minor == award.amount_minor:
            award.state, award.ended_reason = "declined", reason.strip()
        else:
            award.released_minor, award.ended_reason = released_minor, reason.strip()
            payments.complete_if_done(tx, award)
        tx.session.flush()
        audit.record(tx, "award.release", by=by.person_id, on=("award", award.id), amount_minor=released_minor)
        offer_next(tx, round_)
    return award


def _cancel(tx: Transaction, award: Award) -> int:
    """Cancel what is still planned; how much that is, in minor units."""
    rows = tx.lock_all(select(Tranche).where(Tranche.award_id == award.id).order_by(Tranche.number))
    if any(one.state in ("requested", "approved") for one in rows):
        raise WrongState(_l("A payment of this award is on its way; end it first."))
    planned = [one for one in rows if one.state == "planned"]
    if not planned:
        raise WrongState(_l("Nothing is left to give back."))
    for one in planned:
        one.state = "cancelled"
    tx.session.flush()
    return sum(one.amount_minor for one in planned)
