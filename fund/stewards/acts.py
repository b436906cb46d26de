"""Acts of stewardship."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fund.permissions import ADMINISTRATORS, MONEY_HANDS, OVERSIGHT, STEWARDS, Actor, Role, declare


def not_oneself(actor: Actor, term: Any) -> Any:
    """Condition: nobody confirms their own office."""
    if term.person_id == actor.person_id:
        return _l("This is about yourself, so somebody else confirms it.")
    return None


def of_the_circle(actor: Actor, term: Any) -> Any:
    """Condition: stewards and administrators, and whose own term it is."""
    if actor.person_id != term.person_id and not actor.has(Role.STEWARD, Role.ADMINISTRATOR):
        return _l("A steward, or the one whose term it is, confirms this.")
    return None


declare("term.begin", "begin a steward's term", STEWARDS | ADMINISTRATORS)
declare("term.confirm", "confirm a term that another recorded", STEWARDS | ADMINISTRATORS, not_oneself)
declare("term.end", "end one's own term, or ask that another's ends", OVERSIGHT, of_the_circle)
declare("term.confirm_end", "confirm that a term ends", OVERSIGHT, of_the_circle)
declare("desk.steward", "open the steward's desk", STEWARDS)
declare("desk.treasury", "open the treasurer's desk", MONEY_HANDS)
declare("desk.oversight", "read what stewards did", OVERSIGHT)
