"""Acts on businesses. Whoever acts for a business decides about its page, not about whether it meets the standards."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fund.permissions import EVERYONE, MEMBERS, SIGNED_IN, STEWARDS, Actor, declare


def acts_for(actor: Actor, business: Any) -> Any:
    """Condition: the actor may act for this business."""
    if business.id not in actor.businesses:
        return _l("Only those who act for this business may do this.")
    return None


def is_another(actor: Actor, business: Any) -> Any:
    """Condition: the actor does not act for this business."""
    if business.id in actor.businesses:
        return _l("You act for this business, so another steward takes this on.")
    return None


declare("business.read", "read the directory of businesses", EVERYONE)
declare("business.name", "name a business the fund should know", MEMBERS | STEWARDS)
declare("business.claim", "use a code to act for a business", SIGNED_IN)
declare("business.edit", "change the page of one's business and who acts for it", SIGNED_IN, acts_for)
declare("business.reach", "reach out to businesses that were named", STEWARDS)
declare("business.certify", "certify that a business meets the standards, until a date", STEWARDS, is_another)
