"""Acts on awards and their payments; each condition looks at `Standing`: who is who to this award at this moment."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fund.payments.acts import asks, no_tie
from fund.permissions import EVERYONE, MONEY_HANDS, SIGNED_IN, STEWARDS, Actor, declare


def _the_business_itself(actor: Actor, standing: Any) -> Any:
    """Condition: the actor acts for the business, or applied."""
    return None if actor.person_id in standing.party else _l("This is for the business itself.")


declare("award.read", "see what became of an award", EVERYONE)
declare("award.answer", "accept, decline or sign an award for the business", SIGNED_IN, _the_business_itself)
declare("award.countersign", "sign an agreement for the fund", STEWARDS, no_tie)
declare("award.report", "tell what the money of an award did", SIGNED_IN, asks)
declare("tranche.link_vote", "say which vote releases an instalment", MONEY_HANDS, no_tie)
declare("tranche.request", "ask for an instalment", SIGNED_IN, asks)
declare("evidence.read", "read what was shown for an instalment", SIGNED_IN, asks)
