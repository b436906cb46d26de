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
OWN = "own"
"""The tier of whoever names a sum of their own."""
HOURS = "hours"
GIVING = ("applied", "verified", "active")
"""States of a membership in which one can choose what one gives."""


def tiers(member_class: MemberClass) -> list[tuple[str, int]]:
    """What a member of a class can choose: pairs of tier and amount in minor units, nothing at all always among them.

    A sum of one's own stands without an amount. Empty for a class without dues.
    """
    dues = member_class.dues
    if not dues.are_asked and not dues.in_kind_hours:
        return []
    paying = [(f"tier-{number}", amount_minor) for number, amount_minor in enumerate(dues.tiers_minor, start=1)]
    own = [(OWN, 0)] if dues.pay_what_you_can else []
    return [*paying, *own, *([(HOURS, 0)] if dues.in_kind_hours else []), (NOTHING, 0)]


def _amount(offered: dict[str, int], tier: str, own_minor: int | None) -> int:
    """What a choice comes to. Raises Invalid for a tier the class does not have, or a sum of one's own that is missing."""
    if tier not in offered:
        raise Invalid(_l("Choose what you give; nothing is a choice too."), field="dues")
    if tier != OWN:
        return offered[tier]
    if own_minor is None or own_minor <= 0:
        raise Invalid(_l("Say how much you can give, or choose nothing."), field="dues_amount")
    return own_minor


def pledge(
    tx: Transaction, person_id: int, member_class: MemberClass, tier: str, *, own_minor: int | None = None
) -> None:
    """Record which tier a member chose; `own_minor` is the sum of whoever names their own. Raises Invalid for a tier the
    class does not have."""
    offered = dict(tiers(member_class))
    if not offered:
        return
    _ledger().pledge_dues(tx, person_id, tier, _amount(offered, tier, own_minor))


def choose(tier: str, *, own_minor: int | None = None, by: Actor) -> str:
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
        _ledger().change_pledge(tx, by.person_id, tier, _amount(offered, tier, own_minor))
        audit.record(tx, "self.dues", by=by.person_id, on=("person", by.person_id))
    return tier


def chosen(person_id: int) -> dict[str, Any]:
    """What a person chose last, as the fields of a form; nothing if they never chose."""
    last = next((one for one in recorded(person_id) if one.tier is not None and one.state != "void"), None)
    if last is None:
        return {}
    return {"dues": last.tier, "dues_amount": last.amount_minor if last.tier == OWN else None}


def recorded(person_id: int) -> list[Any]:
    """What a person pledged and gave, newest first, as the books have it."""
    return list(_ledger().contributions_of(person_id))


def _ledger() -> Any:
    return import_module("fund.ledger.service")
