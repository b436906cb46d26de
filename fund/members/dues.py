"""Dues of a member: a tier one chooses oneself, nothing included. No vote ever depends on it.

The books belong to the ledger, which lies above membership; so its verbs are asked for by name, here and nowhere else.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from fund import audit, db
from fund.charter.model import MemberClass
from fund.db import Transaction
from fund.errors import Invalid, WrongState
from fund.foundation import service as foundation
from fund.members import verification
from fund.members.models import Membership
from fund.permissions import Actor, require

NOTHING = "zero"
HOURS = "hours"
GIVING = ("applied", "verified", "active")
"""States of a membership in which one can choose what one gives."""


def tiers(member_class: MemberClass) -> list[tuple[str, int]]:
    """What a member of a class can choose: pairs of tier and amount in minor units, nothing at all always among them.

    Empty for a class without dues.
    """
    dues = member_class.dues
    if not dues.tiers_minor and not dues.in_kind_hours:
        return []
    paying = [(f"tier-{number}", amount_minor) for number, amount_minor in enumerate(dues.tiers_minor, start=1)]
    return [*paying, *([(HOURS, 0)] if dues.in_kind_hours else []), (NOTHING, 0)]


def pledge(tx: Transaction, person_id: int, member_class: MemberClass, tier: str) -> None:
    """Record which tier a member chose. Raises Invalid for a tier the class does not have."""
    offered = dict(tiers(member_class))
    if not offered:
        return
    if tier not in offered:
        raise Invalid(_l("Choose what you give; nothing is a choice too."), field="dues")
    _ledger().pledge_dues(tx, person_id, tier, offered[tier])


def choose(tier: str, *, by: Actor) -> str:
    """Choose anew what one gives, nothing included; what was pledged and has not come is set aside for it; gives the tier.

    Raises Invalid for a tier the class does not have, WrongState for who is no member or whose class has no dues.
    """
    require(by, "self.change")
    with db.writing() as tx:
        membership = tx.session.scalars(
            select(Membership).where(Membership.person_id == by.person_id, Membership.state.in_(GIVING))
        ).one_or_none()
        member_class = (
            verification.class_of(foundation.current_charter(), membership.class_code)
            if membership is not None
            else None
        )
        offered = dict(tiers(member_class)) if member_class is not None else {}
        if not offered:
            raise WrongState(_l("There are no dues to choose among."))
        if tier not in offered:
            raise Invalid(_l("Choose what you give; nothing is a choice too."), field="dues")
        _ledger().change_pledge(tx, by.person_id, tier, offered[tier])
        audit.record(tx, "self.dues", by=by.person_id, on=("person", by.person_id))
    return tier


def chosen(person_id: int) -> str | None:
    """The tier a person chose last, None if they never chose one."""
    return next((one.tier for one in recorded(person_id) if one.tier is not None and one.state != "void"), None)


def recorded(person_id: int) -> list[Any]:
    """What a person pledged and gave, newest first, as the books have it."""
    return list(_ledger().contributions_of(person_id))


def _ledger() -> Any:
    return import_module("fund.ledger.service")
