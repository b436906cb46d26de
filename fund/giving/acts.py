"""Acts on what people gave: each giver's own, and what the treasurer does for them."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fund.permissions import EVERYONE, MONEY_HANDS, SIGNED_IN, TREASURERS, Actor, declare


def _own_or_books(actor: Actor, contribution: Any) -> Any:
    """Condition: the giver, or somebody who keeps the books."""
    if actor.person_id == contribution.person_id or actor.roles & MONEY_HANDS:
        return None
    return _l("This is for the giver and those who keep the books.")


declare("giving.mine", "see what one gave, and choose whether to be reminded", SIGNED_IN)
declare("giving.receipt", "read a receipt", SIGNED_IN, _own_or_books)
declare("giving.list", "see the year of all givers", TREASURERS)
declare("giving.refund", "ask that a gift is given back", TREASURERS)
declare("land_gift.read", "read about the voluntary land gift", EVERYONE)
declare("land_gift.give", "choose a land gift, or take the promise back", SIGNED_IN)
declare("land_gift.scale", "record the scale that the receivers of the land gift set", MONEY_HANDS)
