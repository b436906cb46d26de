"""Acts of stewardship."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fund.permissions import ADMINISTRATORS, MONEY_HANDS, OVERSIGHT, STEWARDS, Actor, declare


def not_oneself(actor: Actor, term: Any) -> Any:
    """Condition: nobody confirms their own office."""
    if term.person_id == actor.person_id:
        return _l("This is about yourself, so somebody else confirms it.")
    return None


declare("term.begin", "begin a steward's term", STEWARDS | ADMINISTRATORS)
declare("term.confirm", "confirm a term that another recorded", STEWARDS | ADMINISTRATORS, not_oneself)
declare("term.end", "end a steward's term", STEWARDS | ADMINISTRATORS)
declare("desk.steward", "open the steward's desk", STEWARDS)
declare("desk.treasury", "open the treasurer's desk", MONEY_HANDS)
declare("desk.oversight", "read what stewards did", OVERSIGHT)
