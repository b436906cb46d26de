"""Acts on repayments; each condition looks at `Standing`: who is who to this award at this moment."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fund.permissions import MONEY_HANDS, SIGNED_IN, Actor, Role, declare


def _no_tie(actor: Actor, standing: Any) -> Any:
    """Condition: the actor has no tie to the proposal, and does not act for its business."""
    if actor.person_id in standing.tied or actor.person_id in standing.party:
        return _l("You have a tie to this business, so others take this on.")
    return None


def _the_business_or_a_hand(actor: Actor, standing: Any) -> Any:
    """Condition: the business itself, or a steward or treasurer without a tie to it."""
    if actor.person_id in standing.party:
        return None
    if not actor.roles & MONEY_HANDS:
        return _l("This is for the business itself, and for those who keep the fund's money.")
    return _no_tie(actor, standing)


declare("repayment.own", "see what one's businesses owe", SIGNED_IN)
declare("repayment.read", "read exactly what a business owes and has paid back", SIGNED_IN, _the_business_or_a_hand)
declare("repayment.overview", "see what is due from all businesses", MONEY_HANDS | {Role.AUDITOR})
declare("repayment.record", "record what a business paid back", MONEY_HANDS, _no_tie)
declare("figure.tell", "tell what a business made in a period", SIGNED_IN, _the_business_or_a_hand)
declare("figure.answer", "accept a period's figure, or ask again", MONEY_HANDS, _no_tie)
declare("arrangement.propose", "propose to change what is owed", MONEY_HANDS, _no_tie)
declare("arrangement.confirm", "confirm a change of what is owed", MONEY_HANDS, _no_tie)
