"""Acts on recorded decisions."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fund.permissions import EVERYONE, MONEY_HANDS, Actor, declare


def _another_person(actor: Actor, decision: Any) -> Any:
    """Condition: somebody else recorded it."""
    if decision.recorded_by == actor.person_id:
        return _l("You recorded this decision, so another person confirms it.")
    return None


declare("decision.read", "read a recorded decision", EVERYONE)
declare("decision.record", "record a decision that payments may rest on", MONEY_HANDS)
declare("decision.confirm", "confirm a decision that another recorded", MONEY_HANDS, _another_person)
declare("consent.read", "see what a council was asked and how it answered", EVERYONE)
declare("consent.record", "record what a council is asked and how it answers", MONEY_HANDS)
