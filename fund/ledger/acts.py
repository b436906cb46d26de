"""Acts on money."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l

from fund.permissions import EVERYONE, MONEY_HANDS, TREASURERS, Actor, declare


def _not_ones_own(actor: Actor, year: Any) -> Any:
    """Condition: whoever proposed to close a year is not who closes it."""
    if year.proposed_by == actor.person_id:
        return _l("You proposed this, so another person closes it.")
    return None


declare("money.read", "see where every dollar is", EVERYONE)
declare("contribution.record", "record what was given", MONEY_HANDS)
declare("entry.reverse", "correct an entry by its mirror image", TREASURERS)
declare("history.enter", "enter what happened before these books", MONEY_HANDS)
declare("books.propose", "propose to close a year of the books", MONEY_HANDS)
declare("books.close", "close a year of the books that another person proposed", MONEY_HANDS, _not_ones_own)
